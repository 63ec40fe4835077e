package signature

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
)

// sha256Of is what both digest headers say of a body (RFC 3230, RFC 9530), each with its own signs round it.
func sha256Of(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// matchBody checks both digest headers against the bytes as they came. A covered one must hold a SHA-256; one that is only
// there must not contradict it.
func (s Signature) matchBody(r *http.Request, body []byte) error {
	sum := sha256.Sum256(body)
	for _, name := range []string{"digest", "content-digest"} {
		header := strings.Join(r.Header.Values(name), ",")
		if header == "" && !s.has(name) {
			continue
		}
		found, ok := matchDigest(header, sum)
		if !ok {
			return refuse(WrongBody, "the "+name+" header does not match the body")
		}
		if s.has(name) && !found {
			return refuse(WrongBody, "the "+name+" header has no SHA-256")
		}
	}
	return nil
}

// matchDigest reads a list of digests, in RFC 3230's spelling (SHA-256=base64) or RFC 9530's (sha-256=:base64:). It says
// whether a SHA-256 is among them and whether the list is well formed and each of its SHA-256 is sum.
func matchDigest(header string, sum [sha256.Size]byte) (found, ok bool) {
	if header == "" {
		return false, true
	}
	for item := range strings.SplitSeq(header, ",") {
		name, value, cut := strings.Cut(strings.TrimSpace(item), "=")
		if !cut || name == "" {
			return false, false
		}
		if !strings.EqualFold(name, "sha-256") {
			continue
		}
		if inner, opened := strings.CutPrefix(value, ":"); opened {
			if value, cut = strings.CutSuffix(inner, ":"); !cut {
				return false, false
			}
		}
		given, err := base64.StdEncoding.Strict().DecodeString(value)
		if err != nil || subtle.ConstantTimeCompare(given, sum[:]) != 1 {
			return false, false
		}
		found = true
	}
	return found, true
}
