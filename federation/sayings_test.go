package federation

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func birchItself() neighbours.Actor {
	return neighbours.Actor{
		IRI: birch, Type: "Organization", Name: "Birch", Handle: "collective@birch.example",
		Inbox: birch + "/inbox", SharedInbox: birchInbox, OpenURL: birch + "/open",
	}
}

// befriend makes Birch a neighbour, as if its messages had come, and forgets what was said meanwhile.
func (n *node) befriend() {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		if _, err := neighbours.AddNeighbour(tx, n.Sage, birchItself()); err != nil {
			return err
		}
		if _, err := neighbours.HearAccept(tx, birch, ""); err != nil {
			return err
		}
		_, err := neighbours.HearFollow(tx, birchItself(), "https://birch.example/ap/activities/f1")
		return err
	})
	n.said()
}

// followed lets somebody on a microblog follow the collective.
func (n *node) followed() {
	n.Helper()
	fan := neighbours.Actor{IRI: "https://social.example/users/fan", Type: "Person", Handle: "fan@social.example", Inbox: fanInbox}
	n.do(func(tx *store.Tx) error {
		return neighbours.AddFollower(tx, fan, wire.Collective, "https://social.example/follows/1")
	})
	n.said()
}

// gives publishes an offer of Sage's.
func (n *node) gives(in sharing.NewOffer) (id sharing.OfferID) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		o, err := sharing.Write(tx, n.Sage, in)
		if err != nil {
			return err
		}
		id = o.ID
		return sharing.Publish(tx, n.Sage, id, rand.Reader)
	})
	return id
}

// saying is an activity and where it goes.
type saying struct {
	wire.Activity
	Inboxes []string
	doc     map[string]any
}

// said relays what has happened, and gives what was said that had not been before.
func (n *node) said() (new []saying) {
	n.Helper()
	before := len(n.all())
	for {
		worked, err := n.Relay(n.Context())
		if err != nil {
			n.Fatal(err)
		}
		if !worked {
			return n.all()[before:]
		}
	}
}

// all is everything that was ever said, in the order in which it was queued.
func (n *node) all() (said []saying) {
	n.Helper()
	n.look(func(v *store.View) error {
		rows, err := store.All[wire.Activity](v.DB().Order("id"))
		for _, a := range rows {
			s := saying{Activity: a}
			if err := v.DB().Model(&wire.Delivery{}).Where("activity_id = ?", a.ID).Order("inbox").Pluck("inbox", &s.Inboxes).Error; err != nil {
				return err
			}
			if s.doc, err = codec.Decode(a.Body); err != nil {
				return err
			}
			said = append(said, s)
		}
		return err
	})
	return said
}

func (n *node) only(said []saying) saying {
	n.Helper()
	if len(said) != 1 {
		n.Fatalf("%d activities: %v", len(said), kinds(said))
	}
	return said[0]
}

func kinds(said []saying) (all []string) {
	for _, s := range said {
		all = append(all, s.Type+" "+strings.Join(s.Inboxes, " "))
	}
	return all
}

func (n *node) expect(said []saying, want ...string) {
	n.Helper()
	if got := kinds(said); !slices.Equal(got, want) {
		n.Errorf("said\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func (n *node) keys() {
	n.Helper()
	if err := n.EnsureKeys(n.Context()); err != nil {
		n.Fatal(err)
	}
}

func (n *node) golden(name string, said []saying) {
	n.Helper()
	var lines []string
	for _, s := range said {
		lines = append(lines, fmt.Sprintf(`{"inboxes":%s,"activity":%s}`, must(json.Marshal(s.Inboxes)), withoutContext(n.TB, s.Body)))
	}
	seen := map[string]string{}
	text := random.ReplaceAllStringFunc("["+strings.Join(lines, ",")+"]", func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("id-%d", len(seen)+1)
			if strings.HasPrefix(id, `"pots:for"`) {
				seen[id] = `"pots:for":"handle"`
			}
		}
		return seen[id]
	})
	goldenBytes(n.TB, name, []byte(text))
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
