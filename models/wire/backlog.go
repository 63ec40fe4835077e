package wire

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Backlog is how much waits and since when, for whoever watches the machine. It names no peer and no person.
type Backlog struct {
	Due, Stuck      int64     // deliveries to be sent, and those that were given up or refused
	Pending, Parked int64     // inbox items to be applied, and those that were given up
	OldestDue       time.Time // when the oldest delivery was queued; zero when none waits
	OldestPending   time.Time // when the oldest inbox item was committed; zero when none waits
}

// FindBacklog looks at all queues of the wire. Its times are wall time.
func FindBacklog(v *store.View) (b Backlog, err error) {
	for _, count := range []struct {
		rows  any
		where string
		into  *int64
	}{
		{&Delivery{}, "state = 'due'", &b.Due},
		{&Delivery{}, "state IN ('gone', 'parked')", &b.Stuck},
		{&InboxItem{}, "state = 'pending'", &b.Pending},
		{&InboxItem{}, "state = 'parked'", &b.Parked},
	} {
		if err := v.DB().Model(count.rows).Where(count.where).Count(count.into).Error; err != nil {
			return b, err
		}
	}
	due, err := store.First[Delivery](v.DB().Where("state = 'due'").Order("queued_at"), "queue.unknown")
	if err != nil && !fault.Is(err, fault.NotFound) {
		return b, err
	}
	pending, err := store.First[InboxItem](v.DB().Omit("body").Where("state = 'pending'").Order("id"), "queue.unknown")
	if err != nil && !fault.Is(err, fault.NotFound) {
		return b, err
	}
	b.OldestDue, b.OldestPending = due.QueuedAt, pending.CommittedAt
	return b, nil
}
