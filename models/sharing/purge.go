package sharing

import (
	"time"

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
		purgeClaims, purgeAskings, purgeAsks, purgeListings, ForgetExpired, purgeTakeBacks,
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
	if err := agreeing.Erase(tx, ids...); err != nil {
		return err
	}
	return tx.DB().Where("id IN ?", ids).Delete(&Claim{}).Error
}

func purgeAskings(tx *store.Tx) error {
	var ids []agreeing.ID
	err := tx.DB().Model(&Asking{}).Where("purge_at <= ?", tx.Now).Order("purge_at, id").Limit(purgeBatch).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := agreeing.Erase(tx, ids...); err != nil {
		return err
	}
	if err := tx.DB().Where("id IN ?", ids).Delete(&Asking{}).Error; err != nil {
		return err
	}
	// A forgotten mirror stayed only because an asking named it.
	return tx.DB().Where("home <> '' AND state = ? AND lease_until IS NULL AND NOT EXISTS (?)", Withdrawn,
		tx.DB().Model(&Asking{}).Select("1").Where("askings.mirror = offers.id")).Delete(&Mirror{}).Error
}

// purgeAsks erases wishes, tickets, sheets and photos of offers that ended a week ago.
func purgeAsks(tx *store.Tx) error {
	ended, err := store.All[Offer](tx.DB().
		Where("home = '' AND ended_at <= ? AND secret <> ''", tx.Now.Add(-asksKept)).Order("ended_at, id").Limit(purgeBatch))
	if err != nil {
		return err
	}
	for i := range ended {
		o := &ended[i]
		var ids []agreeing.ID
		if err := tx.DB().Model(&Claim{}).Where("offer = ? AND state <> ?", o.ID, agreeing.Promised).Pluck("id", &ids).Error; err != nil {
			return err
		}
		if err := eraseClaims(tx, ids); err != nil {
			return err
		}
		if err := tx.DB().Where("offer = ?", o.ID).Delete(&round{}).Error; err != nil {
			return err
		}
		if err := media.Detach(tx, o.Photos...); err != nil {
			return err
		}
		o.Photos, o.Secret, o.Place = nil, "", ""
		if err := tx.Save(o); err != nil {
			return err
		}
	}
	return nil
}

// purgeListings leaves nothing of an offer that ended a month ago but its id, and has it deleted wherever it was sent.
func purgeListings(tx *store.Tx) error {
	old, err := store.All[Offer](tx.DB().
		Where("home = '' AND ended_at <= ? AND purged_at IS NULL", tx.Now.Add(-listingKept)).Order("ended_at, id").Limit(purgeBatch))
	if err != nil {
		return err
	}
	for i := range old {
		o := &old[i]
		sent := o.PublishedAt != nil && o.State != Withdrawn
		listing := Listing{ID: o.ID, Root: o.Root, State: o.State, Audience: o.Audience, PublishedAt: o.PublishedAt, UpdatedAt: tx.Now}
		listing.Category, listing.Condition, listing.Quantity = o.Category, o.Condition, o.Quantity
		listing.MaxPerClaim = 1
		*o = Offer{Listing: listing, EndedAt: o.EndedAt, ReplacedBy: o.ReplacedBy, PurgedAt: &tx.Now, Choice: ByDraw, Round: o.Round}
		if sent {
			o.State = Withdrawn
			o.Record(OfferWithdrawn, string(o.ID))
		}
		if err := tx.Save(o); err != nil {
			return err
		}
	}
	return nil
}

func purgeTakeBacks(tx *store.Tx) error {
	return tx.DB().Where("at < ?", tx.Now.Add(-takeBacksKept)).Delete(&takeBack{}).Error
}
