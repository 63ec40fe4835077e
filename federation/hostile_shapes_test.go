package federation

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// goods are flohmarkt's, at a price; none where it is nil.
func goods(price any) doc {
	const id = "https://birch.example/users/ida/items/1"
	return doc{
		"id": id, "type": "Note", "attributedTo": birch, "url": "https://birch.example/~ida/1", "published": "2026-11-20T10:00:00Z",
		"content": "Sofa <br> Soft", "contentMap": doc{"en": "Sofa <br> Soft"}, "to": []any{"https://www.w3.org/ns/activitystreams#Public"},
		"flohmarkt:data": doc{"name": "Sofa", "description": "Soft", "price": price, "currency": "<b>EUR</b>", "original_id": "1", "coordinates": doc{"lat": 1, "lon": 2}},
	}
}

// spade is what Epicyon says of a thing that is shared, wanted or, with a reciprocal, sold.
func spade(purpose string) doc {
	const id = "https://birch.example/users/ida/shareditems/spade"
	return doc{
		"id": id, "type": "Proposal", "purpose": purpose, "attributedTo": birch, "name": "Spade", "content": "A good one", "unitBased": false,
		"published": "2026-11-20T10:00:00Z", "location": doc{"type": "Place", "name": "Hill"}, "to": "https://www.w3.org/ns/activitystreams#Public",
		"attachment": []any{doc{"type": "PropertyValue", "name": "category", "value": "tools"}, doc{"type": "Document", "mediaType": "image/jpeg", "url": "https://birch.example/spade.jpg", "name": "a spade"}},
		"publishes":  doc{"type": "Intent", "id": id + "#primary", "action": "transfer", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "2"}},
	}
}

// subscription is Mitra's.
func subscription() doc {
	const id = "https://birch.example/users/ida/proposals/monero:418015bb9ae982a1975da7d79277c270"
	return doc{
		"id": id, "type": "Proposal", "purpose": "offer", "attributedTo": birch, "name": "Pay for subscription", "unitBased": true,
		"publishes":  doc{"type": "Intent", "id": id + "#primary", "action": "deliverService", "provider": birch, "resourceConformsTo": "https://www.wikidata.org/wiki/Q579716", "resourceQuantity": doc{"hasUnit": "second", "hasNumericalValue": "1"}},
		"reciprocal": doc{"type": "Intent", "id": id + "#reciprocal", "action": "transfer", "receiver": birch, "resourceConformsTo": "caip:19:monero:418015bb9ae982a1975da7d79277c270/slip44:128", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "20000"}},
		"to":         "https://www.w3.org/ns/activitystreams#Public",
	}
}

