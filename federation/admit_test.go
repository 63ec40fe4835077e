package federation

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	us    = "https://alder.example/ap/collective"
	drum  = "https://birch.example/ap/offers/o9"
	deed  = "https://birch.example/ap/agreements/a9"
	vNote = "https://victim.example/notes/7"
)

// gift is a thing of Birch's as it is on the wire.
func gift(id string, seq int) doc {
	return doc{
		"id": id, "type": "Note", "attributedTo": birch, "url": "https://birch.example/offers/o9",
		"content": "<p><strong>Free: a drum</strong></p>", "contentMap": doc{"en": "<p><strong>Free: a drum</strong></p>"},
		"published": "2026-11-24T11:00:00Z", "purpose": "offer", "unitBased": false,
		"pots:seq": seq, "pots:state": "gathering", "pots:scope": "neighbours", "pots:category": "other", "pots:condition": "good",
		"publishes": doc{
			"id": id + "#primary", "type": "Intent", "name": "A drum", "action": "transfer", "provider": birch,
			"resourceQuantity": codec.Measure(1), "availableQuantity": codec.Measure(1),
		},
		"to": []any{birch + "/neighbours"},
	}
}

// The rows of security 1.1 and 1.4 of which the door decides: what is refused leaves no row and changes none.
func TestAdmit_refusesWhatHostilePeersTry(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		mirror := n.mirrored()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		ours := "https://alder.example/ap/offers/" + string(bike)
		n.takes(vera(), act(vera(), "Create", 9, doc{"id": vNote, "type": "Note", "attributedTo": victim, "content": "Hello", "to": us}))
		before, was := n.standing(bike, mirror.ID), len(n.items())

		note := func(changes doc) doc {
			return with(doc{"id": mallory + "/notes/1", "type": "Note", "attributedTo": mallory, "content": "x", "to": us}, changes)
		}
		create := func(changes doc) doc { return act(evil(), "Create", 1, note(changes)) }
		for name, row := range map[string]struct {
			says doc
			want int
		}{
			"I4 another actor":                 {with(create(nil), doc{"actor": victim, "id": victim + "/c/1"}), 401},
			"I4 another actor as an object":    {with(create(nil), doc{"actor": doc{"id": victim}}), 401},
			"I4 two actors":                    {with(create(nil), doc{"actor": []any{mallory, victim}}), 401},
			"I4 an actor without an id":        {with(create(nil), doc{"actor": doc{"type": "Person"}}), 401},
			"I4 no actor":                      {with(create(nil), doc{"actor": nil}), 401},
			"I5 attributed to somebody else":   {create(doc{"attributedTo": victim}), 403},
			"I5 attributed to two":             {create(doc{"attributedTo": []any{mallory, victim}}), 403},
			"I5 attributed to nobody":          {create(doc{"attributedTo": nil}), 403},
			"I6 an object elsewhere":           {create(doc{"id": "https://victim.example/notes/1"}), 403},
			"I6 an object without an id":       {create(doc{"id": nil}), 403},
			"I7 an object of ours":             {create(doc{"id": ours}), 403},
			"I7 an update of ours":             {act(evil(), "Update", 1, note(doc{"id": ours})), 403},
			"I7 a delete of ours":              {act(evil(), "Delete", 1, ours), 403},
			"I7 our own actor":                 {act(evil(), "Update", 2, doc{"id": us, "type": "Organization", "inbox": mallory}), 403},
			"I8 an activity elsewhere":         {with(create(nil), doc{"id": "https://victim.example/c/1"}), 403},
			"I8 an activity of ours":           {with(create(nil), doc{"id": "https://alder.example/ap/activities/1"}), 403},
			"I8 an activity without an id":     {with(create(nil), doc{"id": nil}), 400},
			"I8 an id that is null":            {with(create(nil), doc{"id": ""}), 400},
			"I8 an id without a scheme":        {with(create(nil), doc{"id": "SCRUBBED_ID"}), 400},
			"I8 an update elsewhere":           {with(act(evil(), "Update", 3, note(doc{"id": vNote})), doc{"id": "https://victim.example/x"}), 403},
			"I9 an update of another's":        {act(evil(), "Update", 4, note(doc{"id": vNote, "attributedTo": victim})), 403},
			"I9 a delete of another's":         {act(evil(), "Delete", 2, vNote), 403},
			"I9 a delete of another actor":     {act(evil(), "Delete", 3, victim), 403},
			"I9 a delete of a mirror":          {act(evil(), "Delete", 4, drum), 403},
			"I9 an update of a mirror":         {act(evil(), "Update", 5, gift(drum, 99)), 403},
			"I9 an undo of another's":          {act(evil(), "Undo", 1, victim+"/follow/1"), 403},
			"I9 an undo that embeds another's": {act(evil(), "Undo", 2, doc{"id": mallory + "/f", "type": "Follow", "actor": victim, "object": us}), 403},
			"I9 a remove of another's":         {with(act(evil(), "Remove", 1, vNote), doc{"target": victim + "/featured"}), 403},
			"I9 a move of another":             {with(act(evil(), "Move", 1, victim), doc{"target": mallory}), 403},
			"I9 an agreement of another's":     {act(evil(), "Update", 6, doc{"id": deed, "type": "Agreement", "pots:state": "promised"}), 403},
			"I26 into our followers":           {with(act(evil(), "Add", 1, mallory), doc{"target": us + "/followers"}), 403},
			"I26 into what we pin":             {with(act(evil(), "Add", 2, mallory+"/notes/1"), doc{"target": us + "/featured"}), 403},
			"I23 two types":                    {with(create(nil), doc{"type": []any{"Like", "Delete"}}), 400},
			"two objects of which one is ours": {act(evil(), "Delete", 5, []any{mallory + "/notes/1", ours}), 403},
		} {
			n.answersWith(name, n.request(evil(), mustJSON(row.says)), row.want)
		}
		// I10: the same server, another actor.
		v.lives("https://victim.example/users/neighbour", 0)
		beside := peer{"https://victim.example/users/neighbour", peerKeys()[0], "https://victim.example/users/neighbour#main-key"}
		n.answersWith("I10 a delete by another on the same server", n.request(beside, mustJSON(act(beside, "Delete", 1, vNote))), 403)
		v.lives("https://birch.example/users/bea", 0)
		bea := peer{"https://birch.example/users/bea", peerKeys()[0], "https://birch.example/users/bea#main-key"}
		n.answersWith("I10 a delete of a mirror by another there", n.request(bea, mustJSON(act(bea, "Delete", 1, drum))), 403)
		n.answersWith("I10 an update of a mirror by another there", n.request(bea, mustJSON(act(bea, "Update", 1, with(gift(drum, 9), doc{"attributedTo": bea.id})))), 403)

		n.receives()
		if got := len(n.items()); got != was {
			n.Errorf("%d items were kept", got-was)
		}
		if after := n.standing(bike, mirror.ID); after != before {
			n.Errorf("it stands as %+v, before %+v", after, before)
		}
	})
}

