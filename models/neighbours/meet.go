package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// AddNeighbour asks another collective to be neighbours; stewards do, and where there are two one suggests it. When they have asked
// already it is the yes to that. Refusals: Forbidden "role.steward_needed" and "neighbour.blocked", Invalid "neighbour.address.own",
// Conflict "neighbour.already".
func AddNeighbour(tx *store.Tx, by people.Member, a Actor) (e Edge, err error) {
	defer fault.Wrap(&err, "add neighbour")
	if err := mayDecide(tx, by); err != nil {
		return e, err
	}
	if e, err = edgeToAsk(tx, a); err != nil {
		return e, err
	}
	return e, together(tx, by, &e, (*Edge).ask)
}

// AddNeighbourByCommandLine is AddNeighbour, at once and written down where all members see it.
func AddNeighbourByCommandLine(tx *store.Tx, a Actor) (e Edge, err error) {
	defer fault.Wrap(&err, "add neighbour")
	if e, err = edgeToAsk(tx, a); err != nil {
		return e, err
	}
	if err := e.ask(tx.Now); err != nil {
		return e, err
	}
	if err := save(tx, &e); err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedAsked, string(e.ID))
}

// AcceptNeighbour says yes to a collective that asks, or to another steward's suggestion to ask one; stewards do, and where there
// are two one suggests it. Refusals: Forbidden "role.steward_needed" and "neighbour.blocked", Conflict "neighbour.moved_on" when
// there is nothing to say yes to.
func AcceptNeighbour(tx *store.Tx, by people.Member, id EdgeID) (e Edge, err error) {
	defer fault.Wrap(&err, "accept neighbour %s", id)
	if e, err = decided(tx, by, id); err != nil {
		return e, err
	}
	if err := refuseBlocked(tx.View, e.Actor); err != nil {
		return e, err
	}
	return e, together(tx, by, &e, (*Edge).agree)
}

// AcceptNeighbourByCommandLine is AcceptNeighbour, at once and written down where all members see it.
func AcceptNeighbourByCommandLine(tx *store.Tx, id EdgeID) (Edge, error) {
	e, err := decide(tx, id, (*Edge).accept)
	if err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedAccepted, string(e.ID))
}

// PartNeighbour ends it, takes our asking back or says no to theirs; stewards do. Where there are two, one suggests to part from a
// neighbour; a no and taking back open nothing, and stay with one, as KeepAway does. When the edge is over then, the caller calls
// models.Part in the same transaction, so that what is open between the two ends too.
func PartNeighbour(tx *store.Tx, by people.Member, id EdgeID) (e Edge, err error) {
	defer fault.Wrap(&err, "part from neighbour %s", id)
	if e, err = decided(tx, by, id); err != nil {
		return e, err
	}
	if e.act() == Parting {
		return e, together(tx, by, &e, (*Edge).part)
	}
	if err := e.part(tx.Now); err != nil {
		return e, err
	}
	return e, save(tx, &e)
}

// PartNeighbourByCommandLine is PartNeighbour, at once and written down where all members see it.
func PartNeighbourByCommandLine(tx *store.Tx, id EdgeID) (Edge, error) {
	e, err := decide(tx, id, (*Edge).part)
	if err != nil {
		return e, err
	}
	return e, people.WriteDown(tx, DeedParted, string(e.ID))
}

func edgeToAsk(tx *store.Tx, a Actor) (Edge, error) {
	if err := refuseOurselves(tx.View, a.IRI); err != nil {
		return Edge{}, err
	}
	e, err := edgeWith(tx, a)
	if err != nil || !e.Over() {
		return e, err
	}
	sends := flowsAtFirst
	if a.OpenURL == "" {
		sends = "" // they are other software: we would follow them
	}
	if e.Sends != sends {
		e.forget() // it was about something else
		e.Sends = sends
	}
	return e, nil
}

// mayDecide asks for a steward, and lets those who press at the same moment wait for one another, so that each one's yes counts.
func mayDecide(tx *store.Tx, by people.Member) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	return tx.Lock("neighbours: two stewards")
}

// decided finds an edge for a steward who decides about it.
func decided(tx *store.Tx, by people.Member, id EdgeID) (e Edge, err error) {
	if err := mayDecide(tx, by); err != nil {
		return e, err
	}
	if e, err = FindEdge(tx.View, id); err != nil {
		return e, err
	}
	return e, lapse(tx.View, &e)
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
	if e.Actor != a.IRI {
		e.forget() // it was about another one
	}
	e.Actor = a.IRI
	return e, lapse(tx.View, &e)
}

// save keeps an edge, or drops it when nothing has ever been between the two; the stewards' notices go once nobody has to decide
// any more, and once we are not forgotten any more.
func save(tx *store.Tx, e *Edge) error {
	if e.State != AskedByThem {
		if err := people.Settle(tx, NoticeAsked, string(e.ID)); err != nil {
			return err
		}
	}
	if e.Suggests == "" {
		if err := people.Settle(tx, NoticeSuggested, string(e.ID)); err != nil {
			return err
		}
	}
	if e.ForgottenAt == nil {
		if err := people.Settle(tx, NoticeForgotten, string(e.ID)); err != nil {
			return err
		}
	}
	if e.State == "" {
		return tx.Delete(e)
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
