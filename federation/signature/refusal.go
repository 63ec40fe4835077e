package signature

import "time"

// Reason is why a signature is refused.
type Reason string

// The reasons. Only after BadKey or Forged can another look at the signer's key change the verdict.
const (
	Absent      Reason = "absent"      // no signature at all
	Malformed   Reason = "malformed"   // cannot be read in one way only
	Unsupported Reason = "unsupported" // a scheme or algorithm that we do not speak
	Uncovered   Reason = "uncovered"   // something that must be signed is not
	Stale       Reason = "stale"       // outside the time window; Skew says how far
	WrongBody   Reason = "wrong body"  // the digest is not that of the body
	BadKey      Reason = "bad key"     // of a kind or size that proves nothing
	Forged      Reason = "forged"      // the key did not sign this
)

// Refusal is why a request was not believed. Its text may be shown to the peer: it helps an honest administrator and tells
// a forger nothing.
type Refusal struct {
	Reason Reason
	Detail string
	Skew   time.Duration // of a stale signature: the peer's time minus ours
}

// Error is a sentence for the answer with status 401.
func (e *Refusal) Error() string { return "signature " + string(e.Reason) + ": " + e.Detail }

func refuse(reason Reason, detail string) error { return &Refusal{Reason: reason, Detail: detail} }
