package wire

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// Scheme is how a peer is known to take signatures.
type Scheme string

// The schemes. An unknown peer is spoken to in draft-cavage (DESIGN 3.8).
const (
	Unknown Scheme = ""
	Cavage  Scheme = "cavage"  // and it refused a better one
	RFC9421 Scheme = "rfc9421" // with an RSA key
	Ed25519 Scheme = "ed25519" // RFC 9421 with an Ed25519 key
)

// Peer is a server that we exchange something with: its lane, its breaker and what is known of its ways. All times are wall
// time.
//
// The breaker opens at the fifth failure in a row to reach it (no answer, or 5xx). While it is open one delivery at a time
// probes, from ProbeAt on; any answer closes it. When the peer itself speaks, the next probe may go at once, and no more than
// that: it can be heard without being reachable (security 3.2).
type Peer struct {
	Origin      string     `gorm:"primaryKey"` // scheme://host[:port]
	Failures    int        // to reach it, in a row
	ProbeAt     *time.Time // set while the breaker is open
	WaitUntil   *time.Time // the peer asked for it (Retry-After)
	LastHeardAt *time.Time // it spoke, or took what was sent
	LastTriedAt *time.Time
	LastError   string        // a word for why the last attempt failed; empty after a success
	ClockSkew   time.Duration // its clock minus ours
	Scheme      Scheme        // as it was learned at SchemeAt; see Takes
	SchemeAt    *time.Time
}

const (
	breakerOpens = 5
	inFlight     = 2 // deliveries at a time to one host (security S18)
)

// Open reports that the breaker is open: the peer could not be reached five times in a row.
func (p Peer) Open() bool { return p.Failures >= breakerOpens }

// heardAgain keeps a busy peer from being written with every message.
const heardAgain = time.Minute

// Heard notes that peers spoke to us, and lets a breaker that is open probe at once.
func Heard(tx *store.Tx, wall time.Time, origins ...string) error {
	origins = distinct(origins)
	if err := meet(tx, origins); err != nil {
		return err
	}
	return peers(tx, origins).
		Where("last_heard_at IS NULL OR last_heard_at < ?", second(wall.Add(-heardAgain))).
		Updates(map[string]any{
			"last_heard_at": second(wall),
			"probe_at":      gorm.Expr("CASE WHEN probe_at > ? THEN ? ELSE probe_at END", second(wall), second(wall)),
		}).Error
}

// Who is there again is soon asked once more about what it left unanswered, instead of when each delivery's own wait is over. Not
// at once, and not for ever: a message may be what it stumbles over.
const (
	askedAgain  = 30 * time.Second
	askedAtMost = 8 // attempts
)

// answered closes the breaker: the peers can be reached, even if they say no, which is then why. After a failure what waits for them
// is due soon (promise P2).
func answered(tx *store.Tx, wall time.Time, why string, origins ...string) error {
	origins = distinct(origins)
	soon := second(wall.Add(askedAgain))
	err := tx.DB().Model(&Delivery{}).
		Where("state = 'due' AND host IN (?)", peers(tx, origins).Select("origin").Where("failures > 0")).
		Where("run_at > ? AND lease_until IS NULL AND attempt BETWEEN 1 AND ?", soon, askedAtMost).
		Where("last_status = 0 OR last_status >= 500").
		Update("run_at", soon).Error
	if err != nil {
		return err
	}
	return peers(tx, origins).
		Where("failures > 0 OR last_error <> ? OR last_heard_at IS NULL OR last_heard_at < ?", why, second(wall.Add(-heardAgain))).
		Updates(map[string]any{"failures": 0, "probe_at": nil, "last_error": why, "last_heard_at": second(wall)}).Error
}

// unreachable counts a failure and, once the breaker is open, sets the time of the next probe, later each time.
func unreachable(tx *store.Tx, wall time.Time, origin, why string) error {
	err := peers(tx, []string{origin}).Updates(map[string]any{"failures": gorm.Expr("failures + 1"), "last_error": why}).Error
	if err != nil {
		return err
	}
	p, err := FindPeer(tx.View, origin)
	if err != nil || !p.Open() {
		return err
	}
	probe := second(wall.Add(store.Backoff(p.Failures - breakerOpens + 1)))
	return peers(tx, []string{origin}).Update("probe_at", probe).Error
}

// Skewed notes by how much a peer's clock is ahead of ours (behind: negative), so that a page can say why it refuses us.
func Skewed(tx *store.Tx, origin string, by time.Duration) error {
	if err := meet(tx, []string{origin}); err != nil {
		return err
	}
	return peers(tx, []string{origin}).Update("clock_skew", by.Truncate(time.Second)).Error
}

// FindPeer finds what is known of a peer.
func FindPeer(v *store.View, origin string) (Peer, error) {
	return store.First[Peer](v.DB().Where("origin = ?", origin), "peer.unknown")
}

// meet makes sure that there is a row for each peer. Always in one order, so that two transactions do not wait for each other.
func meet(tx *store.Tx, origins []string) error {
	var rows []Peer
	for _, origin := range distinct(origins) {
		rows = append(rows, Peer{Origin: origin})
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

func peers(tx *store.Tx, origins []string) *gorm.DB {
	return tx.DB().Model(&Peer{}).Where("origin IN ?", origins)
}

func distinct(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
