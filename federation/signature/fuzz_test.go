package signature

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func FuzzParse(f *testing.F) {
	f.Add("", `keyId="https://b.example/ap/node#main-key",algorithm="rsa-sha256",headers="(request-target) host date",signature="AAAA"`)
	f.Add("", `keyId="a,b" , created=1402170695, expires="1402170699.5",headers="(created)",signature="AA=="`)
	f.Add("", `keyId="\"",keyId="x"`)
	f.Add("", `a="`)
	f.Add(`sig1=("@method" "@target-uri");created=1;keyid="k";alg="ed25519"`, `sig1=:AAAA:`)
	f.Add(`s=("@query-param";name="a" "x";sf);created=-1;expires=1.5;tag="t";nonce="\""`, `s=:AA==:, t=1`)
	f.Fuzz(func(t *testing.T, input, header string) {
		r := &http.Request{Method: "POST", Header: http.Header{"Signature": {header}}}
		if input != "" {
			r.Header.Set("Signature-Input", input)
		}
		s, err := Parse(r)
		if err != nil {
			if s.keyID != "" || s.value != nil {
				t.Errorf("refused, yet it claims %+v", s)
			}
			return
		}
		if s.keyID == "" || len(s.covered) == 0 || len(s.value) == 0 || !clean(s.keyID+s.created+s.expires+s.input) {
			t.Errorf("accepted %+v", s)
		}
		if want := input != ""; want != (s.scheme == RFC9421) {
			t.Errorf("read as %s", s.scheme)
		}
	})
}

// What was signed is verified, and with any one bit turned it is not.
func FuzzSigBase(f *testing.F) {
	public, private, err := ed25519.GenerateKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		f.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	opts := Options{Now: now, Origin: "https://alder.example"}
	f.Add("/ap/inbox", "", "application/activity+json", []byte(`{"type":"Follow"}`), uint(0))
	f.Add("/ap/offers/1", "page=2&x=%20", "", []byte(nil), uint(77))
	f.Fuzz(func(t *testing.T, path, query, contentType string, body []byte, bit uint) {
		method := "GET"
		if len(body) > 0 {
			method = "POST"
		}
		r := &http.Request{Method: method, Header: http.Header{}, Host: "alder.example"}
		r.URL = httptest.NewRequest("GET", "https://alder.example/", nil).URL
		r.URL.Path, r.URL.RawQuery = path, query
		r.Header.Set("Content-Type", contentType)
		target := r.URL.RequestURI()
		if !strings.HasPrefix(target, "/") || !clean(target) || !clean(contentType) {
			return
		}
		if err := SignRFC9421(r, body, "https://birch.example/ap/node#ed25519-key", private, now); err != nil {
			t.Fatal(err)
		}
		s, err := Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(r, body, public, opts); err != nil {
			t.Fatal(err)
		}
		text, err := s.text(sent(r))
		if err != nil {
			t.Fatal(err)
		}
		flipped := []byte(text)
		flipped[bit/8%uint(len(flipped))] ^= 1 << (bit % 8)
		if verifies(RFC9421, public, flipped, s.value) {
			t.Errorf("signed %q, believed %q", text, flipped)
		}
		if len(body) > 0 {
			other := bytes.Clone(body)
			other[bit/8%uint(len(other))] ^= 1 << (bit % 8)
			if s.Verify(r, other, public, opts) == nil {
				t.Errorf("signed %q, believed %q", body, other)
			}
		}
	})
}

func FuzzDigestHeader(f *testing.F) {
	body := []byte(`{"hello": "world"}`)
	sum := sha256.Sum256(body)
	good := "SHA-256=" + sha256Of(body)
	f.Add(good)
	f.Add("sha-512=AAAA," + good)
	f.Add("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")
	f.Add("SHA-256")
	f.Fuzz(func(t *testing.T, header string) {
		found, ok := matchDigest(header, sum)
		if found && !strings.Contains(header, "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=") && !strings.ContainsAny(header, "\r\n") {
			t.Errorf("%q was taken for the digest", header)
		}
		if other, _ := matchDigest(header, sha256.Sum256(nil)); other && found {
			t.Errorf("%q fits two bodies", header)
		}
		if found && !ok {
			t.Errorf("%q is found and not well formed", header)
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add(appendixKey)
	f.Add(ed25519OfTheRFC)
	f.Add("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
	f.Add("z1111")
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := ParsePublicKey(text); err == nil && usable(key) != nil {
			t.Error("an unusable key was taken")
		}
		if key, err := ParseMultikey(text); err == nil && (usable(key) != nil || EncodeMultikey(key) != text) {
			t.Errorf("%q has two spellings", text)
		}
	})
}
