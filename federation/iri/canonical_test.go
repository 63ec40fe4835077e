package iri_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/iri"
)

func TestCanonical_givesOneSpelling(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"https://birch.example/ap/node":           "https://birch.example/ap/node",
		"HTTPS://Birch.EXAMPLE/Ap/Node":           "https://birch.example/Ap/Node",
		"https://birch.example:443/u":             "https://birch.example/u",
		"https://birch.example.:443/u":            "https://birch.example/u",
		"https://birch.example:8443/u":            "https://birch.example:8443/u",
		"https://ｂirch.example/u":                 "https://birch.example/u",
		"https://birch。example/u":                 "https://birch.example/u",
		"https://bücher.example/u":                "https://xn--bcher-kva.example/u",
		"https://XN--BCHER-KVA.example/u":         "https://xn--bcher-kva.example/u",
		"https://birch.example":                   "https://birch.example",
		"https://birch.example/@ünï":              "https://birch.example/@%C3%BCn%C3%AF",
		"https://birch.example//u/../x?q=%2F#y":   "https://birch.example//u/../x?q=%2F#y",
		"https://192.88.99.1/u":                   "https://192.88.99.1/u",
		"https://[2001:DB8:0::1]/u":               "https://[2001:db8::1]/u",
		"http://localhost:80/u":                   "http://localhost/u",
		"http://alder.localhost:8080/ap/node":     "http://alder.localhost:8080/ap/node",
		"http://127.1.2.3:8080/u":                 "http://127.1.2.3:8080/u",
		"http://[::1]:8080/u":                     "http://[::1]:8080/u",
		"https://birch.example/?to=https://x@y/z": "https://birch.example/?to=https://x@y/z",
	} {
		got, err := iri.Canonical(id)
		if err != nil || got != want {
			t.Errorf("Canonical(%q) = %q, %v; want %q", id, got, err, want)
		}
	}
}

func TestCanonical_refusesWhatCouldBeReadInTwoWays(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "birch.example", "//birch.example/u", "/u", "https:/birch.example", "https:birch.example", "https://", "https:///u", "https://./u",
		"http://birch.example/u", "ftp://birch.example/u", "javascript://birch.example/%0aalert(1)", "acct:node@birch.example", "http+unix://x/",
		"https://u@birch.example/", "https://u:p@birch.example/", "https://birch.example@willow.example/", `https://u@willow.example\@birch.example/`,
		"https://birch%2Eexample/", "https://birch..example/", "https://.birch.example/", "https://birch.example../", "https://bir ch.example/",
		"https://birch.example:/", "https://birch.example:0/", "https://birch.example:0443/", "https://birch.example:65536/", "https://birch.example:44a/", "https://birch.example:+443/",
		"https://bir_ch.example/", "https://xn--/", "https://xn--a/", "https://" + strings.Repeat("a", 64) + ".example/", "https://" + strings.Repeat("abc.", 64) + "example/",
		"https://2130706433/", "https://0177.1/", "https://0x7f.1/", "https://127.1/", "https://127.0.0.01/", "https://1.2.3.4.5/", "https://birch.0x7f/",
		"https://[::1", "https://::1/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25lo]/", "https://[127.0.0.1]/", "https://[]/",
		"https://birch.example/a b", "https://birch.example/\t", "https://birch.example/\n", " https://birch.example/", "https://birch.example/ ", `https://birch.example/a\b`,
		"https://birch.example/\x00", "https://birch.example/\xff", "https://birch.example/<script>", `https://birch.example/"`, "https://birch.example/%zz", "https://birch.example/#a#b",
		"https://birch.example/" + strings.Repeat("a", iri.MaxLen), "http://localhost.birch.example/", "http://notlocalhost/", "http://128.0.0.1/",
	} {
		if got, err := iri.Canonical(id); !errors.Is(err, iri.ErrNotCanonical) {
			t.Errorf("Canonical(%q) = %q, %v; want it refused", id, got, err)
		}
	}
}

func TestCanonical_saysNothingOfTheIdInItsError(t *testing.T) {
	t.Parallel()
	if _, err := iri.Canonical("http://birch.example/people/ines"); strings.Contains(err.Error(), "ines") {
		t.Errorf("the log would show %v", err)
	}
}

func TestSameOrigin_comparesSchemeHostAndPort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://birch.example/a", "https://BIRCH.example.:443/b#c", true},
		{"https://birch.example/a", "https://birch.example:8443/a", false},
		{"https://birch.example/a", "https://x.birch.example/a", false},
		{"http://localhost/a", "https://localhost/a", false},
		{"https://birch.example/a", "http://birch.example/a", false},
		{"", "", false},
		{"nonsense", "nonsense", false},
	} {
		if got := iri.SameOrigin(c.a, c.b); got != c.want {
			t.Errorf("SameOrigin(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func TestLoopback_isThisMachineOnly(t *testing.T) {
	t.Parallel()
	for authority, want := range map[string]bool{
		"localhost": true, "alder.localhost:8080": true, "127.0.0.1:1": true, "127.9.9.9": true, "[::1]:80": true,
		"localhost.example": false, "10.0.0.1": false, "[::2]": false, "": false, "localhost:x": false,
	} {
		if got := iri.Loopback(authority); got != want {
			t.Errorf("Loopback(%q) = %v", authority, got)
		}
	}
}

// FuzzCanonical holds what everyone relies on: canonicalising twice changes nothing, net/url dials the host that was compared,
// and no host that differs by more than spelling becomes another's.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"https://birch.example/ap/node#main-key", "https://ｖ.example。:443/@ü", "http://[::1]:8080/?q", `https://u@E\@V/`, "https://faß.example/", "https://a\u200d.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		once, err := iri.Canonical(id)
		if err != nil {
			return
		}
		if twice, err := iri.Canonical(once); err != nil || twice != once {
			t.Errorf("%q became %q, then %q (%v)", id, once, twice, err)
		}
		u, err := url.Parse(once)
		if err != nil || u.User != nil || u.Host == "" || u.String() == "" {
			t.Fatalf("%q reads as %v, %v", once, u, err)
		}
		origin, err := iri.Origin(id)
		if err != nil || origin != u.Scheme+"://"+u.Host {
			t.Errorf("origin of %q is %q, net/url says %s://%s", id, origin, u.Scheme, u.Host)
		}
		if as, err := url.Parse(id); err == nil && isASCII(as.Hostname()) &&
			!strings.EqualFold(strings.TrimSuffix(as.Hostname(), "."), u.Hostname()) && !strings.Contains(as.Hostname(), ":") {
			t.Errorf("%q has host %q, canonical %q", id, as.Hostname(), u.Hostname())
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }
