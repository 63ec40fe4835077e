package federation_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// street is two befriended collectives, Ana's bike at Alder, and Maya of Birch who may ask for it.
type street struct {
	*fedtest.World
	alder, birch *fedtest.Node
	ana, maya    people.Member
	bike         sharing.OfferID
	mirror       sharing.OfferID
}

func onTheStreet(t *testing.T, story func(s *street)) {
	t.Helper()
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		s := &street{World: w, alder: w.Node("alder"), birch: w.Node("birch")}
		befriend(s.alder, s.birch)
		s.ana, s.maya = s.alder.Joins("Ana"), s.birch.Joins("Maya")
		s.bike = gives(s.alder, s.ana, sharing.NewOffer{Title: "A blue bike", Place: "Mill Street 7"})
		w.Settle()
		s.mirror = mirrorOf(s.birch, s.alder, s.bike).ID
		story(s)
	})
}

func (s *street) mayaAsks() agreeing.ID {
	return asksAcross(s.birch, s.maya, s.mirror, sharing.Wish{})
}

func (s *street) untilFreeze() {
	s.Later(freezeOf(s.alder, s.bike).Sub(s.Now()))
}

func TestAcross_aHomeThatIsDownForADayHearsTheWishWhenItIsBack(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.alder.GoesDown()
		asking := s.mayaAsks()
		s.Settle()
		stands(s.birch, asking, agreeing.OnItsWay)
		s.Later(10 * time.Hour)
		stands(s.birch, asking, agreeing.OnItsWay)
		s.alder.ComesUp()
		for range 8 {
			s.Later(90 * time.Minute)
		}
		stands(s.birch, asking, agreeing.Gathering)
		s.untilFreeze()
		stands(s.birch, asking, agreeing.Promised)
	})
}

func TestAcross_aHomeThatWasDownAcrossTheFreezeWaitsUntilItHasBeenUpForAQuarterOfAnHour(t *testing.T) {
	onTheStreet(t, func(s *street) {
		asking := s.mayaAsks()
		s.Settle()
		s.alder.GoesDown()
		s.Later(freezeOf(s.alder, s.bike).Sub(s.Now()) + 2*time.Hour)
		s.alder.ComesUp()
		s.Later(5 * time.Minute)
		offerIs(s.alder, s.bike, sharing.Gathering)
		s.Later(11 * time.Minute)
		offerIs(s.alder, s.bike, sharing.AllPromised)
		stands(s.birch, asking, agreeing.Promised)
	})
}

func TestAcross_anAskerWhoseNodeWasDownAcrossTheFreezeWaitsForTheNextRound(t *testing.T) {
	onTheStreet(t, func(s *street) {
		ben := s.alder.Joins("Ben")
		s.alder.Do(func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, ben, s.bike, sharing.Wish{}, fedtest.Ticket())
			return err
		})
		asking := s.mayaAsks()
		s.birch.GoesDown()
		s.untilFreeze()
		s.Later(time.Hour)
		s.birch.ComesUp()
		s.Later(time.Minute)
		stands(s.birch, asking, agreeing.Waiting)
		s.alder.Do(func(tx *store.Tx) error { return sharing.Release(tx, ben, promiseOf(s.alder, s.bike).ID) })
		s.Settle()
		stands(s.birch, asking, agreeing.Promised)
	})
}

func TestAcross_everyMessageTwiceIsEveryMessageOnce(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			answer := deliver()
			if r.Method == http.MethodPost && answer != nil {
				if again := deliver(); again.StatusCode != answer.StatusCode {
					t.Errorf("a repeated delivery is answered %d after %d", again.StatusCode, answer.StatusCode)
				}
			}
			return answer, nil
		}
		asking := s.mayaAsks()
		s.Settle()
		s.untilFreeze()
		stands(s.birch, asking, agreeing.Promised)
		s.alder.Do(func(tx *store.Tx) error { return sharing.SendPlace(tx, s.ana, promiseOf(s.alder, s.bike).ID) })
		s.Settle()
		if got := messages(s.birch, asking); len(got) != 1 {
			t.Errorf("the place came %d times", len(got))
		}
		s.birch.Do(func(tx *store.Tx) error { return sharing.WishDone(tx, s.maya, asking) })
		s.Settle()
		stands(s.birch, asking, agreeing.Done)
		offerIs(s.alder, s.bike, sharing.Gone)
	})
}

