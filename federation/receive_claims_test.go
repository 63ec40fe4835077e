package federation

import (
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// claim is what Birch's collective asks for one of its members.
func claim(nth int, offer sharing.OfferID, changes doc) doc {
	return with(with(act(theBirches(), "Offer", nth, doc{
		"type": "Agreement", "stipulates": doc{
			"type": "Commitment", "satisfies": "https://alder.example/ap/offers/" + string(offer) + "#primary", "receiver": birch,
			"resourceQuantity": codec.Measure(1),
		},
	}), doc{
		"pots:for": strings.Repeat("h", 43), "pots:ticket": strings.Repeat("0a", 16), "content": "<p>for my <i>way</i> to work</p>",
		"location": doc{"type": "Place", "name": "Hill"},
	}), changes)
}

func (n *node) claims(offer sharing.OfferID) (all []sharing.Claim) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		all, err = store.All[sharing.Claim](v.DB().Where("offer = ?", offer).Order("ticket"))
		return err
	})
	return all
}

func TestReceive_takesANeighboursClaimAndAnswersTwiceTheSame(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		n.said()
		n.takes(theBirches(), claim(1, bike, nil))
		got := n.claims(bike)
		if len(got) != 1 || got[0].Note != "for my way to work" || got[0].Area != "Hill" || got[0].Peer != birch || got[0].State != agreeing.Gathering {
			n.Fatalf("claims: %+v", got)
		}
		receipt := n.only(n.said())
		if receipt.Type != "TentativeAccept" {
			n.Errorf("said: %v", receipt.doc)
		}
		n.do(func(tx *store.Tx) error { // the courier has been there
			return tx.DB().Exec("UPDATE deliveries SET state = 'sent', ended_at = ?", tx.Now).Error
		})
		if code := n.sends(theBirches(), claim(1, bike, nil)); code != 202 {
			n.Errorf("answered %d", code)
		}
		n.receives()
		if again := n.said(); len(again) != 0 || len(n.claims(bike)) != 1 {
			n.Errorf("a repeated claim says %v", kinds(again))
		}
		n.look(func(v *store.View) error {
			due, err := store.All[wire.Delivery](v.DB().Where("state = 'due'"))
			if len(due) != 1 || due[0].ActivityID != receipt.ID {
				n.Errorf("the last answer is not on its way again: %+v", due)
			}
			return err
		})
		// A new Offer under the same handle changes the wish; under another it is another's.
		n.takes(theBirches(), claim(2, bike, doc{"content": "for winter"}))
		n.takes(theBirches(), claim(3, bike, doc{"pots:for": "another", "pots:ticket": strings.Repeat("0b", 16)}))
		if got := n.claims(bike); len(got) != 2 || got[0].Note != "for winter" || got[0].Ticket != strings.Repeat("0a", 16) {
			n.Errorf("claims: %+v", got)
		}
	})
}

