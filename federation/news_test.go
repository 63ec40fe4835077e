package federation

import (
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// Protocol 2.1: an edit does not come back to the top, and so what matters is said as a reply as well; of the thing, never of people.
func TestNews_areRepliesForFollowersAndGoWithTheThing(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.followed()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		quiet := n.gives(sharing.NewOffer{Title: "A lamp", Audience: people.Friends})
		n.said()
		n.later(time.Hour)
		n.do(func(tx *store.Tx) error { return sharing.Lengthen(tx, n.Sage, bike) })
		n.do(func(tx *store.Tx) error { return sharing.Lengthen(tx, n.Sage, quiet) })
		said := n.said()
		n.expect(said, "Update "+birchInbox+" "+fanInbox, "Create "+fanInbox, "Update "+birchInbox)
		note := codec.Object(said[1].doc["object"])
		if codec.ID(note["inReplyTo"]) != "https://alder.example/ap/offers/"+string(bike) || strings.Contains(string(said[1].Body), "Sage") {
			n.Errorf("said %v", note)
		}
		path := strings.TrimPrefix(codec.ID(note), "https://alder.example")
		if w := n.read("", path); w.Code != 200 || !strings.Contains(w.Body.String(), "wire.news.lengthened A bike") {
			n.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		n.golden("news", said[1:2])

		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, bike) })
		n.expect(n.said(), "Delete "+birchInbox+" "+fanInbox, "Delete "+fanInbox)
		if w := n.read("", path); w.Code != 404 && w.Code != 410 {
			n.Errorf("it is still served: %d", w.Code)
		}
	})
}

func TestFeatured_showsTheNewestOfWhatIsThereForAnyone(t *testing.T) {
	alder(t, func(n *node) {
		for range 6 {
			n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		}
		last := n.gives(sharing.NewOffer{Title: "A lamp", Audience: people.Anyone})
		n.gives(sharing.NewOffer{Title: "A secret", Audience: people.Friends})
		_, ids := itemsOf(n, n.read("", "/ap/collective/featured"))
		if len(ids) != 5 || ids[0] != "https://alder.example/ap/offers/"+string(last) {
			n.Errorf("pinned: %v", ids)
		}
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, last) })
		if _, ids = itemsOf(n, n.read("", "/ap/collective/featured")); ids[0] == "https://alder.example/ap/offers/"+string(last) {
			n.Error("what is gone is pinned")
		}
	})
}

// Product F5: the other server's stewards hear of it from our server, and nobody hears who told.
func TestFlag_isPassedOnByAStewardWithoutItsReporter(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		n.takes(vera(), reply(bike, 1, "buy my pills"))
		voice := n.letters()[0]
		n.do(func(tx *store.Tx) error {
			return neighbours.TellStewards(tx, neighbours.Reported{Author: voice.From, Object: voice.Object, About: string(bike), Words: "This is an advertisement."})
		})
		if len(n.said()) != 0 {
			n.Fatal("it left without a steward")
		}
		report := n.letters()[1]
		n.do(func(tx *store.Tx) error { return neighbours.PassOn(tx, n.Sage, report.ID) })
		flag := n.only(n.said())
		if flag.Type != "Flag" || codec.ID(flag.doc["actor"]) != "https://alder.example/ap/node" || flag.Recipient != victim {
			n.Errorf("said %s by %v to %s", flag.Type, flag.doc["actor"], flag.Recipient)
		}
		if got := codec.IDs(flag.doc["object"]); len(got) != 2 || got[0] != victim || got[1] != victim+"/notes/1" {
			n.Errorf("about %v", got)
		}
		n.golden("flag", []saying{flag})
	})
}

// Security I25, protocol 8 case 106: both addresses say so, stewards are told, and being neighbours does not move by itself.
func TestMove_ofANeighbourIsLookedIntoAndToldToStewards(t *testing.T) {
	const elsewhere = "https://elm.example/ap/collective"
	move := with(act(theBirches(), "Move", 1, birch), doc{"target": elsewhere})
	for name, story := range map[string]struct {
		was, is doc
		told    bool
	}{
		"as both say":            {doc{"movedTo": elsewhere}, doc{"alsoKnownAs": []any{birch}}, true},
		"the new one knows none": {doc{"movedTo": elsewhere}, doc{}, false},
		"the old one is still":   {doc{}, doc{"alsoKnownAs": birch}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				v.shows(birch, with(birchProfile(), story.was))
				v.shows(elsewhere, with(with(birchProfile(), doc{"id": elsewhere}), story.is))
				n.takes(theBirches(), move)
				n.works()
				n.takes(theBirches(), with(move, doc{"id": birch + "/move/2"})) // once a week
				n.works()
				got := n.letters()
				if (len(got) == 1 && got[0].Kind == neighbours.Move && got[0].Objects[0] == elsewhere) != story.told || !story.told && len(got) != 0 {
					n.Errorf("letters %+v", got)
				}
				if n.edge().State != neighbours.Neighbours || n.edge().Actor != birch {
					n.Errorf("the edge is %+v", n.edge())
				}
			})
		})
	}
}
