package federation

import (
	"time"

	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Settled says which windows may be closed by now (DESIGN 4): everything that was committed here until the freeze has been applied,
// parked items aside, and whoever could not reach this node across the freeze has had a quarter of an hour since. That the node
// was away it knows from wire.Wake and wire.Beat.
func (f *Federation) Settled(v *store.View) (sharing.Settled, error) {
	oldest, err := wire.OldestPending(v, "Offer")
	if err != nil {
		return nil, err
	}
	uptime, err := wire.FindUptime(v)
	if err != nil {
		return nil, err
	}
	return func(freeze time.Time) bool {
		applied := oldest.IsZero() || oldest.After(freeze)
		return applied && uptime.Reached(freeze, v.Now)
	}, nil
}
