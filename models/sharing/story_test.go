package sharing_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// story is Alder with its people and a clock that only the story turns.
type story struct {
	*testing.T
	s                    *store.Store
	now                  time.Time
	sage, ana, ben, cleo people.Member
}

// tell runs a story on both databases.
func tell(t *testing.T, fn func(st *story)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		st := &story{T: t, s: s, now: storetest.Noon}
		st.sage = peopletest.SetUp(t, s)
		st.ana, st.ben, st.cleo = st.joins("Ana"), st.joins("Ben"), st.joins("Cleo")
		fn(st)
	})
}

func (st *story) joins(nickname string) people.Member {
	st.Helper()
	return peopletest.Join(st.T, st.s, st.sage, nickname)
}

func (st *story) try(fn func(tx *store.Tx) error) error {
	return st.s.Update(context.Background(), st.now, fn)
}

func (st *story) do(fn func(tx *store.Tx) error) {
	st.Helper()
	if err := st.try(fn); err != nil {
		st.Fatal(err)
	}
}

// refused asserts that an act is refused for this reason.
func (st *story) refused(key string, fn func(tx *store.Tx) error) {
	st.Helper()
	err := st.try(fn)
	if fault.KeyOf(err) == key {
		return
	}
	if e, ok := fault.As(err); ok {
		for _, f := range e.Fields {
			if f.Key == key {
				return
			}
		}
	}
	st.Errorf("want refusal %q, got %v", key, err)
}

// later turns the clock and lets it do what is due.
func (st *story) later(d time.Duration) {
	st.Helper()
	st.now = st.now.Add(d)
	st.tick(func(time.Time) bool { return true })
}

func (st *story) tick(settled sharing.Settled) {
	st.Helper()
	for range 3 { // one thing may lead to another at the same moment
		var due []sharing.OfferID
		st.view(func(v *store.View) (err error) {
			due, err = sharing.Due(v, 100)
			return err
		})
		for _, id := range due {
			st.do(func(tx *store.Tx) error { return sharing.Advance(tx, id, settled) })
		}
	}
	st.do(func(tx *store.Tx) error {
		if err := sharing.Purge(tx); err != nil {
			return err
		}
		return wire.Purge(tx)
	})
}

func (st *story) view(fn func(v *store.View) error) {
	st.Helper()
	if err := st.s.View(context.Background(), st.now, fn); err != nil {
		st.Fatal(err)
	}
}

// gives publishes an offer of Ana's.
func (st *story) gives(in sharing.NewOffer) sharing.OfferID {
	st.Helper()
	var id sharing.OfferID
	st.do(func(tx *store.Tx) error {
		o, err := sharing.Write(tx, st.ana, in)
		if err != nil {
			return err
		}
		id = o.ID
		return sharing.Publish(tx, st.ana, id, rand.Reader)
	})
	return id
}

func chair() sharing.NewOffer {
	return sharing.NewOffer{Title: "A chair", Place: "Mill Street 7, second bell"}
}

func ticket() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

func (st *story) asks(m people.Member, id sharing.OfferID, wish ...sharing.Wish) agreeing.ID {
	st.Helper()
	var c sharing.Claim
	st.do(func(tx *store.Tx) (err error) {
		c, err = sharing.Ask(tx, m, id, append(wish, sharing.Wish{})[0], ticket())
		return err
	})
	return c.ID
}

func (st *story) offer(id sharing.OfferID) (o sharing.Offer) {
	st.Helper()
	st.view(func(v *store.View) (err error) {
		o, err = sharing.FindOffer(v, id)
		return err
	})
	return o
}

func (st *story) claim(id agreeing.ID) (c sharing.Claim) {
	st.Helper()
	st.view(func(v *store.View) (err error) {
		c, err = sharing.FindClaim(v, id)
		return err
	})
	return c
}

func (st *story) is(id sharing.OfferID, want sharing.State) {
	st.Helper()
	if got := st.offer(id).State; got != want {
		st.Errorf("the offer is %s, want %s", got, want)
	}
}

func (st *story) stands(id agreeing.ID, want agreeing.State) {
	st.Helper()
	if got := st.claim(id).State; got != want {
		st.Errorf("the claim is %s, want %s", got, want)
	}
}

// until turns the clock to the freeze of the offer's window.
func (st *story) untilFreeze(id sharing.OfferID) {
	st.Helper()
	st.later(st.offer(id).Freeze().Sub(st.now))
}

// birch is a neighbouring collective.
const birch = "https://birch.example/ap/collective"

// birchAsks lets a claim of somebody at Birch in, which was safe here at a time.
func (st *story) birchAsks(id sharing.OfferID, handle string, at time.Time, wish ...sharing.Wish) agreeing.ID {
	st.Helper()
	c, err := st.hear(id, sharing.HeardClaim{Handle: handle, Asked: birch + "/" + handle, CommittedAt: at, Wish: append(wish, sharing.Wish{})[0]})
	if err != nil {
		st.Fatal(err)
	}
	return c.ID
}

func (st *story) hear(id sharing.OfferID, in sharing.HeardClaim) (c sharing.Claim, err error) {
	in.From, in.Ticket = birch, ticket()
	err = st.try(func(tx *store.Tx) (err error) {
		c, err = sharing.HearClaim(tx, id, in)
		return err
	})
	return c, err
}

// told lists what the neighbours are to hear about a row, in order.
func (st *story) told(subject string) (kinds []store.EventKind) {
	st.Helper()
	st.view(func(v *store.View) error {
		return v.DB().Model(&store.Event{}).Where("subject = ?", subject).Order("id").Pluck("kind", &kinds).Error
	})
	return kinds
}

// notices lists what a member is to be told.
func (st *story) notices(m people.Member) (kinds []people.NoticeKind) {
	st.Helper()
	st.view(func(v *store.View) error {
		list, err := people.Notices(v, m.ID, 100)
		for _, n := range list {
			kinds = append(kinds, n.Kind)
		}
		return err
	})
	return kinds
}

// promisedOf finds which of some claims has the promise, and who made it.
func (st *story) promisedOf(claims map[agreeing.ID]people.Member) (id agreeing.ID, receiver people.Member) {
	st.Helper()
	for id, m := range claims {
		if st.claim(id).State == agreeing.Promised {
			return id, m
		}
	}
	st.Fatal("nothing is promised")
	return "", receiver
}

const day = 24 * time.Hour

func (st *story) publishes(id sharing.OfferID) {
	st.Helper()
	st.do(func(tx *store.Tx) error { return sharing.Publish(tx, st.ana, id, rand.Reader) })
}

func (st *story) showsAgain(id sharing.OfferID) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		_, err := sharing.ShowAgain(tx, st.ana, id, rand.Reader)
		return err
	})
}
