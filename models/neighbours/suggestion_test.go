package neighbours_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// two is Alder with Sage and Reed as its stewards, and Kay, who is none.
type two struct {
	*node
	kay people.Member
}

func ofTwo(t *testing.T, story func(n *two)) {
	t.Helper()
	alder(t, func(n *node) {
		kay := peopletest.Join(n, n.Store, n.sage, "Kay")
		peopletest.TakeUp(n, n.Store, n.sage, n.reed)
		n.events()
		story(&two{n, kay})
	})
}

// any is the edge to Birch, also one that is only suggested; the zero edge when there is none.
func (n *two) any() (e neighbours.Edge) {
	n.Helper()
	n.look(func(v *store.View) error {
		edges, err := store.All[neighbours.Edge](v.DB().Where("origin = ?", birch))
		if len(edges) == 1 {
			e = edges[0]
		}
		return err
	})
	return e
}

func (n *two) asks(by people.Member) error {
	return n.try(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, by, actor()); return err })
}

func (n *two) agrees(by people.Member) error {
	id := n.any().ID
	return n.try(func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbour(tx, by, id); return err })
}

func (n *two) parts(by people.Member) error {
	id := n.any().ID
	return n.try(func(tx *store.Tx) error { _, err := neighbours.PartNeighbour(tx, by, id); return err })
}

func (n *two) setsAside(by people.Member) error {
	id := n.any().ID
	return n.try(func(tx *store.Tx) error { return neighbours.SetAside(tx, by, id) })
}

