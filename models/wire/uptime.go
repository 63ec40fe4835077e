package wire

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Uptime is what this node knows of its own last absence. A home that was down across the freeze of a thing of its own waits
// before it draws, until those who could not reach it have had time to try again (DESIGN 4). One row; all times are domain time,
// as that of the freeze is. Processes that share a database are one node.
type Uptime struct {
	ID       int       `gorm:"primaryKey"`
	AliveAt  time.Time // of the last Beat
	DownFrom time.Time // the last absence: from here
	UpSince  time.Time // until here; equal when there was none
}

// TableName is gorm's.
func (Uptime) TableName() string { return "uptime" }

const (
	theUptime   = 1
	secondTries = 15 * time.Minute // for peers to try again what they could not send
)

// Wake notes that the node is up again: it was away since the last Beat. An absence that peers had no time to make good before
// the next one is counted with it.
func Wake(tx *store.Tx) error {
	u, err := FindUptime(tx.View)
	if err != nil {
		return err
	}
	if u.ID == 0 {
		return tx.DB().Create(&Uptime{theUptime, tx.Now, tx.Now, tx.Now}).Error
	}
	if !u.AliveAt.Before(u.UpSince.Add(secondTries)) {
		u.DownFrom = u.AliveAt
	}
	u.UpSince, u.AliveAt = tx.Now, tx.Now
	return tx.DB().Save(&u).Error
}

// Beat notes that the node is up. It is called every minute, and once more when the node stops in good order.
func Beat(tx *store.Tx) error {
	return tx.DB().Model(&Uptime{}).Where("id = ?", theUptime).Update("alive_at", tx.Now).Error
}

// FindUptime gives what is known; the zero value before the first Wake.
func FindUptime(v *store.View) (Uptime, error) {
	u, err := store.First[Uptime](v.DB().Where("id = ?", theUptime), "uptime.unknown")
	if fault.Is(err, fault.NotFound) {
		return Uptime{}, nil
	}
	return u, err
}

// Reached reports that by now everybody has had the chance to be heard until the given time: the node was up then, or it has
// been up for long enough since.
func (u Uptime) Reached(until, now time.Time) bool {
	missed := until.After(u.DownFrom) && !until.After(u.UpSince)
	return !missed || !now.Before(u.UpSince.Add(secondTries))
}
