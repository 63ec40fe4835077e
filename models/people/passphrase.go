package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Hash is an argon2id hash in the usual text form, with its salt and cost inside.
type Hash string

// Credential is what opens a member's door, as hashes. It is read by sign-in and recovery and by nothing else.
type Credential struct {
	Member     MemberID `gorm:"primaryKey"`
	Passphrase Hash
	WordsHash  string
}

// A passphrase is a few words; the upper bound only keeps work small (security A4).
const (
	passphraseMin = 12   // characters
	passphraseMax = 1024 // bytes
)

// Cost is what one hash costs. Zero fields mean the real cost; tests pay less.
type Cost struct {
	Memory uint32 // KiB; 19 MiB, which OWASP gives as enough with two passes and which keeps a small node small
	Passes uint32
	Places int // hashes at a time
}

// Hasher hashes passphrases, a few at a time: each takes memory, and a crowd at the door must not take all of it (security A4).
// One is made in cmd/node. It works outside transactions.
type Hasher struct {
	params  argon2id.Params
	at      chan struct{} // who is hashing
	waiting chan struct{} // who is hashing or waits for it
	nobody  Hash
}

// queue is how many may wait for each place; whoever comes then is asked to come again.
const queue = 16

// NewHasher makes a hasher of the given cost.
func NewHasher(c Cost) *Hasher {
	if c.Memory == 0 {
		c.Memory = 19 * 1024
	}
	if c.Passes == 0 {
		c.Passes = 2
	}
	if c.Places == 0 {
		c.Places = 2
	}
	h := &Hasher{
		params:  argon2id.Params{Memory: c.Memory, Iterations: c.Passes, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		at:      make(chan struct{}, c.Places),
		waiting: make(chan struct{}, c.Places*(queue+1)),
	}
	h.nobody = h.unmatched()
	return h
}

// Hash hashes a new passphrase. It refuses one that is too short, too long or among the first that anybody would try, with a sentence
// beside the field, and is Busy "passphrase.busy" when too many wait.
func (h *Hasher) Hash(ctx context.Context, passphrase string) (hash Hash, err error) {
	if err := fault.Fields(checkPassphrase(passphrase)...); err != nil {
		return "", err
	}
	err = h.turn(ctx, func() error {
		made, err := argon2id.CreateHash(plain(passphrase), &h.params)
		hash = Hash(made)
		return err
	})
	return hash, err
}

// matches compares in constant time, and takes as long for nobody's hash (empty) as for anybody's. A hash that cost something else than
// one would cost now is made anew.
func (h *Hasher) matches(ctx context.Context, passphrase string, hash Hash) (ok bool, anew Hash, err error) {
	if len(passphrase) > passphraseMax {
		return false, "", nil
	}
	if hash == "" {
		hash = h.nobody
	}
	err = h.turn(ctx, func() error {
		var cost *argon2id.Params
		ok, cost, err = argon2id.CheckHash(plain(passphrase), string(hash))
		if err != nil || !ok || *cost == h.params {
			return err
		}
		made, err := argon2id.CreateHash(plain(passphrase), &h.params)
		anew = Hash(made)
		return err
	})
	return ok, anew, err
}

func (h *Hasher) turn(ctx context.Context, work func() error) error {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return fault.New(fault.Busy, "passphrase.busy")
	}
	select {
	case h.at <- struct{}{}:
		defer func() { <-h.at }()
	case <-ctx.Done():
		return fault.New(fault.Busy, "passphrase.busy").Because(ctx.Err())
	}
	return work()
}

// unmatched is a well-formed hash that no passphrase has: random bytes instead of a key.
func (h *Hasher) unmatched() Hash {
	var b [48]byte
	_, _ = rand.Read(b[:])
	text := base64.RawStdEncoding.EncodeToString
	return Hash(fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
		h.params.Memory, h.params.Iterations, h.params.Parallelism, text(b[:16]), text(b[16:])))
}

// ChangePassphrase takes the hash of a new passphrase from a member who has just opened her own door once more (Knock, Try).
// All her other sessions end.
func ChangePassphrase(tx *store.Tx, by Member, proof Door, hash Hash, keep SessionID) (err error) {
	defer fault.Wrap(&err, "change passphrase of %s", by.ID)
	if err := proof.admits(tx, by); err != nil {
		return err
	}
	if err := tx.DB().Model(&Credential{}).Where("member = ?", by.ID).Update("passphrase", hash).Error; err != nil {
		return err
	}
	return tx.DB().Where("member = ? AND id <> ?", by.ID, keep).Delete(&Session{}).Error
}

func checkPassphrase(p string) []fault.Field {
	switch {
	case len(p) > passphraseMax:
		return []fault.Field{{Name: "passphrase", Key: "passphrase.long", Args: fault.Args{"Max": passphraseMax}}}
	case utf8.RuneCountInString(plain(p)) < passphraseMin:
		return []fault.Field{{Name: "passphrase", Key: "passphrase.short", Args: fault.Args{"Min": passphraseMin}}}
	case common(p):
		return []fault.Field{{Name: "passphrase", Key: "passphrase.common"}}
	}
	return nil
}

// plain makes the same passphrase the same bytes on every keyboard (RFC 8265 4.2).
func plain(p string) string { return norm.NFC.String(p) }
