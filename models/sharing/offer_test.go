package sharing_test

import (
	"crypto/rand"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func TestOffer_findsAHomeByTheDraw(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.is(id, sharing.Gathering)
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
		st.later(time.Hour)
		st.is(id, sharing.Gathering)
		st.untilFreeze(id)
		st.is(id, sharing.AllPromised)
		drawn, other, receiver := ben, cleo, st.ben
		if st.claim(cleo).State == agreeing.Promised {
			drawn, other, receiver = cleo, ben, st.cleo
		}
		st.stands(drawn, agreeing.Promised)
		st.stands(other, agreeing.Waiting)
		st.view(func(v *store.View) error {
			sheet, err := sharing.SheetOf(v, receiver, id)
			if err != nil {
				return err
			}
			if sheet.Commit != st.offer(id).DrawCommit {
				t.Error("the sheet opens another commitment than the one published")
			}
			return sheet.Check()
		})
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, receiver, drawn) })
		st.stands(drawn, agreeing.Done)
		st.is(id, sharing.Gone)
		st.stands(other, agreeing.Refused)
	})
}

func TestOffer_canBeChosenForByItsGiverWithoutAReason(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
		st.refused("choose.too_early", func(tx *store.Tx) error {
			_, err := sharing.ToChooseFrom(tx.View, st.ana, id)
			return err
		})
		st.refused("offer.moved_on", func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.untilFreeze(id)
		st.is(id, sharing.Choosing)
		st.refused("offer.unknown", func(tx *store.Tx) error { return sharing.Choose(tx, st.ben, id, ben) })
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.stands(cleo, agreeing.Promised)
		st.stands(ben, agreeing.Waiting)
	})
}

func TestOffer_isDrawnWhenItsGiverStaysSilent(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.later(47 * time.Hour)
		st.is(id, sharing.Choosing)
		st.later(time.Hour)
		st.is(id, sharing.AllPromised)
		st.stands(ben, agreeing.Promised)
	})
}

func TestOffer_thatNobodyAskedForGivesTwoHoursToWhoComesLater(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.untilFreeze(id)
		st.is(id, sharing.Open)
		ben := st.asks(st.ben, id)
		st.is(id, sharing.Gathering)
		if got := st.offer(id).GatherUntil.Sub(st.now); got < 2*time.Hour {
			t.Errorf("the window is %v", got)
		}
		cleo := st.asks(st.cleo, id)
		st.stands(ben, agreeing.Gathering)
		st.stands(cleo, agreeing.Gathering)
		st.untilFreeze(id)
		st.is(id, sharing.AllPromised)
	})
}

func TestOffer_thatGoesOffTodayAndNobodyWantsSimplyExpires(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Title, in.GoesOffToday = "Soup", true
		id := st.gives(in)
		st.later(time.Hour)
		st.is(id, sharing.Expired)
	})
}

func TestOffer_expiresAfterThirtyDays(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.untilFreeze(id)
		st.later(27 * day)
		st.is(id, sharing.Open)
		st.later(3 * day)
		st.is(id, sharing.Expired)
	})
}

func TestOffer_withSeveralGoesOnUntilTheLast(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Title, in.Quantity, in.MaxPerClaim = "Jars", 3, 2
		id := st.gives(in)
		ben, cleo := st.asks(st.ben, id, sharing.Wish{Quantity: 2}), st.asks(st.cleo, id, sharing.Wish{Quantity: 2})
		st.untilFreeze(id)
		st.is(id, sharing.Promised)
		first, second, them := ben, cleo, st.ben
		if st.claim(cleo).State == agreeing.Promised {
			first, second, them = cleo, ben, st.cleo
		}
		st.stands(second, agreeing.Waiting) // two of one left: skipped, and waits
		if got := st.offer(id).Left; got != 1 {
			t.Errorf("%d left", got)
		}
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, them, first) })
		st.is(id, sharing.Open)
		st.refused("offer.quantity.promised", func(tx *store.Tx) error {
			in.Quantity, in.MaxPerClaim = 1, 1
			_, err := sharing.Edit(tx, st.ana, id, in)
			return err
		})
	})
}

func TestOffer_neverPromisesMoreThanThereIs(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.asks(st.ben, id)
		st.untilFreeze(id)
		err := st.try(func(tx *store.Tx) error { return tx.DB().Exec(`UPDATE offers SET "left" = -1 WHERE id = ?`, id).Error })
		if !store.Broken(err) {
			t.Errorf("the schema lets the stock go below nothing: %v", err)
		}
	})
}

func TestOffer_restsWhenItsGiverLetsAPromiseGo(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ana, ben) })
		st.stands(ben, agreeing.Released)
		st.is(id, sharing.Resting)
		cleo := func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, st.cleo, id, sharing.Wish{}, ticket())
			return err
		}
		st.refused("offer.moved_on", cleo)
		st.do(func(tx *store.Tx) error { return sharing.Resume(tx, st.ana, id) })
		st.is(id, sharing.Open)
		st.do(cleo)
	})
}

