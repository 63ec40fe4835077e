package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// KeyKind is what a key of ours is made for.
type KeyKind string

// The kinds. Every actor has a key of each.
const (
	KeyRSA     KeyKind = "rsa"     // every server verifies it
	KeyEd25519 KeyKind = "ed25519" // servers that say so, at a fraction of the cost
)

// ActorKey is a key pair of one of our own actors. It is the current one of its kind until it is retired; for a week after that it
// may tell those who know no other that there is a new one.
//
// The private half is in clear when it is made and enclosed when it is kept (store.Enclose): Private opens it.
type ActorKey struct {
	store.Root
	Actor      Actor   `gorm:"primaryKey"`
	Kind       KeyKind `gorm:"primaryKey"`
	Number     int64   `gorm:"primaryKey"` // 1 is the first; an id never gets another key
	PrivatePEM string  `gorm:"column:private_pem"`
	PublicPEM  string  `gorm:"column:public_pem"`
	CreatedAt  time.Time
	RetiredAt  *time.Time
}

// KeyRolled is recorded when an actor of ours has new keys; the subject is the actor. Whoever knows the old ones hears of it.
const KeyRolled store.EventKind = "key.rolled"

// Events are the kinds that this package records.
func Events() []store.EventKind { return []store.EventKind{KeyRolled} }

// KeepActorKey keeps the key pair of an actor that has none of its kind yet: of two processes that start at once, one makes it.
func KeepActorKey(tx *store.Tx, k ActorKey) error {
	k.Number, k.Version, k.CreatedAt = 1, 1, tx.Now
	if err := k.enclose(tx.View); err != nil {
		return err
	}
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&k).Error
}

// RollActorKeys puts new key pairs in the place of an actor's current ones, which are retired.
func RollActorKeys(tx *store.Tx, actor Actor, fresh ...ActorKey) error {
	keys, err := FindActorKeys(tx.View, actor)
	if err != nil {
		return err
	}
	kept, err := store.FindSafekeeping(tx.View)
	if err != nil {
		return err
	}
	for i, k := range fresh {
		k.Actor, k.Number, k.CreatedAt = actor, 1, tx.Now
		if old, ok := keys.Current(k.Kind); ok {
			k.Number = old.Number + 1
			if kept.RestoredAt != nil { // what the days that are lost called their keys is not known here, and peers remember it
				k.Number = max(k.Number, kept.RestoredAt.Unix())
			}
			old.RetiredAt = &tx.Now
			if err := tx.Save(&old); err != nil {
				return err
			}
		}
		if err := k.enclose(tx.View); err != nil {
			return err
		}
		if i == len(fresh)-1 { // once for all of them
			k.Record(KeyRolled, string(actor))
		}
		if err := tx.Save(&k); err != nil {
			return err
		}
	}
	return nil
}

// CheckActorKeys opens every private half that is kept. When one does not open the node key is missing or is that of another node, and
// this node must not start (DESIGN 5).
func CheckActorKeys(v *store.View) error {
	all, err := AllActorKeys(v)
	if err != nil {
		return err
	}
	for _, k := range all {
		if _, err := k.Private(v); err != nil {
			return err
		}
	}
	return nil
}

// EncloseActorKeys encloses the private halves that an older program kept in clear, or a restore brought.
func EncloseActorKeys(tx *store.Tx) error {
	all, err := AllActorKeys(tx.View)
	if err != nil {
		return err
	}
	for _, k := range all {
		plain := k.PrivatePEM
		if store.Enclosed(plain) {
			continue
		}
		if err := k.enclose(tx.View); err != nil {
			return err
		}
		err := tx.DB().Model(&ActorKey{}).Where("actor = ? AND kind = ? AND number = ? AND private_pem = ?", k.Actor, k.Kind, k.Number, plain).
			UpdateColumn("private_pem", k.PrivatePEM).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Private is the private half in clear.
func (k ActorKey) Private(v *store.View) (string, error) {
	if !store.Enclosed(k.PrivatePEM) {
		return k.PrivatePEM, nil
	}
	return v.Disclose(k.place(), k.PrivatePEM)
}

func (k *ActorKey) enclose(v *store.View) (err error) {
	k.PrivatePEM, err = v.Enclose(k.place(), k.PrivatePEM)
	return err
}

// place is what a private half is enclosed for: a row cannot stand in for another.
func (k ActorKey) place() string {
	return fmt.Sprintf("actor_keys/%s/%s/%d", k.Actor, k.Kind, k.Number)
}

// AllActorKeys lists every key of our actors.
func AllActorKeys(v *store.View) ([]ActorKey, error) {
	return store.All[ActorKey](v.DB().Order("actor, kind, number"))
}

// Disclosed has the rows of a backup hold our keys in clear: the backup is sealed itself, and another machine that reads it has another
// node key. put gets portions of JSON lines as store.View.Dump gives them.
func Disclosed(v *store.View, put func(name string, rows []byte) error) func(name string, rows []byte) error {
	return func(name string, rows []byte) error {
		if !strings.HasPrefix(name, "tables/actor_keys/") {
			return put(name, rows)
		}
		keys, err := AllActorKeys(v)
		if err != nil {
			return err
		}
		for _, k := range keys {
			private, err := k.Private(v)
			if err != nil {
				return err
			}
			kept, err := json.Marshal(k.PrivatePEM)
			if err != nil {
				return err
			}
			plain, err := json.Marshal(private)
			if err != nil {
				return err
			}
			rows = bytes.ReplaceAll(rows, kept, plain)
		}
		return put(name, rows)
	}
}

// Name is the fragment of the key's id. The first RSA key is main-key, as everywhere.
func (k ActorKey) Name() string {
	name := map[KeyKind]string{KeyRSA: "main-key", KeyEd25519: "ed25519-key"}[k.Kind]
	if k.Number > 1 {
		name = fmt.Sprintf("%s-%d", name, k.Number)
	}
	return name
}

// ActorKeys are the keys of one actor, newest first.
type ActorKeys []ActorKey

// FindActorKeys finds the keys of one of our actors.
func FindActorKeys(v *store.View, actor Actor) (ActorKeys, error) {
	return store.All[ActorKey](v.DB().Where("actor = ?", actor).Order("number DESC, kind"))
}

// Current is the key of a kind that the actor signs with.
func (all ActorKeys) Current(kind KeyKind) (ActorKey, bool) {
	return all.first(func(k ActorKey) bool { return k.Kind == kind && k.RetiredAt == nil })
}

// Retired is the key of a kind that was current before the one that is, if that is not long ago.
func (all ActorKeys) Retired(kind KeyKind) (ActorKey, bool) {
	return all.first(func(k ActorKey) bool { return k.Kind == kind && k.RetiredAt != nil })
}

func (all ActorKeys) first(is func(ActorKey) bool) (ActorKey, bool) {
	if at := slices.IndexFunc(all, is); at >= 0 {
		return all[at], true
	}
	return ActorKey{}, false
}
