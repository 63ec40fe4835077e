package neighbours_test

import (
	"slices"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestChooseFlow_stewardsChooseWhatFlowsBetweenNeighbours(t *testing.T) {
	alder(t, func(n *node) {
		n.weAsk()
		choose := func(by people.Member, c neighbours.Choice) error {
			id := n.edge().ID
			return n.try(func(tx *store.Tx) error { _, err := neighbours.ChooseFlow(tx, by, id, c); return err })
		}
		n.refused(choose(n.sage, neighbours.Choice{}), "neighbour.moved_on")
		n.theyAccept()
		n.theyFollow(theirs)
		if e := n.edge(); !e.Sends.Has(neighbours.Offers) || !e.Sends.Has(neighbours.Decisions) || e.Shows != e.Sends {
			n.Errorf("at first flow %q and %q", e.Sends, e.Shows)
		}
		n.events()
		n.refused(choose(n.reed, neighbours.Choice{}), "role.steward_needed")
		n.refused(choose(n.sage, neighbours.Choice{Sends: []neighbours.Flow{"tools"}}), "neighbour.flow.unknown")
		for _, c := range []neighbours.Choice{{Shows: []neighbours.Flow{neighbours.Offers}}, {Shows: []neighbours.Flow{neighbours.Offers}}} {
			if err := choose(n.sage, c); err != nil {
				n.Fatal(err)
			}
		}
		n.recorded(neighbours.NeighbourFlowChosen) // the second time it was so already
		if e := n.edge(); e.Sends != "decisions" || !e.Shows.Has(neighbours.Offers) || !e.Shows.Has(neighbours.Decisions) {
			n.Errorf("chosen are %q and %q", e.Sends, e.Shows)
		}
		n.look(func(v *store.View) error {
			deeds, err := people.Deeds(v, nil, 1)
			if len(deeds) != 1 || deeds[0].Kind != neighbours.DeedFlow || deeds[0].MadeBy == nil {
				n.Errorf("members read %+v", deeds)
			}
			return err
		})
		n.wePart()
		if e := n.edge(); !e.Sends.Has(neighbours.Offers) {
			n.Error("who meets again does not begin again")
		}
	})
}

func TestChooseFlow_whatDoesNotFlowIsNeitherSentNorShown(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		id := n.edge().ID
		n.do(func(tx *store.Tx) error {
			_, err := neighbours.ChooseFlow(tx, n.sage, id, neighbours.Choice{})
			return err
		})
		n.look(func(v *store.View) error {
			for _, c := range []struct {
				a    wire.Activity
				flow neighbours.Flow
				may  bool
			}{
				{wire.Activity{}, neighbours.Offers, false},
				{wire.Activity{Public: true}, neighbours.Offers, false},
				{wire.Activity{Farewell: true}, neighbours.Offers, true},
				{wire.Activity{}, neighbours.Decisions, true},
				{wire.Activity{Public: true}, "", true},
				{wire.Activity{Recipient: birchIRI}, "", true},
			} {
				passage, err := neighbours.PassageTo(v, birch)
				if err != nil {
					return err
				}
				may, err := passage.May(birch, c.a, c.flow)
				if err != nil || may != c.may {
					n.Errorf("%+v, %q: may %v, %v", c.a, c.flow, may, err)
				}
			}
			viewer, err := neighbours.ViewerOf(v, birchIRI)
			if !viewer.Neighbour || neighbours.CanView(viewer, thing{people.Friends, true, "giver"}) || !neighbours.CanView(viewer, thing{people.Anyone, true, "giver"}) {
				n.Errorf("the viewer is %+v", viewer)
			}
			if got := neighbours.Audiences(viewer, neighbours.Decisions); !slices.Contains(got, people.Friends) {
				n.Errorf("of decisions they see %v", got)
			}
			return err
		})
	})
}
