package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/api/web/htmlcheck"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

func TestHeaders_areOnEveryAnswer(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		for path, status := range map[string]int{
			"/": 200, "/today": 200, "/nowhere": 404, "/offers/x": 404, "/api/v1/nowhere": 404, "/api/v1/node": 200, "/api/v1/me": 401, "/healthz": 200, "/feed/x.atom": 404,
		} {
			p := sage.get(path)
			if p.status != status {
				h.Errorf("%s: %d", path, p.status)
			}
			for name, part := range map[string]string{
				"Content-Security-Policy": "default-src 'none'", "Strict-Transport-Security": "max-age=63072000", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Permissions-Policy": "camera=()", "X-Robots-Tag": "noindex",
				"Cache-Control": "private, no-store", "Vary": "Signature",
			} {
				if !strings.Contains(p.header.Get(name), part) {
					h.Errorf("%s: %s is %q", path, name, p.header.Get(name))
				}
			}
			if strings.Contains(p.header.Get("Strict-Transport-Security"), "includeSubDomains") {
				h.Error("other names under this domain are not ours to bind")
			}
			if problems := htmlcheck.Check(strings.NewReader(p.body)); strings.HasPrefix(p.header.Get("Content-Type"), "text/html") && len(problems) > 0 {
				h.Errorf("%s: %v", path, problems)
			}
		}
	})
}

func TestHeaders_areThoseOfHTTPOffHTTPS(t *testing.T) {
	h := newHouse(t, storetest.Open(t, "sqlite"), "http://alder.localhost:8081")
	sage := h.setUp()
	p := sage.get("/today")
	p.is(t, http.StatusOK, nil)
	if p.header.Get("Strict-Transport-Security") != "" || strings.Contains(p.header.Get("Content-Security-Policy"), "upgrade") {
		t.Error("http is told to be https")
	}
	if _, ok := sage.cookies["sid-8081"]; !ok {
		t.Errorf("cookies %v", sage.cookies)
	}
}

func TestHost_thatIsNotOursIsSentElsewhere(t *testing.T) {
	inHouse(t, func(h *house) {
		h.setUp()
		for host, status := range map[string]int{"evil.example": 421, "ALDER.example": 200, "alder.example:8443": 421, "": 421} {
			r := httptest.NewRequest("GET", alder+"/", nil)
			r.Host = host
			r.Header.Set("X-Forwarded-Host", "evil.example")
			p := h.browser().send(r)
			if p.status != status || strings.Contains(p.body, "evil") {
				h.Errorf("host %q: %d", host, p.status)
			}
		}
		r := httptest.NewRequest("GET", "http://127.0.0.1/healthz", nil)
		h.browser().send(r).is(h.T, http.StatusOK, nil)
	})
}

func TestForms_ofOtherSitesDoNothing(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		values := url.Values{"title": {"Not hers"}, "form_key": {sage.key()}}
		for name, header := range map[string][2]string{
			"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"}, "origin": {"Origin", "https://evil.example"},
		} {
			r := httptest.NewRequest("POST", alder+"/offers", strings.NewReader(values.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header[0], header[1])
			if p := sage.send(r); p.status != http.StatusForbidden {
				h.Errorf("%s: %d", name, p.status)
			}
		}
		// A session opens no API and a token no page.
		r := httptest.NewRequest("POST", alder+"/api/v1/offers", strings.NewReader(`{"title":"Not hers"}`))
		r.Header.Set("Content-Type", "application/json")
		sage.send(r).is(h.T, http.StatusUnauthorized, nil)
		r = httptest.NewRequest("GET", alder+"/settings", nil)
		r.Header.Set("Authorization", "Bearer "+sage.program().token)
		h.browser().send(r).is(h.T, http.StatusSeeOther, nil)
		if h.given(sage) != 0 {
			h.Error("it was done")
		}
	})
}

