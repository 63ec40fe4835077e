package sharing_test

import (
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestHearClaim_twiceIsOneClaimWhateverBecameOfIt(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya := st.birchAsks(id, "maya", st.now)
		if again := st.birchAsks(id, "maya", st.now, sharing.Wish{Note: "once more"}); again != maya {
			t.Error("a second claim")
		}
		st.untilFreeze(id)
		if again := st.birchAsks(id, "maya", st.now); again != maya {
			t.Error("a second claim")
		}
		st.do(func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, birch+"/maya") })
		if again := st.birchAsks(id, "maya", st.now); again != maya {
			t.Error("a second claim")
		}
		st.stands(maya, agreeing.Released)
		if got := st.told(string(maya)); len(got) != 3 { // received, promised, released
			t.Errorf("Birch hears %v", got)
		}
	})
}

func TestHearClaim_withAnotherOfferIdSaysTheWishAnew(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya := st.birchAsks(id, "maya", st.now)
		c, err := st.hear(id, sharing.HeardClaim{Handle: "maya", Asked: "2", CommittedAt: st.now, Wish: sharing.Wish{Note: "for two"}})
		if err != nil || c.ID != maya || c.Note != "for two" {
			t.Errorf("%s, %q, %v", c.ID, c.Note, err)
		}
		st.untilFreeze(id)
		_, err = st.hear(id, sharing.HeardClaim{Handle: "maya", Asked: "3", CommittedAt: st.now})
		if fault.KeyOf(err) != "claim.already_promised" {
			t.Errorf("got %v", err)
		}
	})
}

func TestHearWithdrawal_beforeItsOfferIsHeeded(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		back := func(asked string) {
			st.do(func(tx *store.Tx) error {
				for range 2 { // and twice
					if err := sharing.HearWithdrawal(tx, birch, asked); err != nil {
						return err
					}
				}
				return nil
			})
		}
		back("1")
		if _, err := st.hear(id, sharing.HeardClaim{Handle: "maya", Asked: "1", CommittedAt: st.now}); fault.KeyOf(err) != "claim.withdrawn" {
			t.Errorf("got %v", err)
		}
		first, err := st.hear(id, sharing.HeardClaim{Handle: "noor", Asked: "2", CommittedAt: st.now})
		if err != nil {
			t.Fatal(err)
		}
		back("3") // of the same wish, said anew
		if _, err := st.hear(id, sharing.HeardClaim{Handle: "noor", Asked: "3", CommittedAt: st.now}); err != nil {
			t.Error(err)
		}
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindClaim(tx.View, first.ID)
			return err
		})
	})
}

func TestHearWithdrawal_afterTheHandOverChangesNothing(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya := st.birchAsks(id, "maya", st.now)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, maya) })
		st.refused("claim.moved_on", func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, birch+"/maya") })
		st.stands(maya, agreeing.Done)
	})
}

func TestHearWish_isForTheOneWhoHasThePromise(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		w := agreeing.Window{From: st.now.Add(3 * day), To: st.now.Add(3*day + time.Hour)}
		in.Windows = []agreeing.Window{w}
		id := st.gives(in)
		maya := st.birchAsks(id, "maya", st.now)
		want := func(from string, w sharing.Wanted) func(tx *store.Tx) error {
			w.From, w.Agreement = from, maya
			return func(tx *store.Tx) error { return sharing.HearWish(tx, w) }
		}
		st.refused("claim.moved_on", want(birch, sharing.Wanted{Window: &w}))
		st.untilFreeze(id)
		st.refused("claim.unknown", want("https://rowan.example/ap/collective", sharing.Wanted{State: agreeing.Done}))
		st.refused("claim.wish", want(birch, sharing.Wanted{}))
		st.do(want(birch, sharing.Wanted{Window: &w}))
		st.later(4 * day)
		st.refused("windows.past", want(birch, sharing.Wanted{Window: &w}))
		st.do(want(birch, sharing.Wanted{State: agreeing.Done}))
		st.do(want(birch, sharing.Wanted{State: agreeing.Done}))
		st.stands(maya, agreeing.Done)
	})
}

func TestClaim_isHandedOverInTheEveningOfItsWindow(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		w := agreeing.Window{From: st.now.Add(8 * day), To: st.now.Add(8*day + time.Hour)}
		in.Windows = []agreeing.Window{w}
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.PickWindow(tx, st.ben, ben, w) })
		before := st.offer(id).Version
		st.later(w.To.Sub(st.now) + 5*time.Hour)
		st.refused("windows.past", func(tx *store.Tx) error { return sharing.PickWindow(tx, st.ben, ben, w) })
		st.stands(ben, agreeing.Promised)
		if st.offer(id).Version != before {
			t.Error("the offer changed for everybody because two agreed on a time")
		}
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ben, ben) })
		st.is(id, sharing.Gone)
	})
}

func TestPart_endsWhatIsOpenWithoutPromisingItToThemAgain(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya, noor := st.birchAsks(id, "maya", st.now), st.birchAsks(id, "noor", st.now)
		st.untilFreeze(id)
		ben := st.asks(st.ben, id)
		st.do(func(tx *store.Tx) error { return sharing.Part(tx, birch) })
		states := []agreeing.State{st.claim(maya).State, st.claim(noor).State}
		slices.Sort(states)
		if !slices.Equal(states, []agreeing.State{agreeing.Refused, agreeing.Released}) {
			t.Errorf("got %v", states)
		}
		st.stands(ben, agreeing.Promised)
		if got := st.offer(id).Round; got != 2 {
			t.Errorf("round %d", got)
		}
	})
}

// Whoever ends an agreement sees to it that what passed about it on the wire goes with it, and at once when nothing was promised.
func TestPurge_reachesTheWire(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya, noor := st.birchAsks(id, "maya", st.now), st.birchAsks(id, "noor", st.now)
		about := map[agreeing.ID]wire.ActivityID{maya: "1", noor: "2"}
		st.do(func(tx *store.Tx) error {
			for claim, activity := range about {
				a := wire.Activity{ID: activity, Actor: wire.Collective, Type: "TentativeAccept", Object: string(claim), Body: []byte("{}"), Recipient: birch}
				if err := wire.Post(tx, st.now, a, "https://birch.example/ap/inbox"); err != nil {
					return err
				}
			}
			return nil
		})
		purged := func(claim agreeing.ID) (at *time.Time) {
			st.view(func(v *store.View) error {
				a, err := wire.FindActivity(v, about[claim])
				at = a.PurgeAt
				return err
			})
			return at
		}
		st.do(func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, birch+"/noor") })
		if at := purged(noor); at == nil || at.After(st.now) {
			t.Errorf("without trace: %v", at)
		}
		st.untilFreeze(id)
		if purged(maya) != nil {
			t.Error("too early")
		}
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, maya) })
		if at := purged(maya); at == nil || !at.Equal(st.now.Add(7*day)) {
			t.Errorf("a week after the hand-over: %v", at)
		}
	})
}