// standing is what hostile peers would like to change.
type standing struct {
	offer, mirror int64
	seq           int64
	edge          neighbours.State
	letter        string
	followers     bool
}

func (n *node) standing(offer, mirror sharing.OfferID) (s standing) {
	n.Helper()
	n.look(func(v *store.View) error {
		o, err := sharing.FindOffer(v, offer)
		if err != nil {
			return err
		}
		m, err := sharing.FindMirror(v, mirror)
		if err != nil {
			return err
		}
		edge, err := neighbours.FindEdgeTo(v, birch)
		if err != nil {
			return err
		}
		letter, err := neighbours.FindLetterByObject(v, vNote)
		if err != nil {
			return err
		}
		followers, err := neighbours.FollowerInboxes(v, wire.Collective, "", 10)
		s = standing{o.Version, m.Version, m.Seq, edge.State, letter.Text, len(followers) > 0}
		return err
	})
	return s
}

// What is none of our business is answered 202 and leaves nothing behind.
func TestAdmit_passesWhatIsNotForUs(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		note := doc{"id": mallory + "/notes/1", "type": "Note", "attributedTo": mallory, "content": "x", "to": iri.Public}
		for name, says := range map[string]doc{
			"a post for others":                   act(evil(), "Create", 1, note),
			"a listing of a stranger":             act(evil(), "Create", 2, with(gift(mallory+"/notes/2", 1), doc{"attributedTo": mallory})),
			"the name of a post":                  act(evil(), "Create", 3, mallory+"/notes/3"),
			"a like":                              act(evil(), "Like", 1, "https://alder.example/ap/offers/1"),
			"a boost of a forged post":            act(evil(), "Announce", 1, doc{"id": vNote, "type": "Note", "attributedTo": victim, "content": "forged"}),
			"a boost of a Create":                 act(evil(), "Announce", 2, act(vera(), "Create", 1, note)),
			"a report about somebody else":        act(evil(), "Flag", 1, victim),
			"a type that we do not hear":          act(evil(), "Arrive", 1, us),
			"a type of somebody's own":            act(evil(), "https://evil.example/ns#Poke", 1, us),
			"a Follow of somebody else":           act(evil(), "Follow", 1, victim),
			"a Follow of our node":                act(evil(), "Follow", 2, "https://alder.example/ap/node"),
			"I14 a yes to what we never asked":    act(evil(), "Accept", 1, "https://alder.example/ap/activities/0000000000000000000000000a"),
			"I14 a yes to another's Follow":       act(evil(), "Accept", 2, doc{"id": "https://victim.example/f/1", "type": "Follow", "actor": us, "object": victim}),
			"I14 a yes to a Follow that was none": act(evil(), "Accept", 3, doc{"type": "Follow", "actor": us, "object": mallory}),
			"a pin of their own":                  with(act(evil(), "Add", 1, mallory+"/notes/1"), doc{"target": mallory + "/featured"}),
			"an Undo by a stranger":               act(evil(), "Undo", 1, mallory+"/follow/9"),
			"an agreement of a stranger":          act(evil(), "Update", 1, doc{"id": mallory + "/agreements/1", "type": "Agreement", "pots:state": "promised"}),
			"an Offer of something else":          act(evil(), "Offer", 1, note),
		} {
			n.answersWith(name, n.request(evil(), mustJSON(says)), http.StatusAccepted)
		}
		if got := n.items(); len(got) != 0 {
			n.Errorf("%d items were kept, the first a %s", len(got), got[0].Type)
		}
	})
}

