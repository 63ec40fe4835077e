package sharing

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
)

// Spans after which things are erased (product 6).
const (
	asksKept    = 7 * 24 * time.Hour  // wishes not chosen, tickets and sheets, photos: after the end of the offer
	listingKept = 30 * 24 * time.Hour // the words of a thing that is gone
	purgeBatch  = 500
)

// Purge erases what has reached its date: what two people wrote, wishes, tickets and sheets, photos and words of things that are
// gone. Of an offer only its id stays, so that the id is never used again and the page can say that it is gone.
func Purge(tx *store.Tx) error {
	for _, step := range []func(*store.Tx) error{
		purgeClaims, purgeAskings, purgeOffers, purgeRested, ForgetExpired, hushAskings, purgeTakeBacks,
	} {
		if err := step(tx); err != nil {
			return err
		}
	}
	return nil
}

func purgeClaims(tx *store.Tx) error {
	var ids []agreeing.ID
	err := tx.DB().Model(&Claim{}).Where("purge_at <= ?", tx.Now).Order("purge_at, id").Limit(purgeBatch).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	return eraseClaims(tx, ids)
}

func eraseClaims(tx *store.Tx, ids []agreeing.ID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := erased(tx, ids); err != nil {
		return err
	}
	return tx.DB().Where("id IN ?", ids).Delete(&Claim{}).Error
}

// erased removes what was written about agreements and said of them on Today.
func erased(tx *store.Tx, ids []agreeing.ID) error {
	for _, id := range ids {
		if err := forgetNotices(tx, id); err != nil {
			return err
		}
	}
	return agreeing.Erase(tx, ids...)
}

func purgeAskings(tx *store.Tx) error {
	var ids []agreeing.ID
	err := tx.DB().Model(&Asking{}).Where("purge_at <= ?", tx.Now).Order("purge_at, id").Limit(purgeBatch).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := erased(tx, ids); err != nil {
		return err
	}
	if err := tx.DB().Where("id IN ?", ids).Delete(&Asking{}).Error; err != nil {
		return err
	}
	// A forgotten mirror stayed only because an asking named it.
	return tx.DB().Where("home <> '' AND state = ? AND lease_until IS NULL AND NOT EXISTS (?)", Withdrawn,
		tx.DB().Model(&Asking{}).Select("1").Where("askings.mirror = offers.id")).Delete(&Mirror{}).Error
}

// purgeOffers erases of what has ended first the wishes with their tickets and sheets, the place and the photos, and in the end the
// words. Photos and place of what a steward hid wait for their giver to show it again.
func purgeOffers(tx *store.Tx) error {
	due, err := store.All[Offer](tx.DB().Where("purge_at <= ?", tx.Now).Order("purge_at, id").Limit(purgeBatch))
	if err != nil {
		return err
	}
	for i := range due {
		if err := purgeOffer(tx, &due[i]); err != nil {
			return err
		}
	}
	return nil
}

func purgeOffer(tx *store.Tx, o *Offer) error {
	if err := purgeAsks(tx, o.ID); err != nil {
		return err
	}
	o.Secret = ""
	last := o.EndedAt.Add(listingKept)
	if again := o.shownAgainUntil(); tx.Now.Before(again) {
		o.PurgeAt = &again
		return tx.Save(o)
	}
	if err := media.Detach(tx, o.Photos...); err != nil {
		return err
	}
	if len(o.Photos) > 0 && o.Shown() {
		o.changed() // so that they vanish elsewhere, too
	}
	o.Photos, o.Place, o.PurgeAt = nil, "", &last
	if !tx.Now.Before(last) {
		o.erase(tx.Now)
	}
	return tx.Save(o)
}

// shownAgainUntil is until when the giver finds photos and place of a thing that a steward hid.
func (o Offer) shownAgainUntil() time.Time {
	if o.HiddenUntil == nil || o.ReplacedBy != "" {
		return time.Time{}
	}
	return o.HiddenUntil.Add(asksKept)
}

// purgeAsks erases wishes, tickets and sheets.
func purgeAsks(tx *store.Tx, id OfferID) error {
	var ids []agreeing.ID
	if err := tx.DB().Model(&Claim{}).Where("offer = ?", id).Order("id").Pluck("id", &ids).Error; err != nil {
		return err
	}
	if err := eraseClaims(tx, ids); err != nil {
		return err
	}
	return tx.DB().Where("offer = ?", id).Delete(&round{}).Error
}

// purgeRested ends the wishes for what has rested for a week: whoever shows it again then asks anew (product 4.1).
func purgeRested(tx *store.Tx) error {
	rested, err := store.All[Offer](tx.DB().Where("rested_at <= ?", tx.Now.Add(-asksKept)).Order("rested_at, id").Limit(purgeBatch))
	if err != nil {
		return err
	}
	for _, o := range rested {
		if o, err = lockOffer(tx, o.ID); err != nil {
			return err
		}
		if o.State != Resting || o.RestedAt == nil {
			continue
		}
		if err := refuseAll(tx, o.ID, "expired"); err != nil {
			return err
		}
		if err := tx.DB().Model(&Offer{}).Where("id = ?", o.ID).UpdateColumn("rested_at", nil).Error; err != nil {
			return err
		}
	}
	return nil
}

// hushAskings says that a home is silent which never answered, or has said nothing since long after a promise should have ended.
func hushAskings(tx *store.Tx) error {
	for _, quiet := range []*gorm.DB{
		tx.DB().Where("state = 'on_its_way' AND asked_at <= ?", tx.Now.Add(-silence)).Order("asked_at, id"),
		tx.DB().Where("state = 'promised' AND hold_until <= ?", tx.Now.Add(-agreeing.Kept)).Order("hold_until, id"),
	} {
		askings, err := store.All[Asking](quiet.Limit(purgeBatch))
		if err != nil {
			return err
		}
		for _, a := range askings {
			if err := a.hush(tx); err != nil {
				return err
			}
		}
	}
	return nil
}

func purgeTakeBacks(tx *store.Tx) error {
	return tx.DB().Where("at < ?", tx.Now.Add(-takeBacksKept)).Delete(&takeBack{}).Error
}
