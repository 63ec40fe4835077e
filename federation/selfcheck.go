package federation

import (
	"context"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// settledAfter is how long two nodes may need to tell each other that they are neighbours. Before that a no is no news.
const settledAfter = 24 * time.Hour

// askSelf is where a node of our kind tells a neighbour that it counts it as one.
func askSelf(b iri.Base) string { return b.Neighbours() + "?self" }

// countsUs asks a neighbour's node whether it counts us as a neighbour (protocol 4.7). A 404 alone says nothing: it is what other software,
// an old address and a proxy without a server behind it answer as well. We are forgotten only where the same node goes on to show its
// collective as one of our kind that has things for neighbours; it has then read our signature, since one that it cannot verify is
// answered 401. Everything else is no answer, and neither is an error to whoever only wants to know what is open there.
func (f *Federation) countsUs(ctx context.Context, them neighbours.Actor) (counted, forgotten bool, err error) {
	base := iri.Base(them.Origin)
	if them.OpenURL != base.Open() {
		return false, false, nil
	}
	doc, at, err := f.fetchDocument(ctx, askSelf(base))
	switch {
	case err == nil && iri.SameOrigin(at, them.Origin):
		for _, item := range items(doc) {
			counted = counted || canonicalID(item) == f.Base.Collective()
		}
		return counted, false, nil
	case tooSlow(err):
		return false, false, err // as the rest would be
	case !gone(err):
		return false, false, nil
	}
	p, err := f.fetchProfile(ctx, them.IRI)
	if err != nil || p.actor.IRI != them.IRI || p.actor.OpenURL != them.OpenURL {
		return false, false, nil
	}
	err = f.view(ctx, func(v *store.View) error {
		edge, err := neighbours.FindEdgeTo(v, them.IRI)
		forgotten = edge.State == neighbours.Neighbours && v.Now.Sub(edge.Since) >= settledAfter
		return ignoreUnknown(err)
	})
	return false, forgotten, err
}
