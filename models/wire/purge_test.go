package wire_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

const day = 24 * time.Hour

// tables holds every byte that the package keeps, to search it.
func tables(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	view(t, s, func(v *store.View) error {
		items, err := store.All[wire.InboxItem](v.DB())
		if err != nil {
			return err
		}
		activities, err := store.All[wire.Activity](v.DB())
		for _, i := range items {
			fmt.Fprintf(&b, "item %s %s\n", i.Hash, i.Body)
		}
		for _, a := range activities {
			fmt.Fprintf(&b, "activity %s %s\n", a.Hash, a.Body)
		}
		return err
	})
	return b.Bytes()
}

func TestPurge_blanksAPrivateExchangeAtItsDateAndForgetsItAMonthLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		answer := about(1, "Accept", "agreements/x")
		answer.Public, answer.Recipient, answer.Body = false, birch+"/ap/collective", []byte("canary out")
		post(t, s, noon, answer, birch+"/inbox")
		ask := offer(1)
		ask.Body = []byte("canary in")
		receive(t, s, noon, ask)
		item := pending(t, s, noon)[0]
		update(t, s, func(tx *store.Tx) error {
			item.About = "agreements/x"
			return wire.Done(tx, item)
		})
		update(t, s, func(tx *store.Tx) error { return wire.PurgeAbout(tx, "agreements/x", noon.Add(7*day)) })

		updateAt(t, s, noon.Add(6*day), wire.Purge)
		if n := bytes.Count(tables(t, s), []byte("canary")); n != 2 {
			t.Fatalf("%d bodies before their date", n)
		}
		updateAt(t, s, noon.Add(7*day), wire.Purge)
		if left := tables(t, s); bytes.Contains(left, []byte("canary")) || bytes.Count(left, []byte("\n")) != 2 {
			t.Fatalf("left: %s", left)
		}
		if got := lease(t, s, noon.Add(7*day)); len(got) != 0 {
			t.Fatalf("sends what was purged: %v", ids(got))
		}
		if got := receive(t, s, noon.Add(8*day), ask); got[0] != wire.Repeated {
			t.Errorf("a repeat after the purge is %v", got[0])
		}
		update(t, s, func(tx *store.Tx) error { return wire.PostAgain(tx, noon, answer.ID) })
		if got := lease(t, s, noon.Add(8*day)); len(got) != 0 {
			t.Errorf("answers after the purge: %v", ids(got))
		}
		updateAt(t, s, noon.Add(37*day), wire.Purge)
		if left := tables(t, s); len(left) != 0 {
			t.Errorf("left a month later: %s", left)
		}
	})
}

func TestPurge_keepsPublicActivitiesAndDropsAppliedItemsAfterAFortnight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox")
		receive(t, s, noon, offer(1), offer(2))
		items := pending(t, s, noon)
		update(t, s, func(tx *store.Tx) error { return wire.Done(tx, items[0]) })
		updateAt(t, s, noon.Add(13*day), wire.Purge)
		if n := bytes.Count(tables(t, s), []byte("item")); n != 2 {
			t.Fatalf("%d items after 13 days", n)
		}
		updateAt(t, s, noon.Add(15*day), wire.Purge)
		if left := pending(t, s, noon.Add(15*day)); len(left) != 1 || left[0].ID != items[1].ID {
			t.Errorf("what is not applied must stay: %+v", left)
		}
		left := tables(t, s)
		if bytes.Count(left, []byte("item")) != 1 || bytes.Count(left, []byte("activity")) != 1 {
			t.Errorf("left: %s", left)
		}
	})
}

func TestPurgeSaid_leavesOfWhatWasDeletedTheDeleteAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		private := about(4, "Create", "offers/x")
		private.Public, private.Recipient = false, birch+"/ap/collective"
		for _, a := range []wire.Activity{about(1, "Create", "offers/x"), about(2, "Update", "offers/x"), about(3, "Delete", "offers/x"), private, note(5)} {
			post(t, s, noon, a, birch+"/inbox")
		}
		update(t, s, func(tx *store.Tx) error { return wire.PurgeSaid(tx, "offers/x") })
		updateAt(t, s, noon, wire.Purge)
		left := tables(t, s)
		for n, stays := range []bool{1: false, 2: false, 3: true, 4: true, 5: true} {
			if n > 0 && bytes.Contains(left, fmt.Appendf(nil, `{"n":%d}`, n)) != stays {
				t.Errorf("activity %d stays: %t, want %t", n, !stays, stays)
			}
		}
	})
}

func TestPurge_leavesTheAnswerToAQuestionThatMayComeAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		answer := about(1, "Accept", "agreements/x")
		answer.Public, answer.Recipient = false, birch+"/ap/collective"
		post(t, s, noon, answer, birch+"/inbox")
		post(t, s, noon, note(2), birch+"/inbox")
		for _, p := range lease(t, s, noon) {
			sent(t, s, noon, p)
		}
		later := noon.Add(60 * day)
		updateAt(t, s, later, wire.Purge)
		for _, a := range []wire.Activity{answer, note(2)} {
			updateAt(t, s, later, func(tx *store.Tx) error { return wire.PostAgain(tx, later, a.ID) })
		}
		if got := ids(lease(t, s, later)); !slices.Equal(got, []wire.ActivityID{answer.ID}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestReach_lastsAMonthLongerThanTheObject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		reach := func() (inboxes []string) {
			view(t, s, func(v *store.View) (err error) {
				inboxes, err = wire.ReachOf(v, "offers/x")
				return err
			})
			return inboxes
		}
		update(t, s, func(tx *store.Tx) error {
			if err := wire.Reached(tx, "offers/x", cedar+"/inbox", birch+"/inbox", cedar+"/inbox"); err != nil {
				return err
			}
			return wire.Reached(tx, "offers/x", birch+"/inbox")
		})
		if got := reach(); !slices.Equal(got, []string{birch + "/inbox", cedar + "/inbox"}) {
			t.Fatalf("got %v", got)
		}
		updateAt(t, s, noon.Add(400*day), wire.Purge)
		updateAt(t, s, noon.Add(400*day), func(tx *store.Tx) error { return wire.EndReach(tx, "offers/x") })
		updateAt(t, s, noon.Add(429*day), wire.Purge)
		if got := reach(); len(got) != 2 {
			t.Fatalf("got %v", got)
		}
		updateAt(t, s, noon.Add(430*day), wire.Purge)
		if got := reach(); len(got) != 0 {
			t.Fatalf("got %v", got)
		}
	})
}
