package wire

import (
	"fmt"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/store"
)

// Check says in a sentence each what is wrong with what passes between nodes: bytes that are not those that were sent or came.
func Check(v *store.View) (wrong []string, err error) {
	var activities []Activity
	err = v.DB().Select("id", "body", "hash").FindInBatches(&activities, checkBatch, func(*gorm.DB, int) error {
		for _, a := range activities {
			if !a.Blank() && hash(a.Body) != a.Hash {
				wrong = append(wrong, fmt.Sprintf("Activity %s is not what was sent.", a.ID))
			}
		}
		return nil
	}).Error
	if err != nil {
		return wrong, err
	}
	var items []InboxItem
	err = v.DB().Select("id", "body", "hash").FindInBatches(&items, checkBatch, func(*gorm.DB, int) error {
		for _, i := range items {
			if len(i.Body) > 0 && hash(i.Body) != i.Hash {
				wrong = append(wrong, fmt.Sprintf("Inbox item %s is not what came.", i.ID))
			}
		}
		return nil
	}).Error
	return wrong, err
}

const checkBatch = 200
