package federation

import (
	"errors"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// neighbourAsked is a Follow that says what it is for, under the id that the edge remembers. When it was sent before and is asked
// for again, it goes out again as it was.
func (f *Federation) neighbourAsked(tx *store.Tx, e store.Event) ([]letter, error) {
	edge, err := neighbours.FindEdge(tx.View, neighbours.EdgeID(e.Subject))
	if err != nil || edge.Over() || edge.OurFollow == "" {
		return nil, err
	}
	said, err := wire.FindActivity(tx.View, edge.OurFollow)
	switch {
	case err == nil && said.Blank(): // it was long ago, and its words are purged
		err = wire.Forget(tx, edge.OurFollow)
	case err == nil:
		return nil, wire.PostAgain(tx, f.Wall(), edge.OurFollow)
	}
	if err := ignoreUnknown(err); err != nil {
		return nil, err
	}
	out, err := f.toNeighbour(tx, e, "Follow", edge, edge.Actor)
	out.row.ID = edge.OurFollow
	out.says.Terms = map[string]any{"pots:relation": "neighbour"}
	return []letter{out}, err
}

// neighbourAccepted is the yes to their Follow.
func (f *Federation) neighbourAccepted(tx *store.Tx, e store.Event) ([]letter, error) {
	edge, err := neighbours.FindEdge(tx.View, neighbours.EdgeID(e.Subject))
	if err != nil || edge.Over() || edge.TheirFollow == "" {
		return nil, err
	}
	out, err := f.toNeighbour(tx, e, "Accept", edge, f.theirFollow(edge))
	return []letter{out}, err
}

// neighbourDeclined is the no to their Follow.
func (f *Federation) neighbourDeclined(tx *store.Tx, e store.Event) ([]letter, error) {
	edge, err := neighbours.FindEdge(tx.View, neighbours.EdgeID(e.Subject))
	if err != nil || edge.TheirFollow == "" || !edge.Over() {
		return nil, err
	}
	out, err := f.toNeighbour(tx, e, "Reject", edge, f.theirFollow(edge))
	out.row.Farewell = true
	return []letter{out}, err
}

// neighbourParted takes our Follow back and theirs away. Nothing else goes there after it (DESIGN 2).
func (f *Federation) neighbourParted(tx *store.Tx, e store.Event) (letters []letter, err error) {
	edge, err := neighbours.FindEdge(tx.View, neighbours.EdgeID(e.Subject))
	if err != nil || !edge.Over() {
		return nil, err
	}
	if edge.OurFollow != "" { // also where what we sent is purged: they go by it until they hear otherwise
		undo, err := f.toNeighbour(tx, e, "Undo", edge, f.ourFollow(edge))
		if err != nil {
			return nil, err
		}
		letters = append(letters, undo)
	}
	if edge.TheirFollow != "" {
		reject, err := f.toNeighbour(tx, e, "Reject", edge, f.theirFollow(edge))
		if err != nil {
			return nil, err
		}
		reject.row.ID += "-reject"
		letters = append(letters, reject)
	}
	for i := range letters {
		letters[i].row.Farewell = true
	}
	return letters, nil
}

// flowChosen makes what a neighbour has of ours fit what flows to them now: what flows no more is deleted there, but for what somebody
// there waits for; what flows is said as it is now. Both go to them alone, and say nothing to others who have the same things. What we
// show of theirs is read again.
func (f *Federation) flowChosen(tx *store.Tx, e store.Event) (letters []letter, err error) {
	edge, err := neighbours.FindEdge(tx.View, neighbours.EdgeID(e.Subject))
	if err != nil || edge.State != neighbours.Neighbours {
		return nil, err
	}
	if edge.Shows.Has(neighbours.Offers) {
		if err := f.pullNow(tx, edge.Actor); err != nil {
			return nil, err
		}
	}
	flows := edge.Sends.Has(neighbours.Offers)
	for after := sharing.OfferID(""); ; {
		page, err := sharing.OpenToFriends(tx.View, after, openPage)
		if err != nil {
			return nil, err
		}
		for _, o := range page {
			l, err := f.offerAgain(tx, e, edge, o, flows)
			if err != nil {
				return nil, err
			}
			letters, after = append(letters, l...), o.ID
		}
		if len(page) < openPage {
			return letters, nil
		}
	}
}

// offerAgain tells one neighbour how a thing is, or that it is not for them any more.
func (f *Federation) offerAgain(tx *store.Tx, e store.Event, edge neighbours.Edge, o sharing.Offer, flows bool) ([]letter, error) {
	awaited, err := sharing.AwaitedBy(tx.View, o)
	if err != nil || !flows && awaited.Involves(neighbours.Viewer{Neighbour: true, Origin: edge.Origin}) {
		return nil, err
	}
	out := f.aboutOffer(tx, e, "Delete", o)
	out.row.ID += wire.ActivityID("-" + o.ID)
	out.row.Public, out.row.Farewell = false, !flows
	if flows {
		l, err := findListing(tx.View, o.ID)
		if err != nil {
			return nil, err
		}
		out.row.Type, out.reaches = "Update", true
		out.says.Object, err = f.note(l)
		if err != nil {
			return nil, err
		}
	} else if out.says.Object, err = f.tombstone(o); err != nil {
		return nil, err
	}
	to := out.says
	if out, err = privately(tx.View, out, edge.Actor, *out.row.PurgeAt); err != nil {
		return nil, err
	}
	if flows { // it is still for the same people; it only travels to one
		out.says.To, out.says.CC = to.To, to.CC
	}
	return []letter{out}, nil
}

func (f *Federation) toNeighbour(tx *store.Tx, e store.Event, kind string, edge neighbours.Edge, object any) (letter, error) {
	return privately(tx.View, letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: kind, Object: string(edge.ID)},
		says: codec.Activity{Object: object, Published: e.At},
	}, edge.Actor, tx.Now.Add(privateAtMost))
}

