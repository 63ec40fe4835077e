package federation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// reply is what Vera says in public about an offer of ours.
func reply(offer sharing.OfferID, nth int, text string) doc {
	return act(vera(), "Create", nth, doc{
		"id": fmt.Sprint(victim, "/notes/", nth), "type": "Note", "attributedTo": victim, "content": "<p>" + text + "</p>",
		"inReplyTo": "https://alder.example/ap/offers/" + string(offer), "to": iriPublic, "cc": us, "tag": doc{"type": "Mention", "href": us},
	})
}

// whisper is what Vera writes to us alone, in answer to something.
func whisper(answers string, nth int, text string) doc {
	d := reply("", nth, text)
	d["object"] = with(d["object"].(doc), doc{"inReplyTo": answers, "to": us, "cc": nil})
	return d
}

func (n *node) bikeForAnyone() sharing.OfferID {
	n.Helper()
	bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone, Place: "Mill Street 7, second bell"})
	n.said()
	return bike
}

func (n *node) letsIn(id neighbours.LetterID) (c sharing.Claim) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) {
		c, err = sharing.LetIn(tx, n.Sage, id, newTicket())
		return err
	})
	return c
}

// draws turns the clock past the freeze and draws.
func (n *node) draws(id sharing.OfferID) {
	n.Helper()
	n.look(func(v *store.View) error {
		o, err := sharing.FindOffer(v, id)
		n.now = o.Freeze()
		return err
	})
	n.do(func(tx *store.Tx) error { return sharing.Advance(tx, id, func(time.Time) bool { return true }) })
}

// told is what Vera alone is told, in words.
func (n *node) told(s saying) (note doc, text string) {
	n.Helper()
	note = codec.Object(s.doc["object"])
	if s.Type != "Create" || s.Recipient != victim || s.Public || !slices.Equal(s.Inboxes, []string{"https://victim.example/inbox"}) {
		n.Errorf("%s goes to %v", s.Type, s.Inboxes)
	}
	if got := codec.IDs(note["to"]); !slices.Equal(got, []string{victim}) || note["cc"] != nil {
		n.Errorf("addressed to %v, %v", got, note["cc"])
	}
	tags := codec.Objects(note["tag"])
	if len(tags) != 1 || codec.Link(tags[0]) != victim {
		n.Errorf("mentions %v", tags)
	}
	text = codec.Text(note, "content")
	if strings.Contains(string(s.Body), "Mill Street") || strings.Contains(string(s.Body), "Sage") {
		n.Errorf("it tells of the giver: %s", s.Body)
	}
	return note, text
}

