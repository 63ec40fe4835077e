package neighbours

import (
	"slices"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// IsNeighbour reports whether an origin is a neighbour's node now. It is asked when something is sent or shown, not when it is
// queued (protocol 4.6).
func IsNeighbour(v *store.View, origin string) (bool, error) {
	edges, err := store.All[Edge](v.DB().Where("origin = ? AND state = ?", origin, Neighbours))
	if err != nil || len(edges) == 0 {
		return false, err
	}
	shut, err := Blocked(v, edges[0].Actor)
	return !shut, err
}

// Passage is what stands between us and some origins now, for the courier's question before each attempt: may this activity still
// go there (DESIGN 2)?
//
//	                             farewell  public               private   friends'
//	shut out                     no        no                   no        no
//	neighbours                   yes       yes                  yes       yes
//	neighbours, flow not chosen  yes       to followers there   no        no
//	declined, parted             yes       to followers there   no (1)    no
//	neighbours, they alone shut  yes       to followers there   no (1)    no
//	anybody else                 yes       yes                  yes       no
//
// (1) but yes to another than whom it is declined by, parted from or shut: on other software many live on one server.
//
// Where only neighbours may see us, what is public goes to them alone.
//
// Private is what has one recipient: a Follow and its answer must pass before anybody is a neighbour.
type Passage struct {
	view  *store.View
	shut  map[string]bool // who is blocked, by subject
	edges map[string]Edge // by origin
	// onlyNeighbours: what is for anyone goes to them alone, too.
	onlyNeighbours bool
}

// PassageTo reads what stands between us and the origins, or actors there.
func PassageTo(v *store.View, origins ...string) (Passage, error) {
	p := Passage{view: v, shut: map[string]bool{}, edges: map[string]Edge{}}
	c, err := people.FindCollective(v)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return p, err
	}
	p.onlyNeighbours = c.OnlyNeighbours
	var names []string
	for _, origin := range origins {
		names = append(names, shutNames(origin)...)
	}
	edges, err := store.All[Edge](v.DB().Where("origin IN ? AND state <> ?", origins, Suggested))
	if err != nil {
		return p, err
	}
	for _, e := range edges {
		p.edges[e.Origin] = e
		names = append(names, e.Actor)
	}
	shut, err := store.All[ShutOut](v.DB().Where("subject IN ? AND severity = ?", names, Blocking))
	if err != nil {
		return p, err
	}
	for _, s := range shut {
		p.shut[s.Subject] = true
	}
	return p, nil
}

// May answers for one of the origins. flow is the kind of thing that the activity is about, and empty when it is about none.
func (p Passage) May(origin string, a wire.Activity, flow Flow) (bool, error) {
	edge, met := p.edges[origin]
	blocked := func(iri string) bool {
		return slices.ContainsFunc(shutNames(iri), func(name string) bool { return p.shut[name] })
	}
	friends := edge.State == Neighbours && !p.shut[edge.Actor]
	over := met && (edge.Over() || edge.State == Neighbours && !friends)
	switch {
	case blocked(origin), a.Recipient != "" && blocked(a.Recipient):
		return false, nil
	case a.Farewell:
		return true, nil
	case p.onlyNeighbours && a.Public && !friends:
		return false, nil
	case over && a.Recipient != "" && a.Recipient != edge.Actor:
		return true, nil
	case over || friends && flow != "" && !edge.Sends.Has(flow):
		if !a.Public {
			return false, nil
		}
		return store.Exists(p.view.DB().Model(&Follower{}).Where("origin = ? AND NOT hushed", origin))
	case friends:
		return true, nil
	}
	return a.Public || a.Recipient != "", nil
}