// ourFollow and theirFollow are Follows as an answer names them: embedded, since some servers know none by its id.
func (f *Federation) ourFollow(edge neighbours.Edge) map[string]any {
	return follow(f.Base.Activity(string(edge.OurFollow)), f.Base.Collective(), edge.Actor)
}

func (f *Federation) theirFollow(edge neighbours.Edge) map[string]any {
	return follow(edge.TheirFollow, edge.Actor, f.Base.Collective())
}

func follow(id, actor, object string) map[string]any {
	return map[string]any{"id": id, "type": "Follow", "actor": actor, "object": object}
}

// letIn makes up for what was not said while a block stood. Who is still shut out by another hears nothing; a neighbour is read at
// once, and reads us. Our own words to many come again with the next change; what is gone is said to be gone, since nothing else will.
func (f *Federation) letIn(tx *store.Tx, e store.Event) ([]letter, error) {
	lifted := neighbours.ShutOut{Subject: e.Subject}
	edges, err := neighbours.EdgesBehind(tx.View, e.Subject)
	if err != nil {
		return nil, err
	}
	for _, edge := range edges {
		if edge.State != neighbours.Neighbours {
			continue
		}
		if err := f.pullNow(tx, edge.Actor); err != nil {
			return nil, err
		}
	}
	return nil, wire.RenewDeletes(tx, f.Wall(), func(host string) (bool, error) {
		if !lifted.Reaches(host) {
			return false, nil
		}
		shut, err := neighbours.Blocked(tx.View, host)
		return !shut, err
	})
}

// followerAccepted lets a follower know that it will hear from us.
func (f *Federation) followerAccepted(tx *store.Tx, e store.Event) ([]letter, error) {
	who, err := neighbours.FindFollower(tx.View, neighbours.FollowerID(e.Subject))
	if err != nil {
		return nil, err
	}
	out, err := privately(tx.View, letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: who.Of, Type: "Accept", Object: string(who.ID)},
		says: codec.Activity{Object: follow(who.FollowID, who.Actor, f.actorID(who.Of)), Published: e.At},
	}, who.Actor, tx.Now.Add(privateAtMost))
	return []letter{out}, err
}

// collectiveChanged sends our two speaking actors again, each to those who listen to it.
func (f *Federation) collectiveChanged(tx *store.Tx, e store.Event) (letters []letter, err error) {
	for _, as := range []wire.Actor{wire.Collective, wire.Decisions} {
		out, err := f.actorLetter(tx, e, as)
		if err != nil {
			return nil, err
		}
		letters = append(letters, out)
	}
	return letters, nil
}

// keyRolled sends an actor that has new keys.
func (f *Federation) keyRolled(tx *store.Tx, e store.Event) ([]letter, error) {
	as := wire.Actor(e.Subject)
	f.forgetKeys(as)
	out, err := f.actorLetter(tx, e, as)
	return []letter{out}, err
}

// actorLetter is an actor of ours as it is now, for those who listen to it. Nobody listens to the node itself, but whoever listens to
// the collective knows it by the GETs that it signs.
func (f *Federation) actorLetter(tx *store.Tx, e store.Event, as wire.Actor) (out letter, err error) {
	c, err := people.FindCollective(tx.View)
	if err != nil {
		return out, err
	}
	keys, err := f.findKeys(tx.View, as)
	if err != nil {
		return out, err
	}
	if len(keys.current) == 0 {
		return out, errors.New("our actors have no keys yet") // not NotFound: it is to be said once they have
	}
	doc, err := f.actorDocument(c, as, keys)
	if err != nil {
		return out, err
	}
	out = letter{
		row: wire.Activity{ID: wire.ActivityID(e.ID), Actor: as, Type: "Update", Object: string(as), Public: true},
		says: codec.Activity{
			Object: doc, To: []string{iri.Public}, CC: []string{f.Base.Followers(iri.Actor(as))}, Published: e.At,
		},
	}
	if as == wire.Decisions {
		out.row.ID += "-decisions"
	}
	of := as
	if as == wire.Node {
		of = wire.Collective
	}
	out.inboxes, err = listeners(tx.View, of, people.Anyone, aboutUs)
	return out, err
}
