package federation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Ida shares things on other software, under an account of a person: it knows no collectives.
const ida = "https://sharing.example/users/ida"

func idaHerself() peer { return peer{ida, peerKeys()[1], ida + "#main-key"} }

func thingOfIdas(name string) string { return ida + "/shareditems/" + name }

// shares is what Ida's server shows of a thing of hers.
func (v *village) shares(name string, changes doc) doc {
	id := thingOfIdas(name)
	d := with(with(spade("offer"), doc{"id": id, "name": name, "attributedTo": ida, "attachment": []any{}}), changes)
	v.shows(id, d)
	return d
}

// namesThem shows Ida's actor with links to things.
func (v *village) namesThem(links ...any) {
	v.serve("https://sharing.example/.well-known/webfinger?resource=acct%3Ax%40sharing.example", nobody)
	v.shows(ida, with(profileOf(idaHerself()), doc{"name": "Ida", "attachment": links}))
}

func linkTo(address string, rel any) doc {
	return doc{"type": "Link", "name": "a thing", "mediaType": "application/ld+json", "href": address, "rel": rel}
}

// follows asks Ida, whose server says yes at once.
func (n *node) follows(v *village) (e neighbours.Edge) {
	n.Helper()
	a, err := n.Lookup(n.Context(), ida)
	if err != nil {
		n.Fatal(err)
	}
	n.do(func(tx *store.Tx) (err error) {
		e, err = neighbours.AddNeighbour(tx, n.Sage, a)
		return err
	})
	follow := n.only(n.said())
	before := v.askedAnything()
	n.takes(idaHerself(), act(idaHerself(), "Accept", 1, codec.ID(follow.doc["id"])))
	if v.askedAnything() > before+1 { // for the key
		n.Error("something was fetched while its sender waited")
	}
	n.works()
	n.look(func(v *store.View) (err error) {
		e, err = neighbours.FindEdge(v, e.ID)
		return err
	})
	return e
}

func (n *node) titles(home string) (all []string) {
	n.Helper()
	n.look(func(v *store.View) error {
		mirrors, err := sharing.MirrorsOf(v, home)
		for _, m := range mirrors {
			all = append(all, m.Title)
		}
		slices.Sort(all)
		return err
	})
	return all
}

func (n *node) showsOf(home string, want ...string) {
	n.Helper()
	if got := n.titles(home); !slices.Equal(got, want) {
		n.Errorf("shown of %s: %q, want %q", home, got, want)
	}
}

