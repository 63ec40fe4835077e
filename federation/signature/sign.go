package signature

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Sign signs an outgoing request with an RSA key and sets Date, Signature and, for a request with a body, Digest. Content-Type
// must be set before. The algorithm is called rsa-sha256, as Mastodon does: some servers take hs2019 literally. Sign each
// attempt anew, or its Date grows old in the queue.
func Sign(r *http.Request, body []byte, keyID string, key crypto.Signer, now time.Time) error {
	if _, ok := key.Public().(*rsa.PublicKey); !ok {
		return errors.New("signature: can sign with an RSA key only")
	}
	s := Signature{covered: []string{"(request-target)", "host", "date"}}
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	if hasBody(r, body) {
		r.Header.Set("Digest", digestOf(body))
		s.covered = append(s.covered, "digest", "content-type")
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	text, err := s.text(r, r.URL.RequestURI(), host)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	value, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	r.Header.Set("Signature", fmt.Sprintf(`keyId="%s",algorithm="rsa-sha256",headers="%s",signature="%s"`,
		keyID, strings.Join(s.covered, " "), base64.StdEncoding.EncodeToString(value)))
	return nil
}