func TestReceive_refusesClaimsInOneWord(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		open := n.gives(sharing.NewOffer{Title: "A lamp", Audience: people.Anyone})
		inner := n.gives(sharing.NewOffer{Title: "A cup", Audience: people.Members})
		n.takes(theBirches(), claim(1, bike, nil))
		n.said()
		stranger := func(nth int, id sharing.OfferID) doc {
			return with(claim(nth, id, nil), doc{"id": mallory + "/o/" + string(rune('0'+nth)), "actor": mallory})
		}
		agreement := func(commitment doc) doc { return doc{"object": doc{"type": "Agreement", "stipulates": commitment}} }
		intent := "https://alder.example/ap/offers/" + string(bike) + "#primary"
		for i, row := range []struct {
			name string
			by   peer
			says doc
			want string
		}{
			{"an offer that is not there", theBirches(), claim(11, "none", nil), "not-a-listing"},
			{"an offer elsewhere", theBirches(), claim(12, bike, agreement(doc{"satisfies": drum + "#primary"})), "not-a-listing"},
			{"only what comes back", theBirches(), claim(13, bike, agreement(doc{"satisfies": strings.Replace(intent, "primary", "reciprocal", 1)})), "not-a-listing"},
			{"an offer for members", theBirches(), claim(14, inner, nil), "not-a-listing"},
			{"hours of a bike", theBirches(), claim(15, bike, agreement(doc{"satisfies": intent, "resourceQuantity": doc{"hasUnit": "hour", "hasNumericalValue": "1"}})), "not-a-listing"},
			{"more than there is", theBirches(), claim(16, bike, doc{"pots:for": "b", "pots:ticket": strings.Repeat("0c", 16), "object": doc{"type": "Agreement", "stipulates": doc{"satisfies": intent, "resourceQuantity": codec.Measure(2)}}}), "limit"},
			{"nothing", theBirches(), claim(17, bike, agreement(doc{"satisfies": intent, "resourceQuantity": codec.Measure(0)})), "limit"},
			{"a ticket that is none", theBirches(), claim(18, bike, doc{"pots:for": "c", "pots:ticket": "lucky"}), "ineligible"},
			{"a ticket twice", theBirches(), claim(19, bike, doc{"pots:for": "d"}), "ineligible"},
			{"a stranger, for friends", evil(), stranger(1, bike), "not-a-listing"},
			{"a stranger, for more than there is", evil(), with(stranger(2, open), agreement(doc{
				"satisfies": "https://alder.example/ap/offers/" + string(open) + "#primary", "resourceQuantity": codec.Measure(2),
			})), "limit"},
		} {
			n.takes(row.by, row.says)
			no := n.only(n.all()[len(n.all())-1:])
			if no.Type != "Reject" || codec.String(no.doc["pots:reason"]) != row.want || codec.ID(no.doc["object"]) != codec.ID(row.says) || no.Recipient != row.by.id {
				n.Errorf("%d %s: %s %v of %v to %s, want %s", i, row.name, no.Type, no.doc["pots:reason"], no.doc["object"], no.Recipient, row.want)
			}
			if len(n.said()) != 0 {
				n.Errorf("%s: more is said than no", row.name)
			}
		}
		if got := n.claims(bike); len(got) != 1 {
			n.Errorf("%d claims", len(got))
		}
		for _, item := range n.items() {
			if item.State != wire.ItemDone || item.Type == "Offer" && item.PurgeAt == nil && item.About == "" {
				n.Errorf("item %s is %s, %s, purged at %v", item.ActivityID, item.State, item.Error, item.PurgeAt)
			}
		}
	})
}

// Protocol 8 cases 44 and 52.
func TestReceive_forgetsAClaimThatWasTakenBack(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends})
		n.said()
		n.takes(theBirches(), act(theBirches(), "Undo", 1, birch+"/offer/1"))
		n.takes(theBirches(), claim(1, bike, nil))
		if got, said := n.claims(bike), n.said(); len(got) != 0 || len(said) != 0 {
			n.Errorf("taken back before it came: %d claims, said %v", len(got), kinds(said))
		}
		n.takes(theBirches(), claim(2, bike, nil))
		n.takes(theBirches(), act(theBirches(), "Undo", 2, claim(2, bike, nil)))
		if got := n.claims(bike); len(got) != 0 {
			n.Errorf("%d claims", len(got))
		}
		n.later(time.Second)
		n.do(wire.Purge)
		for _, item := range n.items() {
			if item.ActivityID == birch+"/offer/2" && len(item.Body) > 0 {
				n.Error("the bytes of the claim are still there")
			}
		}
	})
}

