package wire

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// DeliveryID names a delivery; it is time-ordered.
type DeliveryID string

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryDue    DeliveryState = "due"    // to be sent at RunAt; a worker may hold a lease on it
	DeliverySent   DeliveryState = "sent"   // the peer said yes
	DeliveryGone   DeliveryState = "gone"   // given up: no answer for 14 days, no inbox for 7, or nobody may have it any more
	DeliveryParked DeliveryState = "parked" // the peer refuses this activity for good
)

// Delivery is one activity on its way to one inbox.
//
//	from          what happens                                         to
//	(none)        posted                                               due
//	due           any 2xx                                              sent
//	due           no answer, 5xx, 3xx, 401, 408, 425, 429: tried again due
//	due           the same for 14 days since it was queued             gone
//	due           404 or 410 for 7 days since it was queued            gone
//	due           any other 4xx                                        parked
//	due           withheld: parted or blocked                          gone
//	gone, parked  a human tries again                                  due
//	sent          the same question was asked again                    due
type Delivery struct {
	ID         DeliveryID
	ActivityID ActivityID
	Inbox      string
	Host       string // the origin of Inbox: its lane and breaker
	Object     string // of the activity: deliveries about one object to one host keep their order
	State      DeliveryState
	Attempt    int // from 1, counted when a worker takes it
	// QueuedAt, RunAt and LeaseUntil are wall time.
	QueuedAt, RunAt time.Time
	LeaseUntil      *time.Time
	LeaseToken      string
	LastStatus      int        // 0: no answer
	LastError       string     // a word, never the peer's text
	EndedAt         *time.Time // domain time
}

// How long a delivery is tried (security 3.2, protocol 8 case 109).
const (
	triedFor     = 14 * 24 * time.Hour
	inboxMissing = 7 * 24 * time.Hour
	retryAtLeast = 30 * time.Second // bounds of a peer's Retry-After (security S21)
	retryAtMost  = 24 * time.Hour
)

// Failure is what came instead of a yes.
type Failure struct {
	Status     int           // 0: no answer
	RetryAfter time.Duration // 0: the peer did not ask for a pause
	Class      string        // a word for operators: "timeout", "tls", "dns", "refused", "status"
}

// Sent records a yes. Conflict "delivery.lease_lost" when the lease ran out and another worker has taken over.
func Sent(tx *store.Tx, wall time.Time, d Delivery, status int) error {
	return SentTogether(tx, wall, status, d)
}

// SentTogether records the same yes to many. After a Conflict, because one of them has lost its lease, what was recorded is to be
// undone.
func SentTogether(tx *store.Tx, wall time.Time, status int, all ...Delivery) error {
	leased, hosts := map[string][]DeliveryID{}, []string{}
	for _, d := range all {
		leased[d.LeaseToken] = append(leased[d.LeaseToken], d.ID)
		hosts = append(hosts, d.Host)
	}
	for token, ids := range leased {
		if err := handBack(tx, token, map[string]any{"state": DeliverySent, "last_status": status, "last_error": "", "ended_at": tx.Now}, ids...); err != nil {
			return err
		}
	}
	return answered(tx, wall, "", hosts...)
}

// Failed records a failure and gives the delivery as it stands now: due again later, parked or gone. Conflict
// "delivery.lease_lost" as with Sent.
func Failed(tx *store.Tx, wall time.Time, d Delivery, f Failure) (Delivery, error) {
	pause := f.pause()
	d.State, d.LastStatus, d.LastError = f.verdict(wall.Sub(d.QueuedAt)), f.Status, f.Class
	d.RunAt = second(wall.Add(max(store.Backoff(d.Attempt), pause)))
	if err := giveBack(tx, d); err != nil {
		return d, err
	}
	if pause > 0 {
		if err := peers(tx, []string{d.Host}).Update("wait_until", second(wall.Add(pause))).Error; err != nil {
			return d, err
		}
	}
	if f.Status == 0 || f.Status >= 500 {
		return d, unreachable(tx, wall, d.Host, f.Class)
	}
	return d, answered(tx, wall, f.Class, d.Host)
}

