package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
)

const note = `{"type":"Note"}`

// aPeer is a server on loopback that a client of ours may reach.
func aPeer(t *testing.T, handler http.HandlerFunc) (*httptest.Server, fetch.Options) {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s, fetch.Options{
		DevPeers: []string{s.Listener.Addr().String()}, UserAgent: "Manypots/0 (+https://alder.example/)", Timeout: 5 * time.Second,
	}
}

func serve(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}
}

func aClient(t *testing.T, opts fetch.Options) *fetch.Client {
	t.Helper()
	c, err := fetch.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantCause(t *testing.T, err error, want fetch.Cause) *fetch.Failure {
	t.Helper()
	var f *fetch.Failure
	if !errors.As(err, &f) || f.Cause != want {
		t.Fatalf("got %v, want a fetch that is %q", err, want)
	}
	return f
}

func TestGet_bringsADocumentAndWhereItCameFrom(t *testing.T) {
	t.Parallel()
	var seen http.Header
	s, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		serve("application/activity+json; charset=utf-8", note)(w, r)
	})
	doc, err := aClient(t, opts).Get(t.Context(), s.URL+"/u#main-key")
	if err != nil {
		t.Fatal(err)
	}
	if doc.FinalURL != s.URL+"/u" || string(doc.Body) != note || doc.ContentType != "application/activity+json; charset=utf-8" {
		t.Errorf("got %+v", doc)
	}
	if seen.Get("Accept-Encoding") != "identity" || !strings.Contains(seen.Get("Accept"), "application/activity+json") || seen.Get("User-Agent") != opts.UserAgent {
		t.Errorf("asked with %v", seen)
	}
}

func TestGet_takesDocumentsByTheirTypeOnly(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"application/activity+json": true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                true,
		`application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"`: true,
		`application/ld+json; profile=https://www.w3.org/ns/activitystreams`:                  true,
		`application/ld+json; profile='https://www.w3.org/ns/activitystreams'`:                true,
		`application/ld+json; profile="http://other https://www.w3.org/ns/activitystreams"`:   true,
		"application/ld+json": false,
		`application/ld+json; profile="https://birch.example/"`:   false,
		`application/ld+json; x="profile=https://www.w3.org/ns/"`: false,
		"application/json":         false,
		"text/plain":               false,
		"text/html":                false,
		"application/octet-stream": false,
		"":                         false,
		"text/plain; x=application/activity+json": false,
	} {
		if got := fetch.IsActivityStreams(contentType); got != want {
			t.Errorf("IsActivityStreams(%q) = %v", contentType, got)
		}
		s, opts := aPeer(t, serve(contentType, note))
		_, err := aClient(t, opts).Get(t.Context(), s.URL)
		if want && err != nil {
			t.Errorf("%q: %v", contentType, err)
		}
		if !want {
			wantCause(t, err, fetch.WrongType)
		}
	}
}

func TestGet_hasAKindForEachUse(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		serve(r.URL.Query().Get("type"), strings.Repeat("a", 70<<10))(w, r)
	})
	c := aClient(t, opts)
	_, err := c.GetJRD(t.Context(), s.URL+"/?type=application/jrd%2Bjson")
	wantCause(t, err, fetch.TooBig)
	_, err = c.GetJRD(t.Context(), s.URL+"/?type=text/html")
	wantCause(t, err, fetch.WrongType)
	_, err = c.GetImage(t.Context(), s.URL+"/?type=image/svg%2Bxml")
	wantCause(t, err, fetch.WrongType)
	_, err = c.GetImage(t.Context(), s.URL+"/?type=application/activity%2Bjson")
	wantCause(t, err, fetch.WrongType)
	if doc, err := c.GetImage(t.Context(), s.URL+"/?type=image/jpeg"); err != nil || len(doc.Body) != 70<<10 {
		t.Errorf("%d bytes, %v", len(doc.Body), err)
	}
	if doc, err := c.GetJSON(t.Context(), s.URL+"/?type=application/json"); err != nil || len(doc.Body) != 70<<10 {
		t.Errorf("%d bytes, %v", len(doc.Body), err)
	}
}

func TestGet_signsEveryHopAnew(t *testing.T) {
	t.Parallel()
	var arrived []string
	end, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		arrived = append(arrived, r.Header.Get("Signature")+" at "+r.Host)
		serve("application/activity+json", note)(w, r)
	})
	start, other := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		arrived = append(arrived, r.Header.Get("Signature")+" at "+r.Host)
		http.Redirect(w, r, end.URL+"/moved", http.StatusFound)
	})
	opts.DevPeers = append(opts.DevPeers, other.DevPeers...)
	opts.Pens = func(_ context.Context, address string) ([]fetch.Pen, error) {
		return []fetch.Pen{{Sign: func(r *http.Request, _ []byte) error {
			r.Header.Set("Signature", "for "+strings.Split(address, "/")[2])
			return nil
		}}}, nil
	}
	doc, err := aClient(t, opts).Get(t.Context(), start.URL)
	if err != nil {
		t.Fatal(err)
	}
	if doc.FinalURL != end.URL+"/moved" {
		t.Errorf("it came from %s", doc.FinalURL)
	}
	for i, s := range []*httptest.Server{start, end} {
		host := strings.TrimPrefix(s.URL, "http://")
		if want := "for " + host + " at " + host; arrived[i] != want {
			t.Errorf("hop %d brought %q, want %q", i, arrived[i], want)
		}
	}
}

