package federation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	fir     = "https://fir.example/ap/collective" // a neighbour once
	blocked = "https://sub.blocked.example/users/b"
	fan     = "https://social.example/users/fan" // a follower
)

// guarded is Alder with something in every drawer, and the ids under which anybody might try to open one.
func (n *node) guarded() (ids []string) {
	n.Helper()
	n.keys()
	n.befriend()
	n.followed()
	n.known(birch, birchNode, cedarNode, fir, blocked, fan)
	n.shut("blocked.example")
	formerly := neighbours.Actor{IRI: fir, Type: "Organization", Name: "Fir", Inbox: "https://fir.example/ap/inbox"}
	var edge neighbours.Edge
	n.do(func(tx *store.Tx) (err error) {
		if edge, err = neighbours.AddNeighbour(tx, n.Sage, formerly); err == nil {
			_, err = neighbours.HearAccept(tx, fir, "")
		}
		return err
	})
	ana := n.joins("canaryana")
	for audience, title := range map[people.Audience]string{people.Friends: "canaryfriends", people.Members: "canarymembers"} {
		id := n.gives(sharing.NewOffer{
			Title: title, Description: "canarywords", Audience: audience, Area: "canaryarea", Place: "canaryplace 7", Faults: "canaryfaults",
		})
		claim := n.birchAsks(id)
		ids = append(ids, string(id), string(claim))
	}
	public := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone, Place: "canaryplace 8"})
	ids = append(ids, string(public), string(n.birchAsks(public)))
	asking := n.asks(n.mirrored(), sharing.Wish{Note: "canarynote"})
	n.said()
	n.hears(asking, 1, agreeing.Promised)
	n.do(func(tx *store.Tx) error {
		if _, err := sharing.WriteTo(tx, n.Sage, asking.ID, "canarysecret"); err != nil {
			return err
		}
		if _, err := sharing.Ask(tx, ana, public, sharing.Wish{Note: "canaryana wants it"}, strings.Repeat("3c", 16)); err != nil {
			return err
		}
		draft, err := sharing.Write(tx, n.Sage, sharing.NewOffer{Title: "canarydraft", Audience: people.Anyone})
		if err != nil {
			return err
		}
		ids = append(ids, string(draft.ID), string(asking.ID), string(ana.ID))
		_, err = neighbours.PartNeighbour(tx, n.Sage, edge.ID)
		return err
	})
	n.said()
	for _, s := range n.all() {
		ids = append(ids, string(s.ID))
	}
	return ids
}

// Security L2, L5, L8, L9, L15, L16 and protocol 8 cases 89, 90 and 97: every route of this door, with every id that there is, asked by
// everybody whom private things are not for. A new route is in the walk from the day on which it is in the table.
func TestHostile_noDoorShowsWhatIsPrivate(t *testing.T) {
	alder(t, func(n *node) {
		ids := n.guarded()
		strangers := []string{"", cedarNode, fir, blocked, fan}
		opened := 0
		for _, path := range n.everyPath(ids) {
			for _, reader := range strangers {
				w := n.read(reader, path)
				if strings.Contains(w.Body.String(), "canary") || strings.Contains(fmt.Sprint(w.Header()), "canary") {
					n.Errorf("%q reads at %s: %s", reader, path, w.Body)
				}
				if w.Code == http.StatusForbidden || w.Code >= 500 {
					n.Errorf("%q at %s: %d", reader, path, w.Code)
				}
			}
			if strings.Contains(n.read(birch, path).Body.String(), "canaryfriends") {
				opened++
			}
		}
		if opened == 0 {
			n.Error("the neighbour reads nothing either, and so this proves nothing")
		}
	})
}