// Listings as other software writes them (protocol 1.3; written for this project after their code): each is mirrored under its title for
// what it is, and what cannot be read is never a gift (protocol 8 cases 4, 5 and 8 to 13).
func TestShapesOfListings_areReadForWhatTheyAre(t *testing.T) {
	const at = "https://birch.example/"
	const none = sharing.Kind("none")
	money := doc{"type": "Intent", "action": "transfer", "resourceConformsTo": "https://www.wikidata.org/wiki/Q4916", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "1e400000"}}
	back := doc{"type": "Intent", "action": "transfer-custody", "receiver": birch}
	drill := doc{"id": at + "l", "type": "Proposal", "purpose": "offer", "attributedTo": birch, "publishes": doc{"action": "transfer-custody", "name": "Drill"}}
	bonfire := func(intents ...any) doc {
		return doc{
			"id": at + "pub/objects/1", "type": "ValueFlows:Proposal", "attributedTo": birch, "actor": birch, "context": []any{}, "name": "Seeds", "summary": "Of <b>last</b> year",
			"published": "2026-11-20T10:00:00Z", "publishes": intents, "to": []any{"https://www.w3.org/ns/activitystreams#Public"},
		}
	}
	proposed := func(back any, intent doc) doc {
		return doc{"id": at + "pub/objects/2", "type": "ValueFlows:ProposedIntent", "reciprocal": back, "publishes": intent}
	}
	seeds := doc{"id": at + "pub/objects/3", "type": "ValueFlows:Intent", "ValueFlows:action": "https://w3id.org/valueflows#transfer", "ValueFlows:provider": doc{"id": at + "users/ida"}}
	help := func(purpose string) doc {
		return doc{"id": at + "h", "type": "Note", "attributedTo": birch, "purpose": purpose, "unitBased": true, "publishes": doc{
			"type": "Intent", "name": "Carry a sofa", "action": "deliverService", "availableQuantity": doc{"hasUnit": "one", "hasNumericalValue": "2"},
		}}
	}
	for name, row := range map[string]struct {
		says  doc
		kind  sharing.Kind
		title string
		left  int
	}{
		"Epicyon, a thing that is shared":         {spade("offer"), sharing.Gift, "Spade", 2},
		"Epicyon, a thing that is wanted":         {spade("request"), sharing.LookedFor, "Spade", 2},
		"Epicyon, a thing that is sold":           {with(spade("offer"), doc{"reciprocal": money}), sharing.Priced, "Spade", 2},
		"Epicyon, a price in a list of one":       {with(spade("offer"), doc{"reciprocal": []any{money}}), sharing.Priced, "Spade", 2},
		"Epicyon, a price that hides in a list":   {with(spade("offer"), doc{"reciprocal": []any{back, money}}), sharing.Priced, "Spade", 2},
		"Epicyon, a price that is only named":     {with(spade("offer"), doc{"reciprocal": at + "price"}), sharing.Priced, "Spade", 2},
		"Epicyon, nothing in return":              {with(spade("offer"), doc{"reciprocal": []any{}}), sharing.Gift, "Spade", 2},
		"Bonfire, in the old namespace":           {bonfire(with(seeds, doc{"ValueFlows:availableQuantity": doc{"om2:hasUnit": "one", "om2:hasNumericalValue": 5}})), sharing.Gift, "Seeds", 5},
		"Bonfire, with intents that are proposed": {bonfire(proposed(nil, seeds), proposed(true, money)), sharing.Priced, "Seeds", 1},
		"Bonfire, a gift that is proposed":        {bonfire(proposed(false, seeds)), sharing.Gift, "Seeds", 1},
		"Bonfire, two things at once":             {bonfire(proposed(nil, seeds), proposed(nil, money)), none, "", 0},
		"Bonfire, nothing but what is wanted":     {bonfire(proposed(true, money)), none, "", 0},
		"FEP-0837 before it knew a purpose": {doc{
			"id": at + "o", "type": "Proposal", "attributedTo": birch, "publishes": doc{"type": "Intent", "action": "vf:transfer", "name": "Kettle", "provider": birch},
		}, sharing.Gift, "Kettle", 1},
		"the same, of nobody in particular": {doc{
			"id": at + "o", "type": "Proposal", "attributedTo": birch, "publishes": doc{"type": "Intent", "action": "vf:transfer", "name": "Kettle"},
		}, sharing.Gift, "Kettle", 1},
		"the same, wanted": {doc{
			"id": at + "o", "type": "Proposal", "attributedTo": birch, "publishes": doc{"type": "Intent", "action": "vf:transfer", "name": "Kettle", "receiver": birch},
		}, sharing.LookedFor, "Kettle", 1},
		"a note with a proposal in it": {doc{
			"id": at + "n", "type": "Note", "attributedTo": birch, "content": "<p>Chairs!</p>",
			"attachment": []any{doc{"type": "Proposal", "purpose": "offer", "publishes": doc{"action": "transfer", "name": "Chairs", "availableQuantity": doc{"hasNumericalValue": "4"}}}},
		}, sharing.Gift, "Chairs", 4},
		"Mitra, a subscription":                {subscription(), sharing.Priced, "Pay for subscription", 1},
		"flohmarkt, with a price":              {goods("40"), sharing.Priced, "Sofa", 1},
		"flohmarkt, with a price that is huge": {goods(json.Number("1e400000")), sharing.Priced, "Sofa", 1},
		"flohmarkt, with a price in words":     {goods("0 <script>EUR</script>"), sharing.Priced, "Sofa", 1},
		"flohmarkt, with a price in a box":     {goods([]any{"40"}), sharing.Priced, "Sofa", 1},
		"flohmarkt, with a page elsewhere":     {with(goods("40"), doc{"url": "https://evil.example/sofa"}), sharing.Priced, "Sofa", 1},
		"flohmarkt, for 0,00":                  {goods("0,00"), sharing.Gift, "Sofa", 1},
		"flohmarkt, for nothing":               {goods(nil), sharing.Gift, "Sofa", 1},
		"flohmarkt, nothing in the box":        {with(goods("1"), doc{"flohmarkt:data": "x"}), none, "", 0},
		"ActivityPods":                         {doc{"id": at + "p", "type": []any{"maid:GiftOffer", "maid:Offer"}, "attributedTo": birch, "pair:label": "Sofa"}, none, "", 0},
		"a loan":                               {drill, sharing.Loan, "Drill", 1},
		"a loan that comes back":               {with(drill, doc{"reciprocal": []any{back}}), sharing.Loan, "Drill", 1},
		"a rent":                               {with(drill, doc{"reciprocal": []any{back, money}}), sharing.Priced, "Drill", 1},
		"to use where it is":                   {with(drill, doc{"publishes": doc{"action": "vf:use", "name": "Kiln"}}), sharing.Loan, "Kiln", 1},
		"help that is wanted":                  {help("request"), sharing.HelpWanted, "Carry a sofa", 2},
		"help that is offered":                 {help("offer"), sharing.HelpOffered, "Carry a sofa", 2},
		"for a purpose of its own":             {help("auction"), none, "", 0},
		"in a way of its own":                  {with(drill, doc{"publishes": doc{"action": "raffle", "name": "Drill"}}), none, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				n.takes(theBirches(), act(theBirches(), "Create", 1, row.says))
				m := n.thing(codec.ID(row.says))
				if m.ID == "" {
					m.Kind = none
				}
				if m.ID != "" && !iri.SameOrigin(m.URL, birch) {
					n.Errorf("its page is %s", m.URL)
				}
				if m.Kind != row.kind || m.Title != row.title || m.Left != row.left {
					n.Errorf("mirrored as %q, %q, %d left", m.Kind, m.Title, m.Left)
				}
				for _, item := range n.items() {
					if item.Error != "" || item.State != wire.ItemDone {
						n.Errorf("%s: %s %s", item.Type, item.State, item.Error)
					}
				}
			})
		})
	}
}

// Security B3: a name is a line, whatever it is made of.
func TestHostile_namesStayWithinTheirLine(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		for nth, name := range []string{
			"Ida" + strings.Repeat("\u0301", 10_000), strings.Repeat("\U0001f9d1\u200d", 5_000), "Ida\u202e\u2066\u200b\ufeff\U000e0041", "Ida\r\nBcc: x\u2028\u2029\x1b[31m", strings.Repeat("ida ", 5_000),
		} {
			v.shows(mallory, with(profileOf(evil()), doc{"name": name, "summary": name, "preferredUsername": name}))
			n.takes(evil(), act(evil(), "Follow", nth, us))
			n.do(func(tx *store.Tx) error { return tx.Enqueue(n.actorJob(mallory)) })
			n.works()
			n.look(func(view *store.View) error {
				a, err := neighbours.FindActor(view, mallory)
				if utf8.RuneCountInString(a.Name) > nameLength || strings.ContainsFunc(a.Name, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' || r == '\u2066' || r >= '\U000e0000' }) {
					n.Errorf("%.40q becomes %q", name, a.Name)
				}
				if marks := strings.Count(a.Name, "\u0301"); marks > 8 {
					n.Errorf("%d marks on one letter", marks)
				}
				return err
			})
		}
	})
}
