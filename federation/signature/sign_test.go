package signature_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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

func TestSign_refusesAPostWithoutContentTypeAndAForeignKey(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "https://alder.example/ap/inbox", bytes.NewReader(body))
	if err := signature.Sign(r, body, keyID, theKey(), now); err == nil {
		t.Error("signed without Content-Type")
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := signature.Sign(r, body, keyID, private, now); err == nil {
		t.Error("signed with a key that it calls RSA")
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

func BenchmarkSign(b *testing.B) {
	r := aPost(b).plain()
	for b.Loop() {
		if err := signature.Sign(r, body, keyID, theKey(), now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	r := aPost(b).signed()
	for b.Loop() {
		if err := verify(r, body); err != nil {
			b.Fatal(err)
		}
	}
}
