package sharing_test

import (
	"crypto/rand"
	"testing"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

const nina = "https://toot.example/users/nina"

// writes is what Nina says about a thing, from where nobody is a neighbour.
func (st *story) writes(kind neighbours.LetterKind, about sharing.OfferID, object, text string) (l neighbours.Letter) {
	st.Helper()
	st.do(func(tx *store.Tx) (err error) {
		err = neighbours.HearLetter(tx, neighbours.Letter{
			Kind: kind, From: nina, Name: "@nina@toot.example", Object: nina + object, About: string(about), Text: text,
		})
		if err == nil {
			l, err = neighbours.FindLetterByObject(tx.View, nina+object)
		}
		return err
	})
	return l
}

func (st *story) letsIn(by people.Member, id neighbours.LetterID) (c sharing.Claim) {
	st.Helper()
	st.do(func(tx *store.Tx) (err error) {
		c, err = sharing.LetIn(tx, by, id, ticket())
		return err
	})
	return c
}

func forAnyone() sharing.NewOffer {
	in := chair()
	in.Audience = people.Anyone
	return in
}

// DESIGN 3.6 and 4: never counted before, and then like every other.
func TestLetIn_makesAClaimOfAStrangersWishAndNothingElseDoes(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(forAnyone())
		l := st.writes(neighbours.Wish, id, "/1", "I'd like this, for my studio")
		if got := st.told(string(l.ID)); len(got) != 1 || got[0] != neighbours.WishHeard {
			t.Errorf("told %v", got)
		}
		st.refused("letter.unknown", func(tx *store.Tx) error {
			_, err := sharing.LetIn(tx, st.ben, l.ID, ticket())
			return err
		})
		c := st.letsIn(st.sage, l.ID)
		if c.Peer != nina || c.Outside != neighbours.ByReply || c.Note != "I'd like this, for my studio" || c.State != agreeing.Gathering || c.Ticket == "" {
			t.Fatalf("claim %+v", c)
		}
		st.untilFreeze(id)
		st.stands(c.ID, agreeing.Promised)
		if got := st.told(string(c.ID)); len(got) != 2 || got[1] != sharing.ClaimPromised {
			t.Errorf("told %v", got)
		}
	})
}

func TestLetIn_afterTheFreezeIsForTheNextRound(t *testing.T) {
	tell(t, func(st *story) {
		in := forAnyone()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		st.asks(st.ben, id)
		l := st.writes(neighbours.Wish, id, "/1", "I'd like this")
		st.untilFreeze(id)
		st.is(id, sharing.Choosing)
		c := st.letsIn(st.sage, l.ID)
		if c.State != agreeing.Waiting || !c.Late {
			t.Errorf("it is %s, late %v", c.State, c.Late)
		}
	})
}

// A wish that nobody let in is answered when the thing goes, and one that was turned away is answered at once.
func TestWishes_areAnsweredWhenTheyComeToNothing(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(forAnyone())
		waits, turned := st.writes(neighbours.Wish, id, "/1", "I'd like this"), st.writes(neighbours.Wish, id, "/2", "I'd like this, too")
		st.do(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, st.sage, turned.ID) })
		if got := st.told(string(turned.ID)); len(got) != 2 || got[1] != neighbours.WishDeclined {
			t.Errorf("told %v", got)
		}
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, id) })
		if got := st.told(string(waits.ID)); len(got) != 2 || got[1] != neighbours.WishDeclined {
			t.Errorf("told %v", got)
		}
		if got := st.told(string(turned.ID)); len(got) != 2 {
			t.Errorf("told %v", got)
		}
		st.refused("offer.moved_on", func(tx *store.Tx) error {
			_, err := sharing.LetIn(tx, st.sage, waits.ID, ticket())
			return err
		})
	})
}

// The giver knows of no wish while a thing is gathering. What stands on its page she may take for one.
func TestLetIn_isForTheGiverWhereAVoiceIsOnThePage(t *testing.T) {
	tell(t, func(st *story) {
		in := forAnyone()
		var id sharing.OfferID
		st.do(func(tx *store.Tx) error {
			o, err := sharing.Write(tx, st.ben, in)
			id = o.ID
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.Publish(tx, st.ben, id, rand.Reader) })
		l := st.writes(neighbours.Voice, id, "/1", "how lovely")
		take := func(tx *store.Tx) error {
			_, err := sharing.LetIn(tx, st.ben, l.ID, ticket())
			return err
		}
		st.refused("letter.unknown", take)
		st.do(func(tx *store.Tx) error { return neighbours.LetThrough(tx, st.sage, l.ID) })
		st.do(take)
	})
}

func TestLetIn_isOnlyForWhatAnyoneMaySee(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		l := st.writes(neighbours.Wish, id, "/1", "I'd like this")
		st.refused("letter.not_a_wish", func(tx *store.Tx) error {
			_, err := sharing.LetIn(tx, st.sage, l.ID, ticket())
			return err
		})
	})
}

func TestLetIn_followsWhatItsAuthorChangesUntilSomethingIsPromised(t *testing.T) {
	tell(t, func(st *story) {
		id, other := st.gives(forAnyone()), st.gives(forAnyone())
		c := st.letsIn(st.sage, st.writes(neighbours.Wish, id, "/1", "I'd like this").ID)
		gone := st.letsIn(st.sage, st.writes(neighbours.Wish, other, "/2", "I'd like this").ID)
		st.do(func(tx *store.Tx) error {
			_, err := sharing.HearEdit(tx, nina, nina+"/1", "I'd like this on Sunday")
			return err
		})
		if got := st.claim(c.ID).Note; got != "I'd like this on Sunday" {
			t.Errorf("the note is %q", got)
		}
		forget := func(object string) {
			st.do(func(tx *store.Tx) error {
				known, err := sharing.HearReplyGone(tx, nina, nina+object)
				if !known {
					t.Errorf("%s is not known", object)
				}
				return err
			})
		}
		forget("/2")
		st.view(func(v *store.View) error {
			if _, err := sharing.FindClaim(v, gone.ID); err == nil {
				t.Error("it is still there")
			}
			return nil
		})
		st.untilFreeze(id)
		forget("/1")
		st.stands(c.ID, agreeing.Promised)
	})
}

func TestLetIn_keepsApartWhomAGiverDoesNotWantToMeetAgain(t *testing.T) {
	tell(t, func(st *story) {
		id, again := st.gives(forAnyone()), st.gives(forAnyone())
		c := st.letsIn(st.sage, st.writes(neighbours.Wish, id, "/1", "I'd like this").ID)
		st.untilFreeze(id)
		st.do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, st.ana, c.ID) })
		if c := st.letsIn(st.sage, st.writes(neighbours.Wish, again, "/2", "I'd like this").ID); !st.claim(c.ID).LeftOut {
			t.Error("they are to meet again")
		}
	})
}
