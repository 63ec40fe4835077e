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

// lamp is a thing at Birch.
const lamp = "https://birch.example/ap/offers/1"

func (st *story) learns(change ...func(h *sharing.Heard)) (m sharing.Mirror) {
	st.Helper()
	h := sharing.Heard{
		IRI: lamp, URL: "https://birch.example/offers/1", Home: birch, Seq: 3, State: sharing.Gathering, Title: "A lamp", Category: "other",
		Condition: "good", Language: "en", Audience: people.Friends, Quantity: 1, Left: 1, MaxPerClaim: 1, Published: st.now, Updated: st.now,
	}
	for _, fn := range change {
		fn(&h)
	}
	st.do(func(tx *store.Tx) (err error) {
		m, err = sharing.Learn(tx, h)
		return err
	})
	return m
}

func (st *story) asksAcross(m people.Member, id sharing.OfferID) (a agreeing.ID) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		asking, err := sharing.AskAcross(tx, m, id, sharing.Wish{Note: "for reading"}, ticket())
		a = asking.ID
		return err
	})
	return a
}

func (st *story) sent(id agreeing.ID) {
	st.Helper()
	st.do(func(tx *store.Tx) error { return sharing.SentOff(tx, st.asking(id)) })
}

func (st *story) asking(id agreeing.ID) (a sharing.Asking) {
	st.Helper()
	st.view(func(v *store.View) (err error) {
		a, err = sharing.FindAsking(v, id)
		return err
	})
	return a
}

// theirs is the agreement's id at Birch.
const theirs = "https://birch.example/ap/agreements/1"

func (st *story) birchSays(id agreeing.ID, seq int64, state agreeing.State, change ...func(v *sharing.Verdict)) {
	st.Helper()
	says := sharing.Verdict{Home: birch, Agreement: theirs, Seq: seq, State: state}
	if state == agreeing.Promised {
		hold := st.now.Add(2 * day)
		says.HoldUntil = &hold
	}
	for _, fn := range change {
		fn(&says)
	}
	st.do(func(tx *store.Tx) error { return sharing.HearVerdict(tx, id, says) })
}

func (st *story) across(id agreeing.ID, want agreeing.State) {
	st.Helper()
	if got := st.asking(id).State; got != want {
		st.Errorf("the asking is %s, want %s", got, want)
	}
}

func (st *story) benAsksAcross() agreeing.ID {
	st.Helper()
	id := st.asksAcross(st.ben, st.learns().ID)
	st.sent(id)
	return id
}

func TestAsking_showsWhatTheHomeSaysAndNothingElse(t *testing.T) {
	tell(t, func(st *story) {
		id := st.asksAcross(st.ben, st.learns().ID)
		st.across(id, agreeing.Queued)
		st.sent(id)
		st.across(id, agreeing.OnItsWay)
		st.birchSays(id, 1, agreeing.Gathering)
		st.birchSays(id, 2, agreeing.Promised)
		st.across(id, agreeing.Promised)
		st.birchSays(id, 3, agreeing.Done)
		st.across(id, agreeing.Done)
		if a := st.asking(id); a.PurgeAt == nil || !a.PurgeAt.Equal(st.now.Add(7*day)) {
			t.Errorf("erased at %v", a.PurgeAt)
		}
	})
}

func TestAsking_heardInAnyOrderEndsWithTheNewest(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 3, agreeing.Promised)
		st.birchSays(id, 2, agreeing.Waiting)
		st.birchSays(id, 1, agreeing.Gathering)
		st.birchSays(id, 3, agreeing.Promised)
		st.across(id, agreeing.Promised)
		if a := st.asking(id); a.Seq != 3 || a.Theirs != theirs {
			t.Errorf("seq %d of %s", a.Seq, a.Theirs)
		}
		if got := st.notices(st.ben); !slices.Equal(got, []people.NoticeKind{sharing.NoticePromised}) {
			t.Errorf("Ben is told %v", got)
		}
	})
}

func TestAsking_promisedAfterItWasTakenBackStaysTakenBackAndTheHomeIsToldAgain(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, st.ben, id) })
		st.birchSays(id, 2, agreeing.Promised)
		st.birchSays(id, 2, agreeing.Promised)
		st.across(id, agreeing.Released)
		want := []store.EventKind{sharing.AskingAsked, sharing.AskingWithdrew, sharing.AskingWithdrew}
		if got := st.told(string(id)); !slices.Equal(got, want) {
			t.Errorf("Birch hears %v", got)
		}
	})
}

