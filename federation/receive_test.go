package federation

import (
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func (n *node) letters() (all []neighbours.Letter) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		all, err = neighbours.Letters(v, 10)
		return err
	})
	return all
}

func (n *node) followers() (inboxes []string) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		inboxes, err = neighbours.FollowerInboxes(v, wire.Collective, "", 10)
		return err
	})
	return inboxes
}

func (n *node) edge() (e neighbours.Edge) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		e, err = neighbours.FindEdgeTo(v, birch)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return e
}

// drums is what we know of Birch's thing; the zero value when we know nothing.
func (n *node) drums() sharing.Mirror { return n.thing(drum) }

// thing is what we know of something elsewhere; the zero value when we know nothing.
func (n *node) thing(id string) (m sharing.Mirror) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		m, err = sharing.FindMirrorByIRI(v, id)
		return ignoreUnknown(err)
	})
	return m
}

func (n *node) asking(id agreeing.ID) (a sharing.Asking) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		a, err = sharing.FindAsking(v, id)
		return err
	})
	return a
}

func TestReceive_letsFollowersInAndOut(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.takes(vera(), act(vera(), "Follow", 1, us))
		if got := n.followers(); len(got) != 1 || got[0] != "https://victim.example/inbox" {
			n.Fatalf("followers: %v", got)
		}
		if accept := n.only(n.said()); accept.Type != "Accept" || codec.ID(accept.doc["object"]) != victim+"/follow/1" {
			n.Errorf("said: %v", accept.doc)
		}
		if got := v.asked(victim); got != 1 {
			n.Errorf("her document was fetched %d times for key and follow", got)
		}
		n.takes(vera(), act(vera(), "Follow", 1, us)) // the same again is nothing; a new one is accepted again
		n.takes(vera(), act(vera(), "Follow", 2, us))
		if accept := n.only(n.said()); codec.ID(accept.doc["object"]) != victim+"/follow/2" {
			n.Errorf("said: %v", accept.doc)
		}
		n.takes(vera(), act(vera(), "Undo", 1, victim+"/follow/2")) // only its id (protocol 8 case 28)
		if got := n.followers(); len(got) != 0 {
			n.Errorf("still followers: %v", got)
		}
		n.takes(vera(), act(vera(), "Follow", 3, us))
		n.takes(vera(), act(vera(), "Undo", 2, act(vera(), "Follow", 3, us)))
		if got := n.followers(); len(got) != 0 {
			n.Errorf("still followers: %v", got)
		}
	})
}

// Protocol 4 and 8 case 91: a Follow makes nobody a neighbour, and neither does an Accept; people on both sides do.
func TestReceive_makesNeighboursOnlyWherePeopleSaidSo(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.takes(theBirches(), act(theBirches(), "Follow", 1, us))
		if n.edge().ID != "" {
			n.Error("a plain Follow is an asking to be neighbours")
		}
		v.shows(victim, with(profileOf(vera()), nil))
		n.takes(vera(), with(act(vera(), "Follow", 1, us), doc{"pots:relation": "neighbour"}))
		if len(n.followers()) != 2 {
			n.Error("a person who asks to be a neighbour is a follower")
		}
		ask := with(act(theBirches(), "Follow", 2, us), doc{"pots:relation": "neighbour"})
		n.takes(theBirches(), ask)
		e := n.edge()
		if e.State != neighbours.AskedByThem {
			n.Fatalf("the edge is %q", e.State)
		}
		n.takes(theBirches(), act(theBirches(), "Accept", 1, doc{"type": "Follow", "actor": us, "object": birch}))
		if got := n.edge().State; got != neighbours.AskedByThem {
			n.Errorf("after an Accept of nothing the edge is %s", got)
		}
		n.said()
		n.do(func(tx *store.Tx) error {
			_, err := neighbours.AcceptNeighbour(tx, n.Sage, e.ID)
			return err
		})
		var follow string
		for _, s := range n.said() {
			if s.Type == "Follow" {
				follow = codec.ID(s.doc)
			}
		}
		n.takes(theBirches(), act(theBirches(), "Accept", 2, doc{"id": follow, "type": "Follow"})) // without its actor (case 27)
		if got := n.edge().State; got != neighbours.Neighbours {
			n.Errorf("after both said yes the edge is %s", got)
		}
		n.pulls(v, birch+"/open", doc{"id": birch + "/open", "type": "OrderedCollection", "orderedItems": []any{}})
		n.takes(theBirches(), act(theBirches(), "Undo", 1, ask))
		if got := n.edge().State; got != neighbours.Parted {
			n.Errorf("after their Undo the edge is %s", got)
		}
	})
}

// pulls expects that a collection is read now.
func (n *node) pulls(v *village, address string, collection doc) {
	n.Helper()
	v.shows(address, collection)
	v.serve("https://birch.example/.well-known/webfinger?resource=acct%3Acollective%40birch.example", nobody)
	before := v.asked(address)
	n.works()
	if v.asked(address) != before+1 {
		n.Errorf("%s was read %d times", address, v.asked(address)-before)
	}
}

