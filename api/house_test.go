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

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
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

// locksmith makes keys that open nothing: nobody verifies what this house signs.
type locksmith struct{}

// MakeKeys makes one.
func (locksmith) MakeKeys(context.Context) ([]wire.ActorKey, error) {
	return []wire.ActorKey{{Actor: wire.Node, Kind: wire.KeyRSA, PrivatePEM: "secret", PublicPEM: "public"}}, nil
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
		Locksmith: locksmith{},
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
		_, secret, err := people.MakeToken(tx, b.h.server.Wall(), b.m, people.NewToken{Name: "test", Scopes: scopes})
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
func (h *house) mirrors(title string, change ...func(*sharing.Heard)) sharing.OfferID {
	h.Helper()
	var m sharing.Mirror
	until := h.now.Add(30 * time.Hour)
	heard := sharing.Heard{
		IRI: fmt.Sprintf("https://birch.example/ap/offers/%s", store.NewID[string]()), URL: "https://birch.example/offers/1", Home: birch.IRI,
		Seq: 1, State: sharing.Gathering, Title: title, Category: "books", Condition: "good", Language: "en", Area: "Elm Street",
		Audience: people.Friends, Quantity: 1, Left: 1, MaxPerClaim: 1, Published: h.now, Updated: h.now, GatherUntil: &until,
	}
	for _, fn := range change {
		fn(&heard)
	}
	h.do(func(tx *store.Tx) (err error) {
		m, err = sharing.Learn(tx, heard)
		return err
	})
	return m.ID
}