// Protocol 8 cases 8 and 14: what an account elsewhere names as its things is found in its document, shown as what is asked for there,
// read again each day, and forgotten with its home.
func TestOtherSoftware_isFollowedAndItsThingsAreShown(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		for _, name := range []string{"drill", "kettle", "spade", "tent"} {
			v.shares(name, nil)
		}
		v.namesThem(
			linkTo(thingOfIdas("spade"), []any{"payment", "https://w3id.org/valueflows/ont/vf#Proposal"}),
			linkTo(thingOfIdas("kettle"), "https://w3id.org/valueflows/ont/vf#Proposal"),
			linkTo(thingOfIdas("drill"), []any{"payment", "https://w3id.org/valueflows/Proposal"}),
			linkTo(thingOfIdas("tent"), "payment"),
			linkTo("https://evil.example/things/1", "https://w3id.org/valueflows/ont/vf#Proposal"),
			doc{"type": "PropertyValue", "name": "rel", "value": "x"}, "x",
		)
		e := n.follows(v)
		if e.State != neighbours.Agreed {
			n.Errorf("the edge is %s", e.State)
		}
		n.showsOf(ida, "drill", "kettle", "spade")
		if v.asked("https://evil.example/things/1")+v.asked(thingOfIdas("tent")) != 0 {
			n.Error("what is elsewhere, or no proposal, was fetched")
		}
		spade := n.thing(thingOfIdas("spade"))
		if !spade.AskThere || spade.Kind != sharing.Gift || spade.Audience != people.Anyone || spade.Category != "other" {
			n.Errorf("the spade: %+v", spade)
		}
		err := n.update(n.Context(), func(tx *store.Tx) error {
			_, err := sharing.AskAcross(tx, n.Sage, spade.ID, sharing.Wish{}, strings.Repeat("1e", 16))
			return err
		})
		if fault.KeyOf(err) != "listing.ask_there" {
			n.Errorf("asking is answered %v", err)
		}

		v.namesThem(linkTo(thingOfIdas("spade"), "https://w3id.org/valueflows/ont/vf#Proposal"))
		v.answers(thingOfIdas("drill"), 404)
		v.shares("kettle", doc{"name": "an old kettle"})
		n.later(25 * time.Hour)
		n.works()
		n.showsOf(ida, "an old kettle", "spade") // home still serves the kettle, though it names it no more
		if until := n.thing(thingOfIdas("kettle")).LeaseUntil; !until.Equal(n.now.Add(7 * 24 * time.Hour)) {
			n.Errorf("the kettle is shown until %v", until)
		}
		n.takes(idaHerself(), act(idaHerself(), "Delete", 1, thingOfIdas("kettle")))
		n.showsOf(ida, "spade")
		for _, gone := range []string{ida, thingOfIdas("spade")} {
			v.answers(gone, 503)
		}
		n.later(8 * 24 * time.Hour)
		n.works()
		n.do(sharing.ForgetExpired)
		n.showsOf(ida)
	})
}

// Protocol 4: an account that lets us follow it is no neighbour. What it publishes for anyone is shown, and it sees what anyone sees.
func TestOtherSoftware_getsAndGivesNothingThatIsForFriends(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		e := n.follows(v)
		tent := v.shares("tent", nil)
		n.takes(idaHerself(), act(idaHerself(), "Create", 1, tent))
		n.takes(idaHerself(), act(idaHerself(), "Create", 2, v.shares("boat", doc{"to": ida + "/followers"})))
		n.showsOf(ida, "tent")
		n.takes(idaHerself(), act(idaHerself(), "Update", 1, with(tent, doc{"to": ida + "/followers"})))
		n.showsOf(ida)

		n.takes(idaHerself(), act(idaHerself(), "Follow", 1, us))
		n.said()
		n.gives(sharing.NewOffer{Title: "A bike", Category: "other", Condition: "good", Language: "en", Audience: people.Friends, Quantity: 1, MaxPerClaim: 1})
		for _, s := range n.said() {
			if len(s.Inboxes) != 0 {
				n.Errorf("%s for friends goes to %v", s.Type, s.Inboxes)
			}
		}
		n.look(func(view *store.View) error {
			viewer, err := neighbours.ViewerOf(view, ida)
			if viewer.Neighbour {
				n.Error("she is a neighbour")
			}
			return err
		})

		n.takes(idaHerself(), act(idaHerself(), "Update", 2, tent))
		n.showsOf(ida, "tent")
		n.do(func(tx *store.Tx) error {
			if _, err := neighbours.PartNeighbour(tx, n.Sage, e.ID); err != nil {
				return err
			}
			return models.Part(tx, ida)
		})
		if undo := n.only(n.said()); undo.Type != "Undo" || undo.Inboxes[0] != "https://sharing.example/inbox" {
			n.Errorf("said %v", undo.doc)
		}
		n.showsOf(ida)
		n.takes(idaHerself(), act(idaHerself(), "Update", 3, tent))
		n.works()
		n.showsOf(ida)
	})
}

