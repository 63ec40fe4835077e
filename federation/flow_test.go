package federation_test

import (
	"testing"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// chooses has the steward of a node choose what flows to and from another.
func chooses(n, other *fedtest.Node, c neighbours.Choice) {
	n.World.Helper()
	n.Do(func(tx *store.Tx) error {
		edge, err := neighbours.FindEdgeTo(tx.View, other.Base.Collective())
		if err != nil {
			return err
		}
		if edge, err = neighbours.ChooseFlow(tx, n.Steward, edge.ID, c); err != nil {
			return err
		}
		return models.Reflow(tx, edge)
	})
	n.World.Settle()
}

// lists reports whether a node's members see another's thing.
func lists(at, home *fedtest.Node, id sharing.OfferID) (listed bool) {
	at.World.Helper()
	at.See(func(v *store.View) error {
		m, err := sharing.FindMirrorByIRI(v, home.Base.Offer(string(id)))
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		listed = m.Listed()
		return err
	})
	return listed
}

var flowing = neighbours.Choice{Sends: []neighbours.Flow{neighbours.Offers}, Shows: []neighbours.Flow{neighbours.Offers}}

func TestFlow_whatFlowsNoMoreIsWithdrawnThere(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		befriend(alder, birch)
		ana, maya := alder.Joins("Ana"), birch.Joins("Maya")
		bike, lamp := gives(alder, ana, sharing.NewOffer{Title: "A bike"}), gives(alder, ana, sharing.NewOffer{Title: "A lamp"})
		sign := gives(alder, ana, sharing.NewOffer{Title: "A sign", Audience: people.Anyone})
		w.Settle()
		asking := asksAcross(birch, maya, mirrorOf(birch, alder, lamp).ID, sharing.Wish{})
		w.Settle()

		chooses(alder, birch, neighbours.Choice{Shows: flowing.Shows})
		table := gives(alder, ana, sharing.NewOffer{Title: "A table"})
		w.Settle()
		for name, id := range map[string]sharing.OfferID{"bike": bike, "sign": sign, "table": table} {
			if lists(birch, alder, id) {
				w.Errorf("birch still shows the %s", name)
			}
		}
		if !lists(birch, alder, lamp) {
			w.Error("the lamp, for which Maya waits, is gone")
		}

		w.Later(freezeOf(alder, lamp).Sub(w.Now()))
		w.Later(2 * day) // and the daily pull
		stands(birch, asking, agreeing.Promised)

		chooses(alder, birch, flowing)
		for name, id := range map[string]sharing.OfferID{"bike": bike, "sign": sign, "table": table} {
			if !lists(birch, alder, id) {
				w.Errorf("it flows again, and birch does not show the %s", name)
			}
		}
	})
}

func TestFlow_whatWeDoNotShowIsNotTakenIn(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		befriend(alder, birch)
		ana, maya := alder.Joins("Ana"), birch.Joins("Maya")
		bike, lamp := gives(alder, ana, sharing.NewOffer{Title: "A bike"}), gives(alder, ana, sharing.NewOffer{Title: "A lamp"})
		w.Settle()
		asking := asksAcross(birch, maya, mirrorOf(birch, alder, lamp).ID, sharing.Wish{})
		w.Settle()

		chooses(birch, alder, neighbours.Choice{Sends: flowing.Sends})
		table := gives(alder, ana, sharing.NewOffer{Title: "A table"})
		w.Later(2 * day)
		if lists(birch, alder, bike) || lists(birch, alder, table) {
			w.Error("birch takes in what it does not show")
		}
		w.Later(2 * day)
		stands(birch, asking, agreeing.Promised)

		chooses(birch, alder, flowing)
		if !lists(birch, alder, table) {
			w.Error("birch shows it again, and did not read what is there")
		}
	})
}