// Withheld is why a delivery ended that may not be made: a word for operators, and for RenewDeletes.
const Withheld = "withheld"

// Withhold ends a delivery that may not be made any more: parted, blocked. why is a word for operators.
func Withhold(tx *store.Tx, d Delivery, why string) error {
	d.State, d.LastStatus, d.LastError = DeliveryGone, 0, why
	return giveBack(tx, d)
}

// GiveUp ends what has been tried, or has waited behind an open breaker, for 14 days.
func GiveUp(tx *store.Tx, wall time.Time) error {
	return tx.DB().Model(&Delivery{}).
		Where("state = 'due' AND queued_at <= ?", second(wall.Add(-triedFor))).
		Where("lease_until IS NULL OR lease_until <= ?", second(wall)).
		Updates(map[string]any{
			"state": DeliveryGone, "last_error": "too_long", "lease_until": nil, "lease_token": "", "ended_at": tx.Now,
		}).Error
}

// RenewDeletes tries the Deletes of what was said to many again that were withheld from hosts of which to says yes: somebody there may
// still show what is gone. What was withheld longer ago than an ended delivery is kept is not said any more.
func RenewDeletes(tx *store.Tx, wall time.Time, to func(host string) (bool, error)) error {
	withheld := func() *gorm.DB {
		deletes := tx.DB().Model(&Activity{}).Select("1").Where("activities.id = deliveries.activity_id AND type = 'Delete' AND recipient = ''")
		return tx.DB().Model(&Delivery{}).Where("last_error = 'withheld' AND EXISTS (?)", deletes)
	}
	var hosts []string
	if err := withheld().Distinct().Order("host").Pluck("host", &hosts).Error; err != nil {
		return err
	}
	for _, host := range hosts {
		if ok, err := to(host); err != nil {
			return err
		} else if !ok {
			continue
		}
		if err := renew(withheld().Where("host = ?", host), wall).Error; err != nil {
			return err
		}
		tx.Ring(store.BellDeliveries)
	}
	return nil
}

// verdict decides what a failure means for a delivery of this age.
func (f Failure) verdict(age time.Duration) DeliveryState {
	switch {
	case age >= triedFor:
		return DeliveryGone
	case f.Status == 404 || f.Status == 410:
		if age >= inboxMissing {
			return DeliveryGone
		}
	case f.Status == 401 || f.Status == 408 || f.Status == 425 || f.Status == 429:
	case f.Status >= 400 && f.Status < 500:
		return DeliveryParked
	}
	return DeliveryDue
}

// pause is for how long the whole lane waits, not this delivery alone.
func (f Failure) pause() time.Duration {
	if f.Status == 429 || f.Status == 503 && f.RetryAfter > 0 {
		return min(max(f.RetryAfter, retryAtLeast), retryAtMost)
	}
	return 0
}

// giveBack writes a delivery whose lease is still held and ends the lease.
func giveBack(tx *store.Tx, d Delivery) error {
	changes := map[string]any{"state": d.State, "run_at": d.RunAt, "last_status": d.LastStatus, "last_error": d.LastError}
	if d.State != DeliveryDue {
		changes["ended_at"] = tx.Now
	}
	return handBack(tx, d.LeaseToken, changes, d.ID)
}

// handBack changes deliveries of one lease that is still held and ends it for them.
func handBack(tx *store.Tx, token string, changes map[string]any, ids ...DeliveryID) error {
	changes["lease_until"], changes["lease_token"] = nil, ""
	done := tx.DB().Model(&Delivery{}).Where("id IN ? AND state = 'due' AND lease_token = ?", ids, token).Updates(changes)
	if done.Error == nil && (done.RowsAffected != int64(len(ids)) || token == "") {
		return fault.New(fault.Conflict, "delivery.lease_lost")
	}
	return done.Error
}

// renew makes ended deliveries of a query due again, for another 14 days.
func renew(query *gorm.DB, wall time.Time) *gorm.DB {
	return query.Model(&Delivery{}).Where("state <> 'due'").Updates(map[string]any{
		"state": DeliveryDue, "attempt": 0, "queued_at": second(wall), "run_at": second(wall), "ended_at": nil,
	})
}
