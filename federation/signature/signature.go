package signature

import (
	"crypto"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Window is how far a signature's time may lie from ours, either way (Mastodon allows the same).
const Window = time.Hour

// Options are what a verification depends on besides request and key.
type Options struct {
	// Now is wall time, never a turned clock.
	Now time.Time
	// Authority is the public host of this server, with its port where that is not the scheme's own. A signature for
	// any other host is refused: a proxy may rewrite Host, and a neighbour's delivery may be replayed to us.
	Authority string
}

// Signature is what a request claims about itself. It is worth nothing before Verify.
type Signature struct {
	keyID   string
	covered []string // lower case, in the order signed
	created string   // as sent: the signed text holds these digits
	expires string
	value   []byte
}

// KeyID is the address of the key that is said to have signed, as sent.
func (s Signature) KeyID() string { return s.keyID }

// Parse reads the signature of a request from its Signature header, or from Authorization: Signature. Every error is a
// *Refusal. A header that decides the verdict may be there once only: which of two values counts is a guess that a proxy
// before us may have made differently.
func Parse(r *http.Request) (Signature, error) {
	for _, name := range []string{"Signature", "Authorization", "Date", "Host", "Digest", "Content-Digest"} {
		if len(r.Header.Values(name)) > 1 {
			return Signature{}, refuse(Malformed, "the header "+name+" is there more than once")
		}
	}
	if len(r.Header.Values("Signature-Input")) > 0 {
		// A request in both schemes is judged by the stronger alone, so the other must not be tried instead.
		return Signature{}, refuse(Unsupported, "RFC 9421 is not understood here; sign with draft-cavage-http-signatures-12")
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

// Verify checks that key signed this request, for this host, now, and with this body. The algorithm follows from the key:
// what the header calls it is advice from a stranger. Every error is a *Refusal, except a missing Authority.
func (s Signature) Verify(r *http.Request, body []byte, key crypto.PublicKey, opts Options) error {
	if opts.Authority == "" {
		return errors.New("signature: no authority to verify against")
	}
	if err := s.Check(r, body, opts); err != nil {
		return err
	}
	if err := usable(key); err != nil {
		return err
	}
	for _, target := range targets(r) {
		text, err := s.text(r, target, signedHost(r, opts.Authority))
		if err != nil {
			return err
		}
		if verifies(key, []byte(text), s.value) {
			return nil
		}
	}
	return refuse(Forged, "the signature does not match the request to "+opts.Authority)
}

// covers checks the minimum that must be signed: without the target a signature fits any path, without the host any
// server, without a time any day, and without the digest any body.
func (s Signature) covers(r *http.Request, body []byte) error {
	need := [][]string{{"(request-target)"}, {"host"}, {"date", "(created)"}}
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

// fresh checks each time that is signed, and an expiry even when it is not.
func (s Signature) fresh(r *http.Request, now time.Time) error {
	if s.has("date") {
		date, err := http.ParseTime(r.Header.Get("Date"))
		if err != nil {
			return refuse(Malformed, "the Date header is missing or not a date")
		}
		if err := near("Date", date, now); err != nil {
			return err
		}
	}
	if s.has("(created)") {
		created, err := unix(s.created)
		if err != nil {
			return refuse(Malformed, "created is missing or not a time")
		}
		if err := near("created", created, now); err != nil {
			return err
		}
	}
	if s.expires == "" {
		return nil
	}
	expires, err := unix(s.expires)
	if err != nil {
		return refuse(Malformed, "expires is not a time")
	}
	if !now.Before(expires) {
		return &Refusal{Reason: Stale, Skew: expires.Sub(now),
			Detail: fmt.Sprintf("it expired %.0f minutes ago by our clock", now.Sub(expires).Minutes())}
	}
	return nil
}

// near names the distance, so that the peer's administrator can set the clock.
func near(name string, t, now time.Time) error {
	skew := t.Sub(now)
	if skew.Abs() <= Window {
		return nil
	}
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	return &Refusal{Reason: Stale, Skew: skew,
		Detail: fmt.Sprintf("%s is %.0f minutes %s our clock, %.0f are allowed", name, skew.Abs().Minutes(), side, Window.Minutes())}
}

// unix reads seconds since 1970; expires may have a fraction (cavage-12 2.1.5).
func unix(s string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || seconds < 0 || seconds > math.MaxInt32*8 || strings.Trim(s, "0123456789.") != "" {
		return time.Time{}, errors.New("not a time")
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), nil
}

func hasBody(r *http.Request, body []byte) bool {
	return len(body) > 0 || r.Method != http.MethodGet && r.Method != http.MethodHead
}

// targets are the spellings of the request line that the peer may have signed: old Mastodon and GoToSocial leave the
// query out of a GET.
func targets(r *http.Request) []string {
	sent := r.RequestURI
	if !strings.HasPrefix(sent, "/") { // absolute form, or a request that never crossed a socket
		sent = r.URL.RequestURI()
	}
	path, _, query := strings.Cut(sent, "?")
	if query && !hasBody(r, nil) {
		return []string{sent, path}
	}
	return []string{sent}
}

// signedHost is the host the peer must have signed: ours, in the spelling it used if that is ours too.
func signedHost(r *http.Request, authority string) string {
	if plain(r.Host) == plain(authority) {
		return r.Host
	}
	return authority
}

// plain drops what does not tell two hosts apart: case and the scheme's own port.
func plain(host string) string {
	host = strings.ToLower(host)
	for _, port := range []string{":443", ":80"} {
		host = strings.TrimSuffix(host, port)
	}
	return host
}
