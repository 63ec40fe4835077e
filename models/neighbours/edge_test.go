package neighbours_test

import (
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// TestEdge_changesAsItsTableSays walks every row of the table in edge.go.
func TestEdge_changesAsItsTableSays(t *testing.T) {
	const (
		asked      = neighbours.NeighbourAsked
		accepted   = neighbours.NeighbourAccepted
		declined   = neighbours.NeighbourDeclined
		parted     = neighbours.NeighbourParted
		befriended = neighbours.NeighbourBefriended
	)
	for _, row := range []struct {
		before string // the steps that lead to the state before, by name
		step   string
		to     neighbours.State
		events []store.EventKind
	}{
		{"", "we ask", neighbours.AskedByUs, []store.EventKind{asked}},
		{"we ask, they reject", "we ask", neighbours.AskedByUs, []store.EventKind{asked}},
		{"they follow, we part", "we ask", neighbours.AskedByUs, []store.EventKind{asked}},
		{"befriended, we part", "we ask", neighbours.AskedByUs, []store.EventKind{asked}},
		{"", "they follow", neighbours.AskedByThem, nil},
		{"befriended, we part", "they follow anew", neighbours.AskedByThem, nil},
		{"befriended, we part", "they follow", neighbours.Parted, []store.EventKind{parted}},
		{"we ask, they reject", "they follow", neighbours.AskedByThem, nil},
		{"they follow, we part", "they follow", neighbours.Declined, []store.EventKind{declined}},
		{"they follow, we part, a month passes", "they follow", neighbours.AskedByThem, nil},
		{"they follow", "they follow", neighbours.AskedByThem, nil},
		{"they follow", "we accept", neighbours.Agreed, []store.EventKind{accepted, asked}},
		{"they follow", "we ask", neighbours.Agreed, []store.EventKind{accepted, asked}},
		{"they follow", "we part", neighbours.Declined, []store.EventKind{declined}},
		{"we ask", "they accept", neighbours.Agreed, nil},
		{"we ask", "they follow", neighbours.Agreed, []store.EventKind{accepted}},
		{"we ask, they accept", "they follow", neighbours.Neighbours, []store.EventKind{accepted, befriended}},
		{"we ask, they follow", "they accept", neighbours.Neighbours, []store.EventKind{befriended}},
		{"they follow, we accept", "they accept", neighbours.Neighbours, []store.EventKind{befriended}},
		{"they follow, we accept", "they follow", neighbours.Agreed, []store.EventKind{accepted, asked}},
		{"befriended", "they follow", neighbours.Neighbours, []store.EventKind{accepted}},
		{"befriended", "they follow anew", neighbours.Neighbours, []store.EventKind{accepted, asked}},
		{"befriended", "they forget", neighbours.Neighbours, []store.EventKind{asked}},
		{"befriended, they forget", "they forget", neighbours.Neighbours, []store.EventKind{asked}},
		{"we ask", "they reject", neighbours.Declined, nil},
		{"they follow, we accept", "they reject", neighbours.Declined, nil},
		{"befriended", "they reject", neighbours.Parted, []store.EventKind{parted}},
		{"they follow", "they undo", neighbours.Parted, nil},
		{"they follow, we accept", "they undo", neighbours.Parted, []store.EventKind{parted}},
		{"befriended", "they undo", neighbours.Parted, []store.EventKind{parted}},
		{"we ask", "we part", neighbours.Parted, []store.EventKind{parted}},
		{"they follow, we accept", "we part", neighbours.Parted, []store.EventKind{parted}},
		{"befriended", "we part", neighbours.Parted, []store.EventKind{parted}},
		{"we ask", "they go", neighbours.Parted, nil},
		{"befriended", "they go", neighbours.Parted, nil},
		// What is late, twice or was never asked for.
		{"they follow", "they accept", neighbours.AskedByThem, nil},
		{"they follow", "they reject", neighbours.AskedByThem, nil},
		{"we ask", "they undo", neighbours.AskedByUs, nil},
		{"befriended", "they accept", neighbours.Neighbours, nil},
		{"befriended, we part", "they accept", neighbours.Parted, nil},
		{"befriended, we part", "they reject", neighbours.Parted, nil},
		{"befriended, we part", "they undo", neighbours.Parted, nil},
		{"we ask, they reject", "they accept", neighbours.Declined, nil},
		{"we ask", "they forget", neighbours.AskedByUs, nil},
		{"befriended, we part", "they forget", neighbours.Parted, nil},
	} {
		t.Run(strings.TrimPrefix(row.before+", "+row.step, ", "), func(t *testing.T) {
			alder(t, func(n *node) {
				steps := map[string]func(){
					"": func() {}, "befriended": n.befriended,
					"we ask": n.weAsk, "we accept": n.weAccept, "we part": n.wePart,
					"they follow":      func() { n.theyFollow(theirs) },
					"they follow anew": func() { n.theyFollow(birch + "/ap/activities/f2") },
					"they accept":      n.theyAccept, "they reject": n.theyReject, "they undo": n.theyUndo, "they go": n.theyGo,
					"they forget":    n.theyForget,
					"a month passes": func() { n.now = n.now.Add(31 * day) },
				}
				for step := range strings.SplitSeq(row.before, ", ") {
					steps[step]()
				}
				n.events()
				steps[row.step]()
				if got := n.edge().State; got != row.to {
					n.Errorf("is %q, want %q", got, row.to)
				}
				n.recorded(row.events...)
			})
		})
	}
}

func TestEdge_hearsOnlyAnswersToTheFollowThatStands(t *testing.T) {
	alder(t, func(n *node) {
		n.weAsk()
		old := n.edge().OurFollow
		n.wePart()
		n.weAsk()
		n.do(func(tx *store.Tx) error { _, err := neighbours.HearAccept(tx, birchIRI, old); return err })
		if got := n.edge().State; got != neighbours.AskedByUs {
			n.Errorf("an Accept of the older Follow made it %s", got)
		}
		n.do(func(tx *store.Tx) error { _, err := neighbours.HearAccept(tx, birchIRI, ""); return err })
		if got := n.edge().State; got != neighbours.Agreed {
			n.Errorf("an Accept that names the pair left it %s", got)
		}
		err := n.try(func(tx *store.Tx) error {
			_, err := neighbours.HearAccept(tx, "https://cedar.example/ap/collective", "")
			return err
		})
		n.refused(err, "neighbour.unknown")
	})
}

func TestEdge_thatIsForgottenIsToldToStewardsUntilItIsRemembered(t *testing.T) {
	for name, end := range map[string]func(n *node){
		"they count us again": func(n *node) { n.do(func(tx *store.Tx) error { return neighbours.HearRemembered(tx, birchIRI) }) },
		"they accept":         (*node).theyAccept,
		"they reject":         (*node).theyReject,
		"we part":             (*node).wePart,
	} {
		t.Run(name, func(t *testing.T) {
			alder(t, func(n *node) {
				n.befriended()
				n.theyForget()
				first := n.now
				n.now = n.now.Add(day)
				n.theyForget()
				if e := n.edge(); e.ForgottenAt == nil || !e.ForgottenAt.Equal(first) || n.notices() != 1 {
					n.Errorf("forgotten at %v, %d notices", e.ForgottenAt, n.notices())
				}
				end(n)
				if e := n.edge(); e.ForgottenAt != nil || n.notices() != 0 {
					n.Errorf("afterwards forgotten at %v, %d notices", e.ForgottenAt, n.notices())
				}
			})
		})
	}
}

func TestEdge_isKnownToStewardsUntilSomebodyDecides(t *testing.T) {
	alder(t, func(n *node) {
		n.theyFollow(theirs)
		n.theyFollow(theirs)
		if got := n.notices(); got != 1 {
			n.Errorf("%d notices", got)
		}
		n.weAccept()
		if got := n.notices(); got != 0 {
			n.Errorf("%d notices after the yes", got)
		}
		n.wePart()
		n.theyFollow(birch + "/ap/activities/f2")
		n.theyUndo()
		if got := n.notices(); got != 0 {
			n.Errorf("%d notices after they took it back", got)
		}
	})
}

func TestNeighbours_areStewardsMatter(t *testing.T) {
	alder(t, func(n *node) {
		n.theyFollow(theirs)
		id := n.edge().ID
		for name, act := range map[string]func(tx *store.Tx) error{
			"add":    func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, n.reed, actor()); return err },
			"accept": func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbour(tx, n.reed, id); return err },
			"part":   func(tx *store.Tx) error { _, err := neighbours.PartNeighbour(tx, n.reed, id); return err },
			"block":  func(tx *store.Tx) error { return neighbours.Block(tx, n.reed, "birch.example") },
		} {
			n.Run(name, func(*testing.T) { n.refused(n.try(act), "role.steward_needed") })
		}
		if got := n.edge().State; got != neighbours.AskedByThem {
			n.Errorf("is %s", got)
		}
	})
}

