package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

const alder = "https://alder.example"

// passphrase opens every door of the stories.
const passphrase = "the kettle is on"

// house is a node with its doors, real pages and a real database, and a clock that only the story turns.
type house struct {
	*testing.T
	s       *store.Store
	server  *Server
	handler http.Handler
	now     time.Time
	passed  time.Duration // on the wall, beside what the story turned
	log     *bytes.Buffer
	signer  string // whose signature requests with one bear
}

// directory is the network as it answers in stories: a foreign thing.
type directory map[string]neighbours.Actor

// Lookup finds an actor by what was typed.
func (d directory) Lookup(_ context.Context, address string) (neighbours.Actor, error) {
	a, ok := d[address]
	if !ok {
		return a, fault.New(fault.Invalid, "neighbour.unreachable")
	}
	return a, nil
}

var birch = neighbours.Actor{
	IRI: "https://birch.example/ap/collective", Type: "Organization", Name: "Birch", Summary: "Two streets and a park.",
	URL: "https://birch.example/", Inbox: "https://birch.example/ap/collective/inbox", OpenURL: "https://birch.example/ap/collective/open",
}

// inHouse tells a story on both databases.
func inHouse(t *testing.T, story func(h *house)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { story(newHouse(t, s, alder)) })
}

func newHouse(t *testing.T, s *store.Store, base string) *house {
	t.Helper()
	pages, err := web.Open()
	if err != nil {
		t.Fatal(err)
	}
	album, err := media.OpenAlbum(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, s: s, now: storetest.Noon, log: &bytes.Buffer{}}
	h.server, err = New(Options{
		Store: s, Album: album, Darkroom: media.NewDarkroom(10 * time.Second),
		Hasher: people.NewHasher(people.Cost{Memory: 8, Passes: 1, Places: 4}), Pages: pages,
		Directory: directory{"birch.example": birch, birch.IRI: birch},
		Signer:    func(*http.Request) (string, error) { return h.signer, nil },
		Now:       func() time.Time { return h.now }, Wall: func() time.Time { return h.now.Add(h.passed) }, BaseURL: base,
		Log: slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	h.handler = h.server.Handler()
	return h
}

func (h *house) do(fn func(tx *store.Tx) error) {
	h.Helper()
	if err := h.s.Update(context.Background(), h.now, fn); err != nil {
		h.Fatal(err)
	}
}

// later turns the clock and lets things happen that are due.
func (h *house) later(d time.Duration) {
	h.Helper()
	h.now = h.now.Add(d)
	for range 3 {
		h.do(func(tx *store.Tx) error {
			due, err := sharing.Due(tx.View, 100)
			for _, id := range due {
				if err == nil {
					err = sharing.Advance(tx, id, func(time.Time) bool { return true })
				}
			}
			return err
		})
	}
}

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
		token, err := people.StartSession(tx, b.m, "")
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

// main is the part of a page that differs from page to page.
func (p page) main() string {
	_, rest, ok := strings.Cut(p.body, "<main")
	if !ok {
		return p.body
	}
	rest, _, _ = strings.Cut(rest, "</main>")
	return rest
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

// program acts for a member with a token.
type program struct {
	h     *house
	token string
}

func (b *browser) program(scopes ...people.Scope) *program {
	b.h.Helper()
	if len(scopes) == 0 {
		scopes = people.Scopes()
	}
	p := &program{h: b.h}
	b.h.do(func(tx *store.Tx) error {
		_, secret, err := people.MakeToken(tx, b.m, people.NewToken{Name: "test", Scopes: scopes})
		p.token = string(secret)
		return err
	})
	return p
}

// call sends a request under /api/v1; body nil sends none. Headers come in pairs.
func (p *program) call(method, path string, body any, headers ...string) page {
	p.h.Helper()
	var r io.Reader
	if raw, ok := body.(string); ok {
		r = strings.NewReader(raw)
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.h.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req := httptest.NewRequest(method, p.h.server.BaseURL+apiPrefix+path, r)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.h.handler.ServeHTTP(w, req)
	return page{w.Code, w.Header(), w.Body.String(), path}
}

// is asserts the status and reads the document into out, which may be nil.
func (p page) is(t *testing.T, status int, out any) {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s: got %d, want %d\n%s", p.path, p.status, status, p.body)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal([]byte(p.body), out); err != nil {
		t.Fatal(err)
	}
}

// offers lets a member give something and gives its path.
func (b *browser) offers(values url.Values) string {
	b.h.Helper()
	return b.led(b.submit("/offers/new", "/offers", with(url.Values{"title": {"Two kitchen chairs"}, "then": {"publish"}}, values)))
}

// asks lets a member ask for a thing and gives the path of her claim.
func (b *browser) asks(offer string, values url.Values) string {
	b.h.Helper()
	return b.led(b.submit(offer, offer+"/claims", values))
}

// photograph is a small picture that a phone took.
func photograph(t testing.TB) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			m.Set(x, y, color.RGBA{uint8(x * 4), uint8(y * 5), 90, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload makes a multipart body of values and a file.
func upload(t testing.TB, values url.Values, field string, file []byte) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, all := range values {
		for _, v := range all {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if file != nil {
		part, err := w.CreateFormFile(field, "IMG_1234.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body, w.FormDataContentType()
}

// postWith sends a form with a photo.
func (b *browser) postWith(path string, values url.Values, photo []byte) page {
	b.h.Helper()
	body, kind := upload(b.h, values, "photo", photo)
	r := httptest.NewRequest(http.MethodPost, b.h.server.BaseURL+path, body)
	r.Header.Set("Content-Type", kind)
	return b.send(r)
}

// befriends makes Birch a neighbour.
func (h *house) befriends(steward *browser) neighbours.Edge {
	h.Helper()
	var e neighbours.Edge
	h.do(func(tx *store.Tx) (err error) {
		if e, err = neighbours.AddNeighbour(tx, steward.m, birch); err != nil {
			return err
		}
		if _, err = neighbours.HearAccept(tx, birch.IRI, e.OurFollow); err != nil {
			return err
		}
		e, err = neighbours.HearFollow(tx, birch, birch.IRI+"#follow")
		return err
	})
	if e.State != neighbours.Neighbours {
		h.Fatalf("Birch is %s", e.State)
	}
	return e
}

// mirrors gives the id of a thing of Birch's as we know it.
func (h *house) mirrors(title string) sharing.OfferID {
	h.Helper()
	var m sharing.Mirror
	until := h.now.Add(30 * time.Hour)
	h.do(func(tx *store.Tx) (err error) {
		m, err = sharing.Learn(tx, sharing.Heard{
			IRI: fmt.Sprintf("https://birch.example/ap/offers/%s", store.NewID[string]()), URL: "https://birch.example/offers/1", Home: birch.IRI,
			Seq: 1, State: sharing.Gathering, Title: title, Category: "books", Condition: "good", Language: "en", Area: "Elm Street",
			Audience: people.Friends, Quantity: 1, Left: 1, MaxPerClaim: 1, Published: h.now, Updated: h.now, GatherUntil: &until,
		})
		return err
	})
	return m.ID
}
