package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The headers of security 5.4 stand on every answer, also where nobody thought of them: a refusal, a redirect, a page that is not
// there. Documents for other nodes may be read from elsewhere where they are public; pages never.
func TestHeaders_areOnEveryAnswer(t *testing.T) {
	for scheme, secure := range map[string]bool{"http": false, "https": true} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			birch := playBirch(t)
			house := settle(t, "sqlite", birch)
			if secure {
				house.config.URL = "https://alder.example"
			}
			n := house.open()
			d := &door{house, n.Handler(), birch}
			lamp := "/offers/" + string(house.lamp)
			elsewhere := d.knock("GET", "/", nil)
			elsewhere.Host = "evil.example"
			nodeElsewhere := d.knock("GET", "/ap/collective", nil)
			nodeElsewhere.Host = "evil.example"
			for _, r := range []*http.Request{
				d.browser("GET", "/", "", ""), d.browser("GET", "/today", "", ""), d.browser("GET", "/offers", "", ""), d.browser("GET", lamp, "", ""),
				d.browser("GET", "/us", "", ""), d.browser("GET", "/neighbours", "", ""), d.browser("GET", "/settings", "", ""), d.browser("GET", "/export", "", ""),
				d.knock("GET", "/sign-in", nil), d.knock("GET", "/keeping", nil), d.knock("GET", "/setup", nil), d.knock("GET", "/today", nil),
				d.knock("GET", "/nowhere", nil), d.knock("HEAD", "/", nil), d.knock("PUT", "/offers", nil), d.knock("OPTIONS", "/offers", nil), d.knock("GET", "//", nil),
				d.knock("GET", "/static/nothing.css", nil), d.knock("GET", "/media/00000000000000000000000000.jpg", nil), d.knock("GET", "/feed/x.atom", nil),
				d.knock("GET", "/healthz", nil), d.form("/offers", nil), d.json(`{"title": 5}`), d.json(strings.Repeat("a", 1<<20)), d.program("GET", "/me", "", ""),
				d.program("GET", "/openapi.json", "", ""), d.knock("GET", "/api/v1/me", nil), d.program("GET", "/nowhere", "", ""), d.program("PUT", "/offers", "", ""),
				elsewhere, nodeElsewhere,
				d.knock("GET", "/", nil, "Accept", activity), d.knock("GET", "/ap/collective", nil, "Accept", "text/html"),
				d.knock("GET", "/ap/collective", nil, "Accept", activity), d.knock("HEAD", "/ap/node", nil, "Accept", activity),
				d.knock("GET", "/ap/collective/outbox", nil), d.knock("GET", "/ap/collective/open", nil), d.knock("GET", "/ap/nowhere", nil), d.knock("GET", "/ap//collective", nil),
				d.knock("GET", "/ap/../ap/collective", nil), d.knock("DELETE", "/ap/collective", nil), d.raw(activity, "{}"), d.raw("text/plain", "{}"), d.raw(activity, strings.Repeat("a", 2<<20)),
				d.knock("GET", "/ap"+lamp, nil), d.knock("GET", "/.well-known/nodeinfo", nil), d.knock("GET", "/nodeinfo/2.1", nil), d.knock("GET", "/.well-known/webfinger", nil),
				d.knock("GET", "/.well-known/nowhere", nil),
			} {
				w := httptest.NewRecorder()
				d.handler.ServeHTTP(w, r)
				d.guarded(r, w, secure)
			}
		})
	}
}

// guarded holds one answer against the table.
func (d *door) guarded(r *http.Request, w *httptest.ResponseRecorder, secure bool) {
	d.Helper()
	h := w.Result().Header
	says := func(name string, words ...string) {
		d.Helper()
		for _, word := range words {
			if !strings.Contains(h.Get(name), word) {
				d.Errorf("%s %s (%d): %s is %q, without %q", r.Method, r.RequestURI, w.Code, name, h.Get(name), word)
			}
		}
	}
	says("Content-Security-Policy", "default-src 'none'")
	says("X-Content-Type-Options", "nosniff")
	says("Referrer-Policy", "no-referrer")
	says("X-Robots-Tag", "noindex", "noarchive", "noai")
	if secure {
		says("Strict-Transport-Security", "max-age=63072000")
	} else if got := h.Get("Strict-Transport-Security"); got != "" {
		d.Errorf("%s: promises https over http: %s", r.RequestURI, got)
	}
	if got := h.Get("Server") + h.Get("X-Powered-By"); got != "" {
		d.Errorf("%s: says what it is: %s", r.RequestURI, got)
	}
	otherFace := w.Code == http.StatusFound // a document, and as public as that
	if nodesOwn(r.URL.Path) || otherFace {
		says("Content-Security-Policy", "frame-ancestors 'none'")
		says("Cross-Origin-Resource-Policy", "-origin")
		return
	}
	says("Content-Security-Policy", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
	says("X-Frame-Options", "DENY")
	says("Cross-Origin-Opener-Policy", "same-origin")
	says("Cross-Origin-Resource-Policy", "same-origin")
	says("Permissions-Policy", "microphone=()", "payment=()")
	if h.Get("Access-Control-Allow-Origin") != "" {
		d.Errorf("%s can be read from elsewhere", r.RequestURI)
	}
	if r.URL.Path != "/api/v1/openapi.json" { // the same for everybody
		says("Cache-Control", "private, no-store")
	}
	for _, cookie := range w.Result().Cookies() {
		if !cookie.HttpOnly || cookie.SameSite == 0 || cookie.Secure != secure || secure != strings.HasPrefix(cookie.Name, "__Host-") {
			d.Errorf("%s sets a loose cookie: %s", r.RequestURI, cookie)
		}
	}
}
