package federation_test

import (
	"context"
	"testing"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
)

// Alder has two stewards. What one suggests is told to nobody, and outlives a restart; when Birch asks meanwhile, it is one yes to that.
func TestTwoStewards_nothingCrossesUntilBothHaveSaidYes(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		ben := alder.Joins("Ben")
		peopletest.TakeUp(w, alder.Store, alder.Steward, ben)
		asks := func(n, other *fedtest.Node, by people.Member) neighbours.Edge {
			w.Helper()
			actor, err := n.Fed.Lookup(context.Background(), other.Base.Authority())
			if err != nil {
				w.Fatal(err)
			}
			var e neighbours.Edge
			n.Do(func(tx *store.Tx) (err error) { e, err = neighbours.AddNeighbour(tx, by, actor); return err })
			w.Settle()
			return e
		}
		is := func(n, other *fedtest.Node, want neighbours.State) {
			w.Helper()
			n.See(func(v *store.View) error {
				e, err := neighbours.FindEdgeTo(v, other.Base.Collective())
				if e.State != want {
					w.Errorf("to %s, %s is %q, want %q", n.Name, other.Name, e.State, want)
				}
				if fault.Is(err, fault.NotFound) {
					return nil
				}
				return err
			})
		}
		id := asks(alder, birch, ben).ID
		alder.GoesDown()
		alder.ComesUp()
		w.Settle()
		is(birch, alder, "")
		is(alder, birch, "")

		asks(birch, alder, birch.Steward)
		is(alder, birch, neighbours.AskedByThem)
		is(birch, alder, neighbours.AskedByUs)

		yes := func() {
			alder.Do(func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbour(tx, alder.Steward, id); return err })
			w.Settle()
		}
		yes()
		is(alder, birch, neighbours.Neighbours)
		is(birch, alder, neighbours.Neighbours)

		parts := func(by people.Member) {
			alder.Do(func(tx *store.Tx) error {
				e, err := neighbours.PartNeighbour(tx, by, id)
				if err != nil || !e.Over() {
					return err
				}
				return models.Part(tx, e.Actor)
			})
			w.Settle()
		}
		parts(ben)
		is(birch, alder, neighbours.Neighbours)
		parts(alder.Steward)
		is(birch, alder, neighbours.Parted)
	})
}
