package store_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// SQLite compares times as it compares words. One that was written in the node's own zone would come too late east of Greenwich and
// too early west of it.
func TestTimes_areOneMomentInEveryZone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, hours := range []int{-9, 0, 9} {
			zone := time.FixedZone("", hours*60*60)
			update(t, s, func(tx *store.Tx) error {
				return tx.Enqueue(store.Job{Kind: "fetch", RunAt: noon.In(zone)})
			})
			update(t, s, func(tx *store.Tx) error {
				if early, err := tx.LeaseJobs(noon.Add(-time.Second), time.Minute, 1, "fetch"); err != nil || len(early) > 0 {
					t.Errorf("%+d h: leased a second early: %v, %v", hours, early, err)
				}
				due, err := tx.LeaseJobs(noon, time.Minute, 1, "fetch")
				if err != nil || len(due) != 1 || !due[0].RunAt.Equal(noon) {
					t.Fatalf("%+d h: due at noon: %v, %v", hours, due, err)
				}
				return tx.FinishJob(due[0])
			})
		}
	})
}