func TestGet_followsThreeRedirectsAndNoOddOne(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/0":
			serve("application/activity+json", note)(w, r)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		case "/to":
			w.Header().Set("Location", r.URL.Query().Get("x"))
			w.WriteHeader(http.StatusTemporaryRedirect)
		default:
			var n int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
			w.Header().Set("Location", fmt.Sprintf("/%d", n-1)) // relative
			w.WriteHeader(http.StatusMovedPermanently)
		}
	})
	c := aClient(t, opts)
	if doc, err := c.Get(t.Context(), s.URL+"/3"); err != nil || doc.FinalURL != s.URL+"/0" {
		t.Errorf("three hops: %q, %v", doc.FinalURL, err)
	}
	for _, path := range []string{
		"/4", "/20", "/nowhere", "/to?x=https://birch.example/", "/to?x=http://169.254.169.254/latest/meta-data", "/to?x=http://127.0.0.1:1/",
		"/to?x=file:///etc/passwd", "/to?x=//u@birch.example/", "/to?x=http://[::1]:22/", "/to?x=%25zz",
	} {
		_, err := c.Get(t.Context(), s.URL+path)
		wantCause(t, err, fetch.Refused)
	}
}

func TestGet_isNotDrownedByBombs(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 100 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    fetch.Cause
	}{
		"gzip": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			serve("application/activity+json", bomb.String())(w, r)
		}, fetch.WrongType},
		"a body without end": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/activity+json")
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, fetch.TooBig},
		"a length beyond the limit": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/activity+json")
			w.Header().Set("Content-Length", "1048577")
		}, fetch.TooBig},
		"a length that lies": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			serve("application/activity+json", note)(w, r)
		}, fetch.Unreachable},
		"one byte at a time": {drip, fetch.TooSlow},
		"silence":            {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, fetch.TooSlow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, opts := aPeer(t, c.handler)
			opts.Timeout = 300 * time.Millisecond
			if c.want == fetch.TooBig {
				opts.Timeout = 5 * time.Second
			}
			_, err := aClient(t, opts).Get(t.Context(), s.URL)
			wantCause(t, err, c.want)
		})
	}
}

// drip sends a byte now and then until the client has had enough.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/activity+json")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
		}
	}
}

func TestGet_tellsTheStatusAndWhenToComeBack(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "999999999")
		w.WriteHeader(http.StatusGone)
	})
	_, err := aClient(t, opts).Get(t.Context(), s.URL+"/people/ines")
	f := wantCause(t, err, fetch.BadStatus)
	if f.Status != http.StatusGone || f.RetryAfter != fetch.MaxRetry || strings.Contains(f.Error(), "ines") {
		t.Errorf("got %+v: %v", f, f)
	}
}

func TestGet_saysWhyAPeerCannotBeReached(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, serve("application/activity+json", note))
	s.Close()
	_, err := aClient(t, opts).Get(t.Context(), s.URL)
	if f := wantCause(t, err, fetch.Unreachable); !strings.Contains(f.Error(), "refuses connections") {
		t.Error(f)
	}
}

func TestGet_trustsAnExtraAuthority(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(serve("application/activity+json", note))
	t.Cleanup(s.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pemOf(s.Certificate()), 0o600); err != nil {
		t.Fatal(err)
	}
	opts := fetch.Options{DevPeers: []string{s.Listener.Addr().String()}, Timeout: 5 * time.Second}
	_, err := aClient(t, opts).Get(t.Context(), s.URL)
	if f := wantCause(t, err, fetch.Unreachable); !strings.Contains(f.Error(), "certificate") {
		t.Error(f)
	}
	opts.CAFile = file
	if _, err := aClient(t, opts).Get(t.Context(), s.URL); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fetch.New(opts); err == nil {
		t.Error("an empty authority was taken")
	}
	opts.CAFile += ".missing"
	if _, err := fetch.New(opts); err == nil {
		t.Error("a missing authority was taken")
	}
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func TestGet_ignoresTheProxyOfTheEnvironment(t *testing.T) {
	asked := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	s, opts := aPeer(t, serve("application/activity+json", note))
	if _, err := aClient(t, opts).Get(t.Context(), s.URL); err != nil || asked {
		t.Errorf("%v, proxy asked: %v", err, asked)
	}
}

func TestGet_mapsLocalhostNamesToLoopbackForPeersOnly(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, serve("application/activity+json", note))
	_, port, _ := strings.Cut(s.Listener.Addr().String(), ":")
	opts.DevPeers = []string{"birch.localhost:" + port}
	c := aClient(t, opts)
	if doc, err := c.Get(t.Context(), "http://Birch.localhost:"+port+"/u"); err != nil || doc.FinalURL != "http://birch.localhost:"+port+"/u" {
		t.Errorf("%q, %v", doc.FinalURL, err)
	}
	for _, host := range []string{"alder.localhost", "localhost", "127.0.0.1"} {
		_, err := c.Get(t.Context(), "http://"+host+":"+port+"/u")
		wantCause(t, err, fetch.Refused)
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestClient_runsWithoutANetwork(t *testing.T) {
	t.Parallel()
	c := aClient(t, fetch.Options{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		serve("application/activity+json", "from "+r.URL.Host)(w, r)
		return w.Result(), nil
	})})
	if doc, err := c.Get(t.Context(), "https://birch.example/u"); err != nil || string(doc.Body) != "from birch.example" {
		t.Errorf("%s, %v", doc.Body, err)
	}
	for _, address := range []string{"http://birch.example/u", "https://127.0.0.1/u", "https://10.0.0.1/u", "https://birch.example:22/u", "https://localhost/u"} {
		_, err := c.Get(t.Context(), address)
		wantCause(t, err, fetch.Refused)
	}
}
