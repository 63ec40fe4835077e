package wire_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

var down = wire.Failure{Class: "refused"}

func TestLease_givesEachDeliveryOnceAndTwoAtATimeToAHost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const activities, hosts, workers = 100, 15, 6
		var inboxes []string
		for h := range hosts {
			inboxes = append(inboxes, fmt.Sprintf("https://h%02d.example/inbox", h))
		}
		update(t, s, func(tx *store.Tx) error {
			for n := range activities {
				if err := wire.Post(tx, noon, note(n), inboxes...); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		taken, busy := map[wire.DeliveryID]int{}, map[string]int{}
		work := func() error {
			var parcels []wire.Parcel
			err := s.Update(context.Background(), noon, func(tx *store.Tx) (err error) {
				parcels, err = wire.Lease(tx, noon, time.Minute, 8)
				return err
			})
			if err != nil {
				return err
			}
			mu.Lock()
			for _, p := range parcels {
				taken[p.Delivery.ID]++
				busy[p.Delivery.Host]++
				if busy[p.Delivery.Host] > 2 {
					t.Errorf("%d in flight to %s", busy[p.Delivery.Host], p.Delivery.Host)
				}
			}
			mu.Unlock()
			for _, p := range parcels {
				mu.Lock()
				busy[p.Delivery.Host]-- // before the row says so: the next lease may come in between
				mu.Unlock()
				if err := s.Update(context.Background(), noon, func(tx *store.Tx) error { return wire.Sent(tx, noon, p.Delivery, 202) }); err != nil {
					return err
				}
			}
			return nil
		}
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					if err := work(); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					all := len(taken) == activities*hosts
					mu.Unlock()
					if all {
						return
					}
				}
			})
		}
		wg.Wait()
		for id, n := range taken {
			if n != 1 {
				t.Errorf("delivery %s leased %d times", id, n)
			}
		}
		view(t, s, func(v *store.View) error {
			open, err := store.All[wire.Delivery](v.DB().Where("state <> 'sent'"))
			if len(open) != 0 {
				t.Errorf("%d not sent", len(open))
			}
			return err
		})
	})
}

func TestLease_servesEveryHostBeforeAnyTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n := range 20 {
			post(t, s, noon, note(n), birch+"/inbox")
		}
		post(t, s, noon, note(20), cedar+"/inbox")
		update(t, s, func(tx *store.Tx) error {
			parcels, err := wire.Lease(tx, noon, time.Minute, 2)
			if got := ids(parcels); !slices.Equal(got, []wire.ActivityID{note(0).ID, note(20).ID}) {
				t.Errorf("got %v", got)
			}
			return err
		})
	})
}

func TestLease_keepsTheOrderOfEachObject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inbox := birch + "/inbox"
		post(t, s, noon, about(1, "Create", "offers/x"), inbox)
		post(t, s, noon, about(2, "Update", "offers/x"), inbox)
		post(t, s, noon, about(3, "Create", "offers/y"), inbox)
		post(t, s, noon, about(4, "Update", "offers/x"), cedar+"/inbox")

		first := lease(t, s, noon)
		if got := ids(first); !slices.Equal(got, []wire.ActivityID{"a00001", "a00003", "a00004"}) {
			t.Fatalf("got %v", got)
		}
		failed(t, s, noon, first[0], down)
		sent(t, s, noon, first[1])
		sent(t, s, noon, first[2])
		if got := ids(lease(t, s, noon)); len(got) != 0 {
			t.Fatalf("the Update overtook its Create: %v", got)
		}
		later := noon.Add(time.Minute)
		again := lease(t, s, later)
		if got := ids(again); !slices.Equal(got, []wire.ActivityID{"a00001"}) {
			t.Fatalf("got %v", got)
		}
		sent(t, s, later, again[0])
		if got := ids(lease(t, s, later.Add(2*time.Minute))); !slices.Contains(got, "a00002") {
			t.Fatalf("got %v", got)
		}
	})
}

