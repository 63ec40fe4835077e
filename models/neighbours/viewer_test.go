package neighbours_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// thing is a thing of a member's.
type thing struct {
	audience people.Audience
	shown    bool
	giver    people.MemberID
}

func (t thing) VisibleTo() people.Audience { return t.audience }
func (t thing) Flow() neighbours.Flow      { return neighbours.Offers }
func (t thing) Shown() bool                { return t.shown }
func (t thing) Involves(v neighbours.Viewer) bool {
	return v.Member != nil && v.Member.ID == t.giver
}

func TestCanView_isTheSameAnswerForEveryDoor(t *testing.T) {
	left := time.Now()
	viewers := map[string]neighbours.Viewer{
		"giver":           {Member: &people.Member{ID: "giver"}},
		"member":          {Member: &people.Member{ID: "another"}},
		"gone member":     {Member: &people.Member{ID: "gone", LeftAt: &left}},
		"neighbour":       {Origin: birch, Actor: birchIRI, Neighbour: true, Flows: "offers"},
		"signed stranger": {Origin: mastodon, Actor: mastodon + "/users/x"},
		"blocked":         {Origin: birch, Actor: birchIRI, Neighbour: true, Flows: "offers", Blocked: true},
		"anybody":         {},
	}
	sees := map[people.Audience][]string{ // while it is shown; the giver always does
		people.Involved: {},
		people.Circle:   {},
		people.Members:  {"member"},
		people.Friends:  {"member", "neighbour"},
		people.Anyone:   {"member", "neighbour", "signed stranger", "anybody", "gone member"},
	}
	for audience, who := range sees {
		for name, viewer := range viewers {
			for _, shown := range []bool{true, false} {
				want := name == "giver" || shown && slices.Contains(who, name)
				if got := neighbours.CanView(viewer, thing{audience, shown, "giver"}); got != want {
					t.Errorf("%s, for %s, shown %v: got %v, want %v", name, audience, shown, got, want)
				}
			}
			listed := slices.Contains(neighbours.Audiences(viewer, neighbours.Offers), audience)
			if want := slices.Contains(who, name) || name == "giver" && slices.Contains(sees[audience], "member"); listed != want {
				t.Errorf("%s lists what is for %s: %v, want %v", name, audience, listed, want)
			}
		}
	}
}

func TestViewerOf_knowsANeighbourOnlyWhileItIsOne(t *testing.T) {
	alder(t, func(n *node) {
		node := birch + "/ap/node" // it is the node that signs fetches
		seen := func(signer string) (viewer neighbours.Viewer) {
			n.look(func(v *store.View) (err error) {
				viewer, err = neighbours.ViewerOf(v, signer)
				return err
			})
			return viewer
		}
		if v := seen(""); v != (neighbours.Viewer{}) {
			n.Errorf("nobody is %+v", v)
		}
		n.weAsk()
		n.theyAccept()
		if seen(node).Neighbour {
			n.Error("an Accept alone made a neighbour")
		}
		n.theyFollow(theirs)
		if v := seen(node); !v.Neighbour || v.Origin != birch || v.Actor != node {
			n.Errorf("got %+v", v)
		}
		n.wePart()
		if seen(node).Neighbour {
			n.Error("an ex-neighbour is one")
		}
	})
}

func TestViewerOf_aFollowerSeesNoMoreThanAnybody(t *testing.T) {
	alder(t, func(n *node) {
		n.do(func(tx *store.Tx) error {
			return neighbours.AddFollower(tx, person("zoe"), wire.Collective, mastodon+"/follows/1")
		})
		n.look(func(v *store.View) error {
			viewer, err := neighbours.ViewerOf(v, mastodon+"/users/zoe")
			if got := neighbours.Audiences(viewer, neighbours.Offers); !slices.Equal(got, []people.Audience{people.Anyone}) {
				n.Errorf("sees %v", got)
			}
			return err
		})
	})
}

