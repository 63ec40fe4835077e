package sharing

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Leave takes a member's part out of the free store: her wishes here and elsewhere are taken back, the way from a handle to her is
// erased, her things are withdrawn. A promise that she made stands for its seven days, with the contact that goes with it (product 4.6).
func Leave(tx *store.Tx, by people.Member) error {
	for _, step := range []func(*store.Tx, people.MemberID) error{leaveClaims, leaveAskings, leaveApart, leaveOffers} {
		if err := step(tx, by.ID); err != nil {
			return err
		}
	}
	return nil
}

func leaveClaims(tx *store.Tx, m people.MemberID) error {
	claims, err := ClaimsBy(tx.View, m)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if !c.State.Live() {
			continue
		}
		o, c, err := lockClaim(tx, c.ID)
		if err != nil {
			return err
		}
		if err := letGo(tx, &o, c); err != nil {
			return err
		}
	}
	return nil
}

func leaveAskings(tx *store.Tx, m people.MemberID) error {
	askings, err := AskingsBy(tx.View, m)
	if err != nil {
		return err
	}
	for _, a := range askings {
		if !a.State.Live() {
			continue
		}
		if err := a.leave(tx); err != nil {
			return err
		}
	}
	// What is left of them waits to be told to its home, and needs nothing of her for that.
	return tx.DB().Model(&Asking{}).Where("asker = ?", m).
		UpdateColumns(map[string]any{"handle": "", "ticket": "", "note": "", "windows": nil}).Error
}

func leaveApart(tx *store.Tx, m people.MemberID) error {
	if err := tx.DB().Where("member = ?", m).Delete(&keptApart{}).Error; err != nil {
		return err
	}
	return tx.DB().Where("giver = ?", m).Delete(&apart{}).Error
}

func leaveOffers(tx *store.Tx, m people.MemberID) error {
	offers, err := OffersBy(tx.View, m)
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
	if o.State == Draft { // nobody has seen it
		if err := media.Detach(tx, o.Photos...); err != nil {
			return err
		}
		return tx.Delete(&o)
	}
	held, err := promises(tx.View, o.ID)
	if err != nil {
		return err
	}
	if len(held) == 0 {
		return withdraw(tx, &o)
	}
	// What is left rests; the promises run out by themselves.
	until := tx.Now.Add(promiseStands)
	for _, c := range held {
		c.HoldAtMost(until)
		c.tell(ClaimChanged)
		if err := tx.Save(&c); err != nil {
			return err
		}
	}
	if o.State.Live() {
		if err := rest(tx, &o); err != nil {
			return err
		}
	}
	o.ExpiresAt = &until
	if err := refuseAll(tx, o.ID, "withdrawn"); err != nil {
		return err
	}
	return saveOffer(tx, &o)
}

// promiseStands is how long a promise outlives its giver's membership.
const promiseStands = 7 * 24 * time.Hour

// Part ends everything that is open with another collective: wishes on both sides and the mirrors of its things. The farewell
// says the last word about each agreement.
func Part(tx *store.Tx, peer string) error {
	// Wishes first, so that no promise that comes back goes to another of theirs.
	for _, states := range [][]agreeing.State{openStates, {agreeing.Promised}} {
		claims, err := store.All[Claim](tx.DB().Where("peer = ? AND peer <> '' AND state IN ?", peer, states).Order("id"))
		if err != nil {
			return err
		}
		for _, c := range claims {
			if err := partClaim(tx, c.ID); err != nil {
				return err
			}
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

// Reflow forgets the mirrors of a neighbour whose things we no longer show. What a member of ours has asked for stays until that is
// over.
func Reflow(tx *store.Tx, e neighbours.Edge) error {
	if e.Shows.Has(neighbours.Offers) {
		return nil
	}
	mirrors, err := MirrorsOf(tx.View, e.Actor)
	if err != nil {
		return err
	}
	for _, m := range mirrors {
		askings, err := askingsFor(tx.View, m.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(askings, func(a Asking) bool { return a.State.Live() }) {
			continue
		}
		if err := Forget(tx, m); err != nil {
			return err
		}
	}
	return nil
}

func partClaim(tx *store.Tx, id agreeing.ID) error {
	o, c, err := lockClaim(tx, id)
	if err != nil {
		return err
	}
	if c.State == agreeing.Promised {
		return endPromise(tx, &o, c, agreeing.Released, "")
	}
	return c.end(tx, agreeing.Refused, "parted", ClaimRefused)
}