func TestReceive_hearsTheHomeAboutWhatAMemberAskedFor(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		asked := n.asks(n.mirrored(), sharing.Wish{Note: "please"})
		offer := codec.ID(n.only(n.said()).doc)
		agreement := func(seq int, state string, changes doc) doc {
			return with(doc{
				"id": deed, "type": "Agreement", "attributedTo": birch, "pots:seq": seq, "pots:state": state,
				"stipulates": doc{"satisfies": drum + "#primary", "receiver": us},
			}, changes)
		}
		update := func(nth, seq int, state string, changes doc) doc {
			return act(theBirches(), "Update", nth, agreement(seq, state, changes))
		}
		stands := func(want agreeing.State) {
			n.Helper()
			if got := n.asking(asked.ID).State; got != want {
				n.Errorf("the asking is %s, want %s", got, want)
			}
		}
		n.takes(theBirches(), update(1, 2, "waiting", nil)) // has overtaken the answer that tells its id
		stands(agreeing.OnItsWay)
		n.takes(theBirches(), with(act(theBirches(), "TentativeAccept", 1, offer), doc{"result": agreement(1, "gathering", nil)}))
		stands(agreeing.Gathering)
		n.later(time.Minute)
		n.receives()
		stands(agreeing.Waiting)

		// Protocol 8 case 77, and states that no home may say.
		n.takes(theBirches(), update(2, 9, "promised", doc{"stipulates": doc{"satisfies": "https://birch.example/ap/offers/other#primary"}}))
		n.takes(theBirches(), update(3, 9, "promised", doc{"stipulates": doc{"receiver": mallory}}))
		n.takes(theBirches(), update(4, 9, "promised", doc{"attributedTo": mallory}))
		n.takes(theBirches(), update(5, 9, "on_its_way", nil))
		stands(agreeing.Waiting)

		n.takes(theBirches(), with(act(theBirches(), "Accept", 1, offer), doc{"result": agreement(5, "promised", doc{
			"pots:holdUntil": "2026-12-01T12:00:00Z", "pots:window": doc{"hasBeginning": "2026-11-28T10:00:00Z", "hasEnd": "2026-11-28T12:00:00+00:00"},
		})}))
		stands(agreeing.Promised)
		if a := n.asking(asked.ID); a.Window == nil || a.Window.To.Hour() != 12 || a.HoldUntil == nil {
			n.Errorf("the asking knows %v, %v", a.Window, a.HoldUntil)
		}
		n.takes(theBirches(), update(6, 4, "gathering", nil)) // old news
		stands(agreeing.Promised)

		n.takes(theBirches(), with(act(theBirches(), "Create", 9, doc{ // a word in private
			"id": "https://birch.example/ap/messages/m1", "type": "Note", "attributedTo": birch, "context": deed, "to": us,
			"content": "<p>Mill Street 7</p>", "pots:private": true, "pots:nickname": "Ana", "endTime": "2026-11-30T12:00:00Z",
		}), doc{"to": us}))
		n.look(func(v *store.View) error {
			words, err := agreeing.Messages(v, asked.ID)
			if len(words) != 1 || words[0].Text != "Mill Street 7" || words[0].Nickname != "Ana" {
				n.Errorf("she reads %+v", words)
			}
			return err
		})
		if len(n.letters()) != 0 {
			n.Error("stewards read a private word")
		}

		n.takes(theBirches(), act(theBirches(), "Create", 10, doc{
			"id": "https://birch.example/ap/receipts/a9", "type": "Document", "attributedTo": birch, "context": deed, "to": us,
		}))
		stands(agreeing.Done)
		a := n.asking(asked.ID)
		if a.PurgeAt == nil {
			n.Fatal("it has no end")
		}
		n.now = *a.PurgeAt
		n.do(wire.Purge)
		for _, item := range n.items() {
			if item.About == string(asked.ID) && len(item.Body) > 0 {
				n.Errorf("the bytes of %s are still there", item.ActivityID)
			}
		}
	})
}

// DESIGN 3.5: a private word that has overtaken the promise waits for it; one about nothing that we know is a letter.
func TestReceive_keepsAPrivateWordForTheOneConcerned(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		asked := n.asks(n.mirrored(), sharing.Wish{})
		n.hears(asked, 1, agreeing.Gathering)
		n.said()
		word := func(nth int, context string) doc {
			return act(theBirches(), "Create", nth, doc{
				"id": birch + "/messages/" + string(rune('0'+nth)), "type": "Note", "attributedTo": birch, "context": context, "to": us, "content": "Mill Street 7", "pots:private": true,
			})
		}
		n.takes(theBirches(), word(1, deed))
		if len(n.letters()) != 0 {
			n.Error("stewards read it")
		}
		n.hears(asked, 2, agreeing.Promised)
		n.later(time.Minute)
		n.receives()
		n.look(func(v *store.View) error {
			words, err := agreeing.Messages(v, asked.ID)
			if len(words) != 1 {
				n.Errorf("she reads %+v", words)
			}
			return err
		})
		n.takes(theBirches(), word(2, "https://birch.example/ap/agreements/never"))
		if len(n.letters()) != 1 {
			n.Error("a word about nothing that we know is lost")
		}
		// Another of their server may not speak in it.
		v.lives("https://birch.example/users/bea", 0)
		bea := peer{"https://birch.example/users/bea", peerKeys()[0], "https://birch.example/users/bea#main-key"}
		forged := word(3, deed)
		forged["id"], forged["actor"] = bea.id+"/c/1", bea.id
		forged["object"] = with(forged["object"].(doc), doc{"attributedTo": bea.id, "id": bea.id + "/m/1"})
		n.takes(bea, forged)
		n.look(func(v *store.View) error {
			words, err := agreeing.Messages(v, asked.ID)
			if len(words) != 1 {
				n.Errorf("she reads %+v", words)
			}
			return err
		})
	})
}

