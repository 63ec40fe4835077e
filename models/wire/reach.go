package wire

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// Reach says that a public or friends' object went to an inbox, so that its Delete reaches all who have it, those who have
// parted or stopped following too (DESIGN 2).
type Reach struct {
	Object string `gorm:"primaryKey"`
	Inbox  string `gorm:"primaryKey"`
	Until  *time.Time
}

// reachKept is how long it is remembered after the object has gone.
const reachKept = 30 * 24 * time.Hour

// Reached notes the inboxes that an object goes to, when it is posted.
func Reached(tx *store.Tx, object string, inboxes ...string) error {
	var rows []Reach
	for _, inbox := range distinct(inboxes) {
		rows = append(rows, Reach{Object: object, Inbox: inbox})
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error
}

// ReachOf lists the inboxes that have had an object.
func ReachOf(v *store.View, object string) ([]string, error) {
	var inboxes []string
	err := v.DB().Model(&Reach{}).Where("object = ?", object).Order("inbox").Pluck("inbox", &inboxes).Error
	return inboxes, err
}

// EndReach starts the last thirty days of the memory: the object has gone.
func EndReach(tx *store.Tx, object string) error {
	return tx.DB().Model(&Reach{}).Where("object = ? AND until IS NULL", object).Update("until", tx.Now.Add(reachKept)).Error
}