func TestLease_ofADeadWorkerRunsOutAndItsLateAnswerIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox")
		first := lease(t, s, noon)
		if again := lease(t, s, noon.Add(30*time.Second)); len(again) != 0 {
			t.Fatalf("leased twice: %v", ids(again))
		}
		second := lease(t, s, noon.Add(2*time.Minute))
		if len(second) != 1 || second[0].Delivery.Attempt != 2 {
			t.Fatalf("got %+v", second)
		}
		late := s.Update(context.Background(), noon, func(tx *store.Tx) error { return wire.Sent(tx, noon, first[0].Delivery, 202) })
		if fault.KeyOf(late) != "delivery.lease_lost" {
			t.Errorf("late answer: %v", late)
		}
		sent(t, s, noon.Add(2*time.Minute), second[0])
		if again := lease(t, s, noon.Add(time.Hour)); len(again) != 0 {
			t.Errorf("sent and leased again: %v", ids(again))
		}
	})
}

func TestBreaker_opensAtTheFifthFailureAndProbesAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n := range 10 {
			post(t, s, noon, note(n), birch+"/inbox")
		}
		post(t, s, noon, note(10), cedar+"/inbox")
		wall := noon
		for range 3 {
			for _, p := range lease(t, s, wall) {
				if p.Delivery.Host == cedar {
					sent(t, s, wall, p)
				} else {
					failed(t, s, wall, p, down)
				}
			}
		}
		if p := peer(t, s, birch); !p.Open() || p.ProbeAt == nil || p.LastError != "refused" {
			t.Fatalf("the breaker is closed: %+v", p)
		}
		if p := peer(t, s, cedar); p.Open() || p.LastHeardAt == nil {
			t.Fatalf("the other host suffers: %+v", p)
		}
		if got := lease(t, s, wall); len(got) != 0 {
			t.Fatalf("sends to an open breaker: %v", ids(got))
		}

		wall = *peer(t, s, birch).ProbeAt
		probe := lease(t, s, wall)
		if len(probe) != 1 {
			t.Fatalf("%d probes", len(probe))
		}
		if got := lease(t, s, wall); len(got) != 0 {
			t.Fatalf("a second probe beside the first: %v", ids(got))
		}
		failed(t, s, wall, probe[0], wire.Failure{Status: 502, Class: "status"})
		if next := peer(t, s, birch).ProbeAt; !next.After(wall.Add(time.Minute)) {
			t.Fatalf("the next probe comes as soon: %v", next)
		}

		// The peer speaks: one probe may go at once, no more.
		wall = wall.Add(2 * time.Second)
		update(t, s, func(tx *store.Tx) error { return wire.Heard(tx, wall, birch) })
		probe = lease(t, s, wall)
		if len(probe) != 1 {
			t.Fatalf("%d probes after it spoke", len(probe))
		}
		sent(t, s, wall, probe[0])
		if p := peer(t, s, birch); p.Open() || p.Failures != 0 || p.ProbeAt != nil || p.LastError != "" {
			t.Fatalf("an answer leaves it open: %+v", p)
		}
		if got := lease(t, s, wall); len(got) != 2 {
			t.Fatalf("%d in flight after it closed", len(got))
		}
	})
}

func TestBreaker_staysClosedWhenThePeerSaysNo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n := range 8 {
			post(t, s, noon, note(n), birch+"/inbox")
		}
		for range 4 {
			for _, p := range lease(t, s, noon) {
				failed(t, s, noon, p, wire.Failure{Status: 403, Class: "status"})
			}
		}
		if p := peer(t, s, birch); p.Open() || p.LastError != "status" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestFailed_waitsAsLongAsThePeerAsksAndNotForEver(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     wire.Failure
		quiet time.Duration // nothing goes to the host before
		until time.Duration // something goes to the host at
	}{
		{"503 with a time", wire.Failure{Status: 503, RetryAfter: time.Hour}, 59 * time.Minute, time.Hour},
		{"429 with a time", wire.Failure{Status: 429, RetryAfter: 10 * time.Minute}, 9 * time.Minute, 10 * time.Minute},
		{"429 without", wire.Failure{Status: 429}, 29 * time.Second, 30 * time.Second},
		{"for thirty years", wire.Failure{Status: 429, RetryAfter: 30 * 365 * 24 * time.Hour}, 23 * time.Hour, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				post(t, s, noon, note(1), birch+"/inbox")
				parcels := lease(t, s, noon)
				post(t, s, noon, note(2), birch+"/inbox")
				failed(t, s, noon, parcels[0], c.f)
				if got := lease(t, s, noon.Add(c.quiet)); len(got) != 0 {
					t.Errorf("did not wait: %v", ids(got))
				}
				if got := lease(t, s, noon.Add(c.until)); len(got) == 0 {
					t.Error("waits longer than asked")
				}
			})
		})
	}
}

