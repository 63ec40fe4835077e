package store

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
)

// Safekeeping is for whom backups are sealed, when the last one and the last check were made, and what the last restore was. One
// row; all times are wall time.
type Safekeeping struct {
	ID        int `gorm:"primaryKey"`
	Recipient Recipient
	// BackedUpAt and CheckedAt are of the last backup and the last check; Well is what the check found.
	BackedUpAt, CheckedAt *time.Time
	Well                  bool
	// RestoredAt is when this database was read from a backup, RestoredFrom when that backup was made: what happened between them
	// is lost. Resumed says that the node has found its way back since (models.Resume).
	RestoredAt, RestoredFrom *time.Time
	Resumed                  bool
}

// TableName is gorm's.
func (Safekeeping) TableName() string { return "safekeeping" }

const theSafekeeping = 1

// FindSafekeeping gives what is known; there is no recipient before a key was made.
func FindSafekeeping(v *View) (Safekeeping, error) {
	s, err := First[Safekeeping](v.db.Where("id = ?", theSafekeeping), "safekeeping.unknown")
	if fault.Is(err, fault.NotFound) {
		return Safekeeping{ID: theSafekeeping, Resumed: true}, nil
	}
	return s, err
}

// SealFor has backups sealed for a recipient from now on. Those that were made before stay as they are.
func (tx *Tx) SealFor(to Recipient) error {
	return tx.safekeep(func(s *Safekeeping) { s.Recipient = to })
}

// BackedUp notes that a backup was made.
func (tx *Tx) BackedUp(wall time.Time) error {
	return tx.safekeep(func(s *Safekeeping) { s.BackedUpAt = at2nd(wall) })
}

// Checked notes that a check was made, and whether all was well.
func (tx *Tx) Checked(wall time.Time, findings int) error {
	return tx.safekeep(func(s *Safekeeping) { s.CheckedAt, s.Well = at2nd(wall), findings == 0 })
}

// Restored notes, in the transaction of the rows, that they are from a backup of the given time.
func (tx *Tx) Restored(wall, from time.Time) error {
	return tx.safekeep(func(s *Safekeeping) { s.RestoredAt, s.RestoredFrom, s.Resumed = at2nd(wall), at2nd(from), false })
}

// Resumed notes that the node has found its way back after a restore.
func (tx *Tx) Resumed() error {
	return tx.safekeep(func(s *Safekeeping) { s.Resumed = true })
}

func (tx *Tx) safekeep(change func(*Safekeeping)) error {
	s, err := FindSafekeeping(tx.View)
	if err != nil {
		return err
	}
	change(&s)
	return tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&s).Error
}

func at2nd(t time.Time) *time.Time {
	t = civil(t)
	return &t
}
