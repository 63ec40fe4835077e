package wire

import (
	"cmp"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/store"
)

// Parcel is what a courier carries: a delivery that it holds a lease on, what is in it, and how the peer wants it signed.
type Parcel struct {
	Delivery Delivery
	Activity Activity
	Scheme   Scheme
}

// ready finds the deliveries to a lane that may be sent now, oldest first. One that waits for an earlier one about the same
// object to the same inbox may not: a peer learns of each thing in the order in which it happened. (Security 3.2 says per
// origin; per inbox, because one dead inbox of a host must not hold up its neighbours.)
const ready = `SELECT d.id FROM deliveries d
	WHERE d.host = lane.origin AND d.state = 'due' AND d.run_at <= @wall AND (d.lease_until IS NULL OR d.lease_until <= @wall)
		AND NOT EXISTS (SELECT 1 FROM deliveries b
			WHERE b.inbox = d.inbox AND b.object = d.object AND b.object <> '' AND b.state = 'due' AND b.id < d.id)
	ORDER BY d.id LIMIT 1`

// lease takes the hosts whose turn it is and of each the next one or two deliveries, the first of every host before the second
// of any. It walks peers and not deliveries: ten thousand that wait for a dead host cost nothing. The same statement runs on
// both databases; the conditions at its end are for PostgreSQL, which tests them again on a row that a late worker has changed
// meanwhile.
const lease = `
WITH lanes AS (
	SELECT origin, slots, head FROM (
		SELECT lane.origin, lane.last_tried_at, (` + ready + `) AS head,
			CASE WHEN lane.failures >= @opens THEN 1 ELSE @abreast END
				- (SELECT count(*) FROM deliveries f WHERE f.host = lane.origin AND f.lease_until > @wall) AS slots
		FROM peers lane
		WHERE (lane.probe_at IS NULL OR lane.probe_at <= @wall) AND (lane.wait_until IS NULL OR lane.wait_until <= @wall)
	) free
	WHERE slots > 0 AND head IS NOT NULL
	ORDER BY last_tried_at NULLS FIRST, origin LIMIT @limit
), picks AS (
	SELECT head AS id, 1 AS turn FROM lanes
	UNION ALL
	SELECT (` + ready + ` OFFSET 1), 2 FROM lanes lane WHERE slots > 1
)
UPDATE deliveries SET lease_until = @until, lease_token = @token, attempt = attempt + 1
WHERE id IN (SELECT id FROM picks WHERE id IS NOT NULL ORDER BY turn, id LIMIT @limit)
	AND state = 'due' AND (lease_until IS NULL OR lease_until <= @wall)
RETURNING *`

// Lease takes up to limit deliveries that are due for the given span, at most two at a time of one host, one where its breaker
// is open, oldest first within a host. A worker that dies leaves leases that run out. Each ends with Sent, Failed or Withhold.
func Lease(tx *store.Tx, wall time.Time, span time.Duration, limit int) ([]Parcel, error) {
	// Two workers that count at once would both find a free slot.
	if err := tx.Lock("wire.courier"); err != nil {
		return nil, err
	}
	var leased []Delivery
	err := tx.DB().Raw(lease, map[string]any{
		"wall": second(wall), "until": second(wall.Add(span)), "token": store.RandomID[string](),
		"limit": limit, "opens": breakerOpens, "abreast": inFlight,
	}).Scan(&leased).Error
	if err != nil || len(leased) == 0 {
		return nil, err
	}
	slices.SortFunc(leased, func(a, b Delivery) int { return cmp.Compare(a.ID, b.ID) })
	var hosts []string
	var ids []ActivityID
	for _, d := range leased {
		hosts, ids = append(hosts, d.Host), append(ids, d.ActivityID)
	}
	var known []Peer
	err = tx.DB().Model(&known).Clauses(clause.Returning{Columns: []clause.Column{{Name: "origin"}, {Name: "scheme"}, {Name: "scheme_at"}}}).
		Where("origin IN ?", distinct(hosts)).Update("last_tried_at", second(wall)).Error
	if err != nil {
		return nil, err
	}
	schemes := map[string]Scheme{}
	for _, p := range known {
		schemes[p.Origin] = p.Takes(wall)
	}
	activities, err := store.All[Activity](tx.DB().Where("id IN ?", ids))
	if err != nil {
		return nil, err
	}
	parcels := make([]Parcel, len(leased))
	for i, d := range leased {
		at := slices.IndexFunc(activities, func(a Activity) bool { return a.ID == d.ActivityID })
		parcels[i] = Parcel{Delivery: d, Activity: activities[at], Scheme: schemes[d.Host]}
	}
	return parcels, nil
}
