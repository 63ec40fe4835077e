package main

import (
	"net/http/httptest"
	"testing"
)

// Whatever somebody accepts, the two faces of a thing never lead to one another for ever (DESIGN 3.3).
func FuzzAccept(f *testing.F) {
	for _, accept := range []string{"", "*/*", "text/html;q=0.9, application/activity+json", "application/ld+json; profile=\"x\";q=NaN", "text/html;q=Inf", ",;,q=", "text/html;q=-1"} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		for _, path := range []string{"/", "/ap/collective", "/decisions", "/ap/decisions", "/ap/node", "/offers/06h0a1qmp9y9b2485hjq7r2bf0", "/ap/offers/06h0a1qmp9y9b2485hjq7r2bf0"} {
			r := httptest.NewRequest("GET", "https://alder.example"+path, nil)
			r.Header.Set("Accept", accept)
			to, _ := otherFace(r)
			if to == "" {
				continue
			}
			r.URL.Path = to
			if back, _ := otherFace(r); back != "" {
				t.Errorf("%q is led from %s to %s to %s", accept, path, to, back)
			}
		}
	})
}