// A new wish that crosses with the promise on its way is refused, and the promise stands on both sides (protocol 3.3).
func TestReceive_refusesANewWishOncePromised(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Friends, Choice: sharing.ByGiver})
		n.takes(theBirches(), claim(1, bike, nil))
		n.later(freezeAfter)
		n.do(func(tx *store.Tx) error { return sharing.Advance(tx, bike, func(time.Time) bool { return true }) })
		n.do(func(tx *store.Tx) error { return sharing.Choose(tx, n.Sage, bike, n.claimed(tx, bike)) })
		n.said()
		n.takes(theBirches(), claim(2, bike, doc{"content": "changed"}))
		no := n.all()[len(n.all())-1]
		result := codec.Object(no.doc["result"])
		if no.Type != "Reject" || no.doc["pots:reason"] != "limit" || codec.String(result["pots:state"]) != "promised" {
			n.Errorf("said: %v", no.doc)
		}
		if got := n.claims(bike); len(got) != 1 || got[0].State != agreeing.Promised || got[0].Note == "changed" {
			n.Errorf("claims: %+v", got)
		}
		n.later(time.Minute)
		said := len(n.all())
		n.takes(theBirches(), act(theBirches(), "Offer", 3, doc{ // a time that is over
			"id": codec.ID(result), "type": "Agreement", "pots:window": doc{"hasBeginning": "2026-11-01T10:00:00Z", "hasEnd": "2026-11-01T12:00:00Z"},
		}))
		no = n.only(n.all()[said:])
		if no.Type != "Reject" || no.doc["pots:reason"] != "window" || codec.ID(codec.Object(no.doc["result"])) != codec.ID(result) {
			n.Errorf("said: %v", no.doc)
		}
	})
}

const freezeAfter = 4 * 24 * time.Hour

// claimed is the one claim on an offer.
func (n *node) claimed(tx *store.Tx, offer sharing.OfferID) agreeing.ID {
	n.Helper()
	c, err := store.First[sharing.Claim](tx.DB().Where("offer = ?", offer), "claim.unknown")
	if err != nil {
		n.Fatal(err)
	}
	return c.ID
}

// A time that the home cannot agree to is no longer waited for; a no to a time before it says nothing about the last one.
func TestReceive_aRefusedTimeIsNotWaitedFor(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		asked := n.asks(n.mirrored(), sharing.Wish{Note: "please"})
		n.said()
		n.hears(asked, 1, agreeing.Gathering)
		n.hears(asked, 2, agreeing.Promised)
		wish := func(hours time.Duration) string {
			n.do(func(tx *store.Tx) error {
				w := agreeing.Window{From: tx.Now.Add(hours * time.Hour), To: tx.Now.Add((hours + 1) * time.Hour)}
				return sharing.WishWindow(tx, n.Sage, asked.ID, w)
			})
			said := n.said()
			return codec.ID(said[len(said)-1].doc)
		}
		refuse := func(number int, offer string) {
			n.takes(theBirches(), with(act(theBirches(), "Reject", number, offer), doc{"pots:reason": "window"}))
		}
		first, second := wish(1), wish(5)
		refuse(1, first)
		if a := n.asking(asked.ID); a.WishedWindow == nil || a.TimeRefused() {
			n.Errorf("after a no to the first time: %+v", a)
		}
		refuse(2, second)
		if a := n.asking(asked.ID); a.WishedWindow != nil || !a.TimeRefused() || a.State != agreeing.Promised {
			n.Errorf("after a no to the second time: %+v", a)
		}
		third := wish(9)
		n.hears(asked, 3, agreeing.Promised) // said before they had read it
		refuse(3, third)
		if a := n.asking(asked.ID); a.Proposed != nil || !a.TimeRefused() {
			n.Errorf("after a no to a time that crossed with their word: %+v", a)
		}
	})
}

// The asking side of the same: a bare no to the second wish does not end what is promised.
func TestReceive_keepsAPromiseWhenANewWishIsRefused(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		drum := n.mirrored()
		asked := n.asks(drum, sharing.Wish{Note: "please"})
		n.hears(asked, 1, agreeing.Gathering)
		n.asks(drum, sharing.Wish{Note: "please, please"})
		said := n.said()
		n.hears(asked, 3, agreeing.Promised)
		n.takes(theBirches(), with(act(theBirches(), "Reject", 1, codec.ID(said[len(said)-1].doc)), doc{"pots:reason": "limit"}))
		if got := n.asking(asked.ID).State; got != agreeing.Promised {
			n.Errorf("the asking is %s", got)
		}
		n.takes(theBirches(), with(act(theBirches(), "Reject", 2, codec.ID(said[len(said)-1].doc)), doc{"pots:reason": "revoked", "pots:seq": 5}))
		if got := n.asking(asked.ID).State; got != agreeing.Revoked {
			n.Errorf("the asking is %s", got)
		}
	})
}
