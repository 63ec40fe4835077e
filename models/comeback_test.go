package models_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func TestComeBack_decidesNothingAgainThatMayHaveBeenDecided(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup := n.backup()
		before := n.offer(n.lamp)
		n.later(4 * 24 * time.Hour) // the lamp is drawn, and then the disk is lost
		there := n.restore(elsewhere(n, n.Dialect()), backup)
		there.do(func(tx *store.Tx) error {
			back, err := models.ComeBack(tx)
			if !back {
				n.Error("there was nothing to come back from")
			}
			return err
		})
		there.later(0)
		lamp := there.offer(n.lamp)
		if lamp.State != sharing.Resting {
			n.Errorf("the lamp is %s", lamp.State)
		}
		if epoch := n.now.Unix(); lamp.Version < epoch || before.Version >= epoch {
			n.Errorf("the lamp was at %d and is at %d", before.Version, lamp.Version)
		}
		there.see(func(v *store.View) error {
			held, err := sharing.PromisesOf(v, n.bike)
			if len(held) != 1 || held[0].HoldUntil.Before(n.now.Add(6*24*time.Hour)) || held[0].Version < n.now.Unix() {
				n.Errorf("the promise of the bike: %+v", held)
			}
			return err
		})
		there.later(time.Hour)
		if got := there.offer(n.lamp).State; got != sharing.Resting {
			n.Errorf("an hour later the lamp is %s", got)
		}
		there.do(func(tx *store.Tx) error {
			deeds, err := people.Deeds(tx.View, nil, 1)
			if len(deeds) != 1 || deeds[0].Kind != models.DeedRestored {
				n.Errorf("members read %v", deeds)
			}
			if back, err := models.ComeBack(tx); back || err != nil {
				n.Errorf("it comes back twice: %v", err)
			}
			return err
		})
		if wrong := there.check(); len(wrong) > 0 {
			n.Errorf("after coming back: %v", wrong)
		}
	})
}

// A window that was over when the backup was made, and not yet closed, was closed in the lost days.
func TestComeBack_drawsNoWindowThatWasOverWhenTheBackupWasMade(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		n.now = n.offer(n.lamp).Freeze().Add(time.Minute) // the clock has not looked yet
		backup := n.backup()
		n.later(time.Hour)
		if got := n.offer(n.lamp).State; got == sharing.Gathering || got == sharing.Resting {
			n.Fatalf("the lamp that will be lost is %s", got)
		}
		there := n.restore(elsewhere(n, n.Dialect()), backup)
		there.do(func(tx *store.Tx) error { _, err := models.ComeBack(tx); return err })
		there.later(time.Hour)
		if got := there.offer(n.lamp).State; got != sharing.Resting {
			n.Errorf("the lamp is %s", got)
		}
	})
}

// Soup that was promised for the evening of a lost day is promised to nobody else when that promise lapses.
func TestComeBack_promisesNobodyTheSoupOfALostDay(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		var soup sharing.OfferID
		cem := peopletest.Join(n, n.Store, n.sage, "Cem")
		n.do(func(tx *store.Tx) error {
			evening := []agreeing.Window{{From: n.now.Add(2 * time.Hour), To: n.now.Add(4 * time.Hour)}}
			o, err := sharing.Write(tx, n.ana, sharing.NewOffer{Title: "Hot soup", Place: "Mill Street 7", Quantity: 1, GoesOffToday: true, Windows: evening})
			if err != nil {
				return err
			}
			soup = o.ID
			err = sharing.Publish(tx, n.ana, soup, zeroes{})
			for _, asker := range []people.Member{n.ben, cem} {
				if err == nil {
					_, err = sharing.Ask(tx, asker, soup, sharing.Wish{}, newTicket())
				}
			}
			return err
		})
		n.later(time.Hour)
		if got := n.offer(soup).State; got != sharing.AllPromised {
			n.Fatalf("the soup is %s", got)
		}
		backup := n.backup()
		n.now = n.now.Add(2 * 24 * time.Hour)
		there := n.restore(elsewhere(n, n.Dialect()), backup)
		there.do(func(tx *store.Tx) error { _, err := models.ComeBack(tx); return err })
		there.later(time.Hour)
		there.later(time.Hour)
		if o := there.offer(soup); o.Round != 1 || o.State != sharing.Expired {
			n.Errorf("the soup is %s after %d draws", o.State, o.Round)
		}
	})
}

// However often the same old backup is restored, what is said after the last restore is news for everybody.
func TestComeBack_fromTheSameBackupTwiceJumpsFurther(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup := n.backup()
		last := int64(0)
		for range 3 {
			n.later(time.Hour)
			there := n.restore(elsewhere(n, n.Dialect()), backup)
			there.do(func(tx *store.Tx) error { _, err := models.ComeBack(tx); return err })
			if v := there.offer(n.lamp).Version; v <= last {
				n.Errorf("%d after %d", v, last)
			}
			for range 5 {
				there.do(func(tx *store.Tx) error { return sharing.Resume(tx, n.ana, n.lamp) })
				there.do(func(tx *store.Tx) error { return sharing.Rest(tx, n.ana, n.lamp) })
			}
			last = there.offer(n.lamp).Version
		}
	})
}

func (n *neighbourhood) offer(id sharing.OfferID) (o sharing.Offer) {
	n.Helper()
	n.see(func(v *store.View) (err error) { o, err = sharing.FindOffer(v, id); return err })
	return o
}
