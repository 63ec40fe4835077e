package store

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
)

// Result remembers what became of a form or of a request with an Idempotency-Key, so that the second submit shows the first
// one's result. Only successes are remembered, and no body: the hash of a document tells whether the second is the same request.
// A form's second submit is shown the first result whatever is in it, so that there is no hash of a passphrase to be guessed from.
type Result struct {
	Member    string `gorm:"primaryKey"` // empty before somebody is signed in
	Route     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
	BodyHash  string // of a document; empty for a form
	Location  string // where the result is to be seen
	Status    int
	CreatedAt time.Time
}

const resultsKept = 24 * time.Hour

// Recall finds the remembered result of a key; ok is false when there is none.
func (v *View) Recall(member, route, key string) (r Result, ok bool, err error) {
	err = v.db.Take(&r, "member = ? AND route = ? AND key = ?", member, route, key).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Result{}, false, nil
	}
	return r, err == nil, err
}

// Remember keeps the result in the transaction of its effect. When the same key was committed meanwhile the answer is
// Conflict "store.twice": the caller rolls back and shows the first result.
func (tx *Tx) Remember(r Result) error {
	r.CreatedAt = tx.Now
	err := tx.db.Create(&r).Error
	if Duplicate(err) {
		return fault.New(fault.Conflict, "store.twice")
	}
	return err
}

func (tx *Tx) purgeResults() error {
	return tx.db.Where("created_at < ?", tx.Now.Add(-resultsKept)).Delete(&Result{}).Error
}

// Purge drops what the store itself keeps for a while: published events and remembered results.
func (tx *Tx) Purge() error {
	if err := tx.purgeJournal(); err != nil {
		return err
	}
	return tx.purgeResults()
}