// Protocol 4: whom people here asked to follow is no neighbour, whatever it calls itself later. To be neighbours is for people to say.
func TestOtherSoftware_thatAsksToBeNeighboursLaterIsNone(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		e := n.follows(v)
		v.shows(ida, with(profileOf(idaHerself()), doc{"type": "Group", "pots:open": ida + "/open"}))
		n.takes(idaHerself(), act(idaHerself(), "Update", 2, doc{"id": ida, "type": "Group"}))
		n.works()
		n.takes(idaHerself(), with(act(idaHerself(), "Follow", 3, us), doc{"pots:relation": "neighbour"}))
		n.look(func(view *store.View) error {
			viewer, err := neighbours.ViewerOf(view, ida)
			if viewer.Neighbour {
				t.Error("she is a neighbour, and nobody here has said yes to that")
			}
			return err
		})
		n.look(func(v *store.View) (err error) {
			e, err = neighbours.FindEdge(v, e.ID)
			return err
		})
		if e.State != neighbours.Agreed {
			t.Errorf("the edge is %s", e.State)
		}
	})
}

// Long after our Follow, when its words and what was kept of them are purged, we still take it back.
func TestOtherSoftware_isFollowedNoMoreAfterAYear(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		e := n.follows(v)
		n.later(365 * 24 * time.Hour)
		n.do(wire.Purge)
		n.do(func(tx *store.Tx) error { _, err := neighbours.PartNeighbourByCommandLine(tx, e.ID); return err })
		undo := n.only(n.said())
		if follow := codec.Object(undo.doc["object"]); undo.Type != "Undo" || codec.ID(follow) != "https://alder.example/ap/activities/"+string(e.OurFollow) {
			t.Errorf("said %v", undo.doc)
		}
	})
}

// Security S10: of an account that turns into a flood no more is shown than can be asked for again; what is known of it goes on.
func TestOtherSoftware_isShownUpToABound(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		n.follows(v)
		takeIn := func(nth int, title string) {
			id := thingOfIdas(fmt.Sprint(nth))
			thing, err := codec.Decode(mustJSON(with(spade("offer"), doc{"id": id, "name": title, "attributedTo": ida, "attachment": []any{}})))
			if err != nil {
				t.Fatal(err)
			}
			n.do(func(tx *store.Tx) error { return n.takeIn(tx, thing, id, ida) })
		}
		for i := range shownAtMost + 3 {
			takeIn(i, "a thing")
		}
		takeIn(0, "the first")
		got := n.titles(ida)
		if len(got) != shownAtMost || got[len(got)-1] != "the first" {
			t.Errorf("%d things are shown, the last is %q", len(got), got[len(got)-1])
		}
	})
}

// On a server of many the one whom we follow is heard where only neighbours may see us, and the others are strangers.
func TestOtherSoftware_isOneAccountOfMany(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		n.follows(v)
		n.showsItselfToNeighboursOnly()
		bo := v.lives("https://sharing.example/users/bo", 0)
		for _, p := range []peer{idaHerself(), bo} {
			n.takes(p, act(p, "Create", 1, doc{"id": p.id + "/notes/1", "type": "Note", "attributedTo": p.id, "content": "Hello", "to": us}))
		}
		if got := n.letters(); len(got) != 1 || got[0].From != ida {
			n.Errorf("letters: %+v", got)
		}
	})
}

// FEP-0837 and FEP-844e: whoever says that they answer Offers is asked from here.
func TestOtherSoftware_thatTakesOffersIsAskedFromHere(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.namesThem()
		v.shows(ida, with(profileOf(idaHerself()), doc{"generator": doc{"type": "Application", "implements": []any{doc{"href": "https://w3id.org/fep/0837"}}}}))
		n.follows(v)
		n.takes(idaHerself(), act(idaHerself(), "Create", 1, v.shares("tent", nil)))
		a := n.asks(n.thing(thingOfIdas("tent")), sharing.Wish{Quantity: 1})
		if offer := n.only(n.said()); offer.Type != "Offer" || offer.Recipient != ida {
			n.Errorf("said %v", offer.doc)
		} else {
			n.takes(idaHerself(), with(act(idaHerself(), "Accept", 2, codec.ID(offer.doc["id"])), doc{"result": doc{
				"id": ida + "/agreements/1", "type": "Agreement", "attributedTo": ida,
				"stipulates": doc{"id": ida + "/agreements/1#primary", "type": "Commitment", "satisfies": thingOfIdas("tent") + "#primary", "resourceQuantity": codec.Measure(1)},
			}}))
		}
		if got := n.asking(a.ID).State; got != agreeing.Promised {
			n.Errorf("her yes makes it %s", got)
		}
	})
}

