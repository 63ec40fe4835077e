package main

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// A mirror vanishes a week after its home was last heard of. Whoever turns the clock day by day sees the neighbours' things stay,
// as they would if the days had passed.
func TestClock_turnedByDaysReadsWhatTheNeighboursHaveOpen(t *testing.T) {
	d := openStreet(t)
	lease := func() (until time.Time) {
		err := d.birch.store.View(t.Context(), d.clock.Now(), func(v *store.View) error {
			maya, err := people.FindByNickname(v, "Maya")
			if err != nil {
				return err
			}
			rows, _, err := sharing.List(v, neighbours.Viewer{Member: &maya}, sharing.Filter{Search: "kitchen chairs"})
			if err != nil || len(rows) == 0 {
				return err
			}
			m, err := sharing.FindMirror(v, rows[0].ID)
			if err == nil && m.LeaseUntil != nil {
				until = *m.LeaseUntil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return until
	}
	within(t, patience, "the chairs are at the neighbours'", func() bool { return !lease().IsZero() })
	before := lease()
	for day := range 3 {
		d.clock.Advance(25 * time.Hour)
		want := before.Add(time.Duration(day) * 25 * time.Hour)
		within(t, patience, "their lease is renewed", func() bool { return lease().After(want) })
	}
}