func TestDelivery_isTriedForFourteenDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		day := 24 * time.Hour
		for _, c := range []struct {
			inbox string
			f     wire.Failure
			end   time.Duration
		}{
			{"https://a.example/inbox", wire.Failure{Class: "timeout"}, 14 * day},
			{"https://b.example/inbox", wire.Failure{Status: 500, Class: "status"}, 14 * day},
			{"https://c.example/inbox", wire.Failure{Status: 401, Class: "status"}, 14 * day},
			{"https://d.example/inbox", wire.Failure{Status: 404, Class: "status"}, 7 * day},
			{"https://e.example/inbox", wire.Failure{Status: 410, Class: "status"}, 7 * day},
		} {
			post(t, s, noon, note(1), c.inbox)
			attempts := 0
			var d wire.Delivery
			for wall := noon; d.State != wire.DeliveryGone; wall = wall.Add(30 * time.Minute) {
				if wall.Sub(noon) > 16*day {
					t.Fatalf("%s is tried for ever", c.inbox)
				}
				for _, p := range lease(t, s, wall) {
					attempts++
					if d = failed(t, s, wall, p, c.f); d.State == wire.DeliveryGone && wall.Sub(noon) < c.end {
						t.Errorf("%s was given up after %v", c.inbox, wall.Sub(noon))
					}
				}
			}
			if attempts < 15 || attempts > 60 {
				t.Errorf("%s was tried %d times", c.inbox, attempts)
			}
		}
	})
}

func TestGiveUp_endsWhatWaitedBehindAnOpenBreaker(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox")
		for days, want := range []int{13: 0, 14: 1} {
			update(t, s, func(tx *store.Tx) error {
				if err := wire.GiveUp(tx, noon.Add(time.Duration(days)*24*time.Hour)); err != nil {
					return err
				}
				stuck, err := wire.StuckDeliveries(tx.View, "", 10)
				if len(stuck) != want {
					t.Errorf("after %d days %d are given up, want %d", days, len(stuck), want)
				}
				return err
			})
		}
	})
}

func TestFailed_parksWhatThePeerRefusesForGood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n, status := range []int{400, 403, 405, 413, 422} {
			inbox := fmt.Sprintf("https://s%d.example/inbox", status)
			post(t, s, noon, note(n), inbox)
			if d := failed(t, s, noon, lease(t, s, noon)[0], wire.Failure{Status: status}); d.State != wire.DeliveryParked {
				t.Errorf("%d: %s", status, d.State)
			}
		}
		update(t, s, func(tx *store.Tx) error {
			stuck, err := wire.StuckDeliveries(tx.View, "", 10)
			if err != nil || len(stuck) != 5 {
				t.Fatalf("%d stuck, %v", len(stuck), err)
			}
			if err := wire.Requeue(tx, noon, string(stuck[0].ID)); err != nil {
				return err
			}
			if err := wire.Drop(tx, string(stuck[1].ID)); err != nil {
				return err
			}
			if err := wire.Drop(tx, string(stuck[1].ID)); fault.KeyOf(err) != "queue.unknown" {
				t.Errorf("dropped twice: %v", err)
			}
			return nil
		})
		if got := ids(lease(t, s, noon)); !slices.Equal(got, []wire.ActivityID{note(0).ID}) {
			t.Errorf("requeued and leased: %v", got)
		}
	})
}

func TestWithhold_endsWhatMayNotGoAnyMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox")
		p := lease(t, s, noon)[0]
		update(t, s, func(tx *store.Tx) error { return wire.Withhold(tx, p.Delivery, "parted") })
		if got := lease(t, s, noon.Add(time.Hour)); len(got) != 0 {
			t.Errorf("still goes: %v", ids(got))
		}
		if p := peer(t, s, birch); p.LastHeardAt != nil || p.Failures != 0 {
			t.Errorf("the peer has nothing to do with it: %+v", p)
		}
	})
}
