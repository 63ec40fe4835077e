package store

import (
	"math/rand/v2"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
)

// JobID names a job.
type JobID string

// Job is work that must happen outside a transaction and survive the process: a fetch, a pull. A worker leases it, works
// without a transaction, and finishes it in the transaction that keeps the result. Leases and run times are wall time.
type Job struct {
	ID   JobID
	Kind string
	// Key, if set, makes the job one of its kind: a second one is not enqueued while the first waits.
	Key        *string
	Subject    string // what it is about: an id or an address
	RunAt      time.Time
	Attempt    int
	LeaseUntil *time.Time
	LeaseToken string
	LastError  string
	Parked     bool // given up after the last attempt; a human may requeue it
}

// jobAttempts ends in parking; the waits between them grow from half a minute to twelve hours.
const jobAttempts = 12

// Enqueue adds a job, unless one with the same key waits already.
func (tx *Tx) Enqueue(j Job) error {
	j.ID = NewID[JobID]()
	tx.Ring(BellJobs)
	return tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&j).Error
}

// LeaseJobs takes up to limit due jobs of the given kinds for the span of the lease. A worker that dies leaves a lease that
// runs out; one that is merely late finds that FinishJob refuses its token.
func (tx *Tx) LeaseJobs(wall time.Time, lease time.Duration, limit int, kinds ...string) ([]Job, error) {
	due := tx.db.Model(&Job{}).Select("id").
		Where("kind IN ? AND NOT parked AND run_at <= ? AND (lease_until IS NULL OR lease_until < ?)", kinds, civil(wall), civil(wall)).
		Order("run_at, id").Limit(limit).Clauses(SkipLocked())
	var jobs []Job
	err := tx.db.Model(&jobs).Clauses(clause.Returning{}).Where("id IN (?)", due).Updates(map[string]any{
		"lease_until": civil(wall.Add(lease)),
		"lease_token": RandomID[string](),
		"attempt":     gorm.Expr("attempt + 1"),
	}).Error
	return jobs, err
}

// FinishJob removes a job whose lease is still held; Conflict "job.lease_lost" otherwise, which must undo its effects.
func (tx *Tx) FinishJob(j Job) error {
	done := tx.db.Where("id = ? AND lease_token = ?", j.ID, j.LeaseToken).Delete(&Job{})
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.Conflict, "job.lease_lost")
	}
	return done.Error
}

// RetryJob gives a job back after a failure, later each time, and parks it after the last attempt. cause is for operators and
// holds no personal words.
func (tx *Tx) RetryJob(j Job, wall time.Time, cause string) error {
	return tx.db.Model(&Job{}).Where("id = ? AND lease_token = ?", j.ID, j.LeaseToken).Updates(map[string]any{
		"lease_until": nil, "lease_token": "", "last_error": cause,
		"run_at": civil(wall.Add(Backoff(j.Attempt))), "parked": j.Attempt >= jobAttempts,
	}).Error
}

// Backoff is the wait after the n-th attempt (from 1) at something that another machine must answer: security 3.2.
// A fifth more or less keeps peers that were down together from coming back together.
func Backoff(attempt int) time.Duration {
	steps := [...]time.Duration{
		30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	}
	wait := steps[min(max(attempt, 1), len(steps))-1]
	return wait + time.Duration((rand.Float64()*0.4-0.2)*float64(wait)) //nolint:gosec // spreads load, hides nothing
}

// SkipLocked lets several processes lease rows at once on PostgreSQL; gorm leaves it out on SQLite, which has one writer.
func SkipLocked() clause.Expression {
	return clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}
}

// ForUpdate locks the rows that a query reads until the end of the transaction, on PostgreSQL.
func ForUpdate() clause.Expression { return clause.Locking{Strength: "UPDATE"} }
