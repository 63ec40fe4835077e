package sharing_test

import (
	"slices"
	"testing"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// separates keeps two apart, by the wish of the first.
func (st *story) separates(by, other people.Member) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		if err := people.KeepApart(tx, by.ID, other.ID); err != nil {
			return err
		}
		return sharing.Separate(tx, by, other.ID)
	})
}

func TestApart_releasesAPromiseWithoutNamingTheReason(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.separates(st.ana, st.ben)
		st.stands(ben, agreeing.Released)
		if c := st.claim(ben); c.Reason != "" || c.Apart {
			t.Errorf("Ben can read %q, %v", c.Reason, c.Apart)
		}
		st.is(id, sharing.Resting)
		st.refused("claim.moved_on", func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, st.ben, ben, "Why?")
			return err
		})
	})
}

func TestApart_releasesForTheReceiverAndGoesOn(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		drawn, receiver := st.promisedOf(claims)
		st.separates(receiver, st.ana)
		st.stands(drawn, agreeing.Released)
		delete(claims, drawn)
		st.promisedOf(claims)
	})
}

func TestApart_leavesAWishOutOfTheDrawAndTellsNobody(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		before := st.offer(id)
		st.separates(st.ana, st.ben)
		if after := st.offer(id); after.Version != before.Version {
			t.Error("the offer shows it")
		}
		st.stands(ben, agreeing.Gathering)
		cleo := st.asks(st.cleo, id)
		st.untilFreeze(id)
		st.stands(cleo, agreeing.Promised)
		st.stands(ben, agreeing.Waiting)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.cleo, cleo) })
		st.is(id, sharing.Open)
		st.stands(ben, agreeing.Waiting)
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, id) })
		st.stands(ben, agreeing.Refused)
		st.view(func(v *store.View) error {
			mine, err := sharing.Export(v, st.ben)
			if len(mine.Claims) != 1 || mine.Claims[0].LeftOut {
				t.Error("Ben's export tells him")
			}
			return err
		})
	})
}

func TestApart_hidesTheThingsOfEitherFromTheOther(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		sees := func(m people.Member) (n int) {
			st.view(func(v *store.View) error {
				rows, _, err := sharing.List(v, neighbours.Viewer{Member: &m}, sharing.Filter{})
				hidden, err2 := st.offer(id).HiddenFrom(v, m.ID)
				if hidden != (len(rows) == 0) {
					t.Errorf("%s: the list has %d, the page is hidden: %v", m.Nickname, len(rows), hidden)
				}
				if n = len(rows); err == nil {
					err = err2
				}
				return err
			})
			return n
		}
		st.separates(st.ben, st.ana)
		st.separates(st.ana, st.cleo)
		for m, want := range map[*people.Member]int{&st.ana: 1, &st.sage: 1, &st.ben: 0, &st.cleo: 0} {
			if got := sees(*m); got != want {
				t.Errorf("%s sees %d things, want %d", m.Nickname, got, want)
			}
		}
	})
}

// What somebody at Birch hears of a claim that is left out is what everybody there hears.
func TestApart_acrossNodesLooksLikeBadLuck(t *testing.T) {
	tell(t, func(st *story) {
		first := st.gives(chair())
		maya := st.birchAsks(first, "maya", st.now)
		st.untilFreeze(first)
		st.do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, st.ana, maya) })
		st.do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, st.ana, maya) }) // twice is once
		if c := st.claim(maya); !c.Apart || c.State != agreeing.Released {
			t.Errorf("the claim is %s, apart %v", c.State, c.Apart)
		}
		lamp := st.gives(sharing.NewOffer{Title: "A lamp"})
		out, err := st.hear(lamp, sharing.HeardClaim{Handle: "maya-lamp", Asked: "1", CommittedAt: st.now, Apart: []string{string(maya)}})
		if err != nil {
			t.Fatal(err)
		}
		in := st.birchAsks(lamp, "noor", st.now)
		st.asks(st.ben, lamp)
		st.untilFreeze(lamp)
		for range 10 { // until Noor has had her turn, and let go
			st.stands(out.ID, agreeing.Waiting)
			var held []sharing.Claim
			st.view(func(v *store.View) (err error) {
				held, err = sharing.PromisesOf(v, lamp)
				return err
			})
			i := slices.IndexFunc(held, func(c sharing.Claim) bool { return c.State == agreeing.Promised })
			if i < 0 || held[i].ID == in {
				break
			}
			st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, held[i].ID) })
		}
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, lamp) })
		st.stands(out.ID, agreeing.Refused)
		want := []store.EventKind{sharing.ClaimReceived, sharing.ClaimChanged, sharing.ClaimRefused}
		if got := st.told(string(out.ID)); !slices.Equal(got, want) {
			t.Errorf("Birch hears %v, want %v", got, want)
		}
	})
}

func TestApart_canBeSaidAfterAHandOver(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		maya := st.birchAsks(id, "maya", st.now)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, maya) })
		st.do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, st.ana, maya) })
		st.stands(maya, agreeing.Done)
		if c := st.claim(maya); !c.Apart {
			t.Error("it is not kept")
		}
		st.refused("claim.moved_on", func(tx *store.Tx) error {
			return sharing.HearMessage(tx, maya, "", sharing.HeardMessage{From: birch, Activity: "1", Nickname: "Maya", Text: "Why?"})
		})
	})
}

func TestMessages_endWithTheReleaseForBoth(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ana, ben) })
		for _, m := range []people.Member{st.ana, st.ben} {
			st.refused("claim.moved_on", func(tx *store.Tx) error {
				_, err := sharing.WriteTo(tx, m, ben, "Why?")
				return err
			})
		}
	})
}
