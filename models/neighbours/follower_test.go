package neighbours_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func (n *node) follow(a neighbours.Actor, of wire.Actor, id string) {
	n.Helper()
	n.do(func(tx *store.Tx) error { return neighbours.AddFollower(tx, a, of, id) })
}

func (n *node) inboxes(of wire.Actor, after string, limit int) (list []string) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		list, err = neighbours.FollowerInboxes(v, of, after, limit)
		return err
	})
	return list
}

func TestFollowers_areReachedOncePerServer(t *testing.T) {
	alder(t, func(n *node) {
		for i, name := range []string{"ada", "bo", "cy"} {
			n.follow(person(name), wire.Collective, fmt.Sprint(mastodon, "/follows/", i))
		}
		n.follow(person("dee"), wire.Decisions, mastodon+"/follows/4")
		alone := neighbours.Actor{IRI: "https://alone.example/u/a", Inbox: "https://alone.example/u/a/inbox"}
		n.follow(alone, wire.Collective, "https://alone.example/f/1")
		n.recorded(slices.Repeat([]store.EventKind{neighbours.FollowerAccepted}, 5)...)

		if got, want := n.inboxes(wire.Collective, "", 10), []string{alone.Inbox, mastoShed}; !slices.Equal(got, want) {
			n.Errorf("got %v, want %v", got, want)
		}
		if got, want := n.inboxes(wire.Collective, "", 1), []string{alone.Inbox}; !slices.Equal(got, want) {
			n.Errorf("first page %v, want %v", got, want)
		}
		if got, want := n.inboxes(wire.Collective, alone.Inbox, 1), []string{mastoShed}; !slices.Equal(got, want) {
			n.Errorf("second page %v, want %v", got, want)
		}

		for _, name := range []string{"ada", "bo"} {
			n.do(func(tx *store.Tx) error { return neighbours.RemoveFollower(tx, person(name).IRI, wire.Collective) })
		}
		if got := n.inboxes(wire.Collective, "", 10); len(got) != 2 {
			n.Errorf("one follower there is enough: %v", got)
		}
		n.do(func(tx *store.Tx) error { return neighbours.HearDelete(tx, person("cy").IRI) })
		n.do(func(tx *store.Tx) error { return neighbours.ForgetInbox(tx, alone.Inbox) })
		if got := n.inboxes(wire.Collective, "", 10); len(got) != 0 {
			n.Errorf("left: %v", got)
		}
	})
}

func TestFollower_thatFollowsAgainIsAcceptedAgain(t *testing.T) {
	alder(t, func(n *node) {
		n.follow(person("ada"), wire.Collective, mastodon+"/follows/1")
		n.events()
		n.follow(person("ada"), wire.Collective, mastodon+"/follows/2")
		var subject string
		n.do(func(tx *store.Tx) error {
			events, err := tx.Unpublished(10)
			if len(events) != 1 {
				n.Fatalf("got %v", events)
			}
			subject = events[0].Subject
			return err
		})
		n.look(func(v *store.View) error {
			f, err := neighbours.FindFollower(v, neighbours.FollowerID(subject))
			if f.FollowID != mastodon+"/follows/2" {
				n.Errorf("accepts %s", f.FollowID)
			}
			return err
		})
	})
}

func TestFollower_movesWithItsInbox(t *testing.T) {
	alder(t, func(n *node) {
		ada := person("ada")
		n.follow(ada, wire.Collective, mastodon+"/follows/1")
		ada.SharedInbox = mastodon + "/new-inbox"
		n.do(func(tx *store.Tx) error { _, err := neighbours.LearnActor(tx, ada); return err })
		if got := n.inboxes(wire.Collective, "", 10); !slices.Equal(got, []string{ada.SharedInbox}) {
			n.Errorf("got %v", got)
		}
	})
}

// FEP-8fcf: a neighbour is a follower like others, counted once also where it follows in both ways.
func TestRolls_areWhoFollowsFromEachServer(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.follow(actor(), wire.Collective, birch+"/f/9")
		n.follow(actor(), wire.Decisions, birch+"/f/10")
		for i, name := range []string{"cy", "ada"} {
			n.follow(person(name), wire.Collective, fmt.Sprint(mastodon, "/follows/", i))
		}
		rolls := func(origins ...string) (all map[neighbours.Roll][]string) {
			n.look(func(v *store.View) (err error) { all, err = neighbours.Rolls(v, origins...); return err })
			return all
		}
		want := map[neighbours.Roll][]string{
			{Of: wire.Collective, Origin: birch}: {birchIRI}, {Of: wire.Decisions, Origin: birch}: {birchIRI},
			{Of: wire.Collective, Origin: mastodon}: {person("ada").IRI, person("cy").IRI},
		}
		if got := rolls(birch, mastodon, "https://cedar.example"); fmt.Sprint(got) != fmt.Sprint(want) {
			n.Errorf("got %v, want %v", got, want)
		}
		n.wePart()
		n.do(func(tx *store.Tx) error { return neighbours.RemoveFollower(tx, birchIRI, wire.Collective) })
		if got := rolls(birch)[neighbours.Roll{Of: wire.Collective, Origin: birch}]; got != nil {
			n.Errorf("after parting: %v", got)
		}
	})
}

func TestCompare_isDueOnceAnHour(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		due := func(after time.Duration) (due bool) {
			n.do(func(tx *store.Tx) (err error) {
				due, err = neighbours.Compare(tx, n.now.Add(after), n.edge())
				return err
			})
			return due
		}
		if got := []bool{due(0), due(time.Minute), due(59 * time.Minute), due(time.Hour), due(90 * time.Minute)}; !slices.Equal(got, []bool{true, false, false, true, false}) {
			n.Errorf("due: %v", got)
		}
	})
}

