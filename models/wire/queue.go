package wire

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Lane is what waits for one peer, and since when.
type Lane struct {
	Peer    Peer
	Waiting int64
	Since   time.Time // when the oldest was queued, in wall time
}

// Lanes lists the peers that something waits for, by origin, from after the given one.
func Lanes(v *store.View, after string, limit int) ([]Lane, error) {
	var groups []struct {
		Host    string
		Waiting int64
		Oldest  DeliveryID
	}
	err := v.DB().Model(&Delivery{}).Select("host, count(*) AS waiting, min(id) AS oldest").
		Where("state = 'due' AND host > ?", after).Group("host").Order("host").Limit(limit).Find(&groups).Error
	if err != nil {
		return nil, err
	}
	var lanes []Lane
	for _, g := range groups {
		peer, err := FindPeer(v, g.Host)
		if err != nil {
			return nil, err
		}
		oldest, err := store.First[Delivery](v.DB().Where("id = ?", g.Oldest), "queue.unknown")
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, Lane{Peer: peer, Waiting: g.Waiting, Since: oldest.QueuedAt})
	}
	return lanes, nil
}

// WaitingFor is since when something waits for one peer, in wall time; nil when nothing does.
func WaitingFor(v *store.View, origin string) (*time.Time, error) {
	oldest, err := store.All[Delivery](v.DB().Where("host = ? AND state = 'due'", origin).Order("id").Limit(1))
	if err != nil || len(oldest) == 0 {
		return nil, err
	}
	return &oldest[0].QueuedAt, nil
}

// StuckDeliveries lists the deliveries that were given up or refused, oldest first, from after the given one.
func StuckDeliveries(v *store.View, after DeliveryID, limit int) ([]Delivery, error) {
	return store.All[Delivery](v.DB().Where("state IN ('gone', 'parked') AND id > ?", after).Order("id").Limit(limit))
}

// StuckItems lists the parked inbox items, oldest first, from after the given one.
func StuckItems(v *store.View, after ItemID, limit int) ([]InboxItem, error) {
	return store.All[InboxItem](v.DB().Where("state = 'parked' AND id > ?", after).Order("id").Limit(limit))
}

// Requeue tries a stuck delivery or a parked inbox item again, as if it were new. NotFound "queue.unknown" when it is not
// stuck, or when the purge was faster.
func Requeue(tx *store.Tx, wall time.Time, id string) error {
	tx.Ring(store.BellInbox)
	tx.Ring(store.BellDeliveries)
	return either(
		tx.DB().Model(&InboxItem{}).Where("id = ? AND state = 'parked'", id).
			Updates(map[string]any{"state": ItemPending, "attempts": 0, "retry_at": tx.Now, "ended_at": nil}),
		func() *gorm.DB { return renew(tx.DB().Where("id = ? AND state IN ('gone', 'parked')", id), wall) },
	)
}

// Drop gives up a delivery that is not sent, or an inbox item that is not applied: its bytes go at once. NotFound
// "queue.unknown" when there is nothing to drop.
func Drop(tx *store.Tx, id string) error {
	return either(
		tx.DB().Model(&InboxItem{}).Where("id = ? AND state IN ('pending', 'parked')", id).
			Updates(map[string]any{"state": ItemDropped, "body": []byte{}, "ended_at": tx.Now}),
		func() *gorm.DB { return tx.DB().Where("id = ? AND state <> 'sent'", id).Delete(&Delivery{}) },
	)
}

// either is the way of an id that may name an inbox item or a delivery.
func either(item *gorm.DB, delivery func() *gorm.DB) error {
	if item.Error != nil || item.RowsAffected > 0 {
		return item.Error
	}
	done := delivery()
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "queue.unknown")
	}
	return done.Error
}
