package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
)

// browser is somebody with a phone that keeps cookies and runs no script.
type browser struct {
	h        *house
	nickname string
	m        people.Member
	cookies  map[string]string
}

// page is what a browser or a program got.
type page struct {
	status int
	header http.Header
	body   string
	path   string
}

func (h *house) browser() *browser { return &browser{h: h, cookies: map[string]string{}} }

// setUp has Sage set the node up and gives her browser.
func (h *house) setUp() *browser {
	h.Helper()
	b := h.browser()
	b.m, b.nickname = peopletest.SetUp(h, h.s), "Sage"
	b.comeIn()
	return b
}

// joins lets somebody join and gives her browser.
func (h *house) joins(steward *browser, nickname string) *browser {
	h.Helper()
	b := h.browser()
	b.m, b.nickname = peopletest.Join(h, h.s, steward.m, nickname), nickname
	b.comeIn()
	return b
}

// comeIn gives the browser a session without the work of a passphrase.
func (b *browser) comeIn() {
	b.h.Helper()
	b.h.do(func(tx *store.Tx) error {
		token, err := people.StartSession(tx, b.h.server.Wall(), b.m, "")
		b.cookies[b.h.server.sessionCookie()] = string(token)
		return err
	})
}

func (b *browser) get(path string) page {
	b.h.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, b.h.server.BaseURL+path, nil))
}

func (b *browser) send(r *http.Request) page {
	b.h.Helper()
	r.RequestURI = ""
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return page{w.Code, w.Header(), w.Body.String(), r.URL.Path}
}

// post sends values as a form, with a key made for this reader.
func (b *browser) post(path string, values url.Values) page {
	b.h.Helper()
	values = with(values, url.Values{"form_key": {b.key()}})
	return b.postAs(path, values)
}

// postAs sends exactly these values.
func (b *browser) postAs(path string, values url.Values) page {
	b.h.Helper()
	r := httptest.NewRequest(http.MethodPost, b.h.server.BaseURL+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

// key is a form key from a page that the browser has just opened.
func (b *browser) key() string {
	b.h.Helper()
	at := "/sign-in"
	if _, in := b.cookies[b.h.server.sessionCookie()]; in {
		at = "/us"
	}
	p := b.get(at)
	_, rest, ok := strings.Cut(p.body, `name="form_key" value="`)
	key, _, _ := strings.Cut(rest, `"`)
	if !ok {
		b.h.Fatalf("no form on %s: %d", at, p.status)
	}
	return key
}

// submit opens a page, fills in the form with this action as a person would, and sends what the browser would.
func (b *browser) submit(at, action string, typed url.Values) page {
	b.h.Helper()
	p := b.get(at)
	if p.status != http.StatusOK {
		b.h.Fatalf("GET %s: %d\n%s", at, p.status, p.main())
	}
	values, ok := formOn(p.body, action)
	if !ok {
		b.h.Fatalf("no form for %s on %s:\n%s", action, at, p.main())
	}
	return b.postAs(action, with(values, typed))
}

// with is the one set of values with the other laid over it.
func with(values, over url.Values) url.Values {
	all := url.Values{}
	for _, set := range []url.Values{values, over} {
		for name, v := range set {
			all[name] = v
		}
	}
	return all
}

// formOn reads what a browser would send of a form: hidden and typed inputs, ticked boxes, selected options.
func formOn(body, action string) (url.Values, bool) {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil, false
	}
	for n := range doc.Descendants() {
		if n.Data == "form" && attr(n, "action") == action {
			return inputsOf(n), true
		}
	}
	return nil, false
}

func inputsOf(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case n.Data == "option" && has(n, "selected"):
			values.Add(attr(n.Parent, "name"), attr(n, "value"))
		case name == "" || n.Data != "input" && n.Data != "textarea":
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			values.Add(name, text)
		case attr(n, "type") == "file":
		case attr(n, "type") == "checkbox" || attr(n, "type") == "radio":
			if has(n, "checked") {
				values.Add(name, attr(n, "value"))
			}
		default:
			values.Add(name, attr(n, "value"))
		}
	}
	return values
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// led asserts that a form led somewhere, and gives where.
func (b *browser) led(p page) string {
	b.h.Helper()
	if p.status != http.StatusSeeOther {
		b.h.Fatalf("%s: got %d, want to be led on\n%s", p.path, p.status, p.main())
	}
	return p.header.Get("Location")
}

// main is what a page says beyond its frame, as plain words, for a test that failed.
func (p page) main() string {
	_, rest, ok := strings.Cut(p.body, "<main")
	if !ok {
		return p.body
	}
	rest, _, _ = strings.Cut(rest, "</main>")
	return html.UnescapeString(strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(rest, " ")), " "))
}

func (p page) says(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(html.UnescapeString(p.body), w) {
			t.Errorf("%s does not say %q:\n%s", p.path, w, p.main())
		}
	}
}

func (p page) saysNot(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if w != "" && strings.Contains(html.UnescapeString(p.body), w) {
			t.Errorf("%s says %q:\n%s", p.path, w, p.main())
		}
	}
}
