package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Rest takes an offer off the lists for a while. Wishes and promises stay as they are.
func Rest(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "rest offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if err := o.rest(); err != nil {
		return err
	}
	return saveOffer(tx, &o)
}

// Resume takes a resting offer up again where it was: into its window while that is open, otherwise on to whoever waits.
func Resume(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "resume offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if o.State != Resting || !o.RoundsLeft() {
		return o.movedOn()
	}
	if err := people.Settle(tx, NoticeResting, string(o.ID)); err != nil {
		return err
	}
	if tx.Now.Before(o.Freeze()) {
		o.State = Gathering
		o.changed()
		return saveOffer(tx, &o)
	}
	open, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	o.settle(open, tx.Now)
	return next(tx, &o)
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
		if err := c.End(agreeing.Revoked, tx.Now); err != nil {
			return err
		}
		c.Reason = "withdrawn"
		c.tell(ClaimRevoked)
		o.giveBack(c.Quantity)
		if err := tx.Save(&c); err != nil {
			return err
		}
		if err := forgetNotices(tx, c); err != nil {
			return err
		}
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

