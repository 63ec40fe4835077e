package sharing

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
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
		o.GiverSilent = true
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
	if o.Choice == ByGiver && fits(claims, o.Left) {
		return letGiverChoose(tx, o)
	}
	if err := draw(tx, o); err != nil || !o.GoesOffToday || o.State != Open {
		return err
	}
	return expire(tx, o) // product 4.6: nobody asked, and tomorrow it is no good
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
		if err := tellBoth(tx, *o, c, ""); err != nil {
			return true, err
		}
	}
	if !lapsed {
		return false, nil
	}
	return true, next(tx, o)
}

func expire(tx *store.Tx, o *Offer) error {
	o.expire(tx.Now)
	if err := finish(tx, o); err != nil {
		return err
	}
	return saveOffer(tx, o)
}

// finish tells everybody who still waits that there is nothing to wait for, and forgets the notices.
func finish(tx *store.Tx, o *Offer) error {
	reason := map[State]string{Gone: "taken", Expired: "expired", Withdrawn: "withdrawn"}[o.State]
	if err := refuseAll(tx, o.ID, reason); err != nil {
		return err
	}
	if err := tx.Unindex(searchKind, string(o.ID)); err != nil {
		return err
	}
	for _, kind := range []people.NoticeKind{NoticeChoose, NoticeResting} {
		if err := people.Settle(tx, kind, string(o.ID)); err != nil {
			return err
		}
	}
	return nil
}

// refuseAll ends every wish that waits, those that were left out and those that nobody has let in among them.
func refuseAll(tx *store.Tx, id OfferID, reason string) error {
	if err := neighbours.DeclineWishes(tx, string(id)); err != nil {
		return err
	}
	claims, err := store.All[Claim](tx.DB().Where("offer = ? AND state IN ?", id, openStates).Order("id"))
	if err != nil {
		return err
	}
	for i := range claims {
		if err := claims[i].end(tx, agreeing.Refused, reason, ClaimRefused); err != nil {
			return err
		}
	}
	return nil
}
