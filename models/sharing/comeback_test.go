package sharing_test

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// comesBack restores the story as it is now, as if it were a backup and the days after it were lost.
func (st *story) comesBack() {
	st.Helper()
	st.do(func(tx *store.Tx) error { return sharing.ComeBack(tx, st.now) })
}

func (st *story) relists(id sharing.OfferID) (fresh sharing.OfferID) {
	st.Helper()
	st.do(func(tx *store.Tx) (err error) {
		fresh, err = sharing.Relist(tx, st.ana, id, rand.Reader)
		return err
	})
	return fresh
}

// sheet is that of the last round, rechecked.
func (st *story) sheet(id sharing.OfferID) (s sharing.Sheet) {
	st.Helper()
	st.view(func(v *store.View) (err error) {
		s, err = sharing.SheetOf(v, st.ana, id)
		return err
	})
	if err := s.Check(); err != nil {
		st.Error(err)
	}
	return s
}

// In the lost days another round may have been drawn, and its secret shown: with it a ticket can be chosen that wins.
func TestComeBack_drawsWithNoSecretThatMayHaveBeenShown(t *testing.T) {
	stages := map[string]func(st *story) sharing.OfferID{
		"promised in round 1": func(st *story) sharing.OfferID {
			id := st.gives(chair())
			st.asks(st.ben, id)
			st.asks(st.cleo, id)
			st.untilFreeze(id)
			return id
		},
		"open, nobody asked": func(st *story) sharing.OfferID {
			id := st.gives(chair())
			st.untilFreeze(id)
			return id
		},
		"window over in the lost days": func(st *story) sharing.OfferID {
			id := st.gives(chair())
			st.asks(st.ben, id)
			st.now = st.offer(id).Freeze()
			return id
		},
		"resting, with a window to go": func(st *story) sharing.OfferID {
			id := st.gives(chair())
			st.asks(st.ben, id)
			st.rests(id)
			return id
		},
		"another window, beside a promise": func(st *story) sharing.OfferID {
			in := chair()
			in.Quantity = 2
			id := st.gives(in)
			st.asks(st.ben, id)
			st.untilFreeze(id)
			st.asks(st.cleo, id)
			st.is(id, sharing.Gathering)
			return id
		},
		"goes off today": func(st *story) sharing.OfferID {
			in := chair()
			in.GoesOffToday = true
			id := st.gives(in)
			st.asks(st.ben, id)
			st.now = st.offer(id).Freeze()
			return id
		},
	}
	for stage, give := range stages {
		t.Run(stage, func(t *testing.T) {
			tell(t, func(st *story) {
				id := give(st)
				before := st.offer(id)
				st.comesBack()
				st.is(id, sharing.Resting)
				if got := st.offer(id); got.Secret != "" || got.DrawCommit != before.DrawCommit || got.Round != before.Round {
					t.Errorf("round %d, secret %q, commitment %q", got.Round, got.Secret, got.DrawCommit)
				}
				var held []sharing.Claim
				st.view(func(v *store.View) (err error) { held, err = sharing.PromisesOf(v, id); return err })
				for _, c := range held {
					st.do(func(tx *store.Tx) error { return sharing.Release(tx, people.Member{ID: c.Asker}, c.ID) })
				}
				st.refused("offer.drawn_out", func(tx *store.Tx) error { return sharing.Resume(tx, st.ana, id) })
				st.later(time.Hour)
				if got := st.offer(id); got.Round != before.Round || got.State != sharing.Resting {
					t.Errorf("it is %s, drawn %d times", got.State, got.Round)
				}
				if before.Round > 0 {
					st.sheet(id) // what was drawn can still be rechecked
				}
				fresh := st.relists(id)
				if o := st.offer(fresh); o.DrawCommit == before.DrawCommit || o.State != sharing.Gathering {
					t.Errorf("the new one is %s with the commitment of the old one: %v", o.State, o.DrawCommit == before.DrawCommit)
				}
				st.is(id, sharing.Withdrawn)
				st.asks(st.ben, fresh)
				st.untilFreeze(fresh)
				if s := st.sheet(fresh); s.Round != 1 || s.Commit != st.offer(fresh).DrawCommit {
					t.Errorf("drawn in round %d", s.Round)
				}
			})
		})
	}
}