// Protocol 8 case 36: nothing is accepted because of a reply; a human looks, and its author hears of it on their own server.
func TestOutside_aReplyThatAsksWaitsForAHumanAndIsAnsweredInWords(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		n.takes(vera(), reply(bike, 1, "Oh, I’d like THIS for my way to work"))
		if len(n.claims(bike)) != 0 {
			n.Fatal("a claim that nobody let in")
		}
		l := n.letters()[0]
		if l.Kind != neighbours.Wish || l.AskedBy != neighbours.ByReply || l.About != string(bike) {
			n.Fatalf("letter %+v", l)
		}
		story := n.said()
		note, text := n.told(n.only(story))
		if !strings.Contains(text, "wire.outside.heard A bike") || codec.ID(note["inReplyTo"]) != victim+"/notes/1" {
			n.Errorf("said %v", note)
		}
		n.takes(vera(), reply(bike, 1, "Oh, I’d like THIS for my way to work")) // twice is once
		if len(n.said()) != 0 {
			n.Error("answered twice")
		}

		c := n.letsIn(l.ID)
		if c.Note != "Oh, I’d like THIS for my way to work" || len(n.letters()) != 0 {
			n.Errorf("note %q, letters %v", c.Note, n.letters())
		}
		in := n.said()
		if _, text := n.told(n.only(in)); !strings.Contains(text, "wire.outside.gathering A bike") {
			n.Errorf("said %s", text)
		}
		n.draws(bike)
		promised := slices.DeleteFunc(n.said(), func(s saying) bool { return s.Public })
		note, text = n.told(n.only(promised))
		if !strings.Contains(text, "wire.outside.promised A bike") {
			n.Errorf("said %s", text)
		}

		// The giver's tap is what sends the place, and she can answer it.
		n.do(func(tx *store.Tx) error { return sharing.SendPlace(tx, n.Sage, c.ID) })
		place := n.only(n.said())
		if !strings.Contains(string(place.Body), "Mill Street 7") || place.Recipient != victim {
			n.Errorf("said %s", place.Body)
		}
		n.takes(vera(), whisper(codec.ID(place.doc["object"]), 2, "Thank you, I come at six"))
		n.takes(vera(), whisper(codec.ID(note), 3, "The blue one?"))
		n.look(func(v *store.View) error {
			talk, err := agreeing.Messages(v, c.ID)
			var words []string
			for _, m := range talk {
				words = append(words, m.Nickname+": "+m.Text)
			}
			slices.Sort(words)
			if want := []string{
				"Sage: Mill Street 7, second bell", "victim.example/users/vera: Thank you, I come at six", "victim.example/users/vera: The blue one?",
			}; !slices.Equal(words, want) {
				n.Errorf("they said %q", words)
			}
			return err
		})
		if len(n.letters()) != 0 {
			n.Errorf("stewards read along: %v", n.letters())
		}
		n.do(func(tx *store.Tx) error { return sharing.HandOver(tx, n.Sage, c.ID) })
		done := slices.DeleteFunc(n.said(), func(s saying) bool { return s.Public })
		if _, text := n.told(n.only(done)); !strings.Contains(text, "wire.outside.done A bike") {
			n.Errorf("said %s", text)
		}
		n.golden("walk-outside", slices.Concat(story, in, promised, done))
	})
}

// Protocol 8 case 60: FEP-0837 peers get an Accept or a Reject in the end, whatever they make of the words.
func TestOutside_anOfferOfAStrangerWaitsForAHuman(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike, lamp := n.bikeForAnyone(), n.bikeForAnyone()
		asks := func(nth int, offer sharing.OfferID) doc {
			return with(act(vera(), "Offer", nth, doc{"type": "Agreement", "stipulates": doc{
				"type": "Commitment", "satisfies": "https://alder.example/ap/offers/" + string(offer) + "#primary", "receiver": victim,
				"resourceQuantity": codec.Measure(1),
			}}), doc{"to": us})
		}
		n.takes(vera(), asks(1, bike))
		if len(n.claims(bike)) != 0 {
			n.Fatal("a claim that nobody let in")
		}
		n.expect(n.said(), "Create https://victim.example/inbox")
		c := n.letsIn(n.letters()[0].ID)
		n.expect(n.said(), "TentativeAccept https://victim.example/inbox", "Create https://victim.example/inbox")
		n.draws(bike)
		var accept saying
		for _, s := range n.said() {
			if s.Type == "Accept" {
				accept = s
			}
		}
		result := codec.Object(accept.doc["result"])
		if codec.ID(accept.doc["object"]) != victim+"/offer/1" || codec.String(result["pots:state"]) != "promised" || result["pots:windows"] != nil {
			n.Errorf("said %v", accept.doc)
		}
		n.do(func(tx *store.Tx) error { // the courier has been there
			return tx.DB().Exec("UPDATE deliveries SET state = 'sent', ended_at = ?", tx.Now).Error
		})
		n.takes(vera(), asks(1, bike)) // asked twice: the same answer, under its id
		n.look(func(v *store.View) error {
			var due []string
			err := v.DB().Table("deliveries").Where("state = 'due'").Pluck("activity_id", &due).Error
			if !slices.Equal(due, []string{string(accept.ID)}) {
				n.Errorf("due again: %v, not %s", due, accept.ID)
			}
			return err
		})
		n.takes(vera(), act(vera(), "Undo", 1, asks(1, bike)))
		if got := n.claims(bike); len(got) != 1 || got[0].ID != c.ID || got[0].State != agreeing.Released {
			n.Errorf("claims %+v", got)
		}
		n.said()

		n.takes(vera(), asks(2, lamp))
		n.expect(n.said(), "Create https://victim.example/inbox")
		n.do(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, n.Sage, n.letters()[0].ID) })
		n.expect(n.said(), "Reject https://victim.example/inbox", "Create https://victim.example/inbox")
		n.takes(vera(), asks(3, lamp))
		n.takes(vera(), act(vera(), "Undo", 2, victim+"/offer/3"))
		if got := n.letters(); len(got) != 1 { // the one that was turned away
			n.Errorf("letters %+v", got)
		}
	})
}