func TestOffer_goesToTheNextWhenTheReceiverLetsGo(t *testing.T) {
	for name, end := range map[string]func(tx *store.Tx, by people.Member, id agreeing.ID) error{
		"release": sharing.Release, "it did not happen": sharing.ItDidNotHappen, "withdraw": sharing.Withdraw,
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, func(st *story) {
				id := st.gives(chair())
				ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
				st.untilFreeze(id)
				drawn, next, receiver := ben, cleo, st.ben
				if st.claim(cleo).State == agreeing.Promised {
					drawn, next, receiver = cleo, ben, st.cleo
				}
				st.do(func(tx *store.Tx) error { return end(tx, receiver, drawn) })
				st.stands(next, agreeing.Promised)
				st.is(id, sharing.AllPromised)
				if got := st.offer(id).Round; got != 2 {
					t.Errorf("round %d", got)
				}
			})
		})
	}
}

func TestOffer_passesOnWhenTheReceiverIsSilent(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		// Ben has no channel that reaches him: silence counts after a week and not before.
		st.later(7*day - time.Minute)
		st.stands(ben, agreeing.Promised)
		st.later(time.Minute)
		st.stands(ben, agreeing.Lapsed)
		st.is(id, sharing.Open)
	})
}

func TestOffer_withdrawnTellsWhoeverWaited(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
		st.untilFreeze(id)
		st.refused("offer.unknown", func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ben, id) })
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, id) })
		states := map[agreeing.State]bool{st.claim(ben).State: true, st.claim(cleo).State: true}
		if !states[agreeing.Revoked] || !states[agreeing.Refused] {
			t.Errorf("got %v", states)
		}
		st.is(id, sharing.Withdrawn)
		st.refused("offer.moved_on", func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, id) })
	})
}

func TestOffer_hiddenByAStewardCanBeShownAgainAsANewOne(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.refused("steward.only", func(tx *store.Tx) error { return sharing.Hide(tx, st.ben, id, "no") })
		st.refused("hide.words.missing", func(tx *store.Tx) error { return sharing.Hide(tx, st.sage, id, " ") })
		st.do(func(tx *store.Tx) error {
			return sharing.Hide(tx, st.sage, id, "There is a house number in the photo.")
		})
		st.is(id, sharing.Withdrawn)
		again := func(tx *store.Tx) error {
			_, err := sharing.ShowAgain(tx, st.ana, id, rand.Reader)
			return err
		}
		st.refused("hide.not_yet", again)
		st.later(7 * day)
		st.do(again)
		fresh := st.offer(id).ReplacedBy
		st.is(fresh, sharing.Gathering)
		if a, b := st.offer(fresh), st.offer(id); a.Title != b.Title || a.DrawCommit == b.DrawCommit {
			t.Errorf("%q %q, chains the same: %v", a.Title, b.Title, a.DrawCommit == b.DrawCommit)
		}
		st.refused("offer.moved_on", again)
	})
}

func TestOffer_lengthensButNeverShortens(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		before := *st.offer(id).GatherUntil
		st.do(func(tx *store.Tx) error { return sharing.Lengthen(tx, st.ana, id) })
		if after := *st.offer(id).GatherUntil; after.Sub(before) != day {
			t.Errorf("moved by %v", after.Sub(before))
		}
		st.untilFreeze(id)
		st.refused("offer.moved_on", func(tx *store.Tx) error { return sharing.Lengthen(tx, st.ana, id) })
	})
}

func TestOffer_waitsForClaimsThatReachedTheNodeInTime(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.asks(st.ben, id)
		st.now = st.offer(id).Freeze()
		st.tick(func(time.Time) bool { return false })
		st.is(id, sharing.Gathering)
		st.tick(func(time.Time) bool { return true })
		st.is(id, sharing.AllPromised)
	})
}

func TestOffer_saysBesideEachFieldWhatIsWrong(t *testing.T) {
	tell(t, func(st *story) {
		err := st.try(func(tx *store.Tx) error {
			_, err := sharing.Write(tx, st.ana, sharing.NewOffer{
				Quantity: 2, MaxPerClaim: 3, Audience: people.Circle, Category: "gold", Condition: "mint", Language: "!",
				Windows: []agreeing.Window{{From: st.now, To: st.now.Add(-time.Hour)}},
			})
			return err
		})
		e, _ := fault.As(err)
		if e == nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, f := range e.Fields {
			got[f.Name] = true
		}
		for _, want := range []string{"title", "max_per_claim", "audience", "category", "condition", "language", "windows"} {
			if !got[want] {
				t.Errorf("nothing beside %s in %v", want, got)
			}
		}
	})
}
