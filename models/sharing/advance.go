package sharing

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Due lists offers for which the clock has something to do, the longest due first.
func Due(v *store.View, limit int) ([]OfferID, error) {
	var ids []OfferID
	err := v.DB().Model(&Offer{}).Where("next_at <= ?", v.Now).Order("next_at, id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// Settled says until when everything that reached this node has been applied: a window that froze before that time can be
// closed. The edge computes it from the inbox and from when the node was last down (DESIGN 4).
type Settled func(freeze time.Time) bool

// Advance brings an offer to where it should be by now: closes a window, lets promises lapse that nobody answered, draws for a
// giver who stays silent, ends what nobody took. Doing it twice changes nothing, so a crash between two offers loses nothing.
func Advance(tx *store.Tx, id OfferID, settled Settled) (err error) {
	defer fault.Wrap(&err, "advance offer %s", id)
	o, err := lockOffer(tx, id)
	if err != nil {
		return err
	}
	if o.NextAt == nil || o.NextAt.After(tx.Now) {
		return nil
	}
	if lapsed, err := lapse(tx, &o); err != nil || lapsed {
		return err
	}
	switch {
	case o.State == Gathering && !tx.Now.Before(o.Freeze()):
		if !settled(o.Freeze()) {
			return nil
		}
		return closeWindow(tx, &o)
	case o.State == Choosing && o.ChooseBy != nil && !tx.Now.Before(*o.ChooseBy):
		return draw(tx, &o)
	case (o.State == Open || o.State == Resting) && o.ExpiresAt != nil && !tx.Now.Before(*o.ExpiresAt):
		return expire(tx, &o)
	}
	return saveOffer(tx, &o) // only the clock was wrong
}

// closeWindow ends the gathering: to the draw, to the giver's choice, or, when nobody asked, to an open offer.
func closeWindow(tx *store.Tx, o *Offer) error {
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	open, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	switch {
	case len(claims) == 0 && o.GoesOffToday && !open:
		return expire(tx, o) // product 4.6: nobody asked, and tomorrow it is no good
	case len(claims) == 0:
		return settle(tx, o)
	case o.Choice == ByGiver:
		return letGiverChoose(tx, o)
	}
	return draw(tx, o)
}

// lapse ends promises whose receivers stayed silent, then goes on once for all of them.
func lapse(tx *store.Tx, o *Offer) (bool, error) {
	held, err := promises(tx.View, o.ID)
	if err != nil {
		return false, err
	}
	lapsed := false
	for _, c := range held {
		if c.HoldUntil == nil || tx.Now.Before(*c.HoldUntil) {
			continue
		}
		lapsed = true
		if err := giveUp(tx, o, c, agreeing.Lapsed); err != nil {
			return true, err
		}
		if err := people.Notify(tx, o.Giver, NoticeChanged, string(c.ID)); err != nil {
			return true, err
		}
	}
	if !lapsed {
		return false, nil
	}
	return true, next(tx, o)
}

func expire(tx *store.Tx, o *Offer) error {
	open, err := hasPromises(tx.View, o.ID)
	if err != nil || open {
		return err
	}
	o.expire(tx.Now)
	if err := finish(tx, o); err != nil {
		return err
	}
	return saveOffer(tx, o)
}

// finish tells everybody who still waits that there is nothing to wait for, and forgets the notices.
func finish(tx *store.Tx, o *Offer) error {
	claims, err := store.All[Claim](tx.DB().Where("offer = ? AND state IN ?", o.ID, openStates).Order("id"))
	if err != nil {
		return err
	}
	for i := range claims {
		c := &claims[i]
		if err := c.End(agreeing.Refused, tx.Now); err != nil {
			return err
		}
		c.Reason = map[State]string{Gone: "taken", Expired: "expired", Withdrawn: "withdrawn"}[o.State]
		c.tell(ClaimRefused)
		if err := tx.Save(c); err != nil {
			return err
		}
	}
	if err := tx.Unindex(searchKind, string(o.ID)); err != nil {
		return err
	}
	return people.Settle(tx, NoticeChoose, string(o.ID))
}