func TestAcross_messagesInTheWrongOrderEndInTheSamePlace(t *testing.T) {
	onTheStreet(t, func(s *street) {
		asking := s.mayaAsks()
		s.Settle()
		// Everything that Alder says from now on is held back and arrives from back to front.
		var held []func() *http.Response
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			if r.Method != http.MethodPost || r.URL.Host != s.birch.Base.Authority() {
				return deliver(), nil
			}
			held = append(held, deliver)
			return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody}, nil
		}
		s.untilFreeze()
		claim := promiseOf(s.alder, s.bike)
		s.alder.Do(func(tx *store.Tx) error { return sharing.SendPlace(tx, s.ana, claim.ID) })
		s.Settle()
		s.alder.Do(func(tx *store.Tx) error { return sharing.HandOver(tx, s.ana, claim.ID) })
		s.Settle()
		if len(held) < 3 {
			t.Fatalf("only %d messages to disorder", len(held))
		}
		s.Wire = nil
		slices.Reverse(held)
		for _, deliver := range held {
			deliver()
			s.Settle()
		}
		stands(s.birch, asking, agreeing.Done)
		if m := mirrorOf(s.birch, s.alder, s.bike); m.State != sharing.Gone {
			t.Errorf("the mirror is %s", m.State)
		}
	})
}

func TestAcross_aWithdrawnWishIsAsIfItHadNeverBeen(t *testing.T) {
	onTheStreet(t, func(s *street) {
		before := offer(s.alder, s.bike)
		asking := s.mayaAsks()
		s.Settle()
		s.birch.Do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, s.maya, asking) })
		s.Settle()
		if after := offer(s.alder, s.bike); after.Version != before.Version {
			t.Error("the offer shows that somebody asked")
		}
		s.untilFreeze()
		offerIs(s.alder, s.bike, sharing.Open)
	})
}

func TestAcross_partingInTheMiddleEndsWhatIsOpenOnBothSides(t *testing.T) {
	onTheStreet(t, func(s *street) {
		asking := s.mayaAsks()
		s.Settle()
		s.untilFreeze()
		stands(s.birch, asking, agreeing.Promised)
		s.alder.Do(func(tx *store.Tx) error {
			edge, err := neighbours.FindEdgeTo(tx.View, s.birch.Base.Collective())
			if err != nil {
				return err
			}
			if _, err := neighbours.PartNeighbour(tx, s.alder.Steward, edge.ID); err != nil {
				return err
			}
			return models.Part(tx, s.birch.Base.Collective())
		})
		s.Settle()
		if a := askingOf(s.birch, asking); a.State.Live() {
			t.Errorf("the asking is still %s", a.State)
		}
		offerIs(s.alder, s.bike, sharing.Open)
		s.birch.See(func(v *store.View) error {
			m, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(s.bike)))
			if err == nil && m.State != sharing.Withdrawn {
				t.Errorf("the mirror is still %s", m.State)
			}
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			return err
		})
		// After the farewell nothing leaves.
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			t.Errorf("%s %s after the farewell", r.Method, r.URL)
			return nil, errors.New("parted")
		}
		gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp", Audience: people.Friends})
		s.Settle()
		s.Later(25 * time.Hour)
	})
}

