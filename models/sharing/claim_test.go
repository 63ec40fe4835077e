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

func TestClaim_isNotForTheGiver(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.refused("claim.own", func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, st.ana, id, sharing.Wish{}, ticket())
			return err
		})
	})
}

func TestClaim_ofTwoWhoDoNotMeetFindsNoOffer(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		st.do(func(tx *store.Tx) error { return people.KeepApart(tx, st.ben.ID, st.ana.ID) })
		st.refused("offer.unknown", func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, st.ben, id, sharing.Wish{}, ticket())
			return err
		})
	})
}

func TestClaim_onceMoreChangesTheWishAndKeepsTheTicket(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		first := st.asks(st.ben, id, sharing.Wish{Note: "for the balcony"})
		was := st.claim(first).Ticket
		second := st.asks(st.ben, id, sharing.Wish{Note: "for the kitchen"})
		if first != second || st.claim(first).Ticket != was || st.claim(first).Note != "for the kitchen" {
			t.Errorf("%s and %s, note %q", first, second, st.claim(first).Note)
		}
	})
}

func TestClaim_withATicketThatIsThereAlreadyIsRefused(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		same := ticket()
		ask := func(m people.Member) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				_, err := sharing.Ask(tx, m, id, sharing.Wish{}, same)
				return err
			}
		}
		st.do(ask(st.ben))
		st.refused("claim.ticket", ask(st.cleo))
	})
}

func TestClaim_withdrawnLeavesNoTrace(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		before := st.offer(id)
		ben := st.asks(st.ben, id)
		st.refused("claim.unknown", func(tx *store.Tx) error { return sharing.Withdraw(tx, st.cleo, ben) })
		st.do(func(tx *store.Tx) error { return sharing.Withdraw(tx, st.ben, ben) })
		st.refused("claim.unknown", func(tx *store.Tx) error { return sharing.Withdraw(tx, st.ben, ben) })
		if after := st.offer(id); after.Version != before.Version || !after.UpdatedAt.Equal(before.UpdatedAt) {
			t.Error("the offer shows that somebody asked")
		}
		st.untilFreeze(id)
		st.is(id, sharing.Open)
	})
}

func TestClaim_afterTheFreezeWaitsForTheNextRound(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		cleo := st.asks(st.cleo, id)
		st.stands(cleo, agreeing.Waiting)
		st.do(func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
		st.stands(cleo, agreeing.Promised)
	})
}

func TestClaim_isUnknownToTheGiverUntilTheChoice(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.refused("claim.unknown", func(tx *store.Tx) error { return sharing.Release(tx, st.ana, ben) })
		st.view(func(v *store.View) error {
			held, err := sharing.PromisesOf(v, id)
			if len(held) != 0 {
				t.Error("the giver's page lists a wish while things are being gathered")
			}
			cards, err2 := sharing.Today(v, st.ana)
			if len(cards) != 0 {
				t.Errorf("Today tells: %v", cards)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

func TestClaim_agreesOnATimeAndHoldsUntilThen(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		saturday := agreeing.Window{From: st.now.Add(4 * day), To: st.now.Add(4*day + 2*time.Hour)}
		in.Windows = []agreeing.Window{saturday}
		id := st.gives(in)
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		other := agreeing.Window{From: saturday.From.Add(day), To: saturday.To.Add(day)}
		st.refused("windows.not_offered", func(tx *store.Tx) error { return sharing.PickWindow(tx, st.ben, ben, other) })
		st.refused("claim.unknown", func(tx *store.Tx) error { return sharing.PickWindow(tx, st.cleo, ben, saturday) })
		st.do(func(tx *store.Tx) error { return sharing.ProposeWindow(tx, st.ben, ben, other) })
		st.do(func(tx *store.Tx) error { return sharing.AgreeWindow(tx, st.ana, ben) })
		if c := st.claim(ben); c.Window == nil || !c.Window.From.Equal(other.From) || c.HoldUntil.Before(other.To) {
			t.Errorf("agreed %v, held until %v", c.Window, c.HoldUntil)
		}
		st.do(func(tx *store.Tx) error { return sharing.PickWindow(tx, st.ben, ben, saturday) })
		if c := st.claim(ben); !c.Window.From.Equal(saturday.From) {
			t.Errorf("picked %v", c.Window)
		}
	})
}

func TestClaim_handedOverTwiceIsHandedOverOnce(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, ben) })
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ben, ben) })
		st.is(id, sharing.Gone)
		st.refused("claim.moved_on", func(tx *store.Tx) error { return sharing.Release(tx, st.ben, ben) })
	})
}

func TestMessages_areForTheTwoAndOnlyFromThePromiseOn(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		say := func(m people.Member, text string) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				_, err := sharing.WriteTo(tx, m, ben, text)
				return err
			}
		}
		st.refused("message.too_early", say(st.ben, "hello"))
		st.untilFreeze(id)
		st.refused("claim.unknown", say(st.cleo, "hello"))
		st.refused("message.text.missing", say(st.ben, "  "))
		st.do(say(st.ben, "I can come at six"))
		st.do(say(st.ana, "Good"))
		st.view(func(v *store.View) error {
			messages, err := agreeing.Messages(v, ben)
			got := []string{}
			for _, m := range messages {
				got = append(got, string(m.From)+" "+m.Nickname+": "+m.Text)
			}
			if len(got) != 2 || !slices.Contains(got, "asker Ben: I can come at six") || !slices.Contains(got, "giver Ana: Good") {
				t.Errorf("got %q", got)
			}
			return err
		})
	})
}

func TestPurge_erasesWhatTwoPeopleWroteAndEveryWishAtItsDate(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben, cleo := st.asks(st.ben, id, sharing.Wish{Note: "canary"}), st.asks(st.cleo, id)
		st.untilFreeze(id)
		drawn, receiver := ben, st.ben
		if st.claim(cleo).State == agreeing.Promised {
			drawn, receiver = cleo, st.cleo
		}
		st.do(func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, receiver, drawn, "canary")
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, drawn) })
		st.later(7*day - time.Minute)
		st.claim(drawn)
		st.later(2 * time.Minute)
		for _, claim := range []agreeing.ID{ben, cleo} {
			st.refused("claim.unknown", func(tx *store.Tx) error {
				_, err := sharing.FindClaim(tx.View, claim)
				return err
			})
		}
		for table, where := range map[string]string{"messages": "true", "rounds": "true", "offers": "secret <> '' OR place <> ''"} {
			st.view(func(v *store.View) error {
				left, err := store.Exists(v.DB().Table(table).Where(where))
				if left {
					t.Errorf("%s still holds something", table)
				}
				return err
			})
		}
		st.later(30 * day)
		if o := st.offer(id); o.Title != "" || o.Giver != "" || o.PurgedAt == nil {
			t.Errorf("a month later the offer still says %q by %q", o.Title, o.Giver)
		}
	})
}

func TestLeave_takesWishesBackAndLetsPromisesStand(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		lamp := st.gives(sharing.NewOffer{Title: "A lamp"})
		ben := st.asks(st.ben, id)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.Leave(tx, st.ana) })
		st.is(lamp, sharing.Withdrawn)
		st.is(id, sharing.Resting)
		st.stands(ben, agreeing.Promised)
		st.later(7 * day)
		st.is(id, sharing.Expired)
	})
}
