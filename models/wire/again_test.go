package wire_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// Promise P2: who answers one delivery is soon asked again about those that it left unanswered, however long their own wait is.
func TestSent_isSoonFollowedByWhatWasLeftUnanswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const inbox, other = "https://birch.example/inbox", "https://cedar.example/inbox"
		update(t, s, func(tx *store.Tx) error { return wire.Post(tx, noon, note(1), inbox, other) })
		now := noon
		for range 4 { // the fourth wait is half an hour
			update(t, s, func(tx *store.Tx) error {
				all, err := wire.Lease(tx, now, time.Minute, 8)
				for _, p := range all {
					if _, err := wire.Failed(tx, now, p.Delivery, down); err != nil {
						return err
					}
				}
				return err
			})
			now = now.Add(20 * time.Minute)
		}
		update(t, s, func(tx *store.Tx) error {
			if err := wire.Post(tx, now, note(2), inbox); err != nil {
				return err
			}
			all, err := wire.Lease(tx, now, time.Minute, 8)
			if err == nil && len(all) == 1 {
				err = wire.Sent(tx, now, all[0].Delivery, 202)
			}
			return err
		})
		due := func(at time.Time) (hosts []string) {
			update(t, s, func(tx *store.Tx) error {
				all, err := wire.Lease(tx, at, time.Second, 8)
				for _, p := range all {
					hosts = append(hosts, p.Delivery.Host)
				}
				return err
			})
			return hosts
		}
		if early := due(now.Add(20 * time.Second)); len(early) != 0 {
			t.Errorf("at once: %v", early)
		}
		if soon := due(now.Add(31 * time.Second)); len(soon) != 1 || soon[0] != "https://birch.example" {
			t.Errorf("half a minute later: %v", soon)
		}
	})
}
