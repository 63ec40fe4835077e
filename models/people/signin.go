package people

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Signing in takes three steps, because hashing must not happen inside a transaction:
//
//	Knock (transaction) → Hasher.Try (no transaction) → Enter (transaction)
//
// Each is the same, and takes as long, for a nickname that nobody has.

// Door is what somebody stands before after knocking. Its zero value does not open.
type Door struct {
	member MemberID
	lock   Hash
	anew   Hash // the same passphrase at today's cost; empty when lock is that already
	open   bool
}

// knock counts tries at one nickname, whether somebody has it or not. It holds a keyed hash of what was typed, is forgotten
// when the door opens and otherwise after a day. No address is kept.
type knock struct {
	NameHash  string `gorm:"primaryKey"`
	Tries     int
	WaitUntil time.Time
	LastAt    time.Time
}

// Tries are free up to freeTries; then each must wait longer, up to longestWait. Never a hard lock: it would let anybody shut
// anybody out (security A3).
const (
	freeTries   = 5
	longestWait = 5 * time.Minute
	knockKept   = 24 * time.Hour
)

// Knock begins signing in. A try is counted before its passphrase is looked at, so that many at once are many tries. Busy
// "sign_in.wait" with Seconds when the last ones were too quick.
func Knock(tx *store.Tx, nickname string) (d Door, err error) {
	defer fault.Wrap(&err, "knock")
	c, err := FindCollective(tx.View)
	if err != nil {
		return d, err
	}
	// A name that cannot be one is still counted, under its own letters.
	_, key := (&input{}).nickname(nickname)
	if key == "" {
		key = nickname
	}
	if err := countTry(tx, c.knockHash(key)); err != nil {
		return d, err
	}
	found, err := store.All[Credential](tx.DB().
		Where("member = (?)", named(tx.View, key).Model(&Member{}).Select("id")))
	if err != nil || len(found) == 0 {
		return d, err
	}
	return Door{member: found[0].Member, lock: found[0].Passphrase}, nil
}

// Try tries a passphrase at the door and gives back the open door: Invalid "sign_in.wrong" beside the field when it is the wrong
// one or nobody lives there.
func (h *Hasher) Try(ctx context.Context, d Door, passphrase string) (Door, error) {
	ok, anew, err := h.matches(ctx, passphrase, d.lock)
	if err != nil {
		return Door{}, err
	}
	if !ok || d.member == "" {
		return Door{}, wrongPassphrase()
	}
	d.open, d.anew = true, anew
	return d, nil
}

// Enter signs in through an open door, on a device that the member may give a name.
func Enter(tx *store.Tx, wall time.Time, d Door, label string) (m Member, token Secret, err error) {
	defer fault.Wrap(&err, "enter")
	if m, err = here(tx.View, d.member); fault.Is(err, fault.NotFound) {
		return m, "", wrongPassphrase()
	} else if err != nil {
		return m, "", err
	}
	if err := d.admits(tx, m); err != nil {
		return m, "", err
	}
	if d.anew != "" { // keepers of old hashes get today's without noticing
		if err := tx.DB().Model(&Credential{}).Where("member = ?", m.ID).Update("passphrase", d.anew).Error; err != nil {
			return m, "", err
		}
	}
	token, err = StartSession(tx, wall, m, label)
	return m, token, err
}

// admits lets the member through, if the door is hers and open and the lock is the one that was opened, and forgets the tries.
func (d Door) admits(tx *store.Tx, m Member) error {
	if !d.open || d.member != m.ID {
		return wrongPassphrase()
	}
	same, err := store.Exists(tx.DB().Model(&Credential{}).Where("member = ? AND passphrase = ?", d.member, d.lock))
	if err != nil {
		return err
	}
	if !same { // changed since the knock
		return wrongPassphrase()
	}
	return forgetKnocks(tx, m)
}

func countTry(tx *store.Tx, name string) error {
	if err := tx.Lock("knock " + name); err != nil {
		return err
	}
	var k knock
	err := tx.DB().Take(&k, "name_hash = ?", name).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	if wait := k.WaitUntil.Sub(tx.Now); wait > 0 {
		return fault.New(fault.Busy, "sign_in.wait", fault.Args{"Seconds": int(wait.Seconds())})
	}
	k = knock{NameHash: name, Tries: k.Tries + 1, LastAt: tx.Now}
	k.WaitUntil = tx.Now.Add(waitAfter(k.Tries))
	return tx.DB().Clauses(clause.OnConflict{UpdateAll: true}).Create(&k).Error
}

// waitAfter doubles with each try: 2, 4, 8 … seconds.
func waitAfter(tries int) time.Duration {
	if tries < freeTries {
		return 0
	}
	return min(time.Second<<min(tries-freeTries+1, 16), longestWait)
}

func forgetKnocks(tx *store.Tx, m Member) error {
	c, err := FindCollective(tx.View)
	if err != nil || m.NicknameKey == nil {
		return err
	}
	return tx.DB().Where("name_hash = ?", c.knockHash(*m.NicknameKey)).Delete(&knock{}).Error
}

func (c Collective) knockHash(key string) string { return hex.EncodeToString(c.mac("knock", key)) }

func wrongPassphrase() error {
	return fault.Fields(fault.Field{Name: "passphrase", Key: "sign_in.wrong"})
}
