package wire_test

import (
	"context"
	"errors"
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

func offer(n int) wire.InboxItem {
	return wire.InboxItem{
		ActivityID: fmt.Sprintf("%s/activities/%d", birch, n), Signer: birch + "/ap/collective", Origin: birch,
		Type: "Offer", Body: fmt.Appendf(nil, `{"n":%d}`, n),
	}
}

func receive(t *testing.T, s *store.Store, now time.Time, items ...wire.InboxItem) (got []wire.Reception) {
	t.Helper()
	updateAt(t, s, now, func(tx *store.Tx) (err error) {
		got, err = wire.Receive(tx, now.Add(time.Second), items)
		return err
	})
	return got
}

func pending(t *testing.T, s *store.Store, now time.Time) (items []wire.InboxItem) {
	t.Helper()
	updateAt(t, s, now, func(tx *store.Tx) (err error) {
		items, err = wire.Pending(tx, 64)
		return err
	})
	return items
}

func TestReceive_takesEachActivityOnceInABatchAndAcrossBatches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		altered := offer(1)
		altered.Body = []byte(`{"n":"another"}`)
		undo := offer(1)
		undo.Type = "Undo"
		first := receive(t, s, noon, offer(1), offer(2), offer(1), altered)
		if want := []wire.Reception{wire.Fresh, wire.Fresh, wire.Repeated, wire.Altered}; !slices.Equal(first, want) {
			t.Errorf("got %v, want %v", first, want)
		}
		<-s.Bell(store.BellInbox)
		second := receive(t, s, noon, offer(2), altered, undo)
		if want := []wire.Reception{wire.Repeated, wire.Altered, wire.Fresh}; !slices.Equal(second, want) {
			t.Errorf("got %v, want %v", second, want)
		}
		items := pending(t, s, noon)
		if len(items) != 3 || string(items[0].Body) != `{"n":1}` {
			t.Fatalf("got %+v", items)
		}
		if i := items[0]; !i.ReceivedAt.Equal(noon) || !i.CommittedAt.Equal(noon.Add(time.Second)) {
			t.Errorf("received at %v, committed at %v", i.ReceivedAt, i.CommittedAt)
		}
		if p := peer(t, s, birch); p.LastHeardAt == nil {
			t.Error("nobody noted that the peer spoke")
		}
	})
}

func TestReceive_hasOneFreshAnswerAmongManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var mu sync.Mutex
		fresh := map[string]int{}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				var items []wire.InboxItem
				for n := range 10 {
					items = append(items, offer((n+w)%10))
				}
				var got []wire.Reception
				err := s.Update(context.Background(), noon, func(tx *store.Tx) (err error) {
					got, err = wire.Receive(tx, noon, items)
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				for i, r := range got {
					if r == wire.Fresh {
						fresh[items[i].ActivityID]++
					}
				}
			})
		}
		wg.Wait()
		for n := range 10 {
			if got := fresh[offer(n).ActivityID]; got != 1 {
				t.Errorf("item %d was fresh %d times", n, got)
			}
		}
	})
}

func TestFail_parksPoisonAfterFiveAttemptsAndLetsOthersFlow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		receive(t, s, noon, offer(1), offer(2))
		now, attempts := noon, 0
		apply := func() {
			updateAt(t, s, now, func(tx *store.Tx) error {
				items, err := wire.Pending(tx, 64)
				for _, item := range items {
					poison := tx.Savepoint(func(tx *store.Tx) error {
						if item.ActivityID == offer(1).ActivityID {
							attempts++
							return errors.New("poison")
						}
						return wire.Done(tx, item)
					})
					if poison != nil {
						if err := wire.Fail(tx, item, poison.Error()); err != nil {
							return err
						}
					}
				}
				return err
			})
		}
		apply()
		if got := pending(t, s, now); len(got) != 0 {
			t.Fatalf("tried again at once: %v", got)
		}
		for range 10 {
			now = now.Add(time.Hour)
			apply()
		}
		if attempts != 5 {
			t.Errorf("%d attempts", attempts)
		}
		var stuck []wire.InboxItem
		view(t, s, func(v *store.View) (err error) {
			stuck, err = wire.StuckItems(v, "", 10)
			return err
		})
		if len(stuck) != 1 || stuck[0].Error != "poison" || stuck[0].Attempts != 5 {
			t.Fatalf("got %+v", stuck)
		}
		updateAt(t, s, now, func(tx *store.Tx) error { return wire.Requeue(tx, now, string(stuck[0].ID)) })
		again := pending(t, s, now)
		if len(again) != 1 || again[0].Attempts != 0 {
			t.Fatalf("got %+v", again)
		}
		updateAt(t, s, now, func(tx *store.Tx) error { return wire.Drop(tx, string(again[0].ID)) })
		if left := pending(t, s, now.Add(time.Hour)); len(left) != 0 {
			t.Errorf("dropped and still there: %+v", left)
		}
		err := s.Update(context.Background(), now, func(tx *store.Tx) error { return wire.Done(tx, again[0]) })
		if fault.KeyOf(err) != "inbox.moved_on" {
			t.Errorf("applied what was dropped: %v", err)
		}
	})
}

func TestOldestPending_looksAtTheTypesAskedForAndNotAtWhatIsParked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		oldest := func(types ...string) (at time.Time) {
			view(t, s, func(v *store.View) (err error) {
				at, err = wire.OldestPending(v, types...)
				return err
			})
			return at
		}
		if at := oldest(); !at.IsZero() {
			t.Fatalf("got %v from an empty inbox", at)
		}
		note := offer(1)
		note.Type = "Create"
		receive(t, s, noon, note)
		receive(t, s, noon.Add(time.Minute), offer(2))
		receive(t, s, noon.Add(2*time.Minute), offer(3))
		if at := oldest(); !at.Equal(noon) {
			t.Errorf("oldest of all: %v", at)
		}
		if at := oldest("Offer", "Undo"); !at.Equal(noon.Add(time.Minute)) {
			t.Errorf("oldest claim: %v", at)
		}
		items := pending(t, s, noon.Add(time.Hour))
		for range 5 {
			update(t, s, func(tx *store.Tx) error {
				items[1].Attempts++
				return wire.Fail(tx, wire.InboxItem{ID: items[1].ID, Attempts: items[1].Attempts - 1}, "poison")
			})
		}
		if at := oldest("Offer"); !at.Equal(noon.Add(2 * time.Minute)) {
			t.Errorf("what is parked holds up: %v", at)
		}
		update(t, s, func(tx *store.Tx) error { return wire.Done(tx, items[2]) })
		if at := oldest("Offer"); !at.IsZero() {
			t.Errorf("what is done holds up: %v", at)
		}
	})
}
