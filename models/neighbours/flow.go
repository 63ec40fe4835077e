package neighbours

import (
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Flow is a kind of thing that passes between neighbours (product H3).
type Flow string

// The flows. Tools, events and stories get theirs with the districts that they come from.
const (
	Offers    Flow = "offers"
	Decisions Flow = "decisions"
)

// Choosable are the flows that a steward chooses among: those that something flows in today. What is chosen for the others stays
// as it is, so that a district that is new finds its default, or what was chosen for it.
func Choosable() []Flow { return []Flow{Offers} }

// Flows are a set of them: words with a space between.
type Flows string

// flowsAtFirst is what flows between new neighbours until somebody chooses (product H3).
const flowsAtFirst Flows = "offers decisions"

// Has reports whether a flow is in the set.
func (f Flows) Has(one Flow) bool { return slices.Contains(strings.Fields(string(f)), string(one)) }

// choose gives the set with what is chosen of those that can be.
func (f Flows) choose(chosen []Flow) Flows {
	var all []string
	for _, word := range strings.Fields(string(f)) {
		if !slices.Contains(Choosable(), Flow(word)) {
			all = append(all, word)
		}
	}
	for _, flow := range Choosable() {
		if slices.Contains(chosen, flow) {
			all = append(all, string(flow))
		}
	}
	slices.Sort(all)
	return Flows(strings.Join(all, " "))
}

// Choice is what stewards choose of what can flow: what we send there, and what we show of theirs.
type Choice struct{ Sends, Shows []Flow }

// ChooseFlow chooses what flows to and from a neighbour; stewards do. What flows no more is withdrawn there by the relay, and here
// by the caller, who calls models.Reflow in the same transaction. What somebody has asked for is seen through to its end. Refusals:
// Forbidden "role.steward_needed", Conflict "neighbour.moved_on" when they are no neighbours, Invalid "neighbour.flow.unknown".
func ChooseFlow(tx *store.Tx, by people.Member, id EdgeID, c Choice) (e Edge, err error) {
	defer fault.Wrap(&err, "choose what flows to neighbour %s", id)
	if err := mustBeSteward(tx.View, by); err != nil {
		return e, err
	}
	for _, flow := range slices.Concat(c.Sends, c.Shows) {
		if !slices.Contains(Choosable(), flow) {
			return e, fault.New(fault.Invalid, "neighbour.flow.unknown")
		}
	}
	if e, err = FindEdge(tx.View, id); err != nil {
		return e, err
	}
	if e.State != Neighbours {
		return e, movedOn()
	}
	sends, shows := e.Sends.choose(c.Sends), e.Shows.choose(c.Shows)
	if sends == e.Sends && shows == e.Shows {
		return e, nil
	}
	e.Sends, e.Shows = sends, shows
	e.Record(NeighbourFlowChosen, string(e.ID))
	if err := tx.Save(&e); err != nil {
		return e, err
	}
	return e, people.WriteDownBy(tx, by, DeedFlow, string(e.ID))
}
