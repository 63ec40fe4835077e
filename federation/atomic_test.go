package federation

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// work is something that is done within a context.
type work func(ctx context.Context) error

// A change and what others hear of it are one: whichever step of a verb the database fails at, from its BEGIN to its COMMIT, it
// holds neither afterwards, not a row of it; and both when nothing fails (security P3, in SQLite's way of 3.1).
func TestFault_atAnyStepLeavesNeitherTheChangeNorItsNews(t *testing.T) {
	for name, story := range map[string]struct {
		begins  func(n *node) work
		changes string // the tables in which something is new when all went well
	}{
		"an offer is published":      {publishing, "journal offers words"},
		"a member asks":              {asking, "claims"},
		"a member asks a neighbour":  {askingAcross, "askings journal"},
		"a neighbour's member asks":  {hearingAClaim, "claims inbox journal"},
		"a name is drawn":            {drawing, "claims journal notices offers rounds"},
		"a thing is handed over":     {handingOver, "claims inbox journal notices offers words"},
		"we part with a neighbour":   {parting, "claims deeds edges inbox journal notices offers"},
		"a batch of news is relayed": {relaying, "activities deliveries journal reaches"},
		"a courier hands in answers": {handingIn, "deliveries peers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, _ *village) {
				n.befriend()
				do := story.begins(n)
				before, nth := n.rows(), 0
				for failed := true; failed; {
					nth++
					ctx, struck := storetest.Failing(n.Context(), nth)
					err := do(ctx)
					switch failed = struck(); {
					case !failed && err != nil:
						n.Fatal(err)
					case failed && !fault.Is(err, fault.Busy):
						n.Errorf("nobody is told of a fault at step %d: %v", nth, err)
					case failed && len(changed(before, n.rows())) > 0:
						n.Fatalf("a fault at step %d leaves something in %v", nth, changed(before, n.rows()))
					}
				}
				if got := strings.Join(changed(before, n.rows()), " "); got != story.changes {
					n.Errorf("new is something in %s, want %s", got, story.changes)
				}
			})
		})
	}
}

// rows are what other connections see in each table.
func (n *node) rows() map[string]string {
	n.Helper()
	all := map[string]string{}
	n.look(func(v *store.View) error {
		return v.Dump(nil, func(name string, rows []byte) error {
			all[strings.Split(name, "/")[1]] += string(rows)
			return nil
		})
	})
	return all
}

// changed are the tables that are not as they were.
func changed(before, after map[string]string) (tables []string) {
	both := maps.Clone(before)
	maps.Copy(both, after)
	for _, table := range slices.Sorted(maps.Keys(both)) {
		if before[table] != after[table] {
			tables = append(tables, table)
		}
	}
	return tables
}

func (n *node) doing(verb func(tx *store.Tx) error) work {
	return func(ctx context.Context) error { return n.update(ctx, verb) }
}

func publishing(n *node) work {
	var o sharing.Offer
	n.do(func(tx *store.Tx) (err error) {
		o, err = sharing.Write(tx, n.Sage, sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		return err
	})
	return n.doing(func(tx *store.Tx) error { return sharing.Publish(tx, n.Sage, o.ID, rand.Reader) })
}

func asking(n *node) work {
	ana, bike := n.joins("Ana"), n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
	return n.doing(func(tx *store.Tx) error {
		_, err := sharing.Ask(tx, ana, bike, sharing.Wish{Note: "for my way to work"}, newTicket())
		return err
	})
}

func askingAcross(n *node) work {
	drum := n.mirrored()
	return n.doing(func(tx *store.Tx) error {
		_, err := sharing.AskAcross(tx, n.Sage, drum.ID, sharing.Wish{Note: "loud"}, newTicket())
		return err
	})
}

func hearingAClaim(n *node) work {
	bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
	n.said()
	if code := n.sends(theBirches(), claim(1, bike, nil)); code != 202 {
		n.Fatalf("answered %d", code)
	}
	return func(ctx context.Context) error {
		_, err := n.Receive(ctx)
		return err
	}
}

// asked is a thing that a neighbour's member has asked for, at the time of its draw.
func (n *node) asked() (bike sharing.OfferID) {
	n.Helper()
	hears := hearingAClaim(n)
	if err := hears(n.Context()); err != nil {
		n.Fatal(err)
	}
	n.look(func(v *store.View) error {
		o, err := store.First[sharing.Offer](v.DB(), "offer.unknown")
		bike, n.now = o.ID, o.Freeze()
		return err
	})
	return bike
}

func drawing(n *node) work {
	bike := n.asked()
	return n.doing(func(tx *store.Tx) error { return sharing.Advance(tx, bike, always) })
}

func always(time.Time) bool { return true }

func (n *node) promised() (bike sharing.OfferID, claim agreeing.ID) {
	n.Helper()
	bike = n.asked()
	n.do(func(tx *store.Tx) error { return sharing.Advance(tx, bike, always) })
	return bike, n.claims(bike)[0].ID
}

func handingOver(n *node) work {
	_, claim := n.promised()
	return n.doing(func(tx *store.Tx) error { return sharing.HandOver(tx, n.Sage, claim) })
}

func parting(n *node) work {
	n.promised()
	return n.doing(func(tx *store.Tx) error {
		edge, err := neighbours.FindEdgeTo(tx.View, birch)
		if err == nil {
			_, err = neighbours.PartNeighbour(tx, n.Sage, edge.ID)
		}
		if err != nil {
			return err
		}
		return models.Part(tx, birch)
	})
}

func relaying(n *node) work {
	n.promised()
	n.gives(sharing.NewOffer{Title: "A lamp", Audience: people.Friends})
	return func(ctx context.Context) error {
		_, err := n.Relay(ctx)
		return err
	}
}

func handingIn(n *node) work {
	n.promised()
	n.said()
	parcels, _, err := n.handOver(n.Context(), nil, 2)
	if err != nil || len(parcels) != 2 {
		n.Fatalf("%d parcels: %v", len(parcels), err)
	}
	var back []trip
	for i, p := range parcels {
		back = append(back, trip{parcel: p, answer: fetch.Response{Status: []int{202, 500}[i]}})
	}
	return func(ctx context.Context) error {
		_, _, err := n.handOver(ctx, back, 2)
		return err
	}
}
