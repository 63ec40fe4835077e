package sharing_test

import (
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func (st *story) rests(id sharing.OfferID) {
	st.Helper()
	st.do(func(tx *store.Tx) error { return sharing.Rest(tx, st.ana, id) })
}

func (st *story) resumes(id sharing.OfferID) {
	st.Helper()
	st.do(func(tx *store.Tx) error { return sharing.Resume(tx, st.ana, id) })
}

func TestRest_doesNotShortenTheWindow(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		left := st.offer(id).GatherUntil.Sub(st.now)
		st.rests(id)
		st.later(2 * day)
		st.stands(ben, agreeing.Gathering)
		st.resumes(id)
		st.is(id, sharing.Gathering)
		if got := st.offer(id).GatherUntil.Sub(st.now); got < left {
			t.Errorf("%v of %v are left for others to ask", got, left)
		}
		st.asks(st.cleo, id)
		st.untilFreeze(id)
		st.is(id, sharing.AllPromised)
	})
}

func TestRest_keepsWishesForAWeek(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben, maya := st.asks(st.ben, id), st.birchAsks(id, "maya", st.now)
		st.rests(id)
		st.later(7*day - time.Minute)
		st.stands(ben, agreeing.Gathering)
		before := st.offer(id).Version
		st.later(time.Minute)
		st.stands(ben, agreeing.Refused)
		st.stands(maya, agreeing.Refused)
		if !slices.Contains(st.told(string(maya)), sharing.ClaimRefused) {
			t.Error("Birch is not told")
		}
		if got := st.offer(id).Version; got != before {
			t.Error("the offer shows that somebody asked")
		}
		st.resumes(id)
		st.is(id, sharing.Open)
	})
}

func TestRest_withAPromiseThatIsKeptEndsGone(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		st.rests(id)
		drawn, receiver := st.promisedOf(claims)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, receiver, drawn) })
		st.is(id, sharing.Gone)
		for other := range claims {
			if other != drawn {
				st.stands(other, agreeing.Refused)
			}
		}
	})
}

func TestRest_withAPromiseThatLapsesGoesOnOnlyWhenItsGiverSaysSo(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		drawn, _ := st.promisedOf(claims)
		delete(claims, drawn)
		st.rests(id)
		st.later(6 * day)
		st.do(func(tx *store.Tx) error { return sharing.ItDidNotHappen(tx, st.ana, drawn) })
		st.is(id, sharing.Resting)
		st.resumes(id)
		st.is(id, sharing.AllPromised)
		st.promisedOf(claims)
	})
}

func TestRest_resumedWhilePromisedIsPromised(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.rests(id)
		st.resumes(id)
		st.is(id, sharing.AllPromised)
		st.stands(ben, agreeing.Promised)
	})
}

func TestOffer_doesNotExpireWhileSomethingIsPromised(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Windows = []agreeing.Window{{From: st.now.Add(40 * day), To: st.now.Add(40*day + time.Hour)}}
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.PickWindow(tx, st.ben, ben, in.Windows[0]) })
		st.rests(id)
		st.later(35 * day)
		st.is(id, sharing.Resting)
		st.stands(ben, agreeing.Promised)
		st.view(func(v *store.View) error {
			due, err := sharing.Due(v, 10)
			if len(due) != 0 {
				t.Error("the clock looks at it again and again")
			}
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
		st.later(0)
		st.is(id, sharing.Expired)
	})
}

func TestOffer_restsWhenItsRoundsAreUsedUp(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.do(func(tx *store.Tx) error { return tx.DB().Exec("UPDATE offers SET round = 63 WHERE id = ?", id).Error })
		st.untilFreeze(id)
		last, receiver := st.promisedOf(claims)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, receiver, last) })
		st.is(id, sharing.Resting)
		if got := st.notices(st.ana); !slices.Contains(got, sharing.NoticeResting) {
			t.Errorf("Ana is told %v", got)
		}
		delete(claims, last)
		for other := range claims {
			st.stands(other, agreeing.Waiting)
		}
		st.refused("offer.drawn_out", func(tx *store.Tx) error { return sharing.Resume(tx, st.ana, id) })
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, id) })
		if got := st.notices(st.ana); slices.Contains(got, sharing.NoticeResting) {
			t.Error("what is withdrawn still rests on Today")
		}
	})
}

func TestGiver_whoIsNotHeardOfLetsTheThingRest(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		st.later(3 * day) // drawn, because Ana did not choose
		drawn, receiver := st.promisedOf(claims)
		st.do(func(tx *store.Tx) error { return sharing.ItDidNotHappen(tx, receiver, drawn) })
		st.is(id, sharing.Resting)
		if got := st.notices(st.ana); !slices.Contains(got, sharing.NoticeResting) {
			t.Errorf("Ana is told %v", got)
		}
	})
}

func TestGiver_whoComesBackIsNotSilent(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		st.later(3 * day)
		drawn, receiver := st.promisedOf(claims)
		st.do(func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, st.ana, drawn, "Sorry, I was ill.")
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.ItDidNotHappen(tx, receiver, drawn) })
		st.is(id, sharing.Choosing)
	})
}

func TestGiver_hasUntilTheMorningToChoose(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		st.asks(st.ben, id)
		st.now = st.offer(id).Freeze().Add(12 * time.Hour) // the node was down until after one at night
		st.tick(closed)
		var hours people.Hours
		st.view(func(v *store.View) error {
			c, err := people.FindCollective(v)
			hours = c.Hours()
			return err
		})
		if by := st.offer(id).ChooseBy; hours.Quiet(*by) {
			t.Errorf("until %v", by)
		}
	})
}

func TestOffer_thatGoesOffTodayIsGoneTomorrow(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Title, in.GoesOffToday = "Soup", true
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.later(time.Hour)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
		st.is(id, sharing.Open)
		st.later(day)
		st.is(id, sharing.Expired)
	})
}
