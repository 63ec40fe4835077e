package neighbours_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// side is one of two nodes in a story whose messages this test carries, late, twice and in any order.
type side struct {
	*node
	iri string
}

// message is one activity on its way to the other side.
type message struct{ kind, follow string }

// speak turns what was recorded into messages, as the relay does: from what is true now.
func (s side) speak(other string) (out []message) {
	events := s.events()
	if len(events) == 0 {
		return nil
	}
	e := s.edgeTo(other)
	for _, kind := range events {
		switch kind {
		case neighbours.NeighbourAsked:
			out = append(out, message{"Follow", s.iri + "#" + string(e.OurFollow)})
		case neighbours.NeighbourAccepted:
			out = append(out, message{"Accept", e.TheirFollow})
		case neighbours.NeighbourDeclined:
			out = append(out, message{"Reject", e.TheirFollow})
		case neighbours.NeighbourParted:
			out = append(out, message{"Undo", s.iri + "#" + string(e.OurFollow)})
		case neighbours.NeighbourBefriended:
		default:
			s.Fatalf("no translation of %s", kind)
		}
	}
	return out
}

func (s side) hear(m message, from neighbours.Actor) {
	_, local, _ := strings.Cut(m.follow, "#")
	s.do(func(tx *store.Tx) (err error) {
		switch m.kind {
		case "Follow":
			_, err = neighbours.HearFollow(tx, from, m.follow)
		case "Accept":
			_, err = neighbours.HearAccept(tx, from.IRI, wire.ActivityID(local))
		case "Reject":
			_, err = neighbours.HearReject(tx, from.IRI, wire.ActivityID(local))
		case "Undo":
			_, err = neighbours.HearUndo(tx, from.IRI, m.follow)
		}
		return err
	})
}

// carry gives one of the messages to the side that they are for; one in four stays on its way and comes again.
func carry(dice *rand.Rand, to side, from neighbours.Actor, way []message) []message {
	i := dice.IntN(len(way))
	to.hear(way[i], from)
	if dice.IntN(4) == 0 {
		return way
	}
	return slices.Delete(way, i, i+1)
}

func TestTwoNodes_becomeNeighboursInWhateverOrderMessagesCome(t *testing.T) {
	// The second database was set up as Alder too; on the wire the two are Elder and Birch.
	elder := neighbours.Actor{IRI: "https://elder.example/ap/collective", Inbox: "https://elder.example/ap/inbox", OpenURL: "https://elder.example/ap/collective/open"}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			alder(t, func(n *node) {
				dice := rand.New(rand.NewPCG(seed, 1))
				there := storetest.Open(n, n.Dialect())
				here, other := side{n, elder.IRI}, side{&node{T: n.T, Store: there, now: n.now, sage: peopletest.SetUp(n, there)}, birchIRI}
				other.events()

				n.weAsk()
				if dice.IntN(2) == 0 { // both may have the same thought
					other.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, other.sage, elder); return err })
				}
				var in, out []message
				for range 200 {
					out, in = append(out, here.speak(birchIRI)...), append(in, other.speak(elder.IRI)...)
					switch {
					case len(in)+len(out) == 0:
					case len(in) == 0 || len(out) > 0 && dice.IntN(2) == 0:
						out = carry(dice, other, elder, out)
					default:
						in = carry(dice, here, actor(), in)
					}
					// Somebody at Birch says yes as soon as she is asked.
					if e := other.edgeTo(elder.IRI); e.State == neighbours.AskedByThem {
						other.do(func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbour(tx, other.sage, e.ID); return err })
					}
				}
				if len(in)+len(out) > 0 {
					n.Errorf("they talk for ever: %v %v", in, out)
				}
				if a, b := n.edge().State, other.edgeTo(elder.IRI).State; a != neighbours.Neighbours || b != neighbours.Neighbours {
					n.Errorf("here %s, there %s", a, b)
				}
			})
		})
	}
}