func (n *node) works() {
	n.Helper()
	for {
		worked, err := n.Work(n.Context())
		if err != nil {
			n.Fatal(err)
		}
		if !worked {
			return
		}
	}
}

func TestReceive_mirrorsANeighboursThings(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.takes(theBirches(), act(theBirches(), "Create", 1, gift(drum, 1)))
		if n.drums().ID != "" {
			n.Error("a stranger's thing is mirrored")
		}
		n.befriend()
		n.takes(theBirches(), act(theBirches(), "Update", 1, gift(drum, 2))) // before its Create (protocol 8 case 30)
		m := n.drums()
		if m.Title != "A drum" || m.Seq != 2 || m.Audience != people.Friends || m.State != sharing.Gathering || m.Language != "en" {
			n.Fatalf("mirrored: %+v", m)
		}
		n.takes(theBirches(), act(theBirches(), "Create", 2, gift(drum, 1)))
		if got := n.drums().Seq; got != 2 {
			n.Errorf("old news made it %d", got)
		}
		n.takes(theBirches(), act(theBirches(), "Update", 2, with(gift(drum, 3), doc{"pots:state": "all_promised", "to": "as:Public"})))
		if m := n.drums(); m.State != sharing.AllPromised || m.Audience != people.Anyone {
			n.Errorf("mirrored: %+v", m)
		}
		n.takes(theBirches(), act(theBirches(), "Delete", 1, doc{"id": drum, "type": "Tombstone"}))
		if n.drums().ID != "" {
			n.Error("it is still there")
		}
	})
}

// Protocol 1.3: in which spellings other software says what it gives.
func TestReadListing_readsWhatPeersWrite(t *testing.T) {
	change := func(intent doc, note doc) doc {
		g := gift(drum, 1)
		g["publishes"] = with(g["publishes"].(doc), intent)
		return with(g, note)
	}
	for name, row := range map[string]struct {
		doc  doc
		want string // the title; empty for what is not read
	}{
		"ours": {gift(drum, 1), "A drum"},
		"with prefixes": {doc{
			"id": drum, "type": []any{"ValueFlows:Proposal", "as:Note"}, "attributedTo": birch, "vf:purpose": "offer",
			"https://w3id.org/valueflows/ont/vf#publishes": []any{doc{
				"vf:action": "https://w3id.org/valueflows#transfer", "name": "A drum", "vf:availableQuantity": doc{"hasNumericalValue": 1},
			}},
		}, "A drum"},
		"as an attachment": {doc{
			"id": drum, "type": "Note", "attributedTo": birch, "content": "x", "attachment": []any{doc{"type": "Proposal", "purpose": "offer", "publishes": doc{"action": "transfer", "name": "A drum"}}},
		}, "A drum"},
		"of an older text":       {change(nil, doc{"purpose": nil}), "A drum"},
		"in the words of a note": {change(doc{"name": nil}, doc{"content": "<p><b>Free:</b> a drum</p><p>Loud.</p>"}), "Free: a drum"},
		"hostile words":          {change(doc{"name": "A\u202e drum<script>x</script>\u200b"}, nil), "A drum"},
		"a wish":                 {change(nil, doc{"purpose": "request"}), "A drum"},
		"an auction":             {change(nil, doc{"purpose": "auction"}), ""},
		"a state of nobody's":    {change(nil, doc{"pots:state": "draft"}), ""},
		"a plain post":           {doc{"id": drum, "type": "Note", "content": "x"}, ""},
		"no words":               {change(doc{"name": "\u200b"}, doc{"content": "", "contentMap": nil}), ""},
	} {
		raw, err := codec.Decode(mustJSON(row.doc))
		if err != nil {
			t.Fatal(err)
		}
		l, err := readListing(raw, drum, birch, noon)
		if (err == nil) != (row.want != "") || err == nil && l.Title != row.want {
			t.Errorf("%s: %q, %v", name, l.Title, err)
		}
	}
}

func TestReceive_showsStewardsWhatStrangersWrite(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		reply := doc{
			"id": vNote, "type": "Note", "attributedTo": victim, "inReplyTo": "https://alder.example/ap/offers/" + string(bike),
			"content": `<p>Is it <b>still</b> there?<br>I <a href="javascript:alert(1)">could</a> come.</p><script>alert(1)</script>`,
			"to":      iriPublic, "cc": us, "tag": doc{"type": "Mention", "href": us},
		}
		n.takes(vera(), act(vera(), "Create", 1, reply))
		if got := n.letters(); len(got) != 1 || got[0].Text != "Is it still there?\nI could come." || got[0].About != string(bike) || got[0].From != victim {
			n.Fatalf("letters: %+v", got)
		}
		n.takes(vera(), act(vera(), "Update", 1, with(reply, doc{"content": "Never mind."})))
		if got := n.letters(); len(got) != 1 || got[0].Text != "Never mind." {
			n.Errorf("letters: %+v", got)
		}
		n.takes(vera(), act(vera(), "Create", 2, with(reply, doc{"id": victim + "/notes/8", "inReplyTo": nil, "to": us, "cc": nil, "tag": nil})))
		if got := n.letters(); len(got) != 2 || got[1].Name != "victim.example/users/vera" {
			n.Errorf("letters: %+v", got)
		}
		n.takes(vera(), act(vera(), "Delete", 1, vNote))
		if got := n.letters(); len(got) != 1 {
			n.Errorf("letters: %+v", got)
		}
	})
}