func TestOutside_whatAnAuthorDeletesOrChangesFollows(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		n.takes(vera(), reply(bike, 1, "May I have it?"))
		c := n.letsIn(n.letters()[0].ID)
		edit := reply(bike, 1, "May I have it, for my daughter?")
		edit["type"], edit["id"] = "Update", victim+"/update/1"
		n.takes(vera(), edit)
		if got := n.claims(bike); got[0].Note != "May I have it, for my daughter?" || len(n.letters()) != 0 {
			n.Errorf("note %q, letters %v", got[0].Note, n.letters())
		}
		n.takes(vera(), act(vera(), "Delete", 1, doc{"id": victim + "/notes/1", "type": "Tombstone"}))
		if got := n.claims(bike); len(got) != 0 {
			n.Errorf("claim %s is still there: %+v", c.ID, got)
		}
	})
}

// Protocol 8 case 98: whoever shuts us out has nothing open here any more.
func TestOutside_aBlockEndsWhatIsOpen(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		n.takes(vera(), reply(bike, 1, "May I have it?"))
		n.letsIn(n.letters()[0].ID)
		n.takes(vera(), act(vera(), "Block", 1, us))
		if got := n.claims(bike); len(got) != 1 || got[0].State != agreeing.Refused {
			n.Errorf("claims %+v", got)
		}
	})
}

// What one says in public can be shown, what is for us alone never; and a thing that one may not see is answered like none.
func TestOutside_aReplyIsAVoiceOnlyInPublicAndAboutWhatItsAuthorSees(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		friends := n.gives(sharing.NewOffer{Title: "A secret", Audience: people.Friends})
		n.takes(vera(), reply(bike, 1, "What a bike"))
		n.takes(vera(), whisper("https://alder.example/ap/offers/"+string(bike), 2, "Is it stolen?"))
		n.takes(vera(), reply(friends, 3, "I'd like this"))
		var got []string
		for _, l := range n.letters() {
			got = append(got, fmt.Sprint(l.Kind, " ", l.About == string(bike)))
		}
		if !slices.Equal(got, []string{"voice true", "word true", "word false"}) {
			n.Errorf("letters: %v", got)
		}
	})
}

// Protocol 8 case 88, as far as people read: a flood of one is not taken, and what was taken is not lost.
func TestOutside_aFullDeskTakesNoMoreUntilSomebodyHasRead(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		for i := range 10 {
			n.takes(vera(), reply(bike, i, fmt.Sprint("hey ", i)))
		}
		w := n.posts(n.request(vera(), mustJSON(reply(bike, 11, "hey again"))))
		if w.Code != 429 || w.Header().Get("Retry-After") != "3600" {
			n.Errorf("answered %d, %v", w.Code, w.Header())
		}
		n.takes(evil(), with(reply(bike, 1, "me too"), doc{
			"id": mallory + "/c/1", "actor": mallory,
			"object": with(reply(bike, 1, "me too")["object"].(doc), doc{"id": mallory + "/n/1", "attributedTo": mallory}),
		}))
		if got := n.letters(); got[1].From != mallory {
			n.Errorf("the second is %+v", got[1])
		}
		n.do(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, n.Sage, n.letters()[0].ID) })
		n.takes(vera(), reply(bike, 11, "hey again"))
	})
}

// Protocol 8 case 105: the Delete reaches those who replied, too.
func TestOutside_theDeleteReachesWhoeverReplied(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		bike := n.bikeForAnyone()
		n.takes(vera(), reply(bike, 1, "What a bike"))
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, bike) })
		n.expect(n.said(), "Delete https://victim.example/inbox")
	})
}
