package federation

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// The jobs of federation: what must be fetched outside any transaction. sharing.JobPicture is the fifth.
const (
	JobPull       = "federation.pull"       // what a neighbour has open; the subject is its collective
	JobObject     = "federation.object"     // one thing of a neighbour
	JobActor      = "federation.actor"      // what an actor says about itself, and whether it is still there
	JobAgreements = "federation.agreements" // how far what our members asked for at a neighbour has got there
	JobRoll       = "federation.roll"       // whom a neighbour counts as its followers here; the subject is its list
)

const (
	jobsAtOnce = 8
	jobLease   = 2 * time.Minute
)

func (f *Federation) objectJob(id string) store.Job { return f.job(JobObject, id, f.Wall()) }
func (f *Federation) actorJob(id string) store.Job  { return f.job(JobActor, id, f.Wall()) }

// job makes a job that waits once at a time for each subject.
func (f *Federation) job(kind, subject string, at time.Time) store.Job {
	key := kind + " " + subject
	return store.Job{Kind: kind, Key: &key, Subject: subject, RunAt: at}
}

// errand does the network's part of a job and gives what is to be done with the result, in one transaction with the end of the job.
type errand func(ctx context.Context, subject string) (func(*store.Tx) error, error)

func (f *Federation) errands() map[string]errand {
	return map[string]errand{
		JobPull: f.pull, JobObject: f.fetchObject, JobActor: f.fetchActor, JobAgreements: f.reconcile, JobRoll: f.compareRoll, JobMove: f.lookWhereTo, sharing.JobPicture: f.fetchPicture,
	}
}

// Work does a few jobs side by side. worked says that there may be more.
func (f *Federation) Work(ctx context.Context) (worked bool, err error) {
	defer fault.Wrap(&err, "work")
	var jobs []store.Job
	err = f.update(ctx, func(tx *store.Tx) (err error) {
		jobs, err = tx.LeaseJobs(f.Wall(), jobLease, jobsAtOnce, slices.Sorted(maps.Keys(f.errands()))...)
		return err
	})
	if err != nil {
		return false, err
	}
	failed := make([]error, len(jobs))
	var all sync.WaitGroup
	for i, job := range jobs {
		all.Go(func() { failed[i] = f.run(ctx, job) })
	}
	all.Wait()
	return len(jobs) > 0, errors.Join(failed...)
}

// run does one job. What we will never be given is done with; everything else is tried again later.
func (f *Federation) run(ctx context.Context, j store.Job) error {
	finish, err := f.errand(ctx, j)
	if err == nil {
		err = f.update(ctx, func(tx *store.Tx) error {
			if err := tx.FinishJob(j); err != nil {
				return err
			}
			return finish(tx)
		})
	}
	switch {
	case err == nil || fault.KeyOf(err) == "job.lease_lost":
		return nil
	case fault.Is(err, fault.Busy) && fault.KeyOf(err) == "store.unavailable":
		return err
	}
	f.Log.WarnContext(ctx, "federation: a job failed", "job", j.Kind, "attempt", j.Attempt, "error", err)
	return f.update(ctx, func(tx *store.Tx) error {
		switch {
		case j.Kind == JobPull:
			return f.pullFailed(tx, j, err)
		case hopeless(err):
			return tx.FinishJob(j)
		}
		return tx.RetryJob(j, f.Wall(), cause(err))
	})
}

// errand runs the network's part within the lease, a few at a time to one host.
func (f *Federation) errand(ctx context.Context, j store.Job) (finish func(*store.Tx) error, err error) {
	defer f.survive(ctx, j.Kind, &err)
	ctx, cancel := context.WithTimeout(ctx, jobLease-10*time.Second)
	defer cancel()
	origin, err := f.destination(ctx, j)
	if err != nil {
		return nil, err
	}
	leave, err := f.in.errands.enter(ctx, origin)
	if err != nil {
		return nil, err
	}
	defer leave()
	if f.in.rests.resting(origin, f.Wall()) {
		return nil, errResting
	}
	finish, err = f.errands()[j.Kind](ctx, j.Subject)
	f.in.rests.note(origin, f.Wall(), err)
	return finish, err
}

// destination is the origin that a job goes to; our own where it goes nowhere.
func (f *Federation) destination(ctx context.Context, j store.Job) (string, error) {
	address := j.Subject
	if j.Kind == sharing.JobPicture { // its subject is our id of the thing, and pictures may be on a host of their own
		var err error
		if address, err = f.pictureOf(ctx, j.Subject); err != nil {
			return "", err
		}
	}
	if origin, err := iri.Origin(address); err == nil {
		return origin, nil
	}
	return string(f.Base), nil
}

// hopeless reports a failure that the same request would meet again.
func hopeless(err error) bool {
	if failure, ok := asFailure(err); ok {
		return failure.Cause == fetch.Refused || failure.Cause == fetch.WrongType || failure.Cause == fetch.TooBig || gone(err)
	}
	return refused(err)
}

// fetchActor renews what an actor says about itself. One that is gone ends everything with it.
func (f *Federation) fetchActor(ctx context.Context, id string) (func(*store.Tx) error, error) {
	p, err := f.fetchProfile(ctx, id)
	if statusFrom(err) == 410 || err == nil && p.actor.Type == "Tombstone" {
		return func(tx *store.Tx) error { return f.actorGone(tx, id) }, nil
	}
	if err != nil {
		return nil, err
	}
	p.actor.Handle = f.checkedHandle(ctx, p)
	return func(tx *store.Tx) error {
		known, err := neighbours.FindActor(tx.View, id)
		if fault.Is(err, fault.NotFound) {
			return nil // it has come to matter to nobody
		}
		if err != nil {
			return err
		}
		if p.actor.Handle == "" {
			p.actor.Handle = known.Handle
		}
		if err := wire.LearnKeys(tx, f.Wall(), id, p.keys...); err != nil {
			return err
		}
		if _, err = neighbours.LearnActor(tx, p.actor); err != nil {
			return err
		}
		return f.lookAtProposals(tx, p)
	}, nil
}

// lookAtProposals has the things fetched that an actor of other software names in its document: it has no list of them.
func (f *Federation) lookAtProposals(tx *store.Tx, p profile) error {
	if shows, err := shown(tx.View, p.actor.IRI, neighbours.Offers); err != nil || !shows || p.actor.OpenURL != "" {
		return err
	}
	for _, id := range p.proposals {
		if err := tx.Enqueue(f.objectJob(id)); err != nil {
			return err
		}
	}
	return nil
}

// fetchObject learns one thing of a neighbour from where it lives.
func (f *Federation) fetchObject(ctx context.Context, id string) (func(*store.Tx) error, error) {
	doc, at, err := f.fetchDocument(ctx, id)
	if gone(err) || err == nil && at == id && doc["type"] == "Tombstone" {
		return func(tx *store.Tx) error { return forgetThing(tx, id) }, nil
	}
	if err != nil {
		return nil, err
	}
	if canonicalID(doc) != at || at != id { // security I1
		return nil, notItself()
	}
	return func(tx *store.Tx) error {
		home := owner(doc)
		if !iri.SameOrigin(home, id) {
			return nil
		}
		return f.takeIn(tx, doc, id, home)
	}, nil
}

func ignoreUnknown(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
