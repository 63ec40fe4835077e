package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// oneAsking is how long the tries after a first one that failed are one asking with it.
const oneAsking = 2 * time.Hour

// Asked notes that a neighbour is being asked what it has open, however it answers. Its silence counts from an asking on, and not from
// when this node was away or its clock was turned (sharing.ForgetExpired).
func Asked(tx *store.Tx, actor string) error {
	return tx.DB().Model(&Edge{}).Where("actor = ? AND (asked_at IS NULL OR asked_at < ?)", actor, tx.Now.Add(-oneAsking)).
		UpdateColumn("asked_at", tx.Now).Error
}
