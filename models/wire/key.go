package wire

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// RemoteKey is a peer's public key, or the memory that it could not be had. Times are wall time.
type RemoteKey struct {
	ID        string // the keyId of signatures
	Owner     string // the actor that it speaks for
	Origin    string // of both
	PEM       string `gorm:"column:pem"` // empty while it could not be had
	TriedAt   time.Time
	FetchedAt *time.Time
}

// keyRest is the least time between two fetches of one key: a hundred bad signatures cause one (security I3, protocol 8 case 72).
const keyRest = 5 * time.Minute

// Known reports that the key is at hand.
func (k RemoteKey) Known() bool { return k.PEM != "" }

// FindKey finds what is known of a key; NotFound "key.unknown" when it was never asked for.
func FindKey(v *store.View, id string) (RemoteKey, error) {
	return store.First[RemoteKey](v.DB().Where("id = ?", id), "key.unknown")
}

// ReserveFetch lets one caller fetch a key, now and then not for five minutes. Whoever gets true fetches it outside any
// transaction and then calls LearnKey, or nothing when it could not be had.
func ReserveFetch(tx *store.Tx, wall time.Time, id, origin string) (bool, error) {
	tried := tx.DB().Model(&RemoteKey{}).Where("id = ? AND tried_at <= ?", id, second(wall.Add(-keyRest))).Update("tried_at", second(wall))
	if tried.Error != nil || tried.RowsAffected == 1 {
		return tried.RowsAffected == 1, tried.Error
	}
	first := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&RemoteKey{ID: id, Origin: origin, TriedAt: second(wall)})
	return first.RowsAffected == 1, first.Error
}

// LearnKeys keeps the keys that an actor was just found to have (security I1-I3). What it no longer has is forgotten at once.
func LearnKeys(tx *store.Tx, wall time.Time, owner string, keys ...RemoteKey) error {
	at, named := second(wall), []string{""}
	for i := range keys {
		keys[i].TriedAt, keys[i].FetchedAt = at, &at
		named = append(named, keys[i].ID)
	}
	err := tx.DB().Where("owner = ? AND id NOT IN ?", owner, named).Delete(&RemoteKey{}).Error
	if err != nil || len(keys) == 0 {
		return err
	}
	return tx.DB().Clauses(clause.OnConflict{UpdateAll: true}).Create(&keys).Error
}

// ForgetKeys drops the keys of an actor: it is gone or blocked.
func ForgetKeys(tx *store.Tx, owner string) error {
	return tx.DB().Where("owner = ?", owner).Delete(&RemoteKey{}).Error
}
