package signature

import (
	"crypto"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scheme is a way to write down a signature.
type Scheme string

// The schemes.
const (
	Cavage  Scheme = "cavage"  // draft-cavage-http-signatures-12
	RFC9421 Scheme = "rfc9421" // HTTP Message Signatures
)

// Options are what a verification depends on besides request and key.
type Options struct {
	// Now is wall time, never a turned clock.
	Now time.Time
	// Origin is the public address of this server: scheme://host, with the port where that is not the scheme's own. A
	// signature for any other server is refused: a proxy may rewrite Host, and a neighbour's delivery may be replayed to us.
	Origin string
}

// Signature is what a request claims about itself. It is worth nothing before Verify.
type Signature struct {
	scheme    Scheme
	keyID     string
	covered   []string // in the order signed: header names in lower case, (derived) ones or @derived ones
	created   string   // as sent: the signed text holds these digits
	expires   string
	algorithm string // RFC 9421: what the key must be made for; empty where that is left to the key
	input     string // RFC 9421: the last line of what was signed
	value     []byte
}

// KeyID is the address of the key that is said to have signed, as sent.
func (s Signature) KeyID() string { return s.keyID }

// Scheme is how the request is signed.
func (s Signature) Scheme() Scheme { return s.scheme }

// Parse reads the signature of a request: after RFC 9421 where there is a Signature-Input, else after the draft, from the
// Signature header or from Authorization: Signature. Every error is a *Refusal. A header that decides the verdict may be
// there once only: which of two values counts is a guess that a proxy before us may have made differently.
func Parse(r *http.Request) (Signature, error) {
	for _, name := range []string{"Signature-Input", "Signature", "Authorization", "Date", "Host", "Digest", "Content-Digest"} {
		if len(r.Header.Values(name)) > 1 {
			return Signature{}, refuse(Malformed, "the header "+name+" is there more than once")
		}
	}
	if len(r.Header.Values("Signature-Input")) > 0 {
		// A request in both schemes is judged by the stronger alone: the other is not even looked at.
		return parseInput(r.Header.Get("Signature-Input"), r.Header.Get("Signature"))
	}
	params, signed := r.Header.Get("Signature"), len(r.Header.Values("Signature")) > 0
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, rest, _ := strings.Cut(auth, " ")
		switch {
		case signed:
			return Signature{}, refuse(Malformed, "send Signature or Authorization, not both")
		case strings.EqualFold(scheme, "Signature"):
			params, signed = rest, true
		}
	}
	if !signed {
		return Signature{}, refuse(Absent, "the request is not signed")
	}
	return parseParams(params)
}

// Check holds against the request whatever can be judged without the key: what is covered, the time, the body. A request
// that fails here needs no key to be fetched. Every error is a *Refusal.
func (s Signature) Check(r *http.Request, body []byte, opts Options) error {
	if err := s.covers(r, body); err != nil {
		return err
	}
	if err := s.fresh(r, opts.Now); err != nil {
		return err
	}
	return s.matchBody(r, body)
}

// Verify checks that key signed this request, for this server, now, and with this body. The algorithm follows from the key:
// what the request calls it is advice from a stranger. Every error is a *Refusal, except an Origin that is none.
func (s Signature) Verify(r *http.Request, body []byte, key crypto.PublicKey, opts Options) error {
	scheme, host, ok := strings.Cut(opts.Origin, "://")
	if !ok || host == "" {
		return errors.New("signature: no origin to verify against")
	}
	if err := s.Check(r, body, opts); err != nil {
		return err
	}
	if err := usable(key); err != nil {
		return err
	}
	if s.algorithm != "" && s.algorithm != algorithmOf(key) {
		return refuse(BadKey, "the key is not for the algorithm that the signature names")
	}
	for _, target := range targets(r) {
		text, err := s.text(received(r, strings.ToLower(scheme), host, target))
		if err != nil {
			return err
		}
		if verifies(s.scheme, key, []byte(text), s.value) {
			return nil
		}
	}
	return refuse(Forged, "the signature does not match the request to "+host)
}

// covers checks the minimum that must be signed: without the target a signature fits any path, without the host any
// server, without a time any day, and without the digest any body.
func (s Signature) covers(r *http.Request, body []byte) error {
	need := [][]string{{"(request-target)"}, {"host"}, {"date", "(created)"}}
	if s.scheme == RFC9421 { // its created is always signed, and never left out: parseInput sees to it
		need = [][]string{{"@method"}, {"@target-uri", "@request-target", "@path"}, {"@target-uri", "@authority", "host"}}
		if r.URL.RawQuery != "" && hasBody(r, body) {
			need = append(need, []string{"@target-uri", "@request-target", "@query"})
		}
	}
	if hasBody(r, body) {
		need = append(need, []string{"digest", "content-digest"})
	}
	for _, either := range need {
		if !slices.ContainsFunc(either, s.has) {
			return refuse(Uncovered, "the signature does not cover "+strings.Join(either, " or "))
		}
	}
	return nil
}

func (s Signature) has(name string) bool { return slices.Contains(s.covered, name) }

// text is what was signed, byte for byte.
func (s Signature) text(m message) (string, error) {
	lines := make([]string, len(s.covered), len(s.covered)+1)
	for i, name := range s.covered {
		value, ok := s.component(m, name)
		if !ok {
			return "", refuse(Malformed, "the signature covers "+strconv.QuoteToASCII(name)+", which is not there")
		}
		if strings.ContainsAny(value, "\r\n") { // it could forge a line of its own
			return "", refuse(Malformed, "there is a line feed in "+name)
		}
		if s.scheme == RFC9421 {
			name = `"` + name + `"`
		}
		lines[i] = name + ": " + value
	}
	if s.scheme == RFC9421 {
		lines = append(lines, `"@signature-params": `+s.input)
	}
	return strings.Join(lines, "\n"), nil
}

func (s Signature) component(m message, name string) (string, bool) {
	if s.scheme == RFC9421 {
		return m.derived(name)
	}
	return s.signedHeader(m, name)
}
