package sharing_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func closed(time.Time) bool { return true }

func TestFreeze_keepsWhoComesLaterOutOfTheRoundThatIsBeingClosed(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.now = st.offer(id).Freeze() // and the inbox is not settled yet
		cleo := st.asks(st.cleo, id)
		st.stands(cleo, agreeing.Waiting)
		st.tick(closed)
		st.stands(ben, agreeing.Promised)
		st.stands(cleo, agreeing.Waiting)
		st.view(func(v *store.View) error {
			sheet, err := sharing.SheetOf(v, st.ana, id)
			if len(sheet.Claims) != 1 {
				t.Errorf("%d claims in the first round", len(sheet.Claims))
			}
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
		st.stands(cleo, agreeing.Promised)
	})
}

func TestFreeze_countsWhenAClaimWasSafeHereAndNotWhenItWasApplied(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		freeze := st.offer(id).Freeze()
		st.now = freeze.Add(time.Minute)
		inTime, late := st.birchAsks(id, "maya", freeze.Add(-time.Second)), st.birchAsks(id, "noor", freeze)
		st.stands(inTime, agreeing.Gathering)
		st.stands(late, agreeing.Waiting)
		st.tick(closed)
		st.stands(inTime, agreeing.Promised)
		st.stands(late, agreeing.Waiting)
	})
}

func TestFreeze_withOnlyALateClaimOpensTheNextWindow(t *testing.T) {
	tell(t, func(st *story) {
		for _, food := range []bool{false, true} {
			in := chair()
			in.GoesOffToday = food
			id := st.gives(in)
			st.now = st.offer(id).Freeze()
			ben := st.asks(st.ben, id)
			st.tick(closed)
			st.is(id, sharing.Gathering)
			if left := st.offer(id).GatherUntil.Sub(st.now); left < 2*time.Hour {
				t.Errorf("the window is %v", left)
			}
			st.asks(st.cleo, id)
			st.untilFreeze(id)
			st.is(id, sharing.AllPromised)
			if st.claim(ben).State == agreeing.Refused {
				t.Error("late is not never")
			}
		}
	})
}

func TestFreeze_leavesWhatALateClaimFitsForTheNextWindow(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Quantity = 3
		id := st.gives(in)
		st.asks(st.ben, id)
		st.now = st.offer(id).Freeze()
		cleo := st.asks(st.cleo, id)
		st.tick(closed)
		st.is(id, sharing.Gathering)
		st.untilFreeze(id)
		st.stands(cleo, agreeing.Promised)
		st.is(id, sharing.Promised)
	})
}

func TestFreeze_ofAWindowThatALaterOneReplacedLetsAClaimIntoTheLaterOne(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		first := st.offer(id).Freeze()
		st.untilFreeze(id)
		st.is(id, sharing.Open)
		ben := st.asks(st.ben, id)
		st.later(time.Hour)
		maya := st.birchAsks(id, "maya", first.Add(-time.Hour)) // parked, and requeued by a human
		st.stands(maya, agreeing.Gathering)
		st.untilFreeze(id)
		states := map[agreeing.State]int{}
		states[st.claim(ben).State]++
		states[st.claim(maya).State]++
		if states[agreeing.Promised] != 1 || states[agreeing.Waiting] != 1 {
			t.Errorf("got %v", states)
		}
	})
}

func TestMiniWindow_beginsWhenOthersCanSeeItHoweverLateTheClaimWasApplied(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.untilFreeze(id)
		at := st.now
		st.now = st.now.Add(3 * time.Hour)
		st.birchAsks(id, "maya", at.Add(time.Minute))
		st.is(id, sharing.Gathering)
		if left := st.offer(id).GatherUntil.Sub(st.now); left < 2*time.Hour {
			t.Errorf("others have %v", left)
		}
	})
}

func TestMiniWindow_isNotOpenedByWhoAsksForMoreThanIsLeft(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Quantity, in.MaxPerClaim = 2, 2
		id := st.gives(in)
		st.asks(st.ben, id)
		st.untilFreeze(id)
		st.is(id, sharing.Promised)
		cleo := st.asks(st.cleo, id, sharing.Wish{Quantity: 2})
		st.stands(cleo, agreeing.Waiting)
		st.is(id, sharing.Promised)
	})
}

func TestChoosing_isAmongThoseWhoAskedInTime(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		cleo := st.asks(st.cleo, id)
		st.refused("choose.not_there", func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.do(func(tx *store.Tx) error { return sharing.DrawNow(tx, st.ana, id) })
		st.stands(ben, agreeing.Promised)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.stands(cleo, agreeing.Promised)
	})
}

func TestChoosing_goesOnWhileSomethingIsLeftForThoseWhoAsked(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice, in.Quantity = sharing.ByGiver, 2
		id := st.gives(in)
		ben, cleo, maya := st.asks(st.ben, id), st.asks(st.cleo, id), st.birchAsks(id, "maya", st.now)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.is(id, sharing.Choosing)
		st.stands(maya, agreeing.Gathering) // nobody is told "not this time" before it is so
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, ben) })
		st.is(id, sharing.AllPromised)
		st.stands(maya, agreeing.Waiting)
	})
}

func TestChoosing_endsWhenEverybodyTookTheirWishBack(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.Withdraw(tx, st.ben, ben) })
		st.is(id, sharing.Open)
		if got := st.notices(st.ana); len(got) != 0 {
			t.Errorf("Ana is still told %v", got)
		}
	})
}

func TestChoosing_isNoNoticeAnyMoreOnceItIsDone(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		if got := st.notices(st.ana); len(got) != 1 || got[0] != sharing.NoticeChoose {
			t.Errorf("Ana is told %v", got)
		}
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, ben) })
		if got := st.notices(st.ana); len(got) != 1 || got[0] != sharing.NoticeTaker {
			t.Errorf("Ana is told %v", got)
		}
	})
}

func TestGathering_showsNothingOfAClaim(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		before := st.offer(id)
		ben, maya := st.asks(st.ben, id), st.birchAsks(id, "maya", st.now)
		st.later(time.Hour)
		st.asks(st.ben, id, sharing.Wish{Note: "for the balcony"})
		st.do(func(tx *store.Tx) error { return sharing.Withdraw(tx, st.ben, ben) })
		st.do(func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, birch+"/maya") })
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindClaim(tx.View, maya)
			return err
		})
		st.asks(st.cleo, id)
		after := st.offer(id)
		if after.Version != before.Version || !after.UpdatedAt.Equal(before.UpdatedAt) || !after.NextAt.Equal(*before.NextAt) {
			t.Errorf("version %d and %d, updated %v and %v", before.Version, after.Version, before.UpdatedAt, after.UpdatedAt)
		}
		if told := st.told(string(id)); len(told) != 1 {
			t.Errorf("the neighbours hear %v", told)
		}
		if got := st.notices(st.ana); len(got) != 0 {
			t.Errorf("Ana is told %v", got)
		}
	})
}
