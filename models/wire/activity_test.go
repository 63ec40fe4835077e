package wire_test

import (
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestPost_writesNothingNewWhenTheRelayReplays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post(t, s, noon, note(1), birch+"/inbox", birch+"/inbox", cedar+"/inbox")
		parcels := lease(t, s, noon)
		if len(parcels) != 2 {
			t.Fatalf("%d deliveries for two inboxes", len(parcels))
		}
		for _, p := range parcels {
			sent(t, s, noon, p)
		}
		replay := note(1)
		replay.Body = []byte("written anew")
		post(t, s, noon, replay, birch+"/inbox", cedar+"/inbox")
		if got := lease(t, s, noon.Add(time.Hour)); len(got) != 0 {
			t.Errorf("sent twice: %v", ids(got))
		}
		view(t, s, func(v *store.View) error {
			a, err := wire.FindActivity(v, note(1).ID)
			if string(a.Body) != string(note(1).Body) {
				t.Errorf("the first bytes are gone: %s", a.Body)
			}
			return err
		})
	})
}

func TestPost_refusesAnAddressWithoutAHost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		err := s.Update(t.Context(), noon, func(tx *store.Tx) error { return wire.Post(tx, noon, note(1), "mailto:b@birch.example") })
		if fault.KeyOf(err) != "wire.address" {
			t.Errorf("got %v", err)
		}
	})
}

func TestPostAgain_repeatsTheAnswerUnderItsId(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		recipient := birch + "/ap/collective"
		for n, kind := range []string{"TentativeAccept", "Accept"} {
			a := about(n, kind, "agreements/x")
			a.Public, a.Recipient = false, recipient
			post(t, s, noon, a, birch+"/inbox")
			sent(t, s, noon, lease(t, s, noon)[0])
		}
		update(t, s, func(tx *store.Tx) error {
			last, err := wire.LastTo(tx.View, "agreements/x", recipient)
			if err != nil {
				return err
			}
			if last.Type != "Accept" {
				t.Errorf("the last answer is %s", last.Type)
			}
			return wire.PostAgain(tx, noon, last.ID)
		})
		again := lease(t, s, noon)
		if got := ids(again); !slices.Equal(got, []wire.ActivityID{"a00001"}) {
			t.Fatalf("got %v", got)
		}
		if d := again[0].Delivery; d.Attempt != 1 {
			t.Errorf("attempt %d", d.Attempt)
		}
	})
}

func TestCoalesce_dropsOnlyUnsentUpdatesOfTheSameObjectToTheSameInbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inbox := birch + "/inbox"
		post(t, s, noon, about(0, "Update", "offers/x"), cedar+"/inbox")
		held := lease(t, s, noon)
		post(t, s, noon, about(1, "Create", "offers/x"), inbox)
		post(t, s, noon, about(2, "Update", "offers/x"), inbox, cedar+"/inbox")
		post(t, s, noon, about(3, "Update", "offers/y"), inbox)
		last := about(4, "Update", "offers/x")
		post(t, s, noon, last, inbox)
		update(t, s, func(tx *store.Tx) error { return wire.Coalesce(tx, noon, last) })

		left := func() (got []wire.ActivityID) {
			view(t, s, func(v *store.View) error {
				return v.DB().Model(&wire.Delivery{}).Where("state = 'due'").Order("id").Pluck("activity_id", &got).Error
			})
			return got
		}
		if want := []wire.ActivityID{"a00000", "a00001", "a00002", "a00003", "a00004"}; !slices.Equal(left(), want) {
			t.Errorf("got %v, want %v with the second to cedar alone", left(), want)
		}
		gone := about(5, "Delete", "offers/x")
		post(t, s, noon, gone, inbox, cedar+"/inbox")
		update(t, s, func(tx *store.Tx) error { return wire.Coalesce(tx, noon, gone) })
		if want := []wire.ActivityID{"a00000", "a00001", "a00003", "a00005", "a00005"}; !slices.Equal(left(), want) {
			t.Errorf("got %v, want %v: what a worker holds and the Create stay", left(), want)
		}
		sent(t, s, noon, held[0])
	})
}

func TestOutbox_showsPublicActivitiesNewestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n := range 5 {
			a := note(n)
			a.Public = n != 2
			post(t, s, noon, a)
		}
		view(t, s, func(v *store.View) error {
			page, err := wire.Outbox(v, wire.Collective, "", 2)
			if err != nil {
				return err
			}
			next, err := wire.Outbox(v, wire.Collective, page[1].ID, 9)
			var got []wire.ActivityID
			for _, a := range append(page, next...) {
				got = append(got, a.ID)
			}
			if want := []wire.ActivityID{"a00004", "a00003", "a00001", "a00000"}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			return err
		})
	})
}