func TestBadInput_isAClearRefusalAndTheProcessIsUnmoved(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		for _, bad := range []struct {
			name, body, kind string
			status           int
		}{
			{"not JSON", `{"title":`, "application/json", 400},
			{"a list", `[]`, "application/json", 400},
			{"null", `null`, "application/json", 400},
			{"two documents", `{"title":"a"}{"title":"b"}`, "application/json", 400},
			{"10 000 deep", strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), "application/json", 422},
			{"200 000 deep", strings.Repeat(`[`, 60000), "application/json", 400},
			{"unknown field", `{"title":"a","role":"steward"}`, "application/json", 422},
			{"another case", `{"TITLE":"a"}`, "application/json", 422},
			{"a null field", `{"title":"a","quantity":null}`, "application/json", 422},
			{"a float", `{"title":"a","quantity":1.5}`, "application/json", 422},
			{"too large a number", `{"title":"a","quantity":1e308}`, "application/json", 422},
			{"negative", `{"title":"a","quantity":-1}`, "application/json", 422},
			{"a NUL", `{"title":"a\u0000b"}`, "application/json", 422},
			{"an escape", `{"title":"a\u001b[31m"}`, "application/json", 422},
			{"not UTF-8", "{\"title\":\"a\xff\xfe\x00\"}", "application/json", 400},
			{"another type", `title=a`, "application/x-www-form-urlencoded", 415},
			{"text", `{"title":"a"}`, "text/plain", 415},
			{"too much", `{"title":"` + strings.Repeat("a", 70<<10) + `"}`, "application/json", 413},
			{"a photo of nobody's", `{"title":"a","photos":["nothing"]}`, "application/json", 422},
			{"unknown words", `{"title":"a","audience":"circle","category":"cars"}`, "application/json", 422},
			{"windows that are none", `{"title":"a","windows":[{"from":"tomorrow","to":"later"}]}`, "application/json", 422},
			{"windows with more", `{"title":"a","windows":[{"from":"2026-12-01T10:00:00Z","to":"2026-12-01T11:00:00Z","who":"me"}]}`, "application/json", 422},
		} {
			h.passed += time.Minute
			p := program.call("POST", "/offers", bad.body, "Content-Type", bad.kind)
			var is problem
			if p.status != bad.status {
				h.Errorf("%s: %d, want %d\n%s", bad.name, p.status, bad.status, p.body)
			} else if err := json.Unmarshal([]byte(p.body), &is); err != nil || is.Detail == "" || p.header.Get("Content-Type") != "application/problem+json" {
				h.Errorf("%s: %s %s", bad.name, p.header.Get("Content-Type"), p.body)
			}
		}
		for name, values := range map[string]url.Values{
			"too many": func() url.Values {
				v := url.Values{}
				for i := range 5000 {
					v.Add("f"+string(rune('a'+i%26))+strings.Repeat("x", i/26%20)+string(rune('a'+i/520)), "")
				}
				return v
			}(),
			"too long": {"title": {strings.Repeat("a", 70<<10)}},
		} {
			if p := sage.post("/offers", values); p.status != http.StatusRequestEntityTooLarge {
				h.Errorf("%s: %d", name, p.status)
			}
		}
		body, kind := upload(h, nil, "image", []byte("<html>not a photo</html>"))
		program.call("POST", "/media", body.String(), "Content-Type", kind).is(h.T, http.StatusUnprocessableEntity, nil)
		program.call("POST", "/media", `{}`).is(h.T, http.StatusUnsupportedMediaType, nil)
		if h.given(sage) != 0 {
			h.Error("something was given")
		}
		program.call("GET", "/me", nil).is(h.T, http.StatusOK, nil)
	})
}

func TestWords_thatTurnOrRunAreShownAsWords(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		offer := sage.offers(url.Values{"title": {"\u202e<script>alert(1)</script>\u2066 lamp"}, "description": {`<img src=x onerror=alert(1)>`}})
		p := sage.get(offer)
		p.says(h.T, "<script>alert(1)</script> lamp")
		if strings.Contains(p.body, "<script>alert") || strings.Contains(p.body, "<img src=x") || strings.ContainsAny(p.body, "\u202e\u2066") {
			h.Errorf("it got through: %s", p.main())
		}
	})
}

