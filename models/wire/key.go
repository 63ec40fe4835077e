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

// LearnKey keeps a key that was fetched and checked (security I1-I3); the one before it is forgotten at once.
func LearnKey(tx *store.Tx, wall time.Time, k RemoteKey) error {
	at := second(wall)
	k.TriedAt, k.FetchedAt = at, &at
	return tx.DB().Clauses(clause.OnConflict{UpdateAll: true}).Create(&k).Error
}

// ForgetKeys drops the keys of an actor: it is gone or blocked.
func ForgetKeys(tx *store.Tx, owner string) error {
	return tx.DB().Where("owner = ?", owner).Delete(&RemoteKey{}).Error
}

// ActorKey is the key pair of one of our own actors.
type ActorKey struct {
	Actor      Actor  `gorm:"primaryKey"`
	PrivatePEM string `gorm:"column:private_pem"`
	PublicPEM  string `gorm:"column:public_pem"`
	CreatedAt  time.Time
}

// KeepActorKey keeps the key pair of an actor that has none yet and gives the one that holds: of two processes that start at
// once, one makes it.
func KeepActorKey(tx *store.Tx, k ActorKey) (ActorKey, error) {
	k.CreatedAt = tx.Now
	if err := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&k).Error; err != nil {
		return ActorKey{}, err
	}
	return FindActorKey(tx.View, k.Actor)
}

// FindActorKey finds the key pair of one of our actors; NotFound "key.unknown" before it was made.
func FindActorKey(v *store.View, actor Actor) (ActorKey, error) {
	return store.First[ActorKey](v.DB().Where("actor = ?", actor), "key.unknown")
}
