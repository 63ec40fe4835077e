package neighbours

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Neighbour is a collective around us as a page shows it: the edge, who they are, and how their server is doing.
type Neighbour struct {
	Edge  Edge
	Actor Actor
	Peer  wire.Peer
	// Blocked hides what else is known of it (protocol 4.11).
	Blocked bool
	// Suggestion is what one of two stewards suggests; nil when nothing stands. Suggester is whose it is.
	Suggestion *Suggestion
	Suggester  people.Member
}

// FindEdge finds an edge: NotFound "neighbour.unknown".
func FindEdge(v *store.View, id EdgeID) (Edge, error) {
	return store.First[Edge](v.DB().Where("id = ?", id), "neighbour.unknown")
}

// FindEdgeTo finds the edge to a collective: NotFound "neighbour.unknown". One that is only suggested is none to others.
func FindEdgeTo(v *store.View, actor string) (Edge, error) {
	return store.First[Edge](v.DB().Where("actor = ? AND state <> ?", actor, Suggested), "neighbour.unknown")
}

// IsNeighbourly reports whether an actor is the collective of a neighbour now.
func IsNeighbourly(v *store.View, actor string) (bool, error) {
	return store.Exists(v.DB().Model(&Edge{}).Where("actor = ? AND state = ?", actor, Neighbours))
}

// Follows reports that an actor has said yes to our Follow. What it publishes for anyone may be shown here, also where it is other
// software, which follows nobody back and never is a neighbour.
func Follows(v *store.View, actor string) (bool, error) {
	return store.Exists(v.DB().Model(&Edge{}).Where("actor = ? AND ours_accepted", actor))
}

// FindEdgeAt finds the edge to the collective of a node, by the node's origin: NotFound "neighbour.unknown". One that is only
// suggested is none to others.
func FindEdgeAt(v *store.View, origin string) (Edge, error) {
	return store.First[Edge](v.DB().Where("origin = ? AND state <> ?", origin, Suggested), "neighbour.unknown")
}

// FindNeighbour finds all about one edge: NotFound "neighbour.unknown".
func FindNeighbour(v *store.View, id EdgeID) (Neighbour, error) {
	e, err := FindEdge(v, id)
	if err != nil {
		return Neighbour{}, err
	}
	return around(v, e)
}

// ListNeighbours lists every collective that there is an edge to, also those that ask, were asked or have parted, in the
// order in which they were met, from after the given one.
func ListNeighbours(v *store.View, after EdgeID, limit int) ([]Neighbour, error) {
	edges, err := store.All[Edge](v.DB().Where("id > ?", after).Order("id").Limit(limit))
	if err != nil {
		return nil, err
	}
	return each(v, edges)
}

// Friends lists those who are neighbours now: whose things we pull, and whose inboxes get what is for friends. Those among them that
// are blocked say so.
func Friends(v *store.View, after EdgeID, limit int) ([]Neighbour, error) {
	edges, err := store.All[Edge](v.DB().Where("state = 'neighbours' AND id > ?", after).Order("id").Limit(limit))
	if err != nil {
		return nil, err
	}
	return each(v, edges)
}

// Followed lists those who have said yes to our Follow, neighbours and others: whose things may be shown here.
func Followed(v *store.View, after EdgeID, limit int) ([]Neighbour, error) {
	edges, err := store.All[Edge](v.DB().Where("ours_accepted AND id > ?", after).Order("id").Limit(limit))
	if err != nil {
		return nil, err
	}
	return each(v, edges)
}

func each(v *store.View, edges []Edge) ([]Neighbour, error) {
	var found []Neighbour
	for _, e := range edges {
		n, err := around(v, e)
		if fault.KeyOf(err) == "neighbour.unknown" {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, n)
	}
	return found, nil
}

// around finds who is at the other end of an edge; a peer that nothing was exchanged with yet is empty. What nobody suggests any
// more is no edge: NotFound "neighbour.unknown".
func around(v *store.View, e Edge) (n Neighbour, err error) {
	n.Edge = e
	if n.Suggestion, err = e.Suggestion(v); err != nil {
		return n, err
	}
	switch {
	case n.Suggestion != nil:
		if n.Suggester, err = people.FindMember(v, n.Suggestion.By); err != nil {
			return n, err
		}
	case e.State == Suggested:
		return n, fault.New(fault.NotFound, "neighbour.unknown")
	}
	if n.Actor, err = FindActor(v, e.Actor); err != nil {
		return n, err
	}
	if n.Blocked, err = Blocked(v, e.Actor); err != nil {
		return n, err
	}
	n.Peer, err = wire.FindPeer(v, e.Origin)
	if fault.Is(err, fault.NotFound) {
		return n, nil
	}
	return n, err
}
