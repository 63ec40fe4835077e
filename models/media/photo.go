package media

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// PhotoID names a photo; it is random and the whole of its address.
type PhotoID string

// Photo is a picture whose two files are in the Album. Without a subject it is unattached: a form that was refused still has
// it for a day. A dropped one stays until Sweep has removed its files.
type Photo struct {
	ID PhotoID `gorm:"primaryKey"`
	store.Root
	Owner         string // the member who sent it; empty for our copy of a neighbour's picture
	Subject       string // what it shows: "offer:…"
	Width, Height int
	CreatedAt     time.Time
	DroppedAt     *time.Time
	// Hash is of both files, as the first Check saw them (SHA-256 in hex); empty before.
	Hash string
}

// unattachedKept is how long a photo waits for a form to come back.
const unattachedKept = 24 * time.Hour

// Keep writes down a photo whose files are in the album already, so that a row never lacks its files.
func Keep(tx *store.Tx, id PhotoID, owner string, p Picture) error {
	return tx.Save(&Photo{ID: id, Owner: owner, Width: p.Width, Height: p.Height, CreatedAt: tx.Now})
}

// Attach makes a photo part of a subject. Only its owner can, and only while it belongs to nothing else; attaching it again to
// the same subject changes nothing. When a subject is shown again under a new id its photos may follow: move says from where.
func Attach(tx *store.Tx, id PhotoID, owner, subject string, move ...string) error {
	p, err := FindPhoto(tx.View, id)
	if err != nil {
		return err
	}
	free := p.Subject == "" || p.Subject == subject || len(move) > 0 && p.Subject == move[0]
	if p.Owner != owner || !free || p.DroppedAt != nil {
		return unknownPhoto()
	}
	p.Subject = subject
	return tx.Save(&p)
}

// Detach lets photos go; their files are removed by the next Sweep.
func Detach(tx *store.Tx, ids ...PhotoID) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.DB().Model(&Photo{}).Where("id IN ? AND dropped_at IS NULL", ids).Update("dropped_at", tx.Now).Error
}

// Purge drops photos that no form came back for.
func Purge(tx *store.Tx) error {
	return tx.DB().Model(&Photo{}).
		Where("subject = '' AND dropped_at IS NULL AND created_at < ?", tx.Now.Add(-unattachedKept)).
		Update("dropped_at", tx.Now).Error
}

// Leave drops the photos of a member who leaves, except those of things whose promises still stand.
func Leave(tx *store.Tx, owner string) error {
	return tx.DB().Model(&Photo{}).Where("owner = ? AND subject = '' AND dropped_at IS NULL", owner).
		Update("dropped_at", tx.Now).Error
}

// FindPhoto finds a photo that has not been dropped.
func FindPhoto(v *store.View, id PhotoID) (Photo, error) {
	return store.First[Photo](v.DB().Where("id = ? AND dropped_at IS NULL", id), "photo.unknown")
}

// Dropped lists photos whose files can be removed.
func Dropped(v *store.View, limit int) ([]PhotoID, error) {
	var ids []PhotoID
	err := v.DB().Model(&Photo{}).Where("dropped_at IS NOT NULL").Order("dropped_at, id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// Forget removes the rows of photos whose files are gone.
func Forget(tx *store.Tx, ids ...PhotoID) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.DB().Where("id IN ? AND dropped_at IS NOT NULL", ids).Delete(&Photo{}).Error
}

func unknownPhoto() error { return fault.New(fault.NotFound, "photo.unknown") }
