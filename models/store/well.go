package store

import (
	"context"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// Well reports why the database cannot do its work: nil when it can be read and, if it refused a write since it was last well,
// takes one again. A full disk still reads, and still changes what needs no room.
func (s *Store) Well(ctx context.Context, now time.Time) error {
	err := s.View(ctx, now, func(v *View) error { return v.db.Exec("SELECT 1").Error })
	if err != nil || !s.refused.Load() {
		return err
	}
	if err := s.Update(ctx, now, tryRoom); err != nil {
		return err
	}
	s.refused.Store(false)
	return nil
}

// tryRoom writes more than a page and takes it away again.
func tryRoom(tx *Tx) error {
	row := Result{Route: "well", Key: RandomID[string](), BodyHash: strings.Repeat("0", 32<<10), CreatedAt: tx.Now}
	if err := tx.db.Create(&row).Error; err != nil {
		return err
	}
	return tx.db.Delete(&row).Error
}

// unavailable turns a database that cannot answer into Busy, so that every door says 503 and nothing is half told.
func unavailable(err error) error {
	if err == nil || fault.KeyOf(err) == "store.unavailable" || !down(err) {
		return err
	}
	return fault.New(fault.Busy, "store.unavailable").Because(err)
}
