package signature_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
)

func TestSign_isWhatOthersVerify(t *testing.T) {
	t.Parallel()
	post, err := http.NewRequest("POST", "https://alder.example/ap/inbox?x=1", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	post.Header.Set("Content-Type", "application/activity+json")
	if err := signature.Sign(post, body, keyID, theKey(), now); err != nil {
		t.Fatal(err)
	}
	s, err := signature.Parse(post)
	if err != nil || s.KeyID() != keyID {
		t.Fatalf("key id %q, %v", s.KeyID(), err)
	}
	if err := s.Verify(post, body, &theKey().PublicKey, opts); err != nil {
		t.Error(err)
	}
	if h := post.Header.Get("Signature"); !strings.Contains(h, `algorithm="rsa-sha256",headers="(request-target) host date digest content-type"`) {
		t.Errorf("signed as %s", h)
	}
	get, err := http.NewRequest("GET", "https://alder.example/ap/collective", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := signature.Sign(get, nil, keyID, theKey(), now); err != nil {
		t.Fatal(err)
	}
	if h := get.Header.Get("Signature"); !strings.Contains(h, `headers="(request-target) host date"`) || get.Header.Get("Digest") != "" {
		t.Errorf("signed as %s", h)
	}
	if err := verify(get, nil); err != nil {
		t.Error(err)
	}
}

// Security H13, in the profile of protocol 5.2.
func TestSignRFC9421_isWhatOthersVerify(t *testing.T) {
	t.Parallel()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for alg, key := range map[string]crypto.Signer{"rsa-v1_5-sha256": theKey(), "ed25519": private} {
		post := httptest.NewRequest("POST", "https://alder.example/ap/inbox?x=1", bytes.NewReader(body))
		post.Header.Set("Content-Type", "application/activity+json")
		get := httptest.NewRequest("GET", "https://alder.example:443/ap/collective", nil)
		for r, want := range map[*http.Request]string{
			post: `("@method" "@target-uri" "@authority" "content-digest" "content-type")`, get: `("@method" "@target-uri" "@authority")`,
		} {
			content := body
			if r == get {
				content = nil
			}
			if err := signature.SignRFC9421(r, content, keyID, key, now); err != nil {
				t.Fatal(err)
			}
			want = fmt.Sprintf(`sig1=%s;created=%d;expires=%d;keyid="%s";alg="%s"`, want, now.Unix(), now.Unix()+300, keyID, alg)
			if got := r.Header.Get("Signature-Input"); got != want {
				t.Errorf("signed as\n%s, want\n%s", got, want)
			}
			s, err := signature.Parse(r)
			if err != nil || s.KeyID() != keyID || s.Scheme() != signature.RFC9421 {
				t.Fatalf("%s by %q, %v", s.Scheme(), s.KeyID(), err)
			}
			if err := s.Verify(r, content, key.Public(), opts); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSign_refusesAPostWithoutContentTypeAndAForeignKey(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "https://alder.example/ap/inbox", bytes.NewReader(body))
	if err := signature.Sign(r, body, keyID, theKey(), now); err == nil {
		t.Error("signed without Content-Type")
	}
	if err := signature.SignRFC9421(r, body, keyID, theKey(), now); err == nil {
		t.Error("signed without Content-Type")
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := signature.Sign(r, body, keyID, private, now); err == nil {
		t.Error("signed with a key that it calls RSA")
	}
	third, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/activity+json")
	if err := signature.SignRFC9421(r, body, keyID, third, now); err == nil {
		t.Error("signed with a key that nobody verifies")
	}
}

func TestKeys_surviveTheirPEM(t *testing.T) {
	t.Parallel()
	secret, err := signature.EncodePrivateKey(theKey())
	if err != nil {
		t.Fatal(err)
	}
	private, err := signature.ParsePrivateKey(secret)
	if err != nil || !theKey().Equal(private) {
		t.Errorf("another private key came back (%v)", err)
	}
	text, err := signature.EncodePublicKey(private.Public())
	if err != nil || !strings.HasPrefix(text, "-----BEGIN PUBLIC KEY-----\n") {
		t.Fatalf("%v: %s", err, text)
	}
	public, err := signature.ParsePublicKey(text)
	if err != nil || !theKey().PublicKey.Equal(public) {
		t.Errorf("another public key came back (%v)", err)
	}
	for _, bad := range []string{"", "hello", secret, strings.Replace(text, "MII", "AAA", 1)} {
		_, err := signature.ParsePublicKey(bad)
		wantReason(t, err, signature.BadKey)
	}
	for _, bad := range []string{"", text, strings.Replace(secret, "MII", "AAA", 1)} {
		if _, err := signature.ParsePrivateKey(bad); err == nil {
			t.Error("something else was taken for a private key")
		}
	}
}

// The figures of both kinds of key in both schemes: what a delivery costs its sender, and its receiver. The metric is the ratio to
// an RSA signature in the draft, measured in the same run.
func BenchmarkSign(b *testing.B)   { benchmark(b, letterSigned) }
func BenchmarkVerify(b *testing.B) { benchmark(b, letterVerified) }

// letterSigned and letterVerified are one act each, over a request that may be used again.
func letterSigned(b *testing.B, way string) func() error {
	r := delivery()
	key, sign := pen(way)
	return func() error { return sign(r, body, keyID, key, now) }
}

func letterVerified(b *testing.B, way string) func() error {
	r := delivery()
	key, sign := pen(way)
	if err := sign(r, body, keyID, key, now); err != nil {
		b.Fatal(err)
	}
	return func() error {
		s, err := signature.Parse(r)
		if err != nil {
			return err
		}
		return s.Verify(r, body, key.Public(), opts)
	}
}

func delivery() *http.Request {
	r := httptest.NewRequest("POST", "https://alder.example/ap/inbox", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/activity+json")
	return r
}

type signing func(*http.Request, []byte, string, crypto.Signer, time.Time) error

func pen(way string) (crypto.Signer, signing) {
	switch way {
	case "RSA in the draft":
		return theKey(), signature.Sign
	case "RSA in RFC 9421":
		return theKey(), signature.SignRFC9421
	}
	return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), signature.SignRFC9421
}

func benchmark(b *testing.B, act func(*testing.B, string) func() error) {
	var first float64
	for _, way := range []string{"RSA in the draft", "RSA in RFC 9421", "Ed25519 in RFC 9421"} {
		b.Run(way, func(b *testing.B) {
			do := act(b, way)
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
			each := b.Elapsed().Seconds() / float64(b.N)
			if first == 0 {
				first = each
			}
			b.ReportMetric(each/first, "ratio")
		})
	}
}