func TestPassage_isAsTheEdgeIsNow(t *testing.T) {
	kinds := map[string]wire.Activity{
		"friends":  {Type: "Create"},
		"public":   {Type: "Create", Public: true},
		"private":  {Type: "Accept", Recipient: birchIRI},
		"another":  {Type: "Create", Recipient: birch + "/users/bo"},
		"farewell": {Type: "Delete", Farewell: true},
	}
	for name, c := range map[string]struct {
		before func(n *node)
		passes []string
	}{
		"stranger":          {func(*node) {}, []string{"public", "private", "another", "farewell"}},
		"asked":             {(*node).weAsk, []string{"public", "private", "another", "farewell"}},
		"neighbour":         {(*node).befriended, []string{"friends", "public", "private", "another", "farewell"}},
		"parted":            {func(n *node) { n.befriended(); n.wePart() }, []string{"another", "farewell"}},
		"declined":          {func(n *node) { n.theyFollow(theirs); n.wePart() }, []string{"another", "farewell"}},
		"parted, following": {func(n *node) { n.befriended(); n.wePart(); n.birchPersonFollows() }, []string{"public", "another", "farewell"}},
		"blocked":           {func(n *node) { n.befriended(); n.block("birch.example") }, nil},
		"blocked alone":     {func(n *node) { n.befriended(); n.block(birchIRI) }, []string{"another", "farewell"}},
		"blocked alone, a person there follows": {
			func(n *node) { n.befriended(); n.birchPersonFollows(); n.block(birchIRI) }, []string{"public", "another", "farewell"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			alder(t, func(n *node) {
				c.before(n)
				for kind, activity := range kinds {
					n.look(func(v *store.View) error {
						passage, err := neighbours.PassageTo(v, "https://cedar.example", birch)
						if err != nil {
							return err
						}
						got, err := passage.May(birch, activity, neighbours.Offers)
						if want := slices.Contains(c.passes, kind); got != want {
							n.Errorf("%s: got %v, want %v", kind, got, want)
						}
						return err
					})
				}
			})
		})
	}
}

func TestBlocked_holdsForEverythingBelowAHost(t *testing.T) {
	alder(t, func(n *node) {
		for _, subject := range []string{"Bad.Example.", "https://worse.example:8443", mastodon + "/users/mallory", "192.0.2.7", "localhost", "BÜCHER.example", "ｂad2.example"} {
			n.block(subject)
		}
		for iri, want := range map[string]bool{
			"https://bad.example":                true,
			"https://bad.example/users/x":        true,
			"https://x.y.bad.example:8443/inbox": true,
			"https://verybad.example":            false,
			"https://bad.example.org":            false,
			"https://worse.example":              true,
			mastodon + "/users/mallory":          true,
			mastodon + "/users/zoe":              false,
			mastodon:                             false,
			"https://192.0.2.7/x":                true,
			"https://1.192.0.2.7.example":        false,
			"http://alder.localhost:8080":        true,
			"https://[2001:db8::1]:8443/x":       false,
			"https://xn--bcher-kva.example/x":    true,
			"https://a.bad2.example/x":           true,
		} {
			n.look(func(v *store.View) error {
				got, err := neighbours.Blocked(v, iri)
				if got != want {
					n.Errorf("%s: %v, want %v", iri, got, want)
				}
				return err
			})
		}
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, "https://bad.example/") })
		n.look(func(v *store.View) error {
			still, err := neighbours.Blocked(v, "https://bad.example")
			if still {
				n.Error("lifted, and still shut out")
			}
			return err
		})
	})
}

func TestViewerOf_aBlockedSignerSeesNothing(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.block("birch.example")
		n.look(func(v *store.View) error {
			viewer, err := neighbours.ViewerOf(v, birchIRI)
			if !viewer.Blocked || neighbours.CanView(viewer, thing{people.Anyone, true, "giver"}) {
				n.Errorf("sees what is for anyone: %+v", viewer)
			}
			return err
		})
	})
}

func (n *node) block(subject string) {
	n.Helper()
	n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.sage, subject) })
}

func (n *node) birchPersonFollows() {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		zoe := neighbours.Actor{IRI: birch + "/users/zoe", Type: "Person", Inbox: birch + "/users/zoe/inbox"}
		return neighbours.AddFollower(tx, zoe, wire.Collective, birch+"/follows/1")
	})
}

// person is somebody on a server with a shared inbox.
func person(name string) neighbours.Actor {
	iri := fmt.Sprintf("%s/users/%s", mastodon, name)
	return neighbours.Actor{IRI: iri, Type: "Person", Name: name, Inbox: iri + "/inbox", SharedInbox: mastoShed}
}