func TestNeighbours_onTheCommandLineAreWrittenDown(t *testing.T) {
	alder(t, func(n *node) {
		n.theyFollow(theirs)
		id := n.edge().ID
		n.do(func(tx *store.Tx) error { _, err := neighbours.AcceptNeighbourByCommandLine(tx, id); return err })
		n.do(func(tx *store.Tx) error { _, err := neighbours.PartNeighbourByCommandLine(tx, id); return err })
		n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbourByCommandLine(tx, actor()); return err })
		n.look(func(v *store.View) error {
			deeds, err := people.Deeds(v, nil, 10)
			var kinds []people.DeedKind
			for _, d := range deeds {
				if d.Subject == string(id) && d.MadeBy == nil {
					kinds = append(kinds, d.Kind)
				}
			}
			slices.Sort(kinds)
			if want := []people.DeedKind{neighbours.DeedAccepted, neighbours.DeedAsked, neighbours.DeedParted}; !slices.Equal(kinds, want) {
				n.Errorf("written down: %v, want %v", kinds, want)
			}
			return err
		})
	})
}

func TestAddNeighbour_refusesWhoCannotBeOne(t *testing.T) {
	alder(t, func(n *node) {
		add := func(a neighbours.Actor) error {
			return n.try(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, n.sage, a); return err })
		}
		own := actor()
		own.IRI, own.Inbox, own.SharedInbox, own.OpenURL = "https://alder.example/ap/collective", "https://alder.example/ap/inbox", "", ""
		n.refused(add(own), "neighbour.address.own")

		elsewhere := actor()
		elsewhere.SharedInbox = mastoShed
		n.refused(add(elsewhere), "actor.elsewhere")

		n.weAsk()
		n.refused(add(actor()), "neighbour.already")

		second := actor()
		second.IRI = birch + "/ap/another"
		n.refused(add(second), "neighbour.already")
		n.wePart()
		if err := add(second); err != nil {
			n.Errorf("a node that moved its collective: %v", err)
		}

		n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.sage, "birch.example") })
		n.refused(add(actor()), "neighbour.blocked")
	})
}

