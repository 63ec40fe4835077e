package federation

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// Listings as other software writes them (protocol 1.3; written for this project after their code): what is a gift is mirrored under
// its title, and what is none is never shown as one (protocol 8 cases 8 to 13).
func TestShapesOfListings_areReadForWhatTheyAre(t *testing.T) {
	const at = "https://birch.example/"
	for name, row := range map[string]struct {
		says  doc
		title string // empty for what is no gift
		left  int
	}{
		"Epicyon, a thing that is shared": {doc{
			"@context": []any{"https://www.w3.org/ns/activitystreams", doc{"vf": "https://w3id.org/valueflows/", "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/"}},
			"id":       at + "users/ida--shareditems--spade", "type": "Proposal", "purpose": "offer", "attributedTo": birch, "name": "Spade", "content": "<p>A good one</p>",
			"unitBased": false, "published": "2026-11-20T10:00:00Z", "location": doc{"type": "Place", "name": "Hill"},
			"attachment": []any{doc{"type": "PropertyValue", "name": "category", "value": "tools"}, doc{"type": "Document", "mediaType": "image/jpeg", "url": at + "spade.jpg", "name": "a spade"}},
			"publishes":  doc{"type": "Intent", "id": at + "users/ida--shareditems--spade#primary", "action": "transfer", "name": "Spade", "availableQuantity": doc{"hasUnit": "one", "hasNumericalValue": "2"}},
		}, "Spade", 2},
		"Epicyon, a thing that is wanted": {doc{
			"id": at + "w", "type": "Proposal", "purpose": "request", "attributedTo": birch,
			"publishes": doc{"type": "Intent", "action": "transfer", "name": "Spade", "receiver": birch},
		}, "", 0},
		"Bonfire, in the old namespace": {doc{
			"id": at + "b", "type": "ValueFlows:Proposal", "attributedTo": birch, "ValueFlows:unitBased": false, "summary": "Seeds",
			"https://w3id.org/valueflows#publishes": []any{doc{
				"type": "ValueFlows:Intent", "name": "Seeds", "ValueFlows:action": "https://w3id.org/valueflows#transfer", "ValueFlows:provider": doc{"id": birch},
				"ValueFlows:availableQuantity": doc{"om2:hasUnit": "one", "om2:hasNumericalValue": 5},
			}},
		}, "Seeds", 5},
		"FEP-0837 before it knew a purpose": {doc{
			"id": at + "o", "type": "Proposal", "attributedTo": birch, "publishes": doc{"type": "Intent", "action": "vf:transfer", "name": "Kettle", "provider": birch},
		}, "Kettle", 1},
		"the same, wanted": {doc{
			"id": at + "o", "type": "Proposal", "attributedTo": birch, "publishes": doc{"type": "Intent", "action": "vf:transfer", "name": "Kettle", "receiver": birch},
		}, "", 0},
		"a note with a proposal in it": {doc{
			"id": at + "n", "type": "Note", "attributedTo": birch, "content": "<p>Chairs!</p>",
			"attachment": []any{doc{"type": "Proposal", "purpose": "offer", "publishes": doc{"action": "transfer", "name": "Chairs", "availableQuantity": doc{"hasNumericalValue": "4"}}}},
		}, "Chairs", 4},
		"Mitra, a subscription": {doc{
			"id": at + "m", "type": "Proposal", "purpose": "offer", "attributedTo": birch, "unitBased": true,
			"publishes":  doc{"type": "Intent", "action": "deliverService", "resourceConformsTo": "https://www.wikidata.org/wiki/Q579716", "resourceQuantity": doc{"hasUnit": "second", "hasNumericalValue": "1"}},
			"reciprocal": doc{"type": "Intent", "action": "transfer", "resourceConformsTo": "caip:19:monero", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "20000"}},
		}, "", 0},
		"flohmarkt, with a price": {doc{
			"id": at + "f", "type": "Note", "attributedTo": birch, "content": "<p>Sofa, 40 EUR</p>",
			"flohmarkt:data": doc{"name": "Sofa", "description": "Sofa", "price": "40", "currency": "EUR", "coordinates": doc{"lat": 1, "lon": 2}},
		}, "", 0},
		"ActivityPods": {doc{"id": at + "p", "type": []any{"maid:GiftOffer", "maid:Offer"}, "attributedTo": birch, "pair:label": "Sofa"}, "", 0},
		"a loan":       {doc{"id": at + "l", "type": "Proposal", "purpose": "offer", "attributedTo": birch, "publishes": doc{"action": "transfer-custody", "name": "Drill"}}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				n.takes(theBirches(), act(theBirches(), "Create", 1, row.says))
				n.look(func(view *store.View) error {
					m, err := sharing.FindMirrorByIRI(view, codec.ID(row.says))
					if m.Title != row.title || m.Left != row.left {
						n.Errorf("mirrored as %q, %d left", m.Title, m.Left)
					}
					return ignoreUnknown(err)
				})
				for _, item := range n.items() {
					if item.Error != "" {
						n.Errorf("%s: %s", item.Type, item.Error)
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