// ok fails the story when a step was refused.
func (n *two) ok(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

// stands asserts the state of the edge to Birch, what is suggested about it, and who has a card of that.
func (n *two) stands(state neighbours.State, suggests neighbours.Act, told ...people.Member) {
	n.Helper()
	if e := n.any(); e.State != state || e.Suggests != suggests {
		n.Errorf("is %q and suggested is %q, want %q and %q", e.State, e.Suggests, state, suggests)
	}
	n.look(func(v *store.View) error {
		for _, m := range []people.Member{n.sage, n.reed, n.kay} {
			all, err := people.Notices(v, m.ID, 10)
			if err != nil {
				return err
			}
			has := slices.ContainsFunc(all, func(one people.Notice) bool { return one.Kind == neighbours.NoticeSuggested })
			want := slices.ContainsFunc(told, func(one people.Member) bool { return one.ID == m.ID })
			if has != want {
				n.Errorf("%s has a card: %v, want %v", m.Nickname, has, want)
			}
		}
		return nil
	})
}

// ends ends a steward's term.
func (n *two) ends(m people.Member) {
	n.Helper()
	n.do(func(tx *store.Tx) error { return people.StepBack(tx, m) })
}

// TestSuggestion_changesAsItsTableSays walks every row of the second table in edge.go.
func TestSuggestion_changesAsItsTableSays(t *testing.T) {
	const (
		asked    = neighbours.NeighbourAsked
		accepted = neighbours.NeighbourAccepted
		declined = neighbours.NeighbourDeclined
		parted   = neighbours.NeighbourParted
	)
	for _, row := range []struct {
		before   string
		step     string
		to       neighbours.State
		suggests neighbours.Act
		events   []store.EventKind
	}{
		{"", "Sage asks", neighbours.Suggested, neighbours.Asking, nil},
		{"befriended, they undo", "Sage asks", neighbours.Parted, neighbours.Asking, nil},
		{"they follow, Sage parts", "Sage asks", neighbours.Declined, neighbours.Asking, nil},
		{"they follow", "Sage agrees", neighbours.AskedByThem, neighbours.Accepting, nil},
		{"they follow", "Sage asks", neighbours.AskedByThem, neighbours.Accepting, nil},
		{"befriended", "Sage parts", neighbours.Neighbours, neighbours.Parting, nil},
		{"agreed", "Sage parts", neighbours.Agreed, neighbours.Parting, nil},
		// The same one twice.
		{"Sage asks", "Sage asks", neighbours.Suggested, neighbours.Asking, nil},
		{"Sage asks", "Sage agrees", neighbours.Suggested, neighbours.Asking, nil},
		{"they follow, Sage agrees", "Sage agrees", neighbours.AskedByThem, neighbours.Accepting, nil},
		{"befriended, Sage parts", "Sage parts", neighbours.Neighbours, neighbours.Parting, nil},
		// Another one.
		{"Sage asks", "Reed asks", neighbours.AskedByUs, "", []store.EventKind{asked}},
		{"Sage asks", "Reed agrees", neighbours.AskedByUs, "", []store.EventKind{asked}},
		{"befriended, they undo, Sage asks", "Reed agrees", neighbours.AskedByUs, "", []store.EventKind{asked}},
		{"they follow, Sage agrees", "Reed agrees", neighbours.Agreed, "", []store.EventKind{accepted, asked}},
		{"they follow, Sage agrees", "Reed asks", neighbours.Agreed, "", []store.EventKind{accepted, asked}},
		{"befriended, Sage parts", "Reed parts", neighbours.Parted, "", []store.EventKind{parted}},
		// One is enough for a no, and to take back.
		{"they follow", "Sage parts", neighbours.Declined, "", []store.EventKind{declined}},
		{"they follow, Sage agrees", "Reed parts", neighbours.Declined, "", []store.EventKind{declined}},
		{"Sage asks, Reed agrees", "Sage parts", neighbours.Parted, "", []store.EventKind{parted}},
		// Their asking is what is decided; ours is one yes.
		{"Sage asks", "they follow", neighbours.AskedByThem, neighbours.Accepting, nil},
		{"they follow, Sage parts, Sage asks", "they follow", neighbours.AskedByThem, neighbours.Accepting, nil},
		{"Sage asks, they follow", "Reed agrees", neighbours.Agreed, "", []store.EventKind{accepted, asked}},
		{"Sage asks, they follow", "they undo", neighbours.Parted, "", nil},
		{"agreed, Sage parts", "they follow", neighbours.Neighbours, neighbours.Parting, []store.EventKind{accepted, neighbours.NeighbourBefriended}},
		{"befriended, Sage parts", "they undo", neighbours.Parted, "", []store.EventKind{parted}},
		{"befriended, Sage parts", "they reject", neighbours.Parted, "", []store.EventKind{parted}},
		// Set aside, or over.
		{"Sage asks", "Sage sets it aside", "", "", nil},
		{"Sage asks", "Reed sets it aside", "", "", nil},
		{"they follow, Sage agrees", "Reed sets it aside", neighbours.AskedByThem, "", nil},
		{"befriended, Sage parts", "Reed sets it aside", neighbours.Neighbours, "", nil},
		{"befriended, they undo, Sage asks", "Sage sets it aside", neighbours.Parted, "", nil},
		{"Sage asks", "they go", "", "", nil},
		{"befriended, Sage parts", "they go", neighbours.Parted, "", nil},
		{"befriended, they undo, Sage asks", "they go", neighbours.Parted, "", nil},
		{"Sage asks", "a fortnight passes", "", "", nil},
		{"befriended, Sage parts", "a fortnight passes", neighbours.Neighbours, "", nil},
		{"they follow, Sage agrees", "a fortnight passes", neighbours.AskedByThem, "", nil},
		{"Sage asks", "Sage steps back", "", "", nil},
		{"they follow, Sage agrees", "Sage leaves", neighbours.AskedByThem, "", nil},
		{"Sage asks", "Sage leaves", "", "", nil},
		// The operator.
		{"Sage asks", "the command line asks", neighbours.AskedByUs, "", []store.EventKind{asked}},
		{"they follow, Sage agrees", "the command line accepts", neighbours.Agreed, "", []store.EventKind{accepted, asked}},
		{"befriended", "the command line parts", neighbours.Parted, "", []store.EventKind{parted}},
	} {
		t.Run(strings.TrimPrefix(row.before+", "+row.step, ", "), func(t *testing.T) {
			ofTwo(t, func(n *two) {
				onCommand := func(step func(*store.Tx, neighbours.EdgeID) (neighbours.Edge, error)) func() {
					return func() {
						id := n.any().ID
						n.do(func(tx *store.Tx) error { _, err := step(tx, id); return err })
					}
				}
				ask := func() {
					n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbourByCommandLine(tx, actor()); return err })
				}
				steps := map[string]func(){
					"":          func() {},
					"Sage asks": func() { n.ok(n.asks(n.sage)) }, "Reed asks": func() { n.ok(n.asks(n.reed)) },
					"Sage agrees": func() { n.ok(n.agrees(n.sage)) }, "Reed agrees": func() { n.ok(n.agrees(n.reed)) },
					"Sage parts": func() { n.ok(n.parts(n.sage)) }, "Reed parts": func() { n.ok(n.parts(n.reed)) },
					"Sage sets it aside": func() { n.ok(n.setsAside(n.sage)) }, "Reed sets it aside": func() { n.ok(n.setsAside(n.reed)) },
					"they follow": func() { n.theyFollow(theirs) }, "they undo": n.theyUndo, "they reject": n.theyReject, "they go": n.theyGo,
					"agreed":                   func() { ask(); n.theyAccept() },
					"befriended":               func() { ask(); n.theyAccept(); n.theyFollow(theirs) },
					"a fortnight passes":       func() { n.now = n.now.Add(14 * day); n.do(neighbours.Purge) },
					"Sage steps back":          func() { n.ends(n.sage); n.do(neighbours.Purge) },
					"Sage leaves":              func() { n.do(func(tx *store.Tx) error { return neighbours.Leave(tx, n.sage) }) },
					"the command line asks":    ask,
					"the command line accepts": onCommand(neighbours.AcceptNeighbourByCommandLine),
					"the command line parts":   onCommand(neighbours.PartNeighbourByCommandLine),
				}
				for step := range strings.SplitSeq(row.before, ", ") {
					steps[step]()
				}
				n.events()
				steps[row.step]()
				var told []people.Member
				if row.suggests != "" {
					told = append(told, n.reed)
				}
				n.stands(row.to, row.suggests, told...)
				n.recorded(row.events...)
			})
		})
	}
}