func TestDecide_refusesAStalePage(t *testing.T) {
	alder(t, func(n *node) {
		n.theyFollow(theirs)
		id := n.edge().ID
		n.theyUndo()
		for _, act := range []func(*store.Tx, people.Member, neighbours.EdgeID) (neighbours.Edge, error){
			neighbours.AcceptNeighbour, neighbours.PartNeighbour,
		} {
			n.refused(n.try(func(tx *store.Tx) error { _, err := act(tx, n.sage, id); return err }), "neighbour.moved_on")
		}
	})
}

// To follow an account of other software is another thing than to be its neighbour: a yes to the one is none to the other.
func TestSuggestion_toFollowIsNoneToBeNeighbours(t *testing.T) {
	other := actor()
	other.OpenURL = ""
	ofTwo(t, func(n *two) {
		follows := func(by people.Member) error {
			return n.try(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, by, other); return err })
		}
		n.ok(follows(n.sage))
		n.theyFollow(theirs)
		n.stands(neighbours.AskedByThem, "")
		n.theyUndo()
		n.ok(follows(n.sage))
		n.ok(n.asks(n.reed))
		n.stands(neighbours.Parted, neighbours.Asking, n.sage)
		n.ok(follows(n.sage))
		n.stands(neighbours.Parted, neighbours.Asking, n.reed)
		n.ok(n.agrees(n.reed))
		n.theyAccept()
		n.refused(n.try(func(tx *store.Tx) error { _, err := neighbours.HearFollow(tx, actor(), theirs); return err }), "neighbour.already")
		n.stands(neighbours.Agreed, "")
	})
}

// FEP-8fcf: whoever counts us as a follower although we do not follow hears how it is, each time as it was said before.
func TestEdge_whoeverCountsUsAsAFollowerHearsHowItIs(t *testing.T) {
	for name, c := range map[string]struct {
		before func(n *node)
		says   []store.EventKind
	}{
		"we asked, and its yes is lost":    {(*node).weAsk, []store.EventKind{neighbours.NeighbourAsked}},
		"both asked, and its yes is lost":  {func(n *node) { n.weAsk(); n.theyFollow(theirs) }, []store.EventKind{neighbours.NeighbourAsked}},
		"neighbours":                       {(*node).befriended, nil},
		"parted, and the farewell is lost": {func(n *node) { n.befriended(); n.wePart() }, []store.EventKind{neighbours.NeighbourParted}},
		"they ask":                         {func(n *node) { n.theyFollow(theirs) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			alder(t, func(n *node) {
				c.before(n)
				was := n.edge()
				n.events()
				n.do(func(tx *store.Tx) error { return neighbours.HearCounted(tx, was) })
				n.recorded(c.says...)
				if e := n.edge(); e.State != was.State || e.OurFollow != was.OurFollow {
					n.Errorf("it is %s under %s, and was %s under %s", e.State, e.OurFollow, was.State, was.OurFollow)
				}
			})
		})
	}
}
