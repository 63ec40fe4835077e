package federation

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
)

// shape is somebody on other software, and what they send us: documents written for this project in the shape in which that software
// writes them. What it never sends is not there.
type shape struct {
	Key   string         `json:"key"`
	Actor doc            `json:"actor"`
	Acts  map[string]doc `json:"acts"`
}

// about is a document of a shape, about an offer of ours.
func (s shape) about(name string, offer sharing.OfferID) (doc, bool) {
	d, ok := s.Acts[name]
	if !ok {
		return nil, false
	}
	var about doc
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(mustJSON(d)), "OFFER", string(offer))), &about); err != nil {
		panic(err)
	}
	return about, true
}

// readShape reads one and has its actor live in the village, under the address of its key as well.
func readShape(t *testing.T, path string, v *village) (shape, peer) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s shape
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(raw), `"KEY"`, string(mustJSON(pemOf(peerKeys()[1]))))), &s); err != nil {
		t.Fatal(err)
	}
	p := peer{id: codec.ID(s.Actor), key: peerKeys()[1], keyID: s.Key}
	v.shows(p.id, s.Actor)
	v.shows(s.Key, s.Actor)
	return s, p
}

// eachShape tells a story for each software on both databases.
func eachShape(t *testing.T, story func(n *node, v *village, s shape, p peer, offer sharing.OfferID)) {
	t.Helper()
	paths, err := filepath.Glob("testdata/peers/*.json")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
				n.said()
				s, p := readShape(t, path, v)
				story(n, v, s, p, bike)
			})
		})
	}
}

// plays sends what a shape has under a name, if it has it, and reports whether it was kept for the receiver.
func (n *node) plays(s shape, p peer, name string, offer sharing.OfferID) (kept bool) {
	n.Helper()
	d, ok := s.about(name, offer)
	if !ok {
		return false
	}
	before := len(n.items())
	n.takes(p, d)
	return len(n.items()) > before
}

func TestShapes_followReplyAndTakeItBack(t *testing.T) {
	eachShape(t, func(n *node, _ *village, s shape, p peer, bike sharing.OfferID) {
		n.plays(s, p, "follow", bike)
		if got := n.followers(); len(got) != 1 {
			n.Fatalf("followers: %v", got)
		}
		follow, _ := s.about("follow", bike)
		if yes := n.only(n.said()); yes.Type != "Accept" || codec.ID(yes.doc["object"]) != codec.ID(follow) {
			n.Errorf("said: %v", yes.doc)
		}
		if n.plays(s, p, "accept", bike); n.edge().ID != "" || len(n.said()) != 0 { // security I14
			n.Error("a yes that nobody asked for did something")
		}

		n.plays(s, p, "reply", bike)
		if got := n.letters(); len(got) != 1 || !strings.HasSuffix(got[0].Text, "Does it still have its bell?") || got[0].About != string(bike) {
			n.Fatalf("after a reply: %+v", got)
		}
		n.plays(s, p, "update", bike)
		if got := n.letters(); len(got) != 1 || !strings.HasSuffix(got[0].Text, "bell, and lights?") {
			n.Errorf("after an edit: %+v", got)
		}
		n.plays(s, p, "mention", bike)
		if got := n.letters(); len(got) != 2 || !strings.HasSuffix(got[1].Text, "Good to have you here.") || got[1].About != "" {
			n.Errorf("after a mention: %+v", got)
		}
		for _, theirs := range []string{"announce", "like"} {
			if n.plays(s, p, theirs, bike) || len(n.said()) != 0 {
				n.Errorf("%s did something", theirs)
			}
		}
		n.plays(s, p, "delete", bike)
		if got := n.letters(); len(got) != 1 {
			n.Errorf("after a Delete: %+v", got)
		}
		n.plays(s, p, "undo", bike)
		if got := n.followers(); len(got) != 0 {
			n.Errorf("after an Undo: %v", got)
		}
	})
}

// Protocol 8 case 98.
func TestShapes_blockAndHearNothingMore(t *testing.T) {
	eachShape(t, func(n *node, _ *village, s shape, p peer, bike sharing.OfferID) {
		if _, ok := s.Acts["block"]; !ok {
			return // Mobilizon tells nobody whom it blocks
		}
		n.plays(s, p, "follow", bike)
		n.plays(s, p, "block", bike)
		if got := n.followers(); len(got) != 0 {
			n.Errorf("still followers: %v", got)
		}
		if said := n.said(); slices.ContainsFunc(said, func(s saying) bool { return s.Public }) {
			n.Errorf("said: %v", kinds(said))
		}
	})
}

// Security I27, product F5: people read a report, of whoever reports only the server is kept, and nothing happens by itself.
func TestShapes_reportAndStewardsReadIt(t *testing.T) {
	eachShape(t, func(n *node, v *village, s shape, p peer, bike sharing.OfferID) {
		flag, _ := s.about("flag", bike)
		reporter := peer{id: codec.ID(flag["actor"]), key: p.key, keyID: codec.ID(flag["actor"]) + "#main-key"}
		v.shows(reporter.id, with(profileOf(reporter), doc{"type": "Application"}))
		n.takes(reporter, flag)
		n.takes(reporter, flag)
		got := n.letters()
		if len(got) != 1 || got[0].Kind != neighbours.Report || !strings.HasSuffix(got[0].Text, "This is for sale elsewhere.") {
			n.Fatalf("letters %+v", got)
		}
		if origin, _ := iri.Origin(reporter.id); got[0].From != origin || strings.Contains(got[0].Name, "/") {
			n.Errorf("it names more than the server: %s, %s", got[0].From, got[0].Name)
		}
		if s.Acts["follow"]["id"] != nil && got[0].About != string(bike) && s.Actor["_misskey_summary"] == nil { // which names the thing in words
			n.Errorf("it is about %q", got[0].About)
		}
		if len(n.said()) != 0 {
			n.Error("it did something")
		}
		many := make([]any, neighbours.ReportedAtMost+1)
		for i := range many {
			many[i] = us
		}
		if code := n.sends(reporter, with(flag, doc{"id": codec.ID(flag) + "0", "object": many})); code != 400 {
			n.Errorf("about too many things it is answered %d", code)
		}
	})
}

// Who moves among themselves is their own business; a person is nobody's neighbour.
func TestShapes_moveWithoutUs(t *testing.T) {
	eachShape(t, func(n *node, _ *village, s shape, p peer, bike sharing.OfferID) {
		n.plays(s, p, "follow", bike)
		if n.plays(s, p, "move", bike) || len(n.followers()) != 1 {
			n.Error("it did something")
		}
	})
}
