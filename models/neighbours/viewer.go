package neighbours

import (
	"slices"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Viewer is who looks: a member, the verified signer of another server, or nobody known.
type Viewer struct {
	// Member is a signed-in member of ours; nil otherwise.
	Member *people.Member
	// Origin and Actor are those of a verified signature; empty otherwise.
	Origin, Actor string
	// Neighbour reports that the signer's origin is that of a neighbouring collective now, not when something was sent.
	Neighbour bool
	// Flows is what flows to that neighbour; empty for everybody else.
	Flows Flows
	// Blocked reports that the signer is shut out: it sees nothing, not even what anyone sees (protocol 8 case 97).
	Blocked bool
	// Outside reports that the collective shows itself to neighbours only, and that this is none: it sees nothing (product H12).
	Outside bool
}

// ViewerOf is the verified signer of a request, an actor id, as it stands now; an empty signer is nobody known. Nobody is outside
// before set-up: there is nothing to see.
func ViewerOf(v *store.View, signer string) (viewer Viewer, err error) {
	c, err := people.FindCollective(v)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return viewer, err
	}
	viewer.Outside = c.OnlyNeighbours
	if signer == "" {
		return viewer, nil
	}
	viewer.Actor = signer
	if viewer.Origin, err = wire.OriginOf(signer); err != nil {
		return viewer, err
	}
	if viewer.Blocked, err = Blocked(v, signer); err != nil || viewer.Blocked {
		return viewer, err
	}
	edges, err := store.All[Edge](v.DB().Where("origin = ? AND state = ?", viewer.Origin, Neighbours))
	if err != nil || len(edges) == 0 {
		return viewer, err
	}
	if shut, err := Blocked(v, edges[0].Actor); err != nil || shut {
		return viewer, err // the collective alone is, and not its whole host
	}
	viewer.Neighbour, viewer.Flows, viewer.Outside = true, edges[0].Sends, false
	return viewer, nil
}

// Thing is what can be looked at. Each district's things say who they are for.
type Thing interface {
	// Flow is the kind of thing that it is among neighbours.
	Flow() Flow
	// VisibleTo is the audience that its giver chose.
	VisibleTo() people.Audience
	// Shown reports that anybody but those involved may see it: not a draft, not hidden, not withdrawn.
	Shown() bool
	// Involves reports that the viewer is one of those whom it is about.
	Involves(Viewer) bool
}

// CanView decides at every door, page and JSON, activity, feed, search, picture and collection alike, whether this viewer may
// see this thing (DESIGN 2). What one may not see looks like what is not there.
func CanView(v Viewer, t Thing) bool {
	if v.Blocked || v.Outside {
		return false
	}
	return t.Involves(v) || t.Shown() && slices.Contains(Audiences(v, t.Flow()), t.VisibleTo())
}

// Audiences are those that a viewer belongs to among things of a kind, for lists whose query leaves out what CanView would refuse.
func Audiences(v Viewer, of Flow) []people.Audience {
	switch {
	case v.Blocked || v.Outside:
		return nil
	case v.Member != nil && !v.Member.Left():
		return []people.Audience{people.Members, people.Friends, people.Anyone}
	case v.Neighbour && v.Flows.Has(of):
		return []people.Audience{people.Friends, people.Anyone}
	}
	return []people.Audience{people.Anyone}
}