// Protocol 8 cases 76 and 78: who answers must be who was asked.
func TestAdmit_hearsAnAnswerOnlyFromWhomWeAsked(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.asks(n.mirrored(), sharing.Wish{Note: "please"})
		offer := codec.ID(n.only(n.said()).doc)
		verdict := func(p peer) doc {
			return with(act(p, "Accept", 1, offer), doc{"result": doc{"id": p.id + "/agreements/1", "type": "Agreement", "pots:seq": 1, "pots:state": "promised"}})
		}
		if got := n.sends(evil(), verdict(evil())); got != http.StatusAccepted || len(n.items()) != 0 {
			n.Errorf("a third party's yes is answered %d, %d items", got, len(n.items()))
		}
		if got := n.sends(theBirches(), verdict(theBirches())); got != http.StatusAccepted || len(n.items()) != 1 {
			n.Errorf("the home's yes is answered %d, %d items", got, len(n.items()))
		}
	})
}

// Protocol 8 cases 22 and 97: who is shut out is refused, however the actor is written, and nothing is fetched for it. Only who proves a
// name is told so; a stranger who uses it learns nothing of whom we shut out.
func TestAdmit_refusesWhoIsShutOut(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		if got := n.sends(vera(), hello(vera())); got != http.StatusAccepted {
			n.Fatalf("answered %d", got)
		}
		n.do(func(tx *store.Tx) error {
			if err := neighbours.Block(tx, n.Sage, victim); err != nil {
				return err
			}
			return neighbours.Block(tx, n.Sage, "evil.example")
		})
		n.answersWith("an actor", n.request(vera(), mustJSON(with(hello(vera()), doc{"id": victim + "/c/2"}))), http.StatusForbidden)
		n.answersWith("an actor as an object", n.request(vera(), mustJSON(with(hello(vera()), doc{
			"id": victim + "/c/3", "actor": doc{"id": victim, "type": "Person"},
		}))), http.StatusForbidden)
		unproved := n.answersWith("a server", n.request(evil(), mustJSON(hello(evil()))), http.StatusUnauthorized).Body.String()
		if v.asked(mallory) != 0 || len(n.items()) != 1 {
			n.Errorf("%d visits, %d items", v.asked(mallory), len(n.items()))
		}
		away := peer{"https://away.example/users/a", peerKeys()[0], "https://away.example/users/a#main-key"}
		like := n.answersWith("a server that is not there", n.request(away, mustJSON(hello(away))), http.StatusUnauthorized).Body.String()
		if strings.ReplaceAll(like, "away", "evil") != unproved {
			n.Errorf("who is shut out reads %s, who is not there %s", unproved, like)
		}
		r := "https://third.example/r"
		v.serve(r, func() *http.Response {
			p := page(302, "", nil)
			p.Header.Set("Location", mallory)
			return p
		})
		guest := peer{"https://third.example/users/g", peerKeys()[0], r}
		led := n.answersWith("one who leads there", n.request(guest, mustJSON(hello(guest))), http.StatusUnauthorized).Body.String()
		if !strings.Contains(led, "not in order") || v.asked(mallory) != 0 {
			n.Errorf("it reads %s", led)
		}
		n.believes(evil())
		n.answersWith("a server that proves it", n.request(evil(), mustJSON(hello(evil()))), http.StatusForbidden)
	})
}

