package sharing_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func (st *story) edits(id sharing.OfferID, in sharing.NewOffer) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		_, err := sharing.Edit(tx, st.ana, id, in)
		return err
	})
}

func TestEdit_letsWindowsFallAwayThatAreOver(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		today := agreeing.Window{From: st.now.Add(time.Hour), To: st.now.Add(2 * time.Hour)}
		nextWeek := agreeing.Window{From: st.now.Add(7 * day), To: st.now.Add(7*day + time.Hour)}
		in.Windows = []agreeing.Window{today, nextWeek}
		id := st.gives(in)
		st.later(day)
		in.Description = "blue"
		st.edits(id, in)
		if got := st.offer(id).Windows; len(got) != 1 || !got[0].From.Equal(nextWeek.From) {
			t.Errorf("the windows are %v", got)
		}
		in.Windows = []agreeing.Window{{From: st.now.Add(-2 * time.Hour), To: st.now.Add(-time.Hour)}}
		st.refused("windows.past", func(tx *store.Tx) error {
			_, err := sharing.Edit(tx, st.ana, id, in)
			return err
		})
	})
}

func TestEdit_doesNotChangeWhatPeopleAskedOnTheStrengthOf(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		id := st.gives(in)
		in.Choice, in.GoesOffToday, in.Audience = sharing.ByGiver, true, people.Anyone
		st.edits(id, in)
		if o := st.offer(id); o.Choice != sharing.ByDraw || o.GoesOffToday || o.Audience != people.Friends {
			t.Errorf("it is now %s, %v, for %s", o.Choice, o.GoesOffToday, o.Audience)
		}
	})
}

func TestEdit_ofMoreThanThereWereGoesOnWithWhoWaits(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		id := st.gives(in)
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
		st.untilFreeze(id)
		in.Quantity = 3
		st.edits(id, in)
		st.stands(ben, agreeing.Promised)
		st.stands(cleo, agreeing.Promised)
		st.is(id, sharing.Promised)
		in.Quantity = 2
		st.edits(id, in)
		st.is(id, sharing.AllPromised)
	})
}

func TestEdit_ofWhatIsHandedOutAlreadyEndsIt(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Quantity = 2
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, ben) })
		st.is(id, sharing.Open)
		in.Quantity = 1
		st.edits(id, in)
		st.is(id, sharing.Gone)
	})
}

func TestEdit_thatLeavesNothingToDrawClosesTheWindow(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Quantity = 2
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		cleo := st.asks(st.cleo, id) // opens a window of two hours for the second
		st.is(id, sharing.Gathering)
		in.Quantity = 1
		st.edits(id, in)
		st.is(id, sharing.AllPromised)
		st.stands(ben, agreeing.Promised)
		st.stands(cleo, agreeing.Waiting)
		st.later(day) // and the clock has nothing to trip over
		st.is(id, sharing.AllPromised)
	})
}

func TestPublish_leavesWindowsAwayThatWereOverMeanwhile(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Windows = []agreeing.Window{{From: st.now.Add(time.Hour), To: st.now.Add(2 * time.Hour)}}
		var o sharing.Offer
		st.do(func(tx *store.Tx) (err error) {
			o, err = sharing.Write(tx, st.ana, in)
			return err
		})
		st.later(day)
		st.publishes(o.ID)
		if got := st.offer(o.ID).Windows; len(got) != 0 {
			t.Errorf("the windows are %v", got)
		}
	})
}