func TestSuggestion_isStewardsMatter(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.refused(n.asks(n.kay), "role.steward_needed")
		n.ok(n.asks(n.sage))
		n.refused(n.agrees(n.kay), "role.steward_needed")
		n.refused(n.setsAside(n.kay), "role.steward_needed")
		n.stands(neighbours.Suggested, neighbours.Asking, n.reed)
		n.ok(n.setsAside(n.reed))
		n.refused(n.setsAside(n.reed), "neighbour.unknown")
		n.theyFollow(theirs)
		n.refused(n.setsAside(n.reed), "neighbour.moved_on")
	})
}

func TestSuggestion_countsOnlyWhileItsMakerIsASteward(t *testing.T) {
	ofTwo(t, func(n *two) {
		peopletest.TakeUp(n, n.Store, n.sage, n.kay) // three of them
		n.ok(n.asks(n.sage))
		n.ends(n.sage)
		n.look(func(v *store.View) error {
			all, err := neighbours.ListNeighbours(v, "", 10)
			if len(all) != 0 {
				n.Errorf("listed are %+v", all)
			}
			return err
		})
		n.ok(n.asks(n.reed)) // before the purge
		if e := n.any(); e.State != neighbours.Suggested || *e.SuggestedBy != n.reed.ID {
			n.Errorf("%s, suggested by %s", e.State, *e.SuggestedBy)
		}
		n.ok(n.agrees(n.kay))
		n.stands(neighbours.AskedByUs, "")
	})
}

func TestSuggestion_isCarriedOutByWhoIsLeftAlone(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		n.ends(n.reed)
		n.ok(n.agrees(n.sage))
		n.stands(neighbours.AskedByUs, "")
	})
	ofTwo(t, func(n *two) {
		n.befriended2()
		n.ok(n.parts(n.sage))
		n.ends(n.sage)
		n.ok(n.parts(n.reed))
		n.stands(neighbours.Parted, "")
	})
}

// befriended2 makes Birch a neighbour, by the operator.
func (n *two) befriended2() {
	n.Helper()
	n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbourByCommandLine(tx, actor()); return err })
	n.theyAccept()
	n.theyFollow(theirs)
	n.events()
}