// Protocol 8 case 88.
func TestAdmit_slowsAFloodOfClaimsAndNobodyElse(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		claim := func(p peer, nth int) doc {
			return act(p, "Offer", nth, doc{"type": "Agreement", "stipulates": doc{"satisfies": "https://alder.example/ap/offers/none#primary"}})
		}
		slowed := 0
		for i := range 1000 {
			n.now = n.now.Add(60 * time.Millisecond)
			w := n.posts(n.request(evil(), mustJSON(claim(evil(), i))))
			switch {
			case w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "":
				slowed++
			case w.Code != http.StatusAccepted:
				n.Fatalf("claim %d is answered %d", i, w.Code)
			}
		}
		if slowed == 0 {
			n.Error("a thousand in a minute went through")
		}
		if got := n.sends(vera(), claim(vera(), 1)); got != http.StatusAccepted {
			n.Errorf("another origin is answered %d", got)
		}
	})
}

// A guard: every type that go-fed knows and we read has a line in the table, so that a new one is decided about.
func TestAdmit_hasARuleForEveryTypeThatIsRead(t *testing.T) {
	has := map[string]bool{}
	for _, r := range (&Federation{}).rules() {
		has[r.says] = true
	}
	for _, kind := range []string{
		"Accept", "Add", "Announce", "Block", "Create", "Delete", "Flag", "Follow", "Like", "Move", "Offer", "Reject", "Remove",
		"TentativeAccept", "Undo", "Update",
	} {
		if !has[kind] {
			t.Errorf("no rule for %s", kind)
		}
	}
}

func TestReasonOf_isAWordOfTheProtocol(t *testing.T) {
	for _, row := range []struct {
		err  error
		want string
	}{
		{fault.New(fault.NotFound, "offer.unknown"), "not-a-listing"},
		{fault.New(fault.Conflict, "offer.moved_on", fault.Args{"State": "expired"}), "expired"},
		{fault.New(fault.Conflict, "offer.moved_on", fault.Args{"State": "gone"}), "taken"},
		{fault.New(fault.Conflict, "claim.already_promised"), "limit"},
		{fault.Fields(fault.Field{Name: "quantity"}), "limit"},
		{fault.Fields(fault.Field{Name: "windows"}), "window"},
		{fault.New(fault.Invalid, "claim.ticket"), "ineligible"},
	} {
		if got := reasonOf(row.err); got != row.want {
			t.Errorf("%v: %s, want %s", row.err, got, row.want)
		}
	}
}
