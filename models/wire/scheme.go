package wire

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// How long what is known of a peer's signatures is counted on.
const (
	takenFor   = 30 * 24 * time.Hour // the software behind a name changes, and some drop what they do not read and say 200
	refusedFor = 7 * 24 * time.Hour  // something between us did not let it through, which somebody may have mended
	noteAgain  = 24 * time.Hour      // keeps a busy peer from being written with every message
)

// better orders the schemes by how gladly we use them.
func better() []Scheme { return []Scheme{Unknown, Cavage, RFC9421, Ed25519} }

// Takes is the scheme in which the peer is to be spoken to: Unknown, unless it was lately seen to take or to refuse one.
func (p Peer) Takes(wall time.Time) Scheme {
	if p.SchemeAt == nil || wall.Sub(*p.SchemeAt) >= takenFor {
		return Unknown
	}
	return p.Scheme
}

// Speaks notes that a peer takes a scheme: it says so, or signs in it. It is not believed while it is known to take a better one,
// nor for a week after it refused one.
func Speaks(tx *store.Tx, wall time.Time, origin string, scheme Scheme) error {
	if err := meet(tx, []string{origin}); err != nil {
		return err
	}
	p, err := FindPeer(tx.View, origin)
	if err != nil {
		return err
	}
	known := p.Takes(wall)
	switch {
	case known == Cavage && wall.Sub(*p.SchemeAt) < refusedFor,
		known == scheme && wall.Sub(*p.SchemeAt) < noteAgain,
		slices.Index(better(), known) > slices.Index(better(), scheme):
		return nil
	}
	return learn(tx, wall, origin, scheme)
}

// Refused notes that a peer took a scheme after it had refused the one that it was thought to take.
func Refused(tx *store.Tx, wall time.Time, origin string, took Scheme) error {
	return learn(tx, wall, origin, took)
}

func learn(tx *store.Tx, wall time.Time, origin string, scheme Scheme) error {
	return peers(tx, []string{origin}).Updates(map[string]any{"scheme": scheme, "scheme_at": second(wall)}).Error
}
