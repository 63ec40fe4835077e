package federation

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// Every event leaves the node by a translation, or stays here for a reason that is written down. Without this a district gains an
// event, and neighbours silently never hear of it.
func TestRelay_knowsEveryEventOfEveryDistrict(t *testing.T) {
	local := localEvents()
	for _, kind := range models.Events() {
		_, leaves := translations()[kind]
		if stays := slices.Contains(local, kind); leaves == stays {
			t.Errorf("%s has a translation: %v, is named as local: %v", kind, leaves, stays)
		}
	}
	for kind := range translations() {
		if !slices.Contains(models.Events(), kind) {
			t.Errorf("nobody records %s", kind)
		}
	}
}

const (
	birch      = "https://birch.example/ap/collective"
	birchInbox = "https://birch.example/ap/inbox"
	fanInbox   = "https://social.example/inbox"
)

func TestRelay_tellsThoseWhomAnOfferIsFor(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.followed()
		for audience, want := range map[people.Audience][]string{
			people.Members: nil,
			people.Friends: {"Create " + birchInbox},
			people.Anyone:  {"Create " + birchInbox + " " + fanInbox},
		} {
			n.gives(sharing.NewOffer{Title: "A bike", Place: "Mill Street 7", Audience: audience})
			said := n.said()
			n.expect(said, want...)
			for _, s := range said {
				if s.Public != (audience == people.Anyone) {
					n.Errorf("for %s: public %v", audience, s.Public)
				}
				if bytes.Contains(s.Body, []byte("Mill Street 7")) {
					n.Errorf("for %s: the place left the node", audience)
				}
				if bytes.Contains(s.Body, []byte("Public")) && audience != people.Anyone {
					n.Errorf("for %s: %s", audience, s.Body)
				}
			}
		}
	})
}

func TestRelay_saysWhatIsTrueNow(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		id := n.gives(sharing.NewOffer{Title: "A bike"})
		for range 3 {
			n.do(func(tx *store.Tx) error {
				_, err := sharing.Edit(tx, n.Sage, id, sharing.NewOffer{Title: "A blue bike"})
				return err
			})
		}
		first := n.only(n.said())
		note := codec.Object(first.doc["object"])
		if first.Type != "Create" || !strings.Contains(codec.String(note["content"]), "A blue bike") {
			n.Errorf("said %s", first.Body)
		}
		for _, title := range []string{"A bike", "A red bike"} {
			n.do(func(tx *store.Tx) error {
				_, err := sharing.Edit(tx, n.Sage, id, sharing.NewOffer{Title: title})
				return err
			})
		}
		update := n.only(n.said())
		seq, _ := codec.Seq(codec.Object(update.doc["object"])["pots:seq"])
		was, _ := codec.Seq(note["pots:seq"])
		if update.Type != "Update" || seq <= was {
			n.Errorf("%s with seq %d after %d", update.Type, seq, was)
		}
		n.expect(n.said())
	})
}

// Mastodon takes an edit only when its date is after that of what it has, and dates have no fraction.
func TestRelay_datesEachEditLaterThanTheLast(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		id := n.gives(sharing.NewOffer{Title: "A bike"})
		note := codec.Object(n.only(n.said()).doc["object"])
		if note["updated"] != nil {
			n.Errorf("new, and updated %v", note["updated"])
		}
		last, _ := codec.Time(note["published"])
		for _, title := range []string{"A blue bike", "A red bike", "A bike"} {
			n.do(func(tx *store.Tx) error {
				_, err := sharing.Edit(tx, n.Sage, id, sharing.NewOffer{Title: title})
				return err
			})
			updated, ok := codec.Time(codec.Object(n.only(n.said()).doc["object"])["updated"])
			if !ok || !updated.After(last) {
				n.Errorf("%s: updated %v after %v", title, updated, last)
			}
			last = updated
		}
	})
}

func TestRelay_deletesWhereverItWasSent(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.followed()
		id := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.said()
		n.do(func(tx *store.Tx) error {
			if err := neighbours.RemoveFollower(tx, "https://social.example/users/fan", wire.Collective); err != nil {
				return err
			}
			return sharing.WithdrawOffer(tx, n.Sage, id)
		})
		gone := n.only(n.said())
		n.expect([]saying{gone}, "Delete "+birchInbox+" "+fanInbox)
		if !gone.Farewell {
			n.Error("a Delete would not pass after parting")
		}
		if tomb := codec.Object(gone.doc["object"]); codec.Type(tomb) != "Tombstone" || bytes.Contains(gone.Body, []byte("bike")) {
			n.Errorf("deleted with %s", gone.Body)
		}
	})
}

func TestRelay_saysNothingOfWhatCameAndWentMeanwhile(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		id := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, id) })
		n.expect(n.said())
	})
}