func TestAddFollower_refusesTheShutOutAndWhatCannotBeFollowed(t *testing.T) {
	alder(t, func(n *node) {
		add := func(of wire.Actor) error {
			return n.try(func(tx *store.Tx) error { return neighbours.AddFollower(tx, person("ada"), of, mastodon+"/follows/1") })
		}
		n.refused(add(wire.Node), "follower.what")
		n.block("social.example")
		n.refused(add(wire.Collective), "neighbour.blocked")
	})
}

func TestListNeighbours_showsWhoTheyAreAndHowTheyAre(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.do(func(tx *store.Tx) error { return wire.Heard(tx, n.now, birch) })
		cedar := actor()
		cedar.IRI, cedar.Inbox, cedar.SharedInbox, cedar.OpenURL = "https://cedar.example/c", "https://cedar.example/i", "", ""
		n.do(func(tx *store.Tx) error { _, err := neighbours.AddNeighbour(tx, n.sage, cedar); return err })
		n.look(func(v *store.View) error {
			first, err := neighbours.ListNeighbours(v, "", 1)
			if err != nil {
				return err
			}
			if len(first) != 1 || first[0].Actor.Name != "Birch" || first[0].Peer.LastHeardAt == nil {
				n.Errorf("first page: %+v", first)
			}
			rest, err := neighbours.ListNeighbours(v, first[0].Edge.ID, 10)
			if len(rest) != 1 || rest[0].Edge.State != neighbours.AskedByUs || rest[0].Peer.Origin != "" {
				n.Errorf("second page: %+v", rest)
			}
			if err != nil {
				return err
			}
			friends, err := neighbours.Friends(v, "", 10)
			if len(friends) != 1 || friends[0].Actor.Mailbox() != birchBox {
				n.Errorf("friends: %+v", friends)
			}
			return err
		})
	})
}

func TestPurge_forgetsWhoIsLongGoneAndKeepsWhoIsNot(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.follow(person("ada"), wire.Collective, mastodon+"/follows/1")
		n.do(func(tx *store.Tx) error { _, err := neighbours.LearnActor(tx, person("passer-by")); return err })
		known := func(iri string) bool {
			err := n.View(n.Context(), n.now, func(v *store.View) error { _, err := neighbours.FindActor(v, iri); return err })
			if err != nil && !fault.Is(err, fault.NotFound) {
				n.Fatal(err)
			}
			return err == nil
		}
		n.now = n.now.Add(31 * day)
		n.do(neighbours.Purge)
		if !known(birchIRI) || !known(person("ada").IRI) || known(person("passer-by").IRI) {
			n.Error("forgot the wrong ones")
		}
		n.wePart()
		n.now = n.now.Add(89 * day)
		n.do(neighbours.Purge)
		if !known(birchIRI) || n.edge().State != neighbours.Parted {
			n.Error("a parted edge is forgotten too soon")
		}
		n.now = n.now.Add(day)
		n.do(neighbours.Purge)
		if known(birchIRI) || n.edge().ID != "" {
			n.Error("a parted edge is kept for ever")
		}
	})
}

func TestFinders_haveAnIndex(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		for name, find := range map[string]func(v *store.View) error{
			"neighbours": func(v *store.View) error { _, err := neighbours.ListNeighbours(v, "x", 10); return err },
			"followed":   func(v *store.View) error { _, err := neighbours.Followed(v, "", 10); return err },
			"follows":    func(v *store.View) error { _, err := neighbours.Follows(v, birchIRI); return err },
			"friends":    func(v *store.View) error { _, err := neighbours.Friends(v, "", 10); return err },
			"one":        func(v *store.View) error { _, err := neighbours.FindNeighbour(v, n.edge().ID); return err },
			"inboxes": func(v *store.View) error {
				_, err := neighbours.FollowerInboxes(v, wire.Collective, "", 10)
				return err
			},
			"rolls":   func(v *store.View) error { _, err := neighbours.Rolls(v, birch, mastodon); return err },
			"blocked": func(v *store.View) error { _, err := neighbours.Blocked(v, birch); return err },
			"passage": func(v *store.View) error {
				_, err := neighbours.PassageTo(v, birch, "https://cedar.example")
				return err
			},
			"pass": func(v *store.View) error {
				passage, err := neighbours.PassageTo(v, birch)
				if err == nil {
					_, err = passage.May(birch, wire.Activity{Public: true}, neighbours.Offers)
				}
				return err
			},
			"shut out": func(v *store.View) error { _, err := neighbours.ShutOuts(v, "a", 10); return err },
			"away":     func(v *store.View) error { _, err := neighbours.KeptAway(v, birch); return err },
			"behind":   func(v *store.View) error { _, err := neighbours.EdgesBehind(v, "birch.example"); return err },
			"viewer":   func(v *store.View) error { _, err := neighbours.ViewerOf(v, birchIRI); return err },
		} {
			n.Run(name, func(*testing.T) { storetest.IndexedFinder(n, n.Store, find) })
		}
		n.birchPersonFollows()
		for name, verb := range map[string]func(tx *store.Tx) error{
			"block": func(tx *store.Tx) error { return neighbours.Block(tx, n.sage, "birch.example") },
			"lift":  func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, "birch.example") },
			"let in": func(tx *store.Tx) error {
				return wire.RenewDeletes(tx, n.now, func(string) (bool, error) { return true, nil })
			},
		} {
			n.Run(name, func(*testing.T) { storetest.IndexedVerb(n, n.Store, n.now, verb) })
		}
	})
}
