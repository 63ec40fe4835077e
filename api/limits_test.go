package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLimits_areByAccountAndNetworkAndKeepNoAddress(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		h.joins(sage, "Ana")
		b := h.browser()
		tries := func(n int, forwarded string) (last page) {
			for range n {
				r := httptest.NewRequest("POST", alder+"/sign-in", strings.NewReader(url.Values{"nickname": {"Ana"}, "passphrase": {"wrong one here"}, "form_key": {b.key()}}.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("X-Forwarded-For", forwarded)
				last = b.send(r)
			}
			return last
		}
		p := tries(6, "203.0.113.7")
		p.is(h.T, http.StatusTooManyRequests, nil)
		p.says(h.T, `value="Ana"`)
		if p.header.Get("Retry-After") == "" {
			h.Error("it does not say when")
		}
		// Another address in a header that nobody vouches for changes nothing.
		tries(20, "198.51.100.9").is(h.T, http.StatusTooManyRequests, nil)
		if strings.Contains(h.log.String(), "203.0.113") || strings.Contains(h.log.String(), "192.0.2") {
			h.Error("an address is in the log")
		}

		for range 10 {
			h.browser().get("/join?invite=guess").is(h.T, http.StatusNotFound, nil)
		}
		h.browser().get("/join?invite=guess").is(h.T, http.StatusTooManyRequests, nil)
		h.passed += time.Hour
		h.browser().get("/join?invite=guess").is(h.T, http.StatusNotFound, nil)
	})
}

func TestAddress_isBelievedFromTheProxyAlone(t *testing.T) {
	extract := ipExtractor([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")})
	for peer, want := range map[string]string{"127.0.0.1:80": "203.0.113.7", "198.51.100.1:80": "198.51.100.1"} {
		r := httptest.NewRequest("GET", alder, nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", "10.0.0.1, 203.0.113.7")
		r.Header.Set("X-Real-IP", "10.9.9.9")
		if got := extract(r); got != want {
			t.Errorf("from %s: %s, want %s", peer, got, want)
		}
	}
}