func TestTokens_openWhatTheirScopesSay(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		reader := sage.program(people.ThingsRead)
		reader.call("GET", "/offers", nil).is(h.T, http.StatusOK, nil)
		reader.call("GET", "/me", nil).is(h.T, http.StatusOK, nil)
		for _, r := range h.server.routes {
			if !r.api() || r.scope == "" || r.scope == people.ThingsRead {
				continue
			}
			path := strings.Replace(strings.TrimPrefix(r.path, apiPrefix), "{id}", store.RandomID[string](), 1)
			h.passed += time.Minute
			if p := reader.call(r.method, path, nil); p.status != http.StatusForbidden {
				h.Errorf("%s %s: %d", r.method, path, p.status)
			}
		}
		(&program{h: h, token: "manypots_made-up"}).call("GET", "/node", nil).is(h.T, http.StatusUnauthorized, nil)
		var node nodeDocument
		(&program{h: h}).call("GET", "/node", nil).is(h.T, http.StatusOK, &node)
		if node.Actor != alder+"/ap/collective" || node.Handle != "collective@alder.example" {
			h.Errorf("%+v", node)
		}
	})
}

func TestSignIn_leadsOnlyInside(t *testing.T) {
	for next, want := range map[string]string{
		"/claims": "/claims", "/offers?q=a": "/offers?q=a", "//evil.example": "/today", `/\evil.example`: "/today", "https://evil.example": "/today",
		"https:evil": "/today", "javascript:alert(1)": "/today", "": "/today", "/api/v1/me": "/today", "/a\nb": "/today", "claims": "/today",
	} {
		if got := local(next, "/today"); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.browser()
		if at := ana.led(ana.get("/claims?x=1")); at != "/sign-in?next=%2Fclaims%3Fx%3D1" {
			h.Errorf("led to %s", at)
		}
		_ = h.joins(sage, "Ana")
	})
}

func TestLanguage_isTheMembersThenTheBrowsersThenTheCollectives(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		arabic := func(b *browser, accept string) bool {
			r := httptest.NewRequest("GET", alder+"/us", nil)
			r.Header.Set("Accept-Language", accept)
			p := b.send(r)
			if p.status == http.StatusSeeOther {
				r = httptest.NewRequest("GET", alder+"/", nil)
				r.Header.Set("Accept-Language", accept)
				p = b.send(r)
			}
			return strings.Contains(p.body, `lang="ar" dir="rtl"`) && p.header.Get("Content-Language") == "ar"
		}
		if !arabic(h.browser(), "ar-EG,en;q=0.5") || arabic(h.browser(), "xx") || arabic(sage, "ar") {
			h.Error("the wrong language")
		}
		sage.led(sage.submit("/settings", "/settings", url.Values{"language": {"ar"}}))
		if !arabic(sage, "en") {
			h.Error("her language is not hers")
		}
		sage.get("/nowhere").says(h.T, `dir="rtl"`)
	})
}

func TestHealth_saysWhatIsWrong(t *testing.T) {
	h := newHouse(t, storetest.Open(t, "sqlite"), alder)
	sage := h.setUp()
	if body := h.browser().get("/healthz").body; body != "{\"status\":\"ok\",\"reasons\":[]}\n" {
		t.Errorf("%s", body)
	}
	h.server.Health = func(context.Context) []string { return []string{"disk"} }
	if body := h.browser().get("/healthz").body; body != "{\"status\":\"degraded\",\"reasons\":[\"disk\"]}\n" {
		t.Errorf("%s", body)
	}
	sage.get("/queue").says(t, "The node is not quite well: disk.")
}

// devClock is the clock of a story, as a developer turns it.
type devClock struct{ h *house }