// The steps of becoming neighbours, in each direction, and of parting.
func TestRelay_asksAndAnswersNeighbours(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.do(func(tx *store.Tx) error {
			_, err := neighbours.HearFollow(tx, birchItself(), "https://birch.example/ap/activities/f1")
			return err
		})
		n.expect(n.said())
		var edge neighbours.Edge
		n.do(func(tx *store.Tx) (err error) {
			if edge, err = neighbours.FindEdgeTo(tx.View, birch); err != nil {
				return err
			}
			edge, err = neighbours.AcceptNeighbour(tx, n.Sage, edge.ID)
			return err
		})
		said := n.said()
		slices.SortFunc(said, func(a, b saying) int { return strings.Compare(a.Type, b.Type) })
		n.expect(said, "Accept "+birchInbox, "Follow "+birchInbox)
		if said[1].ID != edge.OurFollow || said[1].doc["pots:relation"] != "neighbour" {
			n.Errorf("the Follow is %s", said[1].Body)
		}
		n.golden("neighbour-accepted", said)

		n.do(func(tx *store.Tx) error {
			if _, err := neighbours.HearAccept(tx, birch, edge.OurFollow); err != nil {
				return err
			}
			_, err := neighbours.PartNeighbour(tx, n.Sage, edge.ID)
			return err
		})
		parting := n.said()
		n.expect(parting, "Undo "+birchInbox, "Reject "+birchInbox)
		for _, s := range parting {
			if !s.Farewell {
				n.Errorf("the %s is no farewell", s.Type)
			}
		}
		n.golden("neighbour-parted", parting)
	})
}

func TestRelay_letsFollowersIn(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.do(func(tx *store.Tx) error {
			fan := neighbours.Actor{IRI: "https://social.example/users/fan", Type: "Person", Inbox: fanInbox}
			return neighbours.AddFollower(tx, fan, wire.Decisions, "https://social.example/follows/1")
		})
		accept := n.only(n.said())
		n.expect([]saying{accept}, "Accept "+fanInbox)
		if accept.Actor != wire.Decisions || accept.doc["actor"] != "https://alder.example/ap/decisions" {
			n.Errorf("accepted by %s", accept.doc["actor"])
		}
	})
}

func TestRelay_sendsOurActorsWhenTheyChange(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.do(func(tx *store.Tx) error {
			answers := peopletest.Answers()
			answers.Name = "Alder and friends"
			_, err := people.ChangeCollective(tx, n.Sage, answers)
			return err
		})
		said := n.said()
		n.expect(said, "Update "+birchInbox, "Update "+birchInbox)
		if got := codec.Object(said[0].doc["object"])["name"]; got != "Alder and friends" {
			n.Errorf("the collective is called %v", got)
		}
		if !bytes.Contains(said[0].Body, []byte("https://w3id.org/security/v1")) {
			n.Error("an actor is sent without the context that its key needs")
		}
	})
}

func TestRelay_isNotHeldUpByAnEventThatCannotBeTranslated(t *testing.T) {
	alder(t, func(n *node) { // without keys, so that no actor can be described
		n.befriend()
		n.do(func(tx *store.Tx) error {
			_, err := people.ChangeCollective(tx, n.Sage, peopletest.Answers())
			return err
		})
		n.gives(sharing.NewOffer{Title: "A bike"})
		n.expect(n.said(), "Create "+birchInbox)
		n.keys()
		n.said()
		n.expect(n.all()[2:4], "Update "+birchInbox, "Update "+birchInbox) // under its own, earlier id
	})
}

// A full disk ends SQLite's transaction under the relay. What it goes on to write then stands alone, and an event that is noted as
// published without its activity is lost.
func TestRelay_losesNothingToAFullDisk(t *testing.T) {
	n := newNode(t, storetest.Open(t, "sqlite"), nobodyThere{})
	n.keys()
	n.followed()
	n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
	n.gives(sharing.NewOffer{Title: "A long story", Description: strings.Repeat("And then. ", 180), Audience: people.Anyone})
	for left := 0; ; left++ {
		n.room(left)
		worked, err := n.Relay(n.Context())
		if worked && err == nil {
			break
		}
		if !fault.Is(err, fault.Busy) {
			t.Fatalf("with %d pages left: worked %v, %v", left, worked, err)
		}
	}
	n.expect(n.all()[1:], "Create "+fanInbox, "Create "+fanInbox)
}

// What is new in every run is numbered in the order in which it appears.
var random = regexp.MustCompile(`\b[0-9a-hjkmnp-tv-z]{26}\b|\b[0-9a-f]{64}\b|"pots:for":"[A-Za-z0-9_-]{43}"`)
