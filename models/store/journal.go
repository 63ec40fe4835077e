package store

import "time"

// EventKind names what happened, as noun.verb: "offer.published".
type EventKind string

// Event says that something happened to a row: ids, kind and version, never words. The journal is a queue and no audit
// trail (DESIGN 2): what the relay has published is gone a week later.
type Event struct {
	ID          string // time-ordered; the relay derives activity ids from it
	Kind        EventKind
	Subject     string // the id of the row
	Version     int64  // of the row, after the change
	At          time.Time
	PublishedAt *time.Time
}

// TableName is gorm's.
func (Event) TableName() string { return "journal" }

// journalKept is how long a published event stays.
const journalKept = 7 * 24 * time.Hour

func (tx *Tx) journal(r *Root) error {
	if len(r.pending) == 0 {
		return nil
	}
	for i := range r.pending {
		e := &r.pending[i]
		e.ID, e.Version, e.At = NewID[string](), r.Version, tx.Now
	}
	if err := tx.db.Create(&r.pending).Error; err != nil {
		return err
	}
	r.pending = nil
	tx.Ring(BellJournal)
	return nil
}

// Unpublished reads events that the relay has not seen, oldest first. A flag and not a cursor: in PostgreSQL an earlier
// event may be committed after a later one, and a cursor would step over it for ever.
func (tx *Tx) Unpublished(limit int) ([]Event, error) {
	return All[Event](tx.db.Where("published_at IS NULL").Order("id").Limit(limit))
}

// Publish marks events as seen by the relay.
func (tx *Tx) Publish(events []Event) error {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	return tx.db.Model(&Event{}).Where("id IN ?", ids).Update("published_at", tx.Now).Error
}

func (tx *Tx) purgeJournal() error {
	return tx.db.Where("published_at < ?", tx.Now.Add(-journalKept)).Delete(&Event{}).Error
}
