package signature_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
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
	opts = signature.Options{Now: now, Origin: "https://alder.example"}
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
	return &letter{
		method: "POST", target: "/ap/inbox", host: "alder.example", body: body,
		header: http.Header{
			"Date":         {now.Format(http.TimeFormat)},
			"Digest":       {digest()},
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

// inRFC9421 writes the signature as RFC 9421 says; covered and params
// are then what stands in the brackets and behind them.
func (l *letter) inRFC9421() *http.Request {
	r := l.plain()
	uri := "https://" + l.host + l.target
	path, query, _ := strings.Cut(l.target, "?")
	derived := map[string]string{
		"@method": l.method, "@target-uri": uri, "@authority": l.host, "@scheme": "https", "@request-target": l.target,
		"@path": path, "@query": "?" + query, "host": l.host,
	}
	var names, lines []string
	for _, name := range strings.Fields(l.covered) {
		value, ok := derived[name]
		if !ok {
			value = strings.Join(l.header.Values(name), ", ")
		}
		names, lines = append(names, `"`+name+`"`), append(lines, `"`+name+`": `+value)
	}
	input := "(" + strings.Join(names, " ") + ")" + l.params
	text := strings.Join(append(lines, `"@signature-params": `+input), "\n")
	r.Header.Set("Signature-Input", "s="+input)
	r.Header.Set("Signature", "s=:"+base64.StdEncoding.EncodeToString(l.seal([]byte(text)))+":")
	return r
}

// aMastodon is a delivery in RFC 9421 as Mastodon 4.5 makes it.
func aMastodon(t testing.TB) *letter {
	t.Helper()
	l := aPost(t)
	l.header.Set("Content-Digest", "sha-256=:"+strings.TrimPrefix(l.header.Get("Digest"), "SHA-256=")+":")
	l.header.Del("Digest")
	l.header.Del("Date")
	l.covered, l.params = "@method @target-uri content-digest", l.with(now, `;alg="rsa-v1_5-sha256"`)
	return l
}

// with is the parameters of a signature made at a time.
func (l *letter) with(created time.Time, more string) string {
	return fmt.Sprintf(`;created=%d;keyid="%s"%s`, created.Unix(), keyID, more)
}
