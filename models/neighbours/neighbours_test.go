package neighbours_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

const (
	birch     = "https://birch.example"
	birchIRI  = birch + "/ap/collective"
	theirs    = birch + "/ap/activities/f1"
	day       = 24 * time.Hour
	birchBox  = birch + "/ap/inbox"
	mastodon  = "https://social.example"
	mastoShed = mastodon + "/inbox"
)

// actor is Birch's collective as federation would have fetched it.
func actor() neighbours.Actor {
	return neighbours.Actor{
		IRI: birchIRI, Type: "Organization", Name: "Birch", Handle: "collective@birch.example", URL: birch + "/",
		Inbox: birchIRI + "/inbox", SharedInbox: birchBox, OpenURL: birchIRI + "/open",
	}
}

// node is Alder's database at a time of day that the story turns.
type node struct {
	*testing.T
	*store.Store
	now  time.Time
	sage people.Member // a steward
	reed people.Member // no steward
}

func alder(t *testing.T, story func(n *node)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sage := peopletest.SetUp(t, s)
		n := &node{t, s, storetest.Noon, sage, peopletest.Join(t, s, sage, "Reed")}
		n.events()
		story(n)
	})
}

func (n *node) try(fn func(tx *store.Tx) error) error {
	return n.Update(context.Background(), n.now, fn)
}

func (n *node) do(fn func(tx *store.Tx) error) {
	n.Helper()
	if err := n.try(fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) look(fn func(v *store.View) error) {
	n.Helper()
	if err := n.View(context.Background(), n.now, fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) refused(err error, key string) {
	n.Helper()
	if fault.KeyOf(err) != key {
		n.Errorf("got %v, want %s", err, key)
	}
}

// events are those recorded since the last look, as the relay would take them.
func (n *node) events() (kinds []store.EventKind) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		events, err := tx.Unpublished(100)
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		if err != nil || len(events) == 0 {
			return err
		}
		return tx.Publish(events)
	})
	return kinds
}

func (n *node) recorded(want ...store.EventKind) {
	n.Helper()
	if got := n.events(); !slices.Equal(got, want) {
		n.Errorf("recorded %v, want %v", got, want)
	}
}

func (n *node) edge() neighbours.Edge { n.Helper(); return n.edgeTo(birchIRI) }

// edgeTo is the edge to a collective; the zero edge when there is none.
func (n *node) edgeTo(iri string) (e neighbours.Edge) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		e, err = neighbours.FindEdgeTo(v, iri)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return e
}

func (n *node) notices() (count int) {
	n.Helper()
	n.look(func(v *store.View) error {
		list, err := people.Notices(v, n.sage.ID, 10)
		for _, notice := range list {
			if notice.Kind == neighbours.NoticeAsked || notice.Kind == neighbours.NoticeForgotten {
				count++
			}
		}
		return err
	})
	return count
}

// What happens to an edge, one step each.

func (n *node) weAsk() {
	n.Helper()
	n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, n.sage, actor()); return err })
}

func (n *node) weAccept() {
	n.Helper()
	id := n.edge().ID
	n.do(func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbour(tx, n.sage, id); return err })
}

func (n *node) wePart() {
	n.Helper()
	id := n.edge().ID
	n.do(func(tx *store.Tx) error { _, err := neighbours.PartNeighbour(tx, n.sage, id); return err })
}

func (n *node) theyFollow(id string) {
	n.Helper()
	n.do(func(tx *store.Tx) error { _, err := neighbours.HearFollow(tx, actor(), id); return err })
}

func (n *node) theyAccept() {
	n.Helper()
	id := n.edge().OurFollow
	n.do(func(tx *store.Tx) error { _, err := neighbours.HearAccept(tx, birchIRI, id); return err })
}

func (n *node) theyReject() {
	n.Helper()
	id := n.edge().OurFollow
	n.do(func(tx *store.Tx) error { _, err := neighbours.HearReject(tx, birchIRI, id); return err })
}

func (n *node) theyUndo() {
	n.Helper()
	id := n.edge().TheirFollow
	n.do(func(tx *store.Tx) error { _, err := neighbours.HearUndo(tx, birchIRI, id); return err })
}

func (n *node) theyGo() {
	n.Helper()
	n.do(func(tx *store.Tx) error { return neighbours.HearDelete(tx, birchIRI) })
}

func (n *node) theyForget() {
	n.Helper()
	n.do(func(tx *store.Tx) error { return neighbours.HearForgotten(tx, birchIRI) })
}

// befriended makes Birch a neighbour that we asked.
func (n *node) befriended() {
	n.Helper()
	n.weAsk()
	n.theyAccept()
	n.theyFollow(theirs)
	n.events()
}