// An actor's document is read for so many things and no more (security S10), all of them on its own server.
func TestReadProposals_isBounded(t *testing.T) {
	var links []any
	for i := range 3 * proposalsAtMost {
		links = append(links, linkTo(fmt.Sprintf("https://sharing.example/things/%d", i/2), "vf:Proposal"))
	}
	links = append(links, linkTo("javascript:alert(1)", "vf:Proposal"), doc{"rel": "vf:Proposal"}, linkTo("http://sharing.example/things/0", "vf:Proposal"))
	raw, err := codec.Decode(mustJSON(doc{"attachment": links}))
	if err != nil {
		t.Fatal(err)
	}
	if got := readProposals(raw, "https://sharing.example"); len(got) != proposalsAtMost || got[1] != "https://sharing.example/things/1" {
		t.Errorf("%d: %v", len(got), got[:2])
	}
}

// Protocol 8 cases 29 and 42: flohmarkt says a change under the id with which it said the thing. Each kind of activity is known by its own,
// and of two that differ under one id and kind the first holds.
func TestOtherSoftware_saysAChangeUnderTheIDOfTheCreate(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		says := func(kind, name string) doc {
			thing := goods(nil)
			thing["flohmarkt:data"] = with(thing["flohmarkt:data"].(doc), doc{"name": name})
			return with(act(theBirches(), kind, 1, thing), doc{"id": codec.ID(thing) + "/activity"})
		}
		for _, said := range []struct{ kind, name, want string }{
			{"Create", "Sofa", "Sofa"},
			{"Update", "Red sofa", "Red sofa"},
			{"Update", "Red sofa", "Red sofa"},
			{"Create", "Sofa", "Red sofa"},
			{"Update", "Car", "Red sofa"},
			{"Create", "Car", "Red sofa"},
		} {
			n.takes(theBirches(), says(said.kind, said.name))
			if got := n.thing(codec.ID(goods(nil))).Title; got != said.want {
				n.Errorf("after %s of %q it is %q", said.kind, said.name, got)
			}
		}
	})
}

// What was asked for as a gift and has a price then is asked for no more, and its home is told; whoever asked reads that it came to nothing.
func TestOtherSoftware_aGiftThatGetsAPriceEndsWhatWasAsked(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.takes(theBirches(), act(theBirches(), "Create", 1, goods(nil)))
		id := codec.ID(goods(nil))
		a := n.asks(n.thing(id), sharing.Wish{Quantity: 1})
		offer := n.only(n.said())
		n.takes(theBirches(), act(theBirches(), "Update", 1, goods("40")))
		if got := n.asking(a.ID); got.State != agreeing.Refused || got.Reason != "not-a-listing" || got.PurgeAt == nil {
			n.Errorf("the asking: %s, %q", got.State, got.Reason)
		}
		if undo := n.only(n.said()); undo.Type != "Undo" || codec.ID(undo.doc["object"]) != codec.ID(offer.doc["id"]) {
			n.Errorf("said %v", undo.doc)
		}
		m := n.thing(id)
		err := n.update(n.Context(), func(tx *store.Tx) error {
			_, err := sharing.AskAcross(tx, n.Sage, m.ID, sharing.Wish{}, strings.Repeat("1e", 16))
			return err
		})
		if fault.KeyOf(err) != "listing.not_a_gift" {
			n.Errorf("asking is answered %v", err)
		}
		n.takes(theBirches(), act(theBirches(), "Update", 2, goods("0")))
		if m := n.thing(id); !m.Askable() {
			n.Errorf("given after all, it is %q", m.Kind)
		}
	})
}