func TestComeBack_keepsTheDrawOfAWindowThatIsStillOpen(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		ben := st.asks(st.ben, id)
		st.later(time.Hour)
		before := st.offer(id)
		st.comesBack()
		st.is(id, sharing.Resting) // it may have been withdrawn
		if got := st.notices(st.ana); !slices.Contains(got, sharing.NoticeResting) {
			t.Errorf("Ana is told %v", got)
		}
		st.later(2 * day)
		st.is(id, sharing.Resting)
		st.stands(ben, agreeing.Gathering)
		st.resumes(id)
		st.is(id, sharing.Gathering)
		st.untilFreeze(id)
		st.stands(ben, agreeing.Promised)
		if s := st.sheet(id); s.Commit != before.DrawCommit {
			t.Error("it was drawn with another secret than was committed to")
		}
	})
}

// A giver who chooses needs no secret, and goes on choosing. Only in her place nothing is drawn.
func TestComeBack_leavesAChoiceToItsGiver(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Choice = sharing.ByGiver
		id := st.gives(in)
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id)
		st.untilFreeze(id)
		st.comesBack()
		st.resumes(id)
		st.is(id, sharing.Choosing)
		st.later(3 * day)
		st.is(id, sharing.Resting)
		st.resumes(id)
		st.do(func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, id, cleo) })
		st.stands(cleo, agreeing.Promised)
		st.stands(ben, agreeing.Waiting)
	})
}

// A draft may have been published in the lost days: others know a thing under its id, with another commitment.
func TestComeBack_givesDraftsAnotherID(t *testing.T) {
	tell(t, func(st *story) {
		var id sharing.OfferID
		st.do(func(tx *store.Tx) error {
			o, err := sharing.Write(tx, st.ana, chair())
			id = o.ID
			return err
		})
		st.comesBack()
		st.view(func(v *store.View) error {
			mine, err := sharing.OffersBy(v, st.ana.ID)
			if len(mine) != 1 || mine[0].ID == id || mine[0].State != sharing.Draft || mine[0].Title != "A chair" {
				t.Errorf("Ana has %+v, before that draft %s", mine, id)
			}
			return err
		})
	})
}

// What a neighbour's member asked for in the lost days she asks for again; the thing rests by then.
func TestComeBack_letsWishesInThatWereLost(t *testing.T) {
	tell(t, func(st *story) {
		over := st.gives(chair())
		st.untilFreeze(over)
		open := st.gives(chair())
		st.comesBack()
		st.stands(st.birchAsks(open, "maya", st.now), agreeing.Gathering)
		st.stands(st.birchAsks(over, "noor", st.now), agreeing.Waiting)
		st.refused("offer.moved_on", func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, st.ben, open, sharing.Wish{}, ticket())
			return err
		})
	})
}

func TestRelist_leavesPromisesWithTheOldOffer(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		in.Quantity, in.MaxPerClaim = 3, 3
		id := st.gives(in)
		ben, cleo := st.asks(st.ben, id), st.asks(st.cleo, id, sharing.Wish{Quantity: 3, OthersFirst: true})
		st.untilFreeze(id)
		st.comesBack()
		st.stands(ben, agreeing.Promised)
		st.stands(cleo, agreeing.Waiting)
		fresh := st.relists(id)
		st.stands(ben, agreeing.Promised)
		st.stands(cleo, agreeing.Refused)
		if o := st.offer(fresh); o.Quantity != 2 || o.Left != 2 || o.MaxPerClaim != 2 {
			t.Errorf("the new one has %d of %d", o.Left, o.Quantity)
		}
		if o := st.offer(id); o.Quantity != 1 || o.Left != 0 || o.ReplacedBy != fresh {
			t.Errorf("the old one has %d of %d, and leads to %q", o.Left, o.Quantity, o.ReplacedBy)
		}
		st.resumes(id)
		st.is(id, sharing.AllPromised)
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, ben) })
		st.is(id, sharing.Gone)
		st.refused("offer.moved_on", func(tx *store.Tx) error { _, err := sharing.Relist(tx, st.ana, id, rand.Reader); return err })
		st.refused("offer.moved_on", func(tx *store.Tx) error { _, err := sharing.Relist(tx, st.ana, fresh, rand.Reader); return err })
	})
}
