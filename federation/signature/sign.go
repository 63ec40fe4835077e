package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// Sign signs an outgoing request with an RSA key after the draft, which every server understands, and sets Date, Signature and,
// for a request with a body, Digest. Content-Type must be set before. The algorithm is called rsa-sha256, as Mastodon does: some
// servers take hs2019 literally. Sign each attempt anew, or its Date grows old in the queue.
func Sign(r *http.Request, body []byte, keyID string, key crypto.Signer, now time.Time) error {
	if _, ok := key.Public().(*rsa.PublicKey); !ok {
		return errors.New("signature: the draft is spoken with an RSA key only")
	}
	s := Signature{scheme: Cavage, covered: []string{"(request-target)", "host", "date"}}
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	if hasBody(r, body) {
		r.Header.Set("Digest", "SHA-256="+sha256Of(body))
		s.covered = append(s.covered, "digest", "content-type")
	}
	s.coverRoll(r)
	value, err := s.seal(r, key)
	if err != nil {
		return err
	}
	r.Header.Set("Signature", fmt.Sprintf(`keyId="%s",algorithm="rsa-sha256",headers="%s",signature="%s"`,
		keyID, strings.Join(s.covered, " "), value))
	return nil
}

const (
	label    = "sig1"
	lifetime = 5 * time.Minute
)

// SignRFC9421 signs an outgoing request with an RSA or Ed25519 key for a server that is known to take it, and sets Signature-Input,
// Signature and, for a request with a body, Content-Digest. Content-Type must be set before. What is covered is what Mastodon, Mitra and
// Bonfire ask for, and the host twice. The signature is good for five minutes, so sign each attempt anew.
func SignRFC9421(r *http.Request, body []byte, keyID string, key crypto.Signer, now time.Time) error {
	s := Signature{scheme: RFC9421, covered: []string{"@method", "@target-uri", "@authority"}}
	if hasBody(r, body) {
		r.Header.Set("Content-Digest", "sha-256=:"+sha256Of(body)+":")
		s.covered = append(s.covered, "content-digest", "content-type")
	}
	s.coverRoll(r)
	list := httpsfv.InnerList{Params: httpsfv.NewParams()}
	for _, name := range s.covered {
		list.Items = append(list.Items, httpsfv.NewItem(name))
	}
	list.Params.Add("created", now.Unix())
	list.Params.Add("expires", now.Add(lifetime).Unix())
	list.Params.Add("keyid", keyID)
	list.Params.Add("alg", algorithmOf(key.Public()))
	var err error
	if s.input, err = httpsfv.Marshal(list); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	value, err := s.seal(r, key)
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", label+"="+s.input)
	r.Header.Set("Signature", label+"=:"+value+":")
	return nil
}

// coverRoll covers what a delivery says of followers, where it says it: unsigned it is worth nothing (FEP-8fcf).
func (s *Signature) coverRoll(r *http.Request) {
	if len(r.Header.Values(Roll)) > 0 {
		s.covered = append(s.covered, strings.ToLower(Roll))
	}
}

// seal signs the text that the signature covers and gives it in base64.
func (s Signature) seal(r *http.Request, key crypto.Signer) (string, error) {
	text, err := s.text(sent(r))
	if err != nil {
		return "", err
	}
	message, hash := []byte(text), crypto.Hash(0)
	switch key.Public().(type) {
	case *rsa.PublicKey:
		sum := sha256.Sum256(message)
		message, hash = sum[:], crypto.SHA256
	case ed25519.PublicKey: // hashes by itself
	default:
		return "", errors.New("signature: can sign with RSA and Ed25519 only")
	}
	value, err := key.Sign(rand.Reader, message, hash)
	if err != nil {
		return "", fmt.Errorf("signature: %w", err)
	}
	return base64.StdEncoding.EncodeToString(value), nil
}
