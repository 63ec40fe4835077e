package federation

import (
	"context"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// acquaint makes sure that an actor who must be answered is known. Its key has just been verified, so that its document can be
// had; it is often at hand from then. All requests that need the same actor wait for one look at it.
func (f *Federation) acquaint(ctx context.Context, id string) error {
	if known, err := f.acquainted(ctx, id); known || err != nil {
		return err
	}
	met := f.in.flights.DoChan("actor "+id, func() (any, error) { return nil, f.meet(context.WithoutCancel(ctx), id) })
	select {
	case <-ctx.Done():
		return busy()
	case result := <-met:
		return result.Err
	}
}

func (f *Federation) acquainted(ctx context.Context, id string) (known bool, err error) {
	err = f.view(ctx, func(v *store.View) error {
		_, err := neighbours.FindActor(v, id)
		known = err == nil
		return ignoreUnknown(err)
	})
	return known, err
}

func (f *Federation) meet(ctx context.Context, id string) error {
	if known, err := f.acquainted(ctx, id); known || err != nil { // somebody else has just met it
		return err
	}
	actor, ok := f.in.lately(id)
	if !ok {
		var err error
		if actor, err = f.lookAt(ctx, id); err != nil {
			return err
		}
	}
	return f.update(ctx, func(tx *store.Tx) error {
		if _, err := neighbours.LearnActor(tx, actor); err != nil {
			return err
		}
		return tx.Enqueue(f.actorJob(id)) // its handle can be checked without anybody waiting for it
	})
}

// lookAt fetches an actor while a request waits, in turn with the keys.
func (f *Federation) lookAt(ctx context.Context, id string) (neighbours.Actor, error) {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	origin, err := iri.Origin(id)
	if err != nil {
		return neighbours.Actor{}, err
	}
	leave, err := f.in.gate.enter(ctx, origin)
	if err != nil {
		return neighbours.Actor{}, busy()
	}
	defer leave()
	p, err := f.fetchProfile(ctx, id)
	if _, unreachable := asFailure(err); unreachable {
		return neighbours.Actor{}, fault.New(fault.Busy, "actor.unreachable").Because(err)
	}
	return p.actor, err
}

// lookAgain has an actor's document fetched soon, since something said that it has changed or gone.
func (f *Federation) lookAgain(ctx context.Context, id string) error {
	return f.update(ctx, func(tx *store.Tx) error { return tx.Enqueue(f.actorJob(id)) })
}
