package federation

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// showsItselfToNeighboursOnly turns allow-list mode on.
func (n *node) showsItselfToNeighboursOnly() {
	n.Helper()
	answers := peopletest.Answers()
	answers.OnlyNeighbours = true
	n.do(func(tx *store.Tx) error { _, err := people.ChangeCollective(tx, n.Sage, answers); return err })
}

// Product H12: in allow-list mode strangers get 404 for everything but the public card, at every address of the table.
func TestOnlyNeighbours_strangersSeeTheCardAndNothingElse(t *testing.T) {
	card := []string{
		"/.well-known/webfinger", "/.well-known/host-meta", "/.well-known/host-meta.json", "/.well-known/nodeinfo", "/nodeinfo/2.0", "/nodeinfo/2.1",
		"/ap/collective", "/ap/decisions", "/ap/node",
	}
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.do(func(tx *store.Tx) error {
			return neighbours.AddFollower(tx, birchItself(), wire.Decisions, birch+"/follow/d")
		})
		n.known(birchNode, cedarNode)
		sign := n.gives(sharing.NewOffer{Title: "A sign", Audience: people.Anyone})
		for range 3 {
			if _, err := n.Relay(t.Context()); err != nil {
				n.Fatal(err)
			}
		}
		var said []wire.Activity
		n.look(func(v *store.View) (err error) {
			said, err = wire.Outbox(v, wire.Collective, "", 1)
			return err
		})
		if len(said) != 1 {
			n.Fatal("nothing was said")
		}
		n.showsItselfToNeighboursOnly()
		for _, r := range n.routes() {
			path, get := strings.CutPrefix(r.pattern, "GET ")
			if !get {
				continue
			}
			at := path
			switch {
			case strings.HasPrefix(path, "/ap/offers/"):
				at = strings.Replace(path, "{id}", string(sign), 1)
			case strings.HasPrefix(path, "/ap/activities/"):
				at = strings.Replace(path, "{id}", string(said[0].ID), 1)
			case strings.Contains(path, "{id}"):
				at = strings.Replace(path, "{id}", store.RandomID[string](), 1)
			case path == "/.well-known/webfinger":
				at += "?resource=acct:collective@" + n.Base.Authority()
			}
			for _, who := range []string{"", cedarNode} {
				got := n.read(who, at)
				if slices.Contains(card, path) {
					if got.Code != http.StatusOK {
						n.Errorf("%s, of the card, for %q: %d", path, who, got.Code)
					}
					continue
				}
				if got.Code != http.StatusNotFound {
					n.Errorf("%s for %q: %d", path, who, got.Code)
				}
				n.isPrivate(got)
			}
			if slices.Contains(card, path) || strings.Contains(path, "{id}") && !strings.Contains(at, string(sign)) && !strings.Contains(at, string(said[0].ID)) {
				continue
			}
			got := n.read(birchNode, at)
			if got.Code != http.StatusOK {
				n.Errorf("%s for a neighbour: %d", path, got.Code)
			}
			n.isPrivate(got)
		}
		for _, path := range card[6:] {
			body := n.read("", path).Body.String()
			if !strings.Contains(body, "publicKeyPem") || strings.Contains(body, "summary") || strings.Contains(body, "published") {
				n.Errorf("%s says %s", path, body)
			}
		}
	})
}

// What is for anyone goes to neighbours alone, also what is on its way to followers already.
func TestOnlyNeighbours_nothingGoesToStrangers(t *testing.T) {
	alder(t, func(n *node) {
		n.befriend()
		n.do(func(tx *store.Tx) error {
			zoe := neighbours.Actor{IRI: "https://social.example/users/zoe", Type: "Person", Inbox: "https://social.example/users/zoe/inbox"}
			return neighbours.AddFollower(tx, zoe, wire.Collective, "https://social.example/follows/1")
		})
		n.look(func(v *store.View) error {
			all, err := listeners(v, wire.Collective, people.Anyone, neighbours.Offers)
			if len(all) != 2 {
				n.Errorf("an open collective speaks to %v", all)
			}
			return err
		})
		n.showsItselfToNeighboursOnly()
		n.look(func(v *store.View) error {
			all, err := listeners(v, wire.Collective, people.Anyone, neighbours.Offers)
			if err != nil || len(all) != 1 || !strings.HasPrefix(all[0], "https://birch.example/") {
				n.Errorf("it speaks to %v, %v", all, err)
			}
			passage, err := neighbours.PassageTo(v, "https://social.example", "https://birch.example")
			if err != nil {
				return err
			}
			for origin, want := range map[string]bool{"https://social.example": false, "https://birch.example": true} {
				may, err := passage.May(origin, wire.Activity{Public: true}, neighbours.Offers)
				if may != want || err != nil {
					n.Errorf("%s: may %v, %v", origin, may, err)
				}
			}
			return nil
		})
	})
}
