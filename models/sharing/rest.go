package sharing

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Rest takes an offer off the lists for a while. Promises stay as they are, and so do wishes for a week.
func Rest(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "rest offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if err := rest(tx, &o); err != nil {
		return err
	}
	return saveOffer(tx, &o)
}

func rest(tx *store.Tx, o *Offer) error {
	if err := o.rest(tx.Now); err != nil {
		return err
	}
	return people.Settle(tx, NoticeChoose, string(o.ID))
}

// Resume takes a resting offer up again where it was: into its window for as long as that was still open, since nobody can shorten
// it, otherwise on to whoever waits.
func Resume(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "resume offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	until, err := goesOnUntil(tx.View, o)
	if err != nil {
		return err
	}
	promised, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	if err := o.wake(until, promised, tx.Now); err != nil {
		return err
	}
	if err := people.Settle(tx, NoticeResting, string(o.ID)); err != nil {
		return err
	}
	if err := nobodyLate(tx, o.ID); err != nil {
		return err
	}
	return next(tx, &o)
}

// goesOnUntil is when the window of a resting offer ends if it goes on now; the zero time when it was over.
func goesOnUntil(v *store.View, o Offer) (time.Time, error) {
	left := o.windowLeft()
	if left == 0 {
		return time.Time{}, nil
	}
	if o.GoesOffToday {
		return v.Now.Add(left), nil
	}
	collective, err := people.FindCollective(v)
	return collective.Hours().NextWaking(v.Now.Add(left)), err
}

// Lengthen moves the window's end by a day, before it is over and to at most seven days after publication. Nobody can
// shorten it.
func Lengthen(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "lengthen offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if o.State != Gathering || o.GoesOffToday {
		return o.movedOn()
	}
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return err
	}
	until, err := lengthen(tx.Now, *o.PublishedAt, *o.GatherUntil, collective.Hours())
	if err != nil {
		return err
	}
	o.GatherUntil = &until
	o.changed()
	o.Record(OfferLengthened, string(o.ID))
	return saveOffer(tx, &o)
}

// WithdrawOffer ends an offer. Whoever waits or has a promise is told plainly that it is no longer there.
func WithdrawOffer(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "withdraw offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	return withdraw(tx, &o)
}

func withdraw(tx *store.Tx, o *Offer) error {
	held, err := promises(tx.View, o.ID)
	if err != nil {
		return err
	}
	if err := o.withdraw(tx.Now); err != nil {
		return err
	}
	for _, c := range held {
		if err := c.end(tx, agreeing.Revoked, "withdrawn", ClaimRevoked); err != nil {
			return err
		}
		o.giveBack(c.Quantity)
		if c.Asker != "" {
			if err := people.Notify(tx, c.Asker, NoticeChanged, string(c.ID)); err != nil {
				return err
			}
		}
	}
	if err := finish(tx, o); err != nil {
		return err
	}
	return saveOffer(tx, o)
}