func TestAsking_takenBackBeforeItWasSentLeavesNoTrace(t *testing.T) {
	tell(t, func(st *story) {
		id := st.asksAcross(st.ben, st.learns().ID)
		st.do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, st.ben, id) })
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindAsking(tx.View, id)
			return err
		})
		if got := st.told(string(id)); slices.Contains(got, sharing.AskingWithdrew) {
			t.Error("Birch is told of what it never heard")
		}
	})
}

func TestAsking_refusesAnotherHomesWordAndWordsThatNoHomeMaySay(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 1, agreeing.Gathering)
		say := func(v sharing.Verdict) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return sharing.HearVerdict(tx, id, v) }
		}
		st.refused("asking.not_home", say(sharing.Verdict{Home: "https://rowan.example/ap/collective", Agreement: theirs, Seq: 2, State: agreeing.Done}))
		st.refused("asking.not_home", say(sharing.Verdict{Home: birch, Agreement: theirs + "2", Seq: 2, State: agreeing.Done}))
		st.refused("claim.wish", say(sharing.Verdict{Home: birch, Agreement: theirs, Seq: 2, State: agreeing.Queued}))
		st.across(id, agreeing.Gathering)
	})
}

func TestAsking_standsWhenOnlyAWishSaidAnewIsRefused(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 2, agreeing.Promised)
		refuse := func(v *sharing.Verdict) { v.Agreement, v.Reason = "", "limit" }
		st.birchSays(id, 0, agreeing.Refused, refuse)
		st.across(id, agreeing.Promised)
		other := st.asksAcross(st.cleo, st.learns().ID)
		st.birchSays(other, 0, agreeing.Refused, func(v *sharing.Verdict) { v.Agreement, v.Reason = "", "<script>" })
		st.across(other, agreeing.Refused)
		if got := st.asking(other).Reason; got != "" {
			t.Errorf("the reason is %q", got)
		}
	})
}

func TestAsking_isWithoutItsProposalOnceTheHomeSaysNoToIt(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 2, agreeing.Promised)
		saturday := agreeing.Window{From: st.now.Add(time.Hour), To: st.now.Add(2 * time.Hour)}
		no := func(home string, to *agreeing.Window) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				return sharing.HearWishRefused(tx, id, sharing.Verdict{Home: home, State: agreeing.Refused, Window: to})
			}
		}
		wish := func() {
			st.do(func(tx *store.Tx) error { return sharing.WishWindow(tx, st.ben, id, saturday) })
		}
		wish()
		st.refused("asking.not_home", no("https://rowan.example/ap/collective", &saturday))
		st.do(no(birch, &saturday))
		if a := st.asking(id); a.WishedWindow != nil || a.Proposed != nil || !a.TimeRefused() || a.State != agreeing.Promised {
			t.Errorf("after the no: %+v", a)
		}
		st.do(func(tx *store.Tx) error { return sharing.WishDone(tx, st.ben, id) })
		if st.asking(id).TimeRefused() {
			t.Error("what was said since does not concern the time")
		}
		st.do(no(birch, nil))
		st.do(no(birch, nil)) // twice is once
		if a := st.asking(id); a.Wished != "" || a.TimeRefused() || a.State != agreeing.Promised {
			t.Errorf("after the second no: %+v", a)
		}
		wish()
		st.birchSays(id, 3, agreeing.Promised) // they have it before them
		st.do(func(tx *store.Tx) error { return sharing.WishDone(tx, st.ben, id) })
		st.do(no(birch, nil))
		if a := st.asking(id); a.Proposed == nil || a.TimeRefused() {
			t.Errorf("a no that is not about the time takes it back: %+v", a)
		}
		wish()
		st.birchSays(id, 4, agreeing.Promised) // crossing with the wish
		st.do(no(birch, &saturday))
		if a := st.asking(id); a.Proposed != nil || !a.TimeRefused() {
			t.Errorf("after the third no: %+v", a)
		}
	})
}

func TestAsking_ofWhoIsNotToMeetTheGiverShowsAPlainRelease(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 2, agreeing.Promised)
		st.birchSays(id, 3, agreeing.Released, func(v *sharing.Verdict) { v.Apart = true })
		if a := st.asking(id); a.State != agreeing.Released || a.Apart || a.Reason != "" {
			t.Errorf("Ben can read %s, %v, %q", a.State, a.Apart, a.Reason)
		}
		kept := func(m people.Member) (ids []string) {
			st.view(func(v *store.View) (err error) {
				ids, err = sharing.ApartFrom(v, m.ID, birch)
				return err
			})
			return ids
		}
		if got := kept(st.ben); !slices.Equal(got, []string{theirs}) {
			t.Errorf("goes along: %v", got)
		}
		st.do(func(tx *store.Tx) error { return sharing.Leave(tx, st.ben) })
		if got := kept(st.ben); len(got) != 0 {
			t.Errorf("still kept: %v", got)
		}
	})
}