// Advance turns it.
func (c devClock) Advance(by time.Duration) time.Time {
	c.h.now = c.h.now.Add(by)
	return c.h.now
}

func TestDevClock_isThereForDevelopersAlone(t *testing.T) {
	h := newHouse(t, storetest.Open(t, "sqlite"), alder)
	turn := func(h *house, body string) page {
		r := httptest.NewRequest("POST", alder+"/dev/clock", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		return h.browser().send(r)
	}
	h.setUp()
	turn(h, `{"advance":"25h"}`).is(t, http.StatusNotFound, nil)
	o := h.server.Options
	o.Clock = devClock{h}
	server, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h.handler = server.Handler()
	turn(h, `{"advance":"25h"}`).says(t, `{"now":"2026-11-25T13:00:00Z"}`)
	turn(h, `{"advance":"-1h"}`).is(t, http.StatusUnprocessableEntity, nil)
	turn(h, `nonsense`).is(t, http.StatusBadRequest, nil)
}

func TestRefusals_haveTheirStatusAndSayWhenToComeAgain(t *testing.T) {
	h := newHouse(t, storetest.Open(t, "sqlite"), alder)
	h.setUp()
	for _, refusal := range []struct {
		err    error
		status int
		wait   string
	}{
		{fault.New(fault.Invalid, "input.fields"), 422, ""}, {fault.New(fault.Forbidden, "claim.own"), 403, ""},
		{fault.New(fault.NotFound, "offer.unknown"), 404, ""}, {fault.New(fault.Conflict, "offer.moved_on"), 409, ""},
		{fault.New(fault.Gone, "invite.expired"), 410, ""}, {fault.New(fault.Busy, "store.unavailable"), 503, "30"},
		{fault.New(fault.Busy, "sign_in.wait", fault.Args{"Seconds": 8}), 429, "8"}, {errors.New("what nobody foresaw"), 500, ""},
		{context.DeadlineExceeded, 503, "30"}, {&http.MaxBytesError{Limit: 1}, 413, ""},
	} {
		for _, path := range []string{"/offers", "/api/v1/offers"} {
			w := httptest.NewRecorder()
			e := h.server.echo.NewContext(httptest.NewRequest("GET", alder+path, nil), w)
			h.server.call(e).json = underAPI(path)
			h.server.fail(refusal.err, e)
			if w.Code != refusal.status || w.Header().Get("Retry-After") != refusal.wait {
				t.Errorf("%v: %d, again after %q", refusal.err, w.Code, w.Header().Get("Retry-After"))
			}
			if strings.Contains(w.Body.String(), "foresaw") {
				t.Errorf("the cause is told to everybody: %s", w.Body)
			}
		}
	}
	if !strings.Contains(h.log.String(), "what nobody foresaw") {
		t.Error("the cause is told to nobody")
	}
}

func TestPanic_isAnApologyAndALine(t *testing.T) {
	h := newHouse(t, storetest.Open(t, "sqlite"), alder)
	sage := h.setUp()
	h.server.mount(route{method: "GET", path: "/falls", handle: func(*call) error { panic("her secret words") }})
	p := sage.get("/falls")
	p.is(t, http.StatusInternalServerError, nil)
	if strings.Contains(p.body, "secret") || strings.Contains(h.log.String(), "her secret words") || !strings.Contains(h.log.String(), `"stack"`) {
		t.Errorf("%s", h.log)
	}
	sage.get("/today").is(t, http.StatusOK, nil)
}

func TestMethods_areThoseOfTheTable(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		for _, method := range []string{"PUT", "TRACE", "DELETE"} {
			p := sage.send(httptest.NewRequest(method, alder+"/offers", nil))
			if p.status != http.StatusMethodNotAllowed {
				h.Errorf("%s: %d", method, p.status)
			}
		}
		head := sage.send(httptest.NewRequest("HEAD", alder+"/offers", nil))
		head.is(h.T, http.StatusOK, nil)
	})
}
