package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/store/storetest"
)

// door is Alder's whole handler with somebody before it.
type door struct {
	*household
	handler http.Handler
	birch   *played
}

// knock is a request, with headers in pairs.
func (d *door) knock(method, target string, body []byte, headers ...string) *http.Request {
	r := httptest.NewRequestWithContext(d.Context(), method, string(d.config.URL)+"/", bytes.NewReader(body))
	path, query, _ := strings.Cut(target, "?")
	r.URL.RawPath, r.URL.RawQuery, r.RequestURI = path, query, target
	if clear, err := url.PathUnescape(path); err == nil {
		r.URL.Path = clear
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (d *door) program(method, path, kind, body string, headers ...string) *http.Request {
	bearer := "Bearer " + string(d.tokens[0])
	return d.knock(method, "/api/v1"+path, []byte(body), append([]string{"Authorization", bearer, "Content-Type", kind}, headers...)...)
}

func (d *door) json(body string) *http.Request {
	return d.program(http.MethodPost, "/offers", "application/json", body)
}

// browser is a member's; a form of hers has no key unless a page gave it.
func (d *door) browser(method, target, kind, body string) *http.Request {
	r := d.knock(method, target, []byte(body), "Content-Type", kind, "Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: d.cookie(), Value: string(d.session)})
	return r
}

// cookie is the name of the one that holds a session.
func (d *door) cookie() string { return "sid-" + d.config.URL.Authority()[len("localhost:"):] }

func (d *door) form(target string, values url.Values) *http.Request {
	return d.browser(http.MethodPost, target, "application/x-www-form-urlencoded", values.Encode())
}

// photo is an upload of whatever it is that somebody takes for a photo.
func (d *door) photo(file []byte) *http.Request {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("image", "photo.jpg")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		d.Fatal(err)
	}
	return d.program(http.MethodPost, "/media", form.FormDataContentType(), body.String())
}

// inbox is a letter of Birch's as it is, signed.
func (d *door) inbox(activity doc) *http.Request {
	out := d.birch.letter(d.Context(), d.config.URL, activity)
	body, err := io.ReadAll(out.Body)
	if err != nil {
		d.Fatal(err)
	}
	r := d.knock(http.MethodPost, "/ap/inbox", body)
	r.Header = out.Header
	return r
}

func (d *door) raw(kind, body string) *http.Request {
	return d.knock(http.MethodPost, "/ap/inbox", []byte(body), "Content-Type", kind)
}

const (
	activity = "application/activity+json"
	deep     = 10_000
)

func nested(open, shut string) string { return strings.Repeat(open, deep) + strings.Repeat(shut, deep) }

// bomb is the head of a PNG that says it has three and a half billion pixels.
func bomb() []byte {
	head := append([]byte("IHDR"), 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

// Whatever is brought to the doors, the answer is a clear no and the node stays as it was: no apology, no panic, no memory that
// grows with what was sent.
func TestBadInput_isAClearNoAndMovesNothing(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) { // not parallel: it measures memory
			birch := playBirch(t)
			house := settle(t, dialect, birch)
			n := house.open()
			d := &door{house, n.Handler(), birch}
			lamp := "/offers/" + string(house.lamp)
			many := url.Values{}
			for i := range 5000 {
				many.Set(fmt.Sprint("field", i), "x")
			}
			for _, c := range []struct {
				what string
				r    *http.Request
				want int
			}{
				// documents
				{"a document that is too big", d.json(`{"title": "` + strings.Repeat("a", 1<<20) + `"}`), 413},
				{"a document of another kind", d.program("POST", "/offers", "text/plain", `{"title": "A"}`), 415},
				{"a form where a document belongs", d.program("POST", "/offers", "application/x-www-form-urlencoded", `title=A`), 415},
				{"no JSON", d.json(`title: A`), 400},
				{"half of a document", d.json(`{"title": "A`), 400},
				{"a list", d.json(`["A"]`), 400},
				{"null", d.json(`null`), 400},
				{"10 000 lists in one another", d.json(nested("[", "]")), 400},
				{"10 000 objects in one another", d.json(strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep)), 422},
				{"10 000 lists in a field", d.json(`{"title": "A", "photos": ` + nested("[", "]") + `}`), 400},
				{"nothing", d.json(``), 422},
				{"a title that is a number", d.json(`{"title": 5}`), 422},
				{"a title that is null", d.json(`{"title": null}`), 422},
				{"a quantity out of this world", d.json(`{"title": "A", "quantity": 1e400}`), 422},
				{"a quantity in words", d.json(`{"title": "A", "quantity": "two"}`), 422},
				{"less than one", d.json(`{"title": "A", "quantity": -1}`), 422},
				{"a field that is none", d.json(`{"title": "A", "colour": "blue"}`), 422},
				{"NUL in a title", d.json(`{"title": "A\u0000B"}`), 422},
				{"a bell in a title", d.json(`{"title": "A\u0007B"}`), 422},
				{"NUL in a word of ours", d.json(`{"title": "A", "category": "\u0000"}`), 422},
				{"NUL in an audience", d.json(`{"title": "A", "audience": "\u0000"}`), 422},
				{"NUL in the id of a photo", d.json(`{"title": "A", "photos": ["\u0000"]}`), 422},
				{"a title of 5000 letters", d.json(`{"title": "` + strings.Repeat("é", 5000) + `"}`), 422},
				{"a window from the year 10 000", d.json(`{"title": "A", "windows": [{"from": "10000-01-01T00:00:00Z", "to": "10000-01-01T01:00:00Z"}]}`), 422},
				{"a window that ends before it begins", d.json(`{"title": "A", "windows": [{"from": "2999-01-02T00:00:00Z", "to": "2999-01-01T00:00:00Z"}]}`), 422},
				{"a key with NUL", d.program("POST", "/offers", "application/json", `{"title": "A"}`, "Idempotency-Key", "a\x00b"), 400},
				{"a key of 10 000 letters", d.program("POST", "/offers", "application/json", `{"title": "A"}`, "Idempotency-Key", strings.Repeat("k", deep)), 400},
				{"a note with NUL", d.program("POST", lamp+"/claims", "application/json", `{"note": "\u0000"}`), 422},

				// addresses
				{"an id with NUL", d.program("GET", "/offers/%00", "", ""), 404},
				{"an id that climbs", d.program("GET", "/offers/..%2f..%2fetc", "", ""), 404},
				{"an id that is no UTF-8", d.program("GET", "/offers/%ff%fe", "", ""), 404},
				{"an id of 5000 letters", d.program("GET", "/offers/"+strings.Repeat("0", 5000), "", ""), 404},
				{"a picture that climbs", d.browser("GET", "/media/..%2f..%2fmanypots.sqlite", "", ""), 404},
				{"a feed with NUL", d.browser("GET", "/feed/%00.atom", "", ""), 404},
				{"a page that was never given", d.program("GET", "/offers?after=%00", "", ""), 422},
				{"fewer than none", d.program("GET", "/offers?limit=-1", "", ""), 422},
				{"a category with NUL", d.program("GET", "/offers?category=%00", "", ""), 422},
				{"a neighbour with NUL", d.program("GET", "/offers?from=%00", "", ""), 422},
				{"a state that is none", d.program("GET", "/offers?state=%ff", "", ""), 422},
				{"a method that is none here", d.program("PUT", "/offers", "application/json", "{}"), 405},
				{"a method that is none anywhere", d.knock("BREW", "/offers", nil), 405},
				{"a token with NUL", d.knock("GET", "/api/v1/me", nil, "Authorization", "Bearer manypots_\x00"), 401},
				{"no token", d.knock("POST", "/api/v1/offers", []byte(`{"title": "A"}`), "Content-Type", "application/json"), 401},

				// forms
				{"a form without its key", d.form("/offers", url.Values{"title": {"A"}}), 422},
				{"a form with NUL", d.form("/offers", url.Values{"title": {"A\x00"}}), 422},
				{"a form that is no UTF-8", d.form("/offers", url.Values{"title": {"\xff\xfe"}}), 422},
				{"a form of 5000 fields", d.form("/offers", many), 413},
				{"a form that is too big", d.form("/us", url.Values{"a": {strings.Repeat("a", 1<<20)}}), 405},
				{"a form that is too big for signing in", d.form("/sign-in", url.Values{"nickname": {strings.Repeat("a", 1<<20)}}), 413},
				{"a form in a bad spelling", d.browser("POST", "/offers", "application/x-www-form-urlencoded", "title=%zz"), 400},
				{"a form that is a document", d.browser("POST", "/offers", "application/json", `{"title": "A"}`), 415},
				{"a form in parts without a boundary", d.browser("POST", "/offers", "multipart/form-data", "title"), 400},
				{"a form in parts that end early", d.browser("POST", "/offers", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA"), 400},
				{"somebody with NUL in her name", d.form("/sign-in", url.Values{"nickname": {"Sage\x00"}, "passphrase": {"\x00"}}), 422},
				{"an invite with NUL", d.form("/join", url.Values{"code": {"\x00"}}), 422},

				// photos
				{"a photo that is a text", d.photo([]byte("I am a photo.")), 422},
				{"a photo that is nothing", d.photo(nil), 422},
				{"a photo that is a drawing with a script", d.photo([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)), 422},
				{"half of a photo", d.photo([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01")), 422},
				{"a photo of 3 600 000 000 pixels", d.photo(bomb()), 422},
				{"a photo of 20 MB", d.photo(append([]byte("\xff\xd8\xff"), make([]byte, 20<<20)...)), 413},
				{"a photo that is a document", d.program("POST", "/media", "application/json", "{}"), 415},

				// what other nodes bring
				{"an activity that is too big", d.raw(activity, `{"a": "`+strings.Repeat("a", 2<<20)+`"}`), 413},
				{"an activity of another kind", d.raw("application/json", `{}`), 415},
				{"a packed activity", d.knock("POST", "/ap/inbox", []byte(zipped(`{}`)), "Content-Type", activity, "Content-Encoding", "gzip"), 415},
				{"an activity that nobody signed", d.raw(activity, `{"type": "Follow"}`), 401},
				{"10 000 lists that nobody signed", d.raw(activity, nested("[", "]")), 401},
				{"10 000 lists in an activity", d.inbox(birch.activity("deep", "Create", jsonRaw(nested("[", "]")))), 400},
				{"an actor with NUL in the address", d.inbox(doc{"id": birch.url + "/1", "type": "Follow", "actor": birch.actor() + "\x00", "object": "x"}), 400},
				{"somebody with NUL", d.knock("GET", "/.well-known/webfinger?resource=acct:%00@x", nil), 400},
				{"somebody who is nobody", d.knock("GET", "/.well-known/webfinger?resource="+strings.Repeat("a", 5000), nil), 400},
				{"no resource", d.knock("GET", "/.well-known/webfinger", nil), 400},
				{"an id with NUL, of ours", d.knock("GET", "/ap/offers/%00", nil, "Accept", activity), 404},
				{"an activity with NUL, of ours", d.knock("GET", "/ap/activities/%00%ff", nil, "Accept", activity), 404},
				{"an inbox that is none", d.knock("POST", "/ap/nobody/inbox", nil), 404},
			} {
				d.refuses(c.what, c.r, c.want)
			}
			d.staysAsItWas(n)
		})
	}
}

// refuses says no in words, without spending much on it.
func (d *door) refuses(what string, r *http.Request, want int) {
	d.Helper()
	w := httptest.NewRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d.handler.ServeHTTP(w, r)
	runtime.ReadMemStats(&after)
	if w.Code != want {
		d.Errorf("%s: %s %.60s is answered %d, want %d\n%.300s", what, r.Method, r.RequestURI, w.Code, want, w.Body)
	}
	const clear, costly = 20, 64 << 20
	if w.Body.Len() < clear {
		d.Errorf("%s: the answer says nothing: %q", what, w.Body)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > costly {
		d.Errorf("%s: cost %d MB", what, spent>>20)
	}
}

// staysAsItWas looks for traces, and whether the doors still open.
func (d *door) staysAsItWas(n *node) {
	d.Helper()
	if got := n.count(d.T, "offers", "home = '' AND id <> ?", string(d.lamp)); got != 0 {
		d.Errorf("%d things came of it", got)
	}
	if got := n.count(d.T, "inbox", "1 = 1"); got != 0 {
		d.Errorf("%d activities came of it", got)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, d.json(`{"title": "A chair"}`))
	if w.Code != http.StatusCreated {
		d.Errorf("afterwards a chair is answered %d\n%s", w.Code, w.Body)
	}
}

func jsonRaw(s string) any { return json.RawMessage(s) }

// What is hostile and still a text is kept as a text, and shown as nothing else.
func TestBadInput_isTamedWhereItIsAText(t *testing.T) {
	t.Parallel()
	birch := playBirch(t)
	house := settle(t, "postgres", birch)
	n := house.open()
	d := &door{house, n.Handler(), birch}
	const evil = `<script>alert(1)</script><img src=x onerror=alert(2)><a href=\"javascript:alert(3)\">\u202egnp.exe\u2066</a><!--`
	const short = `<script>alert(4)</script>\u202e<img src=x onerror=alert(5)>`
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, d.json(`{"title": "A `+short+`", "description": "`+evil+`", "faults": "`+evil+`", "area": "Elm", "audience": "anyone"}`))
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusCreated {
		t.Fatalf("%d %v\n%s", w.Code, err, w.Body)
	}
	for _, r := range []*http.Request{
		d.program("POST", "/offers/"+made.ID+"/publish", "", ""),
		d.inbox(birch.activity("evil1", "Create", birch.listing("evil", 1, jsonText(evil)))),
		d.inbox(birch.activity("evil2", "Create", doc{
			"id": birch.url + "/ap/notes/evil", "type": "Note", "attributedTo": birch.actor(), "to": []string{house.config.URL.Collective()},
			"content": jsonText(evil), "tag": []doc{{"type": "Mention", "href": house.config.URL.Collective()}},
		})),
	} {
		w := httptest.NewRecorder()
		if d.handler.ServeHTTP(w, r); w.Code >= 300 {
			t.Fatalf("%s: %d\n%s", r.RequestURI, w.Code, w.Body)
		}
	}
	n.rest(t)
	if err := house.cameBeforeAs(n.store, house.steward); err != nil {
		t.Fatal(err)
	}
	said := func(at string) string {
		w := httptest.NewRecorder()
		if d.handler.ServeHTTP(w, d.browser("GET", at, "", "")); w.Code >= 500 {
			t.Errorf("%s: %d", at, w.Code)
		}
		return w.Body.String()
	}
	shown := map[string]string{}
	for _, at := range []string{"/offers", "/offers/" + made.ID, "/today", "/stewards", "/queue", "/claims"} {
		shown[at] = said(at)
	}
	var note struct{ Content string } // its name is plain text by definition, its content HTML
	if err := json.Unmarshal([]byte(said("/ap/offers/"+made.ID)), &note); err != nil || note.Content == "" {
		t.Errorf("the document: %v", err)
	}
	shown["the document"] = note.Content
	for at, text := range shown {
		for _, never := range []string{"<script>alert", "<img src=x", "href=\"javascript:", "\u202e", "\u2066", "<!--<"} {
			if strings.Contains(text, never) {
				t.Errorf("%s says %q as it came", at, never)
			}
		}
	}
	if !strings.Contains(shown["/stewards"], "gnp.exe") {
		t.Error("the letter is not there to be read")
	}
}

// jsonText is what a JSON text between quotes says.
func jsonText(s string) (text string) {
	if err := json.Unmarshal([]byte(`"`+s+`"`), &text); err != nil {
		panic(err)
	}
	return text
}