func TestSuggestion_bothYesCountWhenTwoPressAtTheSameTime(t *testing.T) {
	ofTwo(t, func(n *two) {
		atOnce := func(step func(people.Member) error) {
			n.Helper()
			var all [2]error
			var wait sync.WaitGroup
			for i, by := range []people.Member{n.sage, n.reed} {
				wait.Go(func() { all[i] = step(by) })
			}
			wait.Wait()
			n.ok(errors.Join(all[:]...))
		}
		atOnce(n.asks)
		n.stands(neighbours.AskedByUs, "")
		n.recorded(neighbours.NeighbourAsked)
		n.theyAccept()
		n.theyFollow(theirs)
		n.events()
		atOnce(n.parts)
		n.stands(neighbours.Parted, "")
		n.recorded(neighbours.NeighbourParted)
	})
}

func TestSuggestion_isNothingToOthers(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		private := wire.Activity{Recipient: birchIRI}
		n.look(func(v *store.View) error {
			for name, find := range map[string]func() (neighbours.Edge, error){
				"actor": func() (neighbours.Edge, error) { return neighbours.FindEdgeTo(v, birchIRI) },
				"node":  func() (neighbours.Edge, error) { return neighbours.FindEdgeAt(v, birch) },
			} {
				if _, err := find(); err == nil {
					n.Errorf("found by its %s", name)
				}
			}
			passage, err := neighbours.PassageTo(v, birch)
			if err != nil {
				return err
			}
			// An answer to a stranger there goes on as if nobody had suggested anything.
			may, err := passage.May(birch, private, "")
			if !may {
				n.Error("a word to somebody there is held back")
			}
			return err
		})
		for name, hear := range map[string]func(tx *store.Tx) error{
			"Accept": func(tx *store.Tx) error { _, err := neighbours.HearAccept(tx, birchIRI, ""); return err },
			"Reject": func(tx *store.Tx) error { _, err := neighbours.HearReject(tx, birchIRI, ""); return err },
			"Undo":   func(tx *store.Tx) error { _, err := neighbours.HearUndo(tx, birchIRI, ""); return err },
		} {
			n.Run(name, func(*testing.T) { n.refused(n.try(hear), "neighbour.unknown") })
		}
		n.stands(neighbours.Suggested, neighbours.Asking, n.reed)
	})
}

func TestSuggestion_isAboutOneCollectiveAndNotAnotherOfItsNode(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		other := actor()
		other.IRI = birch + "/ap/another"
		n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, n.reed, other); return err })
		if e := n.any(); e.State != neighbours.Suggested || e.Actor != other.IRI || *e.SuggestedBy != n.reed.ID {
			n.Errorf("%+v", e)
		}
		n.recorded()
	})
}

func TestSuggestion_waitsWhileItsCollectiveIsBlocked(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.sage, "birch.example") })
		n.refused(n.agrees(n.reed), "neighbour.blocked")
		n.refused(n.asks(n.reed), "neighbour.blocked")
		n.stands(neighbours.Suggested, neighbours.Asking, n.reed)
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.reed, "birch.example") })
		n.ok(n.agrees(n.reed))
		n.stands(neighbours.AskedByUs, "")
	})
}

func TestSuggestion_isHersInHerFile(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		n.away(neighbours.NewShutOut{Subject: "bad.example", Severity: neighbours.Blocking})
		n.look(func(v *store.View) error {
			hers, err := neighbours.Export(v, n.sage)
			if len(hers.Suggestions) != 1 || hers.Suggestions[0].Act != neighbours.Asking || !slices.Equal(hers.Blocks, []string{"bad.example"}) {
				n.Errorf("in her file: %+v", hers)
			}
			return err
		})
	})
}

func TestSuggestion_theSchemaRefusesWhatMayNotBe(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.ok(n.asks(n.sage))
		for name, change := range map[string]string{
			"nobody's":                 "suggested_by = NULL",
			"somebody unknown's":       "suggested_by = 'nobody'",
			"at no time":               "suggested_at = NULL",
			"an edge that is too much": "suggests = '', suggested_by = NULL, suggested_at = NULL",
			"another act":              "suggests = 'part'",
			"an act for its state":     "state = 'asked_by_us'",
			"no act":                   "suggests = 'dance'",
			"asked before the second":  "our_follow = 'f'",
		} {
			err := n.try(func(tx *store.Tx) error { return tx.DB().Exec("UPDATE edges SET " + change).Error })
			if !store.Broken(err) && !store.Dangling(err) {
				n.Errorf("%s: %v", name, err)
			}
		}
	})
}
