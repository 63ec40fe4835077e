package signature_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
)

var (
	now  = time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	body = []byte(`{"type":"Follow"}`)
	opts = signature.Options{Now: now, Authority: "alder.example"}
)

const keyID = "https://birch.example/ap/collective#main-key"

var theKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := signature.GenerateKey()
	if err != nil {
		panic(err)
	}
	return key
})

// letter is a signed request on its way: what the peer wrote, as text that a test can spoil.
type letter struct {
	method, target, host string
	body                 []byte
	header               http.Header
	covered              string
	params               string // between keyId and headers
	created, expires     string
	seal                 func(text []byte) []byte
}

// aPost is a delivery that is right in every respect.
func aPost(t testing.TB) *letter {
	t.Helper()
	sum := sha256.Sum256(body)
	return &letter{
		method: "POST", target: "/ap/inbox", host: "alder.example", body: body,
		header: http.Header{
			"Date":         {now.Format(http.TimeFormat)},
			"Digest":       {"SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])},
			"Content-Type": {"application/activity+json"},
		},
		covered: "(request-target) host date digest content-type",
		params:  `algorithm="rsa-sha256"`,
		seal:    sealRSA(t, crypto.SHA256),
	}
}

func aGet(t testing.TB, target string) *letter {
	t.Helper()
	l := aPost(t)
	l.method, l.target, l.body, l.covered = "GET", target, nil, "(request-target) host date"
	l.header.Del("Digest")
	return l
}

func sealRSA(t testing.TB, hash crypto.Hash) func([]byte) []byte {
	return func(text []byte) []byte {
		h := hash.New()
		h.Write(text)
		sig, err := rsa.SignPKCS1v15(rand.Reader, theKey(), hash, h.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
}

// signed writes the signature as the draft says, independently of the package's own signing.
func (l *letter) signed() *http.Request {
	r := l.plain()
	var lines []string
	for _, name := range strings.Fields(l.covered) {
		value := strings.Join(l.header.Values(name), ", ")
		switch name {
		case "(request-target)":
			value = strings.ToLower(l.method) + " " + l.target
		case "host":
			value = l.host
		case "(created)":
			value = l.created
		case "(expires)":
			value = l.expires
		}
		lines = append(lines, name+": "+value)
	}
	r.Header.Set("Signature", fmt.Sprintf(`keyId="%s",%s,headers="%s",signature="%s"`, keyID, l.params, l.covered,
		base64.StdEncoding.EncodeToString(l.seal([]byte(strings.Join(lines, "\n"))))))
	return r
}

func (l *letter) plain() *http.Request {
	r := httptest.NewRequest(l.method, l.target, bytes.NewReader(l.body))
	r.Host, r.Header = l.host, l.header.Clone()
	return r
}

func verify(r *http.Request, content []byte) error {
	s, err := signature.Parse(r)
	if err != nil {
		return err
	}
	return s.Verify(r, content, &theKey().PublicKey, opts)
}

func wantReason(t *testing.T, err error, want signature.Reason) {
	t.Helper()
	var refusal *signature.Refusal
	if !errors.As(err, &refusal) || refusal.Reason != want {
		t.Errorf("got %v, want a signature refused as %q", err, want)
	}
}
