package api

import (
	"net/url"
	"strings"
	"testing"
)

// Wherever somebody wants to be led after signing in, it is a page of ours (security B7).
func FuzzLocal(f *testing.F) {
	for _, next := range []string{"/offers?q=x#y", "//evil.example", `/\evil.example`, "https:evil.example", "%2f%2fevil.example", "/%2fevil.example", "/\t/evil.example", "javascript:x", "/..//evil.example", "///", "/a\r\nSet-Cookie: x"} {
		f.Add(next)
	}
	f.Fuzz(func(t *testing.T, next string) {
		to := local(next, "/today")
		base, err := url.Parse("https://alder.example/sign-in")
		if err != nil {
			t.Fatal(err)
		}
		at, err := base.Parse(to)
		if err != nil || at.Host != "alder.example" || at.Scheme != "https" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
			strings.HasPrefix(to, `/\`) || strings.ContainsAny(to, "\r\n\t") {
			t.Errorf("%q leads to %q", next, to)
		}
	})
}
