package federation

import (
	"context"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// How a neighbour's open things are read: all of them, or the walk says nothing about what is missing.
const (
	pullEvery    = 24 * time.Hour
	pullAttempts = 8 // half a day; then tomorrow
	pullPages    = 100
	pullItems    = 10_000
)

// pull reads what a neighbour has open: what is there is renewed, what is newer is fetched, what is gone is forgotten (DESIGN 2). First
// it asks whether they still count us as a neighbour, or the rest says nothing.
func (f *Federation) pull(ctx context.Context, collective string) (func(*store.Tx) error, error) {
	var follows, friends bool
	var them neighbours.Actor
	err := f.view(ctx, func(v *store.View) (err error) {
		if follows, err = neighbours.Follows(v, collective); err != nil || !follows {
			return err
		}
		if friends, err = friend(v, collective); err != nil {
			return err
		}
		them, err = neighbours.FindActor(v, collective)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case follows && them.OpenURL == "":
		return func(tx *store.Tx) error { return f.pullEach(tx, collective) }, nil
	case !friends:
		return func(*store.Tx) error { return nil }, nil // a neighbour no more, or not yet
	}
	counted, forgotten, err := f.countsUs(ctx, them)
	if err != nil {
		return nil, err
	}
	if forgotten {
		return func(tx *store.Tx) error {
			if err := neighbours.HearForgotten(tx, collective); err != nil {
				return ignoreUnknown(err)
			}
			return f.pulled(tx, collective)
		}, nil
	}
	present, err := f.walk(ctx, them.OpenURL)
	if err != nil {
		return nil, err
	}
	return func(tx *store.Tx) error {
		if friends, err := friend(tx.View, collective); err != nil || !friends {
			return err
		}
		if counted {
			if err := neighbours.HearRemembered(tx, collective); err != nil {
				return err
			}
		}
		stale, err := sharing.Renew(tx, collective, present)
		if err != nil {
			return err
		}
		for _, id := range stale {
			if ok, err := mirrored(tx.View, collective, id); err != nil {
				return err
			} else if !ok { // we show nothing of theirs that nobody here has asked for
				continue
			}
			if err := tx.Enqueue(f.objectJob(id)); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(f.agreementsJob(collective)); err != nil {
			return err
		}
		return f.pulled(tx, collective)
	}, nil
}

func (f *Federation) pulled(tx *store.Tx, collective string) error {
	if err := neighbours.Asked(tx, collective); err != nil {
		return err
	}
	return f.pullTomorrow(tx, collective)
}

// pullFailed has a neighbour asked again later, also where we are refused, since a new one may not know yet that we are one; after half a
// day tomorrow. Whether it answers or not, it is asked every day for as long as it is a neighbour.
func (f *Federation) pullFailed(tx *store.Tx, j store.Job, failure error) error {
	if j.Attempt < pullAttempts {
		if err := neighbours.Asked(tx, j.Subject); err != nil {
			return err
		}
		return tx.RetryJob(j, f.Wall(), cause(failure))
	}
	if err := tx.FinishJob(j); err != nil {
		return err
	}
	return f.pulled(tx, j.Subject)
}

// pullEach is pull where there is no list: other software. Its actor is read for the things that it names (protocol 1.3), and what we know
// of it is fetched one by one, what was confirmed least lately first: what is there is renewed, what is gone is forgotten.
func (f *Federation) pullEach(tx *store.Tx, actor string) error {
	if follows, err := neighbours.Follows(tx.View, actor); err != nil || !follows {
		return err
	}
	if err := tx.Enqueue(f.actorJob(actor)); err != nil {
		return err
	}
	known, err := sharing.Unconfirmed(tx.View, actor, proposalsAtMost)
	if err != nil {
		return err
	}
	for _, m := range known {
		if err := tx.Enqueue(f.objectJob(m.IRI)); err != nil {
			return err
		}
	}
	return f.pulled(tx, actor)
}

func (f *Federation) pullTomorrow(tx *store.Tx, collective string) error {
	return tx.Enqueue(f.job(JobPull, collective, f.Wall().Add(pullEvery)))
}

// pullNow has a collection read at once, also where the next reading waits already.
func (f *Federation) pullNow(tx *store.Tx, collective string) error {
	key := JobPull + " now " + collective
	return tx.Enqueue(store.Job{Kind: JobPull, Key: &key, Subject: collective, RunAt: f.Wall()})
}

// PullAll has the open things of every neighbour read now, and of everybody else whose things we show. The pulls go on by themselves once
// a day of real time; this is for a clock that was turned, and for whoever suspects that something is missing.
func (f *Federation) PullAll(tx *store.Tx) error { return eachFollowed(tx, f.pullNow) }

func eachFollowed(tx *store.Tx, do func(tx *store.Tx, collective string) error) error {
	const page = 100
	for after := neighbours.EdgeID(""); ; {
		friends, err := neighbours.Followed(tx.View, after, page)
		if err != nil {
			return err
		}
		for _, n := range friends {
			if err := do(tx, n.Actor.IRI); err != nil {
				return err
			}
			after = n.Edge.ID
		}
		if len(friends) < page {
			return nil
		}
	}
}

// walk reads a collection to its end, with the number by which each thing says that it has changed. It stays on one origin, visits
// no page twice, and gives up where a neighbour's would not end (security S10).
func (f *Federation) walk(ctx context.Context, collection string) (map[string]int64, error) {
	present := map[string]int64{}
	err := f.leafThrough(ctx, collection, func(item any) error {
		if id := canonicalID(item); id != "" && iri.SameOrigin(id, collection) {
			present[id] = version(item)
		}
		if len(present) > pullItems {
			return endless()
		}
		return nil
	})
	return present, err
}

// leafThrough takes what is on each page of a collection.
func (f *Federation) leafThrough(ctx context.Context, collection string, take func(item any) error) error {
	seen := map[string]bool{}
	for page := collection; page != ""; {
		if seen[page] || len(seen) >= pullPages || !iri.SameOrigin(page, collection) {
			return endless()
		}
		seen[page] = true
		doc, at, err := f.fetchDocument(ctx, page)
		if err != nil {
			return err
		}
		if !iri.SameOrigin(at, collection) {
			return notItself()
		}
		first := codec.Get(doc, "first")
		if embedded := codec.Object(first); embedded != nil && hasItems(embedded) {
			doc, first = embedded, nil
		}
		for _, item := range items(doc) {
			if err := take(item); err != nil {
				return err
			}
		}
		page = canonicalID(codec.Get(doc, "next"))
		if first != nil {
			page = canonicalID(first)
		}
	}
	return nil
}

func endless() error { return fault.New(fault.Invalid, "collection.endless") }

func hasItems(doc map[string]any) bool {
	return codec.Get(doc, "orderedItems") != nil || codec.Get(doc, "items") != nil
}

// items are ids, or objects that name one.
func items(doc map[string]any) []any {
	for _, name := range []string{"orderedItems", "items"} {
		switch v := codec.Get(doc, name).(type) {
		case []any:
			return v
		case nil:
		default:
			return []any{v}
		}
	}
	return nil
}

// version is pots:seq, or the date of the last change where nobody counts, as in readListing.
func version(item any) int64 {
	doc := codec.Object(item)
	if seq, ok := codec.Seq(codec.Get(doc, "pots:seq")); ok {
		return seq
	}
	if t, ok := codec.Time(codec.Get(doc, "updated")); ok {
		return t.Unix()
	}
	return 0
}

// owner is the one actor whom a document is attributed to; empty when there is not exactly one.
func owner(doc map[string]any) string {
	if owners := codec.IDs(codec.Get(doc, "attributedTo")); len(owners) != 1 {
		return ""
	}
	return canonicalID(codec.Get(doc, "attributedTo"))
}
