package wire

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// ActivityID names an activity of ours. The relay derives it from the id of the event, so that a replay writes nothing new
// and the order of ids is the order of events.
type ActivityID string

// Actor is one of the three actors of this node (DESIGN 3.4).
type Actor string

// The actors of this node.
const (
	Collective Actor = "collective"
	Decisions  Actor = "decisions"
	Node       Actor = "node"
)

// Activity is one message of ours, in the bytes that every recipient gets.
type Activity struct {
	ID     ActivityID
	Actor  Actor // who says it, and whose key signs it
	Type   string
	Object string // the id of what it is about, without the base URL; deliveries about one object keep their order
	Body   []byte
	Hash   string // SHA-256 of Body in hex; it stays when Body is blanked
	Public bool   // anyone may read it
	// Farewell is set on what may still go to a neighbour after parting (DESIGN 2).
	Farewell bool
	// Recipient is the actor id of the one reader of a private activity; empty otherwise.
	Recipient string
	CreatedAt time.Time
	PurgeAt   *time.Time // when Body is blanked
}

// Post queues an activity for each distinct inbox. What was posted before is left as it is. ID, Actor, Type and Body must be
// set; inboxes are canonical addresses, else Invalid "wire.address".
func Post(tx *store.Tx, wall time.Time, a Activity, inboxes ...string) error {
	a.Hash, a.CreatedAt = hash(a.Body), tx.Now
	if err := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&a).Error; err != nil {
		return err
	}
	inboxes = distinct(inboxes)
	if len(inboxes) == 0 {
		return nil
	}
	var rows []Delivery
	var hosts []string
	for _, inbox := range inboxes {
		host, err := OriginOf(inbox)
		if err != nil {
			return err
		}
		hosts = append(hosts, host)
		rows = append(rows, Delivery{
			ID: store.NewID[DeliveryID](), ActivityID: a.ID, Inbox: inbox, Host: host, Object: a.Object,
			State: DeliveryDue, QueuedAt: second(wall), RunAt: second(wall),
		})
	}
	if err := meet(tx, hosts); err != nil {
		return err
	}
	tx.Ring(store.BellDeliveries)
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, 500).Error
}

// PostAgain queues an activity once more for the inboxes that have had it, under the same id: the answer to a question that
// was asked twice (DESIGN 2). After its purge date nothing is sent.
func PostAgain(tx *store.Tx, wall time.Time, id ActivityID) error {
	a, err := FindActivity(tx.View, id)
	if err != nil || a.Blank() {
		return err
	}
	tx.Ring(store.BellDeliveries)
	return renew(tx.DB().Where("activity_id = ?", id), wall).Error
}

// Forget drops what is left of an activity whose words are gone, so that they can be said anew under its id.
func Forget(tx *store.Tx, id ActivityID) error {
	return tx.DB().Where("id = ? AND length(body) = 0", id).Delete(&Activity{}).Error
}

// Coalesce drops Updates of the object that wait, unsent, for an inbox to which the posted activity, a later Update or the
// Delete, goes as well. What a worker holds right now is left alone.
func Coalesce(tx *store.Tx, wall time.Time, a Activity) error {
	if a.Object == "" || a.Type != "Update" && a.Type != "Delete" {
		return nil
	}
	same := tx.DB().Model(&Delivery{}).Select("inbox").Where("activity_id = ?", a.ID)
	older := tx.DB().Model(&Activity{}).Select("id").
		Where("object = ? AND type = 'Update' AND actor = ? AND recipient = ? AND id < ?", a.Object, a.Actor, a.Recipient, a.ID)
	return tx.DB().Where("state = 'due' AND (lease_until IS NULL OR lease_until <= ?)", second(wall)).
		Where("inbox IN (?) AND activity_id IN (?)", same, older).Delete(&Delivery{}).Error
}

// Blank reports that the purge has been here: id and hash are all that is left.
func (a Activity) Blank() bool { return len(a.Body) == 0 }

// FindActivity finds an activity of ours. Who may read it is the caller's question.
func FindActivity(v *store.View, id ActivityID) (Activity, error) {
	return store.First[Activity](v.DB().Where("id = ?", id), "activity.unknown")
}

// LastTo finds the newest activity about an object to one recipient.
func LastTo(v *store.View, object, recipient string) (Activity, error) {
	return store.First[Activity](v.DB().Where("object = ? AND recipient = ?", object, recipient).Order("id DESC").Limit(1), "activity.unknown")
}

// SaidToMany lists the activities of a type about an object that went to more than one and whose words are still there, oldest first.
func SaidToMany(v *store.View, object, kind string) ([]Activity, error) {
	return store.All[Activity](v.DB().Where("object = ? AND recipient = '' AND type = ? AND length(body) > 0", object, kind).Order("id"))
}

// Outbox lists an actor's public activities, newest first, from before the given one; an empty before begins at the newest.
func Outbox(v *store.View, actor Actor, before ActivityID, limit int) ([]Activity, error) {
	query := v.DB().Where("actor = ? AND public", actor).Order("id DESC").Limit(limit)
	if before != "" {
		query = query.Where("id < ?", before)
	}
	return store.All[Activity](query)
}