func TestAsking_afterPartingIsRefused(t *testing.T) {
	tell(t, func(st *story) {
		m := st.learns()
		id := st.asksAcross(st.ben, m.ID)
		st.do(func(tx *store.Tx) error { return sharing.Part(tx, birch) })
		st.across(id, agreeing.Refused)
		if got := st.asking(id).Reason; got != "parted" {
			t.Errorf("the reason is %q", got)
		}
		st.refused("offer.moved_on", func(tx *store.Tx) error {
			_, err := sharing.AskAcross(tx, st.cleo, m.ID, sharing.Wish{}, ticket())
			return err
		})
		st.later(7 * day)
		st.refused("offer.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindMirror(tx.View, m.ID)
			return err
		})
	})
}

func TestAsking_atAHomeThatDoesNotAnswerIsSilentAndNotLost(t *testing.T) {
	tell(t, func(st *story) {
		m := st.learns()
		id := st.asksAcross(st.ben, m.ID)
		st.sent(id)
		st.later(3 * day)
		st.across(id, agreeing.Silent)
		st.later(5 * day) // the lease is over
		st.across(id, agreeing.Silent)
		if got := st.mirror(m.ID).State; got != sharing.Withdrawn {
			t.Errorf("the mirror is %s", got)
		}
		// The home comes back: what we know of the thing is news again, and what it says holds.
		var stale []string
		st.do(func(tx *store.Tx) (err error) {
			stale, err = sharing.Renew(tx, birch, map[string]int64{lamp: 3})
			return err
		})
		if !slices.Equal(stale, []string{lamp}) {
			t.Errorf("to be fetched: %v", stale)
		}
		st.learns()
		if got := st.mirror(m.ID).State; got != sharing.Gathering {
			t.Errorf("the mirror is %s", got)
		}
		st.birchSays(id, 1, agreeing.Gathering)
		st.across(id, agreeing.Gathering)
		if st.asking(id).PurgeAt != nil {
			t.Error("it would be erased")
		}
	})
}

func TestAsking_atAHomeThatNeverComesBackIsErased(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.later(3 * day)
		st.later(30*day - time.Minute)
		st.across(id, agreeing.Silent)
		st.later(time.Minute)
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindAsking(tx.View, id)
			return err
		})
	})
}

// A home that is there and lists no such wish is told of it again, day after day. Its silence runs on meanwhile.
func TestAsking_thatItsHomeDoesNotKnowIsErasedAllTheSame(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.birchSays(id, 1, agreeing.Gathering)
		lost := func() {
			st.do(func(tx *store.Tx) error {
				if lost, err := sharing.LostThere(tx, st.asking(id)); err != nil || !lost {
					st.Errorf("it is told again: %t, %v", lost, err)
				}
				return nil
			})
		}
		st.later(4 * day)
		lost()
		st.across(id, agreeing.OnItsWay)
		for range 29 {
			st.later(day)
			lost()
			st.across(id, agreeing.Silent)
		}
		st.later(2 * day)
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindAsking(tx.View, id)
			return err
		})
	})
}

func TestAsking_needsATicketThatOneCanDrawWith(t *testing.T) {
	tell(t, func(st *story) {
		m := st.learns()
		st.refused("claim.ticket", func(tx *store.Tx) error {
			_, err := sharing.AskAcross(tx, st.ben, m.ID, sharing.Wish{}, "7")
			return err
		})
	})
}

func TestAsking_refusedByAHomeThatWasSilentIsErasedAWeekLater(t *testing.T) {
	tell(t, func(st *story) {
		id := st.benAsksAcross()
		st.later(3 * day)
		st.across(id, agreeing.Silent)
		st.birchSays(id, 1, agreeing.Refused)
		if a := st.asking(id); !a.PurgeAt.Equal(st.now.Add(7 * day)) {
			t.Errorf("erased at %v", a.PurgeAt)
		}
	})
}

func TestAsking_thatIsPromisedOutlivesItsMirror(t *testing.T) {
	tell(t, func(st *story) {
		m := st.learns()
		id := st.asksAcross(st.ben, m.ID)
		st.sent(id)
		st.birchSays(id, 1, agreeing.Promised, func(v *sharing.Verdict) { v.HoldUntil = nil })
		st.later(8 * day) // the lease is over
		st.across(id, agreeing.Promised)
		st.later(6 * day)
		st.across(id, agreeing.Silent)
		st.birchSays(id, 2, agreeing.Done)
		st.across(id, agreeing.Done)
	})
}
