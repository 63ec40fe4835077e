package federation

import (
	"context"
	"slices"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// JobMove looks whether a collective has moved, at both of its addresses; the subject is the old one.
const JobMove = "federation.move"

// receiveMove has somebody look: what a Move says is not believed (security I25).
func (f *Federation) receiveMove(tx *store.Tx, h *heard) error {
	return tx.Enqueue(f.job(JobMove, h.signer.Actor, f.Wall()))
}

// lookWhereTo reads the old address, which names the new one, and the new one, which must name the old. Then stewards are told: being
// neighbours does not move by itself (protocol 4.12).
func (f *Federation) lookWhereTo(ctx context.Context, old string) (func(*store.Tx) error, error) {
	was, at, err := f.fetchDocument(ctx, old)
	if err != nil {
		return nil, err
	}
	target := canonicalID(codec.Get(was, "movedTo"))
	if at != old || canonicalID(was) != old || target == "" || target == old || iri.SameOrigin(target, string(f.Base)) {
		return nil, notItself()
	}
	is, at, err := f.fetchDocument(ctx, target)
	if err != nil {
		return nil, err
	}
	names := slices.ContainsFunc(codec.IDs(codec.Get(is, "alsoKnownAs")), func(id string) bool { return canonicalID(id) == old })
	if at != target || canonicalID(is) != target || !names {
		return nil, notItself()
	}
	return func(tx *store.Tx) error { return neighbours.HearMove(tx, old, target) }, nil
}
