package federation_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// TestWalk_aThingFindsItsHomeAcrossTheStreet is the first whole walk through the house: two collectives befriend one another, a
// member of one gives a bike, a member of the other asks for it, one name is drawn, a time is agreed, it changes hands, and both
// nodes know it.
func TestWalk_aThingFindsItsHomeAcrossTheStreet(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		befriend(alder, birch)
		ana, maya := alder.Joins("Ana"), birch.Joins("Maya")

		saturday := agreeing.Window{From: w.Now().Add(4 * day), To: w.Now().Add(4*day + 2*time.Hour)}
		bike := gives(alder, ana, sharing.NewOffer{Title: "A blue bike", Place: "Mill Street 7", Windows: []agreeing.Window{saturday}})
		w.Settle()
		mirror := mirrorOf(birch, alder, bike)
		if mirror.Title != "A blue bike" || mirror.State != sharing.Gathering {
			w.Fatalf("birch knows %q, %s", mirror.Title, mirror.State)
		}

		asking := asksAcross(birch, maya, mirror.ID, sharing.Wish{Note: "for my way to work"})
		w.Settle()
		stands(birch, asking, agreeing.Gathering)

		w.Later(freezeOf(alder, bike).Sub(w.Now()))
		stands(birch, asking, agreeing.Promised)
		offerIs(alder, bike, sharing.AllPromised)
		if got := askingOf(birch, asking).Offered; len(got) != 1 || !got[0].From.Equal(saturday.From) {
			w.Errorf("with the promise come the times %v", got)
		}
		claim := promiseOf(alder, bike)
		if claim.Asker != "" || claim.Note != "for my way to work" {
			w.Errorf("alder knows the asker %q and the note %q", claim.Asker, claim.Note)
		}

		birch.Do(func(tx *store.Tx) error { return sharing.WishWindow(tx, maya, asking, saturday) })
		w.Settle()
		if got := askingOf(birch, asking).Window; got == nil || !got.From.Equal(saturday.From) {
			w.Errorf("birch knows the time %v", got)
		}

		alder.Do(func(tx *store.Tx) error { return sharing.SendPlace(tx, ana, claim.ID) })
		w.Settle()
		if got := messages(birch, asking); len(got) != 1 || got[0].Text != "Mill Street 7" || got[0].Nickname != "Ana" {
			w.Errorf("Maya reads %+v", got)
		}
		birch.Do(func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, maya, asking, "I am there at ten")
			return err
		})
		w.Settle()
		if got := messages(alder, claim.ID); len(got) != 2 {
			w.Errorf("Ana reads %+v", got)
		}

		alder.Do(func(tx *store.Tx) error { return sharing.HandOver(tx, ana, claim.ID) })
		w.Settle()
		stands(birch, asking, agreeing.Done)
		offerIs(alder, bike, sharing.Gone)
	})
}

const day = 24 * time.Hour

// befriend has the steward of a ask and the steward of b accept.
func befriend(a, b *fedtest.Node) {
	a.World.Helper()
	actor, err := a.Fed.Lookup(context.Background(), b.Base.Authority())
	if err != nil {
		a.World.Fatal(err)
	}
	a.Do(func(tx *store.Tx) error {
		_, err := neighbours.AddNeighbour(tx, a.Steward, actor)
		return err
	})
	a.World.Settle()
	b.Do(func(tx *store.Tx) error {
		edge, err := neighbours.FindEdgeTo(tx.View, a.Base.Collective())
		if err != nil {
			return err
		}
		_, err = neighbours.AcceptNeighbour(tx, b.Steward, edge.ID)
		return err
	})
	a.World.Settle()
	for _, n := range []*fedtest.Node{a, b} {
		other := map[*fedtest.Node]*fedtest.Node{a: b, b: a}[n]
		n.See(func(v *store.View) error {
			friends, err := neighbours.IsNeighbour(v, string(other.Base))
			if !friends {
				n.World.Errorf("%s does not count %s as a neighbour", n.Name, other.Name)
			}
			return err
		})
	}
}

func gives(n *fedtest.Node, by people.Member, in sharing.NewOffer) (id sharing.OfferID) {
	n.World.Helper()
	n.Do(func(tx *store.Tx) error {
		o, err := sharing.Write(tx, by, in)
		if err != nil {
			return err
		}
		id = o.ID
		return sharing.Publish(tx, by, id, rand.Reader)
	})
	return id
}

func mirrorOf(at, home *fedtest.Node, id sharing.OfferID) (m sharing.Mirror) {
	at.World.Helper()
	at.See(func(v *store.View) (err error) {
		m, err = sharing.FindMirrorByIRI(v, home.Base.Offer(string(id)))
		return err
	})
	return m
}

func asksAcross(n *fedtest.Node, by people.Member, id sharing.OfferID, wish sharing.Wish) agreeing.ID {
	n.World.Helper()
	var a sharing.Asking
	n.Do(func(tx *store.Tx) (err error) {
		a, err = sharing.AskAcross(tx, by, id, wish, fedtest.Ticket())
		return err
	})
	return a.ID
}

func askingOf(n *fedtest.Node, id agreeing.ID) (a sharing.Asking) {
	n.World.Helper()
	n.See(func(v *store.View) (err error) {
		a, err = sharing.FindAsking(v, id)
		return err
	})
	return a
}

func stands(n *fedtest.Node, id agreeing.ID, want agreeing.State) {
	n.World.Helper()
	if got := askingOf(n, id).State; got != want {
		n.World.Errorf("the asking is %s, want %s", got, want)
	}
}

func offer(n *fedtest.Node, id sharing.OfferID) (o sharing.Offer) {
	n.World.Helper()
	n.See(func(v *store.View) (err error) {
		o, err = sharing.FindOffer(v, id)
		return err
	})
	return o
}

func freezeOf(n *fedtest.Node, id sharing.OfferID) time.Time {
	n.World.Helper()
	return offer(n, id).Freeze()
}

func offerIs(n *fedtest.Node, id sharing.OfferID, want sharing.State) {
	n.World.Helper()
	if got := offer(n, id).State; got != want {
		n.World.Errorf("the offer is %s, want %s", got, want)
	}
}

func promiseOf(n *fedtest.Node, id sharing.OfferID) sharing.Claim {
	n.World.Helper()
	var held []sharing.Claim
	n.See(func(v *store.View) (err error) {
		held, err = sharing.PromisesOf(v, id)
		return err
	})
	if len(held) != 1 {
		n.World.Fatalf("%d promises", len(held))
	}
	return held[0]
}

func messages(n *fedtest.Node, id agreeing.ID) (list []agreeing.Message) {
	n.World.Helper()
	n.See(func(v *store.View) (err error) {
		list, err = agreeing.Messages(v, id)
		return err
	})
	return list
}
