package wire

import (
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// How long what stays (DESIGN 2, security 5.1).
const (
	itemKept    = 14 * 24 * time.Hour // an item after it was applied or dropped
	parkedKept  = 30 * 24 * time.Hour // an item that nobody looked after, and an ended delivery
	hashKept    = 30 * 24 * time.Hour // id and hash after Body was blanked, against duplicates
	keyKept     = 30 * 24 * time.Hour // a peer's key that was not fetched anew
	retiredKept = 7 * 24 * time.Hour  // a key of ours that another has replaced
)

// PurgeAbout sets when everything private that passed about an object is blanked, on its way out and in: the agreement has
// ended. An earlier date that is set already holds.
func PurgeAbout(tx *store.Tx, object string, at time.Time) error {
	at = second(at)
	err := tx.DB().Model(&Activity{}).Where("object = ? AND recipient <> '' AND (purge_at IS NULL OR purge_at > ?)", object, at).
		Update("purge_at", at).Error
	if err != nil {
		return err
	}
	return tx.DB().Model(&InboxItem{}).Where("about = ? AND about <> '' AND (purge_at IS NULL OR purge_at > ?)", object, at).
		Update("purge_at", at).Error
}

// Purge blanks what has reached its purge date, and removes what was kept after it for long enough.
func Purge(tx *store.Tx) error {
	ago := func(d time.Duration) time.Time { return tx.Now.Add(-d) }
	private := tx.DB().Model(&Activity{}).Select("id").Where("recipient <> ''")
	blanked := tx.DB().Model(&Activity{}).Select("id").Where("purge_at <= ?", tx.Now)
	for _, step := range []error{
		// A private body that waits for a dead peer goes at its date all the same.
		tx.DB().Where("activity_id IN (?)", blanked).Delete(&Delivery{}).Error,
		tx.DB().Model(&Activity{}).Where("purge_at <= ? AND length(body) > 0", tx.Now).Update("body", []byte{}).Error,
		tx.DB().Where("purge_at <= ?", ago(hashKept)).Delete(&Activity{}).Error,
		// What was sent to one recipient may be asked for again (PostAgain) until its purge.
		tx.DB().Where("ended_at <= ? AND (state <> 'sent' OR activity_id NOT IN (?))", ago(parkedKept), private).Delete(&Delivery{}).Error,

		tx.DB().Model(&InboxItem{}).Where("purge_at <= ? AND state IN ('pending', 'parked')", tx.Now).
			Updates(map[string]any{"state": ItemDropped, "ended_at": tx.Now}).Error,
		tx.DB().Model(&InboxItem{}).Where("purge_at <= ? AND length(body) > 0", tx.Now).Update("body", []byte{}).Error,
		// Nobody reads the bytes of an applied item: those of a long agreement do not wait for its end.
		tx.DB().Model(&InboxItem{}).Where("ended_at <= ? AND state = 'done' AND length(body) > 0", ago(itemKept)).Update("body", []byte{}).Error,
		tx.DB().Where("purge_at <= ?", ago(hashKept)).Delete(&InboxItem{}).Error,
		tx.DB().Where("ended_at <= ? AND state IN ('done', 'dropped') AND about = '' AND purge_at IS NULL", ago(itemKept)).Delete(&InboxItem{}).Error,
		tx.DB().Where("ended_at <= ? AND state = 'parked' AND purge_at IS NULL", ago(parkedKept)).Delete(&InboxItem{}).Error,

		tx.DB().Where("until <= ?", tx.Now).Delete(&Reach{}).Error,
		tx.DB().Where("tried_at <= ?", ago(keyKept)).Delete(&RemoteKey{}).Error,
		tx.DB().Where("retired_at <= ?", ago(retiredKept)).Delete(&ActorKey{}).Error,
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

// PurgeSaid has what was said to many about an object blanked at once: it was deleted, and the Delete is all there is to say.
func PurgeSaid(tx *store.Tx, object string) error {
	return tx.DB().Model(&Activity{}).
		Where("object = ? AND recipient = '' AND type <> 'Delete' AND (purge_at IS NULL OR purge_at > ?)", object, tx.Now).
		Update("purge_at", tx.Now).Error
}