// everyPath is each GET of the table, with each id where it has one, and with what people append to find another way in.
func (n *node) everyPath(ids []string) (paths []string) {
	for _, r := range n.routes() {
		path, get := strings.CutPrefix(r.pattern, "GET ")
		if !get {
			continue
		}
		if !strings.Contains(path, "{id}") {
			paths = append(paths, path, path+"?page=true")
			continue
		}
		for i, id := range ids {
			at := strings.Replace(path, "{id}", id, 1)
			if paths = append(paths, at); i < 2 {
				paths = append(paths, at+"?page=true", at+"/activity", at+".json", at+"%2factivity", at+"/replies")
			}
		}
	}
	return paths
}

// Security L6: what a signature opens is kept in no cache, and every answer says on what it depends.
func TestHostile_noCacheKeepsWhatASignatureOpened(t *testing.T) {
	alder(t, func(n *node) {
		ids := n.guarded()
		for _, path := range n.everyPath(ids) {
			open := n.read("", path)
			for _, reader := range []string{birch, cedarNode, fir} {
				w := n.read(reader, path)
				if same := w.Code == open.Code && w.Body.String() == open.Body.String(); !same {
					n.isPrivate(w)
				}
				for _, name := range []string{"Accept", "Authorization", "Signature", "Signature-Input"} {
					if !slices.Contains(strings.Split(w.Header().Get("Vary"), ", "), name) {
						n.Errorf("%s does not say that it depends on %s", path, name)
					}
				}
				if w.Header().Get("Set-Cookie") != "" || w.Header().Get("ETag") != "" {
					n.Errorf("%s: %v", path, w.Header())
				}
			}
		}
	})
}

// Security L15 and protocol 8 case 97: from the moment on in which somebody is shut out nothing is taken, shown or sent, also of what
// waited already.
func TestHostile_whoIsShutOutIsCutOffAtOnce(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.known(birch)
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		said := n.only(n.said())
		outbox, offer, activity := "/ap/collective/outbox?page=true", "/ap/offers/"+string(bike), "/ap/activities/"+string(said.ID)
		for _, path := range []string{outbox, offer, activity, "/ap/collective/open", "/ap/collective/neighbours", "/ap/agreements"} {
			if got := n.read(birch, path).Code; got != http.StatusOK {
				n.Errorf("before: %s is %d", path, got)
			}
		}
		n.shut("birch.example")
		for _, path := range []string{outbox, offer, activity, "/ap/collective/open", "/ap/collective/neighbours", "/ap/agreements"} {
			if got := n.read(birch, path).Code; got != http.StatusNotFound {
				n.Errorf("afterwards: %s is %d", path, got)
			}
		}
		n.answersWith("a claim, with a key that we do not fetch", n.request(theBirches(), mustJSON(claim(1, bike, nil))), http.StatusUnauthorized)
		n.believes(theBirches())
		n.answersWith("a claim", n.request(theBirches(), mustJSON(claim(1, bike, nil))), http.StatusForbidden)
		n.delivers()
		n.do(n.PullAll)
		n.works()
		for _, address := range v.addresses() {
			if strings.Contains(address, "birch.example") {
				n.Errorf("we went to %s", address)
			}
		}
	})
}

// believes gives us a peer's key, as if we had fetched it before.
func (n *node) believes(p peer) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		origin, err := iri.Origin(p.id)
		if err != nil {
			return err
		}
		owner, key := canonicalID(p.id), canonicalID(p.keyID)
		return wire.LearnKeys(tx, n.Wall(), owner, wire.RemoteKey{ID: key, Owner: owner, Origin: origin, PEM: pemOf(p.key)})
	})
	n.now = n.now.Add(time.Minute) // what was read lately is forgotten
}

