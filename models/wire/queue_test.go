package wire_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestLanes_sayWhatWaitsForWhomSinceWhen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), cedar+"/inbox", birch+"/inbox")
		post(t, s, noon.Add(time.Hour), note(2), birch+"/inbox")
		for _, p := range lease(t, s, noon) {
			if p.Delivery.Host == cedar {
				sent(t, s, noon, p)
			} else {
				failed(t, s, noon, p, down)
			}
		}
		view(t, s, func(v *store.View) error {
			lanes, err := wire.Lanes(v, "", 10)
			if err != nil {
				return err
			}
			if len(lanes) != 1 || lanes[0].Peer.Origin != birch || lanes[0].Waiting != 2 || !lanes[0].Since.Equal(noon) {
				t.Errorf("got %+v", lanes)
			}
			if lanes[0].Peer.LastError != "refused" {
				t.Errorf("why: %q", lanes[0].Peer.LastError)
			}
			for peer, want := range map[string]bool{birch: true, cedar: false} {
				since, err := wire.WaitingFor(v, peer)
				if err != nil || (since != nil) != want || want && !since.Equal(noon) {
					t.Errorf("%s: waits since %v, %v", peer, since, err)
				}
			}
			rest, err := wire.Lanes(v, birch, 10)
			if len(rest) != 0 {
				t.Errorf("after the last: %+v", rest)
			}
			return err
		})
	})
}

func TestFinders_haveAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox")
		for name, find := range map[string]func(v *store.View) error{
			"outbox":       func(v *store.View) error { _, err := wire.Outbox(v, wire.Collective, "", 10); return err },
			"outbox after": func(v *store.View) error { _, err := wire.Outbox(v, wire.Collective, "x", 10); return err },
			"last":         func(v *store.View) error { _, err := wire.LastTo(v, "x", "y"); return err },
			"oldest":       func(v *store.View) error { _, err := wire.OldestPending(v); return err },
			"oldest claim": func(v *store.View) error { _, err := wire.OldestPending(v, "Offer", "Undo"); return err },
			"lanes":        func(v *store.View) error { _, err := wire.Lanes(v, "", 10); return err },
			"waiting for":  func(v *store.View) error { _, err := wire.WaitingFor(v, birch); return err },
			"stuck":        func(v *store.View) error { _, err := wire.StuckDeliveries(v, "x", 10); return err },
			"stuck items":  func(v *store.View) error { _, err := wire.StuckItems(v, "x", 10); return err },
			"backlog":      func(v *store.View) error { _, err := wire.FindBacklog(v); return err },
			"said":         func(v *store.View) error { _, err := wire.SaidToMany(v, "x", "Create"); return err },
			"reach":        func(v *store.View) error { _, err := wire.ReachOf(v, "x"); return err },
			"key":          func(v *store.View) error { _, err := wire.FindKey(v, "x"); return err },
		} {
			t.Run(name, func(t *testing.T) {
				storetest.IndexedFinder(t, s, func(v *store.View) error { return ignore(find(v)) })
			})
		}
		update(t, s, func(tx *store.Tx) error {
			storetest.Indexed(t, s, tx.DB().Model(&wire.InboxItem{}).Where("state = 'pending' AND retry_at <= ?", noon).Order("id").Limit(64))
			return nil
		})
	})
}

// ignore lets a finder find nothing.
func ignore(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