const iriPublic = "https://www.w3.org/ns/activitystreams#Public"

// Protocol 8 cases 54, 55 and 98.
func TestReceive_endsEverythingWithWhoIsGone(t *testing.T) {
	for name, last := range map[string]doc{
		"deleted": act(theBirches(), "Delete", 1, birch), "shut us out": act(theBirches(), "Block", 1, us),
		"refused us": act(theBirches(), "Reject", 1, doc{"type": "Follow", "actor": us, "object": birch}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				asked := n.asks(n.mirrored(), sharing.Wish{})
				bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
				n.takes(theBirches(), claim(1, bike, nil))
				n.takes(theBirches(), last)
				if got := n.edge().State; got != neighbours.Parted {
					n.Errorf("the edge is %s", got)
				}
				if a := n.asking(asked.ID); a.State.Live() {
					n.Errorf("the asking is %s", a.State)
				}
				for _, c := range n.claims(bike) {
					if c.State.Live() {
						n.Errorf("a claim is %s", c.State)
					}
				}
			})
		})
	}
}

// Security P11: what fails is tried again and parked, where people see it; the others flow.
func TestReceive_parksWhatFailsAndLetsOthersPast(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.do(func(tx *store.Tx) error { return tx.DB().Exec("ALTER TABLE letters RENAME TO pots").Error })
		n.takes(vera(), act(vera(), "Follow", 1, us))
		n.do(func(tx *store.Tx) error { // past the door, which asks that table too
			_, err := wire.Receive(tx, n.Wall(), []wire.InboxItem{{
				ActivityID: victim + "/x", Signer: victim, Origin: "https://victim.example", Type: "Create", Body: mustJSON(hello(vera())),
			}})
			return err
		})
		n.takes(vera(), act(vera(), "Undo", 1, victim+"/follow/1"))
		if len(n.followers()) != 0 {
			n.Error("what came behind it was not applied")
		}
		for range 6 {
			n.later(2 * time.Hour)
			n.receives()
		}
		if got := n.items()[1]; got.State != wire.ItemParked || got.Attempts != 5 || got.Error == "" {
			n.Errorf("it is %s after %d attempts: %q", got.State, got.Attempts, got.Error)
		}
	})
}

func TestSurvive_makesAnErrorOfAPanic(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		careless := func() (err error) {
			defer n.survive(t.Context(), "Create", &err)
			panic("nobody thought of that")
		}
		if err := careless(); err == nil || refused(err) {
			n.Errorf("got %v", err)
		}
	})
}

func TestSettled_waitsForClaimsFromBeforeTheFreeze(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		settled := func(freeze time.Time, want bool) {
			n.Helper()
			n.look(func(v *store.View) error {
				closes, err := n.Settled(v)
				if err == nil && closes(freeze) != want {
					n.Errorf("settled until %s: %v", freeze, !want)
				}
				return err
			})
		}
		settled(n.now, true)
		if code := n.sends(theBirches(), claim(1, bike, nil)); code != 202 {
			n.Fatalf("answered %d", code)
		}
		settled(n.now, false)
		settled(n.now.Add(-time.Second), true)
		n.later(time.Hour)
		settled(n.now, false)
		n.receives()
		settled(n.now, true)
		// A home that was down across the freeze.
		n.do(wire.Wake)
		n.later(time.Hour)
		freeze := n.now
		n.later(time.Hour)
		n.do(wire.Wake)
		settled(freeze, false)
		n.later(15 * time.Minute)
		settled(freeze, true)
	})
}

func TestReceive_takesABatchAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newNode(t, s, nobodyThere{})
		n.do(func(tx *store.Tx) error {
			var items []wire.InboxItem
			for i := range 3 * receiveBatch {
				says := with(hello(peer{id: victim}), doc{"id": victim + "/c/" + store.NewID[string]()})
				says["object"] = with(says["object"].(doc), doc{"id": victim + "/n/" + store.NewID[string](), "content": strings.Repeat("x", i+1)})
				items = append(items, wire.InboxItem{ActivityID: codec.ID(says), Signer: victim, Origin: "https://victim.example", Type: "Create", Body: mustJSON(says)})
			}
			_, err := wire.Receive(tx, n.Wall(), items)
			return err
		})
		batches := 0
		for worked := true; worked; batches++ {
			var err error
			if worked, err = n.Receive(n.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if batches != 4 {
			t.Errorf("%d batches", batches)
		}
		for _, item := range n.items() {
			if item.State != wire.ItemDone {
				t.Errorf("item %s is %s: %s", item.ID, item.State, item.Error)
			}
		}
	})
}