// Security L18: every spelling of who is shut out, and every way in which another brings their word.
func TestHostile_noSpellingAndNoMessengerGetsPastABlock(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.shut("bad.example")
		n.shut("BÜCHER.example")
		n.shut(mallory)
		for i, host := range []string{"bad.example", "x.bad.example", "a.b.bad.example:8443", "BAD.example.", "bad.example:443", "ｂad.example", "bücher.example", "xn--bcher-kva.example"} {
			id := fmt.Sprint("https://", host, "/users/b", i)
			p := peer{id, peerKeys()[0], id + "#main-key"}
			n.answersWith(id+", with a key that we do not fetch", n.request(p, mustJSON(hello(p))), http.StatusUnauthorized)
			n.believes(p)
			n.answersWith(id, n.request(p, mustJSON(hello(p))), http.StatusForbidden)
			n.answersWith(id, n.request(p, mustJSON(with(hello(p), doc{"id": id + "/c/2", "actor": doc{"id": id, "type": "Person"}}))), http.StatusForbidden)
			for property, value := range map[string]any{"inReplyTo": id + "/1", "quoteUrl": id + "/2", "quote": doc{"id": id + "/3"}} {
				says := hello(vera())
				says["id"] = fmt.Sprint(victim, "/c/", property, i)
				says["object"] = with(says["object"].(doc), doc{property: value, "id": fmt.Sprint(victim, "/n/", property, i)})
				n.answersWith("a messenger", n.request(vera(), mustJSON(says)), http.StatusAccepted)
			}
			n.answersWith("a boost", n.request(vera(), mustJSON(act(vera(), "Announce", i, doc{"id": id + "/n", "type": "Note", "attributedTo": id, "content": "x", "to": us}))), http.StatusAccepted)
		}
		n.answersWith("one actor, whose key we do not fetch", n.request(evil(), mustJSON(hello(evil()))), http.StatusUnauthorized)
		if got := n.items(); len(got) != 0 {
			n.Errorf("%d items were kept, the first %s", len(got), got[0].Body)
		}
		for _, address := range v.addresses() {
			if strings.Contains(address, "bad.") || strings.Contains(address, "xn--") {
				n.Errorf("we went to %s", address)
			}
		}
	})
}

// Security L1 and protocol 8 case 99: what came hidden from others is in nothing that we show or say, and we hide nothing in what we say.
func TestHostile_hiddenRecipientsStayHidden(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		hidden := doc{"bto": []any{"https://canary.example/u/1"}, "bcc": "https://canary.example/u/2"}
		n.takes(theBirches(), with(act(theBirches(), "Create", 1, with(gift(drum, 3), hidden)), hidden))
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		n.takes(theBirches(), with(claim(1, bike, nil), hidden))
		n.takes(vera(), with(act(vera(), "Create", 1, with(hello(vera())["object"].(doc), hidden)), hidden))
		n.takes(vera(), with(act(vera(), "Follow", 1, us), hidden))
		n.asks(n.drums(), sharing.Wish{Note: "please"})
		n.said()
		for _, s := range n.all() {
			if body := string(s.Body); strings.Contains(body, "canary") || strings.Contains(body, `"bto"`) || strings.Contains(body, `"bcc"`) {
				n.Errorf("said: %s", body)
			}
		}
		n.look(func(v *store.View) error {
			var kept []string
			for _, query := range []string{"SELECT title || description || area || url || picture FROM offers", "SELECT body || object FROM letters", "SELECT note || area FROM claims"} {
				var rows []string
				if err := v.DB().Raw(strings.Replace(query, "body", "text", 1)).Scan(&rows).Error; err != nil {
					return err
				}
				kept = append(kept, rows...)
			}
			if strings.Contains(strings.Join(kept, " "), "canary") {
				n.Errorf("kept: %v", kept)
			}
			return nil
		})
	})
}