func TestAcross_anOfferForMembersNeverLeaves(t *testing.T) {
	onTheStreet(t, func(s *street) {
		posts := 0
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			if r.Method == http.MethodPost {
				posts++
			}
			return deliver(), nil
		}
		secret := gives(s.alder, s.ana, sharing.NewOffer{Title: "For us alone", Audience: people.Members})
		s.Settle()
		s.Later(25 * time.Hour)
		s.birch.See(func(v *store.View) error {
			_, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(secret)))
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("birch knows it: %v", err)
			}
			return nil
		})
	})
}

func TestAcross_aLostDeleteIsHealedByTheDailyPull(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			if r.Method == http.MethodPost && r.URL.Host == s.birch.Base.Authority() {
				return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody}, nil // and forgotten
			}
			return deliver(), nil
		}
		lamp := gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp"})
		s.alder.Do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, s.ana, s.bike) })
		s.Settle()
		s.Wire = nil
		for range 26 {
			s.Later(time.Hour)
		}
		if m := mirrorOf(s.birch, s.alder, lamp); m.Title != "A lamp" {
			t.Errorf("the pull brought %q", m.Title)
		}
		s.birch.See(func(v *store.View) error {
			_, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(s.bike)))
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("the bike is still there: %v", err)
			}
			return nil
		})
	})
}

func TestAcross_aMirrorWithoutAWordFromHomeVanishesAfterAWeek(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.alder.GoesDown()
		for range 8 {
			s.Later(day)
		}
		s.Later(61 * time.Minute) // to answer when it was asked last
		s.birch.Do(sharing.ForgetExpired)
		if s.mirrored() {
			t.Error("still there")
		}
	})
}

// A week in which this node was away, or that its clock skipped, is not a week in which home was silent.
func TestAcross_aNodeThatWasAwayForAWeekAsksBeforeItForgets(t *testing.T) {
	onTheStreet(t, func(s *street) {
		asking := s.mayaAsks()
		s.Settle()
		s.birch.GoesDown()
		s.Later(8 * day)
		s.birch.ComesUp()
		s.birch.Do(sharing.ForgetExpired) // as at start, before anything else
		if !s.mirrored() {
			t.Fatal("forgotten before anybody was asked")
		}
		stands(s.birch, asking, agreeing.Gathering)
		s.Settle()
		s.Later(2 * time.Hour)
		s.birch.Do(sharing.ForgetExpired)
		if !s.mirrored() {
			t.Error("forgotten although its home lists it")
		}

		s.birch.GoesDown()
		s.Later(8 * day)
		s.alder.GoesDown()
		s.birch.ComesUp()
		s.Settle()
		s.birch.Do(sharing.ForgetExpired)
		if !s.mirrored() {
			t.Error("forgotten after one try")
		}
		s.Later(30 * time.Minute)
		s.Later(31 * time.Minute)
		s.birch.Do(sharing.ForgetExpired)
		if s.mirrored() {
			t.Error("a home that stays silent is not forgotten")
		}
	})
}

// mirrored reports that Birch shows the bike.
func (s *street) mirrored() (there bool) {
	s.Helper()
	s.birch.See(func(v *store.View) error {
		m, err := sharing.FindMirror(v, s.mirror)
		there = err == nil && m.LeaseUntil != nil
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return there
}

func TestAcross_whoIsKeptApartIsLeftOutWithoutAWord(t *testing.T) {
	onTheStreet(t, func(s *street) {
		asking := s.mayaAsks()
		s.Settle()
		s.untilFreeze()
		s.alder.Do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, s.ana, promiseOf(s.alder, s.bike).ID) })
		s.Settle()
		stands(s.birch, asking, agreeing.Released)

		lamp := gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp"})
		s.Settle()
		second := asksAcross(s.birch, s.maya, mirrorOf(s.birch, s.alder, lamp).ID, sharing.Wish{})
		s.Settle()
		stands(s.birch, second, agreeing.Gathering)
		s.Later(freezeOf(s.alder, lamp).Sub(s.Now()))
		if got := askingOf(s.birch, second).State; got == agreeing.Promised {
			t.Error("the two were brought together again")
		}
		offerIs(s.alder, lamp, sharing.Open)
	})
}
