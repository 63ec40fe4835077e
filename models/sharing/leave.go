package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Leave takes a member's part out of the free store: her wishes here and elsewhere are taken back, her things are withdrawn. A
// promise that she made stands for its seven days, with the contact that goes with it (product 4.6).
func Leave(tx *store.Tx, by people.Member) error {
	claims, err := ClaimsBy(tx.View, by.ID)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if c.State.Live() {
			if err := letGo(tx, c); err != nil {
				return err
			}
		}
	}
	askings, err := AskingsBy(tx.View, by.ID)
	if err != nil {
		return err
	}
	for _, a := range askings {
		if a.State.Live() {
			if err := a.leave(tx); err != nil {
				return err
			}
		}
	}
	if err := tx.DB().Where("member = ?", by.ID).Delete(&keptApart{}).Error; err != nil {
		return err
	}
	offers, err := OffersBy(tx.View, by.ID)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if err := leaveOffer(tx, o.ID); err != nil {
			return err
		}
	}
	return nil
}

func leaveOffer(tx *store.Tx, id OfferID) error {
	o, err := lockOffer(tx, id)
	if err != nil || o.State.Ended() {
		return err
	}
	promised, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	if !promised {
		return withdraw(tx, &o)
	}
	// What is left rests; the promise runs out by itself.
	if o.State.Live() {
		if err := o.rest(); err != nil {
			return err
		}
	}
	until := tx.Now.Add(agreeing.Kept)
	o.ExpiresAt = &until
	return saveOffer(tx, &o)
}

// Part ends everything that is open with another collective: wishes on both sides and the mirrors of its things. The farewell
// says the last word about each agreement.
func Part(tx *store.Tx, peer string) error {
	claims, err := store.All[Claim](tx.DB().Where("peer = ? AND state IN ?", peer, liveStates).Order("id"))
	if err != nil {
		return err
	}
	for _, c := range claims {
		if err := partClaim(tx, c.ID); err != nil {
			return err
		}
	}
	askings, err := store.All[Asking](tx.DB().Where("peer = ? AND state IN ?", peer, liveStates).Order("id"))
	if err != nil {
		return err
	}
	for _, a := range askings {
		if err := a.lose(tx, "parted"); err != nil {
			return err
		}
	}
	mirrors, err := MirrorsOf(tx.View, peer)
	if err != nil {
		return err
	}
	for _, m := range mirrors {
		if err := Forget(tx, m); err != nil {
			return err
		}
	}
	return nil
}

func partClaim(tx *store.Tx, id agreeing.ID) error {
	_, c, err := lockClaim(tx, id)
	if err != nil {
		return err
	}
	if c.State == agreeing.Promised {
		return endPromise(tx, c, agreeing.Released)
	}
	if err := c.End(agreeing.Refused, tx.Now); err != nil {
		return err
	}
	c.Reason = "parted"
	c.tell(ClaimRefused)
	return tx.Save(&c)
}