// Security I15, L3 and L4: following is not being let in, and what others do with their own widens nothing of ours.
func TestHostile_askingToBeNeighboursOpensNothing(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.do(func(tx *store.Tx) error { // we asked them; they said nothing, and send things
			_, err := neighbours.AddNeighbour(tx, n.Sage, birchItself())
			return err
		})
		bike := "/ap/offers/" + string(n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends}))
		n.takes(theBirches(), act(theBirches(), "Create", 1, gift(drum, 1)))
		n.takes(theBirches(), with(act(theBirches(), "Follow", 1, us), doc{"pots:relation": "friend"}))
		// A boost, and an answer that adds the public: nothing of ours becomes wider.
		n.takes(theBirches(), act(theBirches(), "Announce", 1, string(n.Base)+bike))
		n.takes(theBirches(), act(theBirches(), "Create", 2, doc{
			"id": birch + "/n/1", "type": "Note", "attributedTo": birch, "inReplyTo": string(n.Base) + bike, "content": "look at this", "to": iriPublic, "cc": us,
		}))
		if n.drums().ID != "" {
			n.Error("a thing of those whom we only asked is shown")
		}
		for _, s := range n.said() {
			if s.Type == "Create" && len(s.Inboxes) != 0 {
				n.Errorf("a friends' thing goes to %v", s.Inboxes)
			}
		}
		n.known(birch)
		n.sees(bike, map[string]int{"": 404, birch: 404})
	})
}

// Security I11: a message cannot move what it is about to another owner, another class or another server.
func TestHostile_nothingChangesItsOwnerClassOrServer(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		mirror := n.mirrored()
		n.takes(theBirches(), act(theBirches(), "Update", 1, with(birchProfile(), doc{"id": drum, "attributedTo": birch}))) // a thing becomes an actor
		n.answersWith("another owner", n.request(theBirches(), mustJSON(act(theBirches(), "Update", 2, with(gift(drum, 9), doc{"attributedTo": birch + "2"})))), 403)
		n.answersWith("two owners", n.request(theBirches(), mustJSON(act(theBirches(), "Update", 3, with(gift(drum, 9), doc{"attributedTo": []any{birch, victim}})))), 403)
		n.takes(theBirches(), act(theBirches(), "Update", 4, doc{"id": drum, "type": "Agreement", "pots:state": "promised", "pots:seq": 99}))
		v.shows(birch, with(birchProfile(), doc{"inbox": "https://evil.example/inbox"}))
		n.takes(theBirches(), act(theBirches(), "Update", 5, birch))
		v.shows(drum, with(gift(drum, 10), doc{"attributedTo": birch + "2"}))
		n.do(func(tx *store.Tx) error { return tx.Enqueue(n.objectJob(drum)) })
		n.works()
		n.look(func(view *store.View) error {
			m, err := sharing.FindMirror(view, mirror.ID)
			if err != nil {
				return err
			}
			if m.Home != birch || m.Title != "A drum" || m.Seq != mirror.Seq {
				n.Errorf("it became %+v", m)
			}
			a, err := neighbours.FindActor(view, birch)
			if a.Inbox != birch+"/inbox" || a.Type != "Organization" {
				n.Errorf("birch became %+v", a)
			}
			if _, err := neighbours.FindActor(view, drum); !fault.Is(err, fault.NotFound) {
				n.Errorf("a thing is an actor: %v", err)
			}
			return err
		})
	})
}

// Protocol 8 case 22 and 99, security I3 and I18: how an address is written decides nothing, and a page's address is no identity.
func TestHostile_aPagesAddressIsNoIdentity(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.shows(mallory, with(profileOf(evil()), doc{"url": victim, "name": "Vera", "preferredUsername": "vera", "webfinger": "vera@victim.example"}))
		n.takes(evil(), act(evil(), "Follow", 1, us))
		n.works()
		n.look(func(view *store.View) error {
			a, err := neighbours.FindActor(view, mallory)
			if a.Handle != "" || a.IRI != mallory || !strings.HasPrefix(a.Mailbox(), "https://evil.example/") {
				n.Errorf("known as %+v", a)
			}
			if _, err := neighbours.FindActor(view, victim); !fault.Is(err, fault.NotFound) {
				n.Errorf("vera is known: %v", err)
			}
			return err
		})
		if codec.ID(profileOf(evil())) == victim || len(n.itemsOf(victim)) != 0 {
			n.Error("something is kept in vera's name")
		}
	})
}

func (n *node) itemsOf(actor string) (all []wire.InboxItem) {
	for _, item := range n.items() {
		if item.Signer == actor {
			all = append(all, item)
		}
	}
	return all
}
