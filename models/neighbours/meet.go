package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// AddNeighbour asks another collective to be neighbours; stewards do. When they have asked already it is the yes to that.
// Refusals: Forbidden "role.steward_needed" and "neighbour.blocked", Invalid "neighbour.address.own", Conflict
// "neighbour.already".
func AddNeighbour(tx *store.Tx, by people.Member, a Actor) (Edge, error) {
	if err := mustBeSteward(tx.View, by); err != nil {
		return Edge{}, err
	}
	return add(tx, a)
}

// AddNeighbourByCommandLine is AddNeighbour, written down where all members see it.
func AddNeighbourByCommandLine(tx *store.Tx, a Actor) (Edge, error) {
	e, err := add(tx, a)
	if err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedAsked, string(e.ID))
}

// AcceptNeighbour says yes to a collective that asks; stewards do. Conflict "neighbour.moved_on" when it no longer asks.
func AcceptNeighbour(tx *store.Tx, by people.Member, id EdgeID) (Edge, error) {
	if err := mustBeSteward(tx.View, by); err != nil {
		return Edge{}, err
	}
	return decide(tx, id, (*Edge).accept)
}

// AcceptNeighbourByCommandLine is AcceptNeighbour, written down where all members see it.
func AcceptNeighbourByCommandLine(tx *store.Tx, id EdgeID) (Edge, error) {
	e, err := decide(tx, id, (*Edge).accept)
	if err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedAccepted, string(e.ID))
}

// PartNeighbour ends it, takes our asking back or says no to theirs; stewards do. The caller calls models.Part in the same
// transaction, so that what is open between the two ends too.
func PartNeighbour(tx *store.Tx, by people.Member, id EdgeID) (Edge, error) {
	if err := mustBeSteward(tx.View, by); err != nil {
		return Edge{}, err
	}
	return decide(tx, id, (*Edge).part)
}

// PartNeighbourByCommandLine is PartNeighbour, written down where all members see it.
func PartNeighbourByCommandLine(tx *store.Tx, id EdgeID) (Edge, error) {
	e, err := decide(tx, id, (*Edge).part)
	if err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedParted, string(e.ID))
}

func add(tx *store.Tx, a Actor) (e Edge, err error) {
	defer fault.Wrap(&err, "add neighbour")
	if err := refuseOurselves(tx.View, a.IRI); err != nil {
		return e, err
	}
	if e, err = edgeWith(tx, a); err != nil {
		return e, err
	}
	if err := e.ask(tx.Now); err != nil {
		return e, err
	}
	return e, save(tx, &e)
}

func decide(tx *store.Tx, id EdgeID, step func(*Edge, time.Time) error) (e Edge, err error) {
	defer fault.Wrap(&err, "decide about neighbour %s", id)
	if e, err = FindEdge(tx.View, id); err != nil {
		return e, err
	}
	if err := step(&e, tx.Now); err != nil {
		return e, err
	}
	return e, save(tx, &e)
}

// edgeWith finds the edge to an actor's node, or begins one. A node that has moved its collective may take over an edge
// that is over, not one that stands: Conflict "neighbour.already".
func edgeWith(tx *store.Tx, a Actor) (Edge, error) {
	a, err := welcome(tx, a)
	if err != nil {
		return Edge{}, err
	}
	edges, err := store.All[Edge](tx.DB().Where("origin = ?", a.Origin))
	switch {
	case err != nil:
		return Edge{}, err
	case len(edges) == 0:
		return newEdge(a), nil
	case edges[0].Actor != a.IRI && !edges[0].Over():
		return Edge{}, fault.New(fault.Conflict, "neighbour.already")
	}
	e := edges[0]
	e.Actor = a.IRI
	return e, nil
}

// save keeps an edge; the stewards' notices go once nobody has to decide any more, and once we are not forgotten any more.
func save(tx *store.Tx, e *Edge) error {
	if e.State != AskedByThem {
		if err := people.Settle(tx, NoticeAsked, string(e.ID)); err != nil {
			return err
		}
	}
	if e.ForgottenAt == nil {
		if err := people.Settle(tx, NoticeForgotten, string(e.ID)); err != nil {
			return err
		}
	}
	return tx.Save(e)
}

func refuseOurselves(v *store.View, iri string) error {
	origin, err := wire.OriginOf(iri)
	if err != nil {
		return err
	}
	c, err := people.FindCollective(v)
	if err != nil {
		return err
	}
	if ours, err := wire.OriginOf(c.BaseURL); err != nil || ours == origin {
		return fault.New(fault.Invalid, "neighbour.address.own")
	}
	return nil
}

func mustBeSteward(v *store.View, by people.Member) error {
	ok, err := people.IsSteward(v, by.ID)
	if err == nil && !ok {
		err = fault.New(fault.Forbidden, "role.steward_needed")
	}
	return err
}
