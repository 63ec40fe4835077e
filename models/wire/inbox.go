package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// ItemID names an inbox item; it is time-ordered.
type ItemID string

// ItemState is where an inbox item stands.
type ItemState string

// The states of an inbox item.
const (
	ItemPending ItemState = "pending" // committed and answered 202, not yet applied
	ItemDone    ItemState = "done"    // applied
	ItemParked  ItemState = "parked"  // given up after itemAttempts; a human may requeue or drop it
	ItemDropped ItemState = "dropped" // a human decided against it, or its purge date came first
)

// InboxItem is one activity of a peer, kept byte for byte as it came. The door has verified the signer's right to speak.
//
//	from             what happens                        to
//	(none)           committed at the door               pending
//	pending          applied                             done
//	pending          failed for the fifth time           parked
//	parked           a human tries again                 pending
//	pending, parked  a human drops it, or it is purged   dropped
type InboxItem struct {
	ID         ItemID
	ActivityID string // the peer's id of the activity
	Signer     string // the actor whose key signed it
	Origin     string // of the signer
	Type       string // of the activity
	// About is what a one-recipient item belongs to (an agreement); it is set when the item is applied. Who sets it owes
	// PurgeAbout: id and hash stay until then.
	About string
	Body  []byte
	Hash  string // SHA-256 of Body in hex; it stays when Body is blanked
	// ReceivedAt is domain time, which the freeze of a draw is held against (DESIGN 4); CommittedAt is wall time.
	ReceivedAt, CommittedAt time.Time
	State                   ItemState
	Attempts                int
	RetryAt                 time.Time // when a failed item is tried again, in domain time
	Error                   string    // of the last attempt: for operators, no personal words
	EndedAt                 *time.Time
	PurgeAt                 *time.Time // when Body is blanked
}

// TableName is gorm's.
func (InboxItem) TableName() string { return "inbox" }

// itemAttempts ends in parking (security P11).
const itemAttempts = 5

// Reception says what became of an activity at the door. All three are answered 202: peers retry on anything else.
type Reception uint8

// The receptions.
const (
	Fresh    Reception = iota + 1 // it is new and will be applied
	Repeated                      // the same bytes came before: nothing to do
	Altered                       // other bytes came before under this id, and those hold (protocol 8 case 42)
)

// Receive commits verified activities to the inbox, as many as share the commit, and says of each what it was. An activity
// is known by its origin, id and type. ActivityID, Signer, Origin, Type and Body must be set.
func Receive(tx *store.Tx, wall time.Time, items []InboxItem) ([]Reception, error) {
	if len(items) == 0 {
		return nil, nil
	}
	rows, ids, origins := slices.Clone(items), []ItemID{}, []string{}
	for i := range rows {
		r := &rows[i]
		r.ID, r.State, r.Hash = store.NewID[ItemID](), ItemPending, hash(r.Body)
		r.ReceivedAt, r.CommittedAt, r.RetryAt = tx.Now, second(wall), tx.Now
		ids, origins = append(ids, r.ID), append(origins, r.Origin)
	}
	if err := Heard(tx, wall, origins...); err != nil {
		return nil, err
	}
	if err := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return nil, err
	}
	var kept []ItemID
	if err := tx.DB().Model(&InboxItem{}).Where("id IN ?", ids).Pluck("id", &kept).Error; err != nil {
		return nil, err
	}
	receptions := make([]Reception, len(items))
	for i, id := range ids {
		if slices.Contains(kept, id) {
			receptions[i] = Fresh
			tx.Ring(store.BellInbox)
			continue
		}
		first, err := store.First[InboxItem](tx.DB().Select("hash").Where("origin = ? AND activity_id = ? AND type = ?",
			items[i].Origin, items[i].ActivityID, items[i].Type), "inbox.unknown")
		if err != nil {
			return nil, err
		}
		receptions[i] = Repeated
		if first.Hash != hash(items[i].Body) {
			receptions[i] = Altered
		}
	}
	return receptions, nil
}

// Pending takes up to limit items to be applied in this transaction, oldest first, each under a savepoint of its own.
// Receivers take turns, also those of several processes, so that what a peer says is applied in the order in which it came.
func Pending(tx *store.Tx, limit int) ([]InboxItem, error) {
	if err := tx.Lock("wire.receiver"); err != nil {
		return nil, err
	}
	return store.All[InboxItem](tx.DB().Where("state = 'pending' AND retry_at <= ?", tx.Now).
		Order("id").Limit(limit).Clauses(store.SkipLocked()))
}

// Done marks an item as applied, in the transaction of its effects; About and PurgeAt are kept as the item has them now.
func Done(tx *store.Tx, item InboxItem) error {
	return settle(tx, map[string]any{
		"state": ItemDone, "about": item.About, "purge_at": item.PurgeAt, "ended_at": tx.Now, "error": "",
	}, item.ID)
}

// DoneTogether is Done for many, whose About and PurgeAt are as they were.
func DoneTogether(tx *store.Tx, ids ...ItemID) error {
	return settle(tx, map[string]any{"state": ItemDone, "ended_at": tx.Now, "error": ""}, ids...)
}

// Fail gives an item back after the savepoint of its effects was undone, later each time, and parks it after the fifth
// attempt, so that others flow past it. cause is for operators and holds no personal words.
func Fail(tx *store.Tx, item InboxItem, cause string) error {
	attempts := item.Attempts + 1
	if attempts >= itemAttempts {
		return settle(tx, map[string]any{"state": ItemParked, "attempts": attempts, "error": cause, "ended_at": tx.Now}, item.ID)
	}
	return settle(tx, map[string]any{"attempts": attempts, "error": cause, "retry_at": second(tx.Now.Add(store.Backoff(attempts)))}, item.ID)
}

// settle changes pending items; Conflict "inbox.moved_on" when somebody else changed one meanwhile.
func settle(tx *store.Tx, changes map[string]any, ids ...ItemID) error {
	if len(ids) == 0 {
		return nil
	}
	done := tx.DB().Model(&InboxItem{}).Where("id IN ? AND state = 'pending'", ids).Updates(changes)
	if done.Error == nil && done.RowsAffected != int64(len(ids)) {
		return fault.New(fault.Conflict, "inbox.moved_on")
	}
	return done.Error
}

// OldestPending finds when the oldest item that is not applied yet was committed, in domain time; the zero time when none is.
// With types only those count. Choosing waits for claims from before the freeze; what is parked does not hold it up (DESIGN 4).
func OldestPending(v *store.View, types ...string) (time.Time, error) {
	query := v.DB().Select("received_at").Where("state = 'pending'").Order("received_at, id").Limit(1)
	if len(types) > 0 {
		query = query.Where("type IN ?", types)
	}
	items, err := store.All[InboxItem](query)
	if err != nil || len(items) == 0 {
		return time.Time{}, err
	}
	return items[0].ReceivedAt, nil
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
