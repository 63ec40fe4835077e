package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Protocol 1.3 and 8 cases 8 to 13: what five kinds of software say of a thing, from the inbox to the list, the page and the JSON of a
// member. There is no button, whatever it is, where the home takes no Offers, and asking all the same is refused.
func TestOtherSoftware_isShownForWhatItIs(t *testing.T) {
	t.Parallel()
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			birch := playBirch(t)
			house := settle(t, dialect, birch)
			n := house.open()
			r := &reader{door: &door{house, n.Handler(), birch}, n: n}
			if err := n.store.Update(t.Context(), n.clock.Now(), func(tx *store.Tx) error {
				a, err := neighbours.FindActor(tx.View, birch.actor())
				a.OpenURL = "" // it is other software
				if err == nil {
					_, err = neighbours.LearnActor(tx, a)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			money := doc{"type": "Intent", "action": "transfer", "resourceConformsTo": "https://www.wikidata.org/wiki/Q4916", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "9999999"}}
			back := doc{"type": "ValueFlows:Intent", "action": "https://w3id.org/valueflows#transfer-custody"}
			for i, c := range []struct {
				software   string
				says       doc
				kind, chip string
				sentence   string
			}{
				{"Epicyon", doc{"type": "Proposal", "purpose": "offer", "name": "Thing", "content": "Good", "publishes": doc{"type": "Intent", "action": "transfer", "resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "2"}}}, "", "Gift", "ask them there"},
				{"Epicyon, sold", doc{"type": "Proposal", "purpose": "offer", "name": "Thing", "publishes": doc{"type": "Intent", "action": "transfer"}, "reciprocal": []any{back, money}}, "priced", "Not a gift", "they want money or something else"},
				{"Epicyon, wanted", doc{"type": "Proposal", "purpose": "request", "name": "Thing", "publishes": doc{"type": "Intent", "action": "transfer"}}, "wanted", "Wanted", "They are looking for this"},
				{"flohmarkt", doc{"type": "Note", "content": "Thing <br> Good", "flohmarkt:data": doc{"name": "Thing", "price": "9999999", "currency": "<i>EUR</i>", "coordinates": doc{"lat": 52.52}}}, "priced", "Not a gift", "they want money or something else"},
				{"Bonfire", doc{"type": "ValueFlows:Proposal", "name": "Thing", "publishes": []any{doc{"type": "ValueFlows:ProposedIntent", "publishes": doc{"type": "ValueFlows:Intent", "action": "https://w3id.org/valueflows#transfer-custody"}}, doc{"type": "ValueFlows:ProposedIntent", "reciprocal": true, "publishes": back}}}, "loan", "To borrow", "not to keep"},
				{"Mitra", doc{"type": "Proposal", "purpose": "offer", "name": "Thing", "unitBased": true, "publishes": doc{"type": "Intent", "action": "deliverService", "resourceQuantity": doc{"hasUnit": "second", "hasNumericalValue": "1"}}, "reciprocal": money}, "priced", "Not a gift", "they want money or something else"},
				{"FEP-0837 of 2023", doc{"type": "Proposal", "unitBased": false, "publishes": doc{"type": "Intent", "name": "Thing", "action": "vf:transfer", "provider": birch.actor()}}, "", "Gift", "ask them there"},
			} {
				id := birch.url + "/things/" + string(rune('a'+i))
				says := doc{"id": id, "attributedTo": birch.actor(), "to": []string{"https://www.w3.org/ns/activitystreams#Public"}, "published": "2026-11-20T10:00:00Z"}
				for name, v := range c.says {
					says[name] = v
				}
				w := httptest.NewRecorder()
				if n.Handler().ServeHTTP(w, r.inbox(birch.activity("create-"+id[len(id)-1:], "Create", says))); w.Code != http.StatusAccepted {
					t.Fatalf("%s: %d %s", c.software, w.Code, w.Body)
				}
				n.rest(t)

				var list struct {
					Items []struct{ ID, Kind, Title, Ask_At string }
				}
				raw := r.read(r.program("GET", "/offers?q=thing", "", ""), http.StatusOK)
				if err := json.Unmarshal(raw, &list); err != nil || len(list.Items) != 1 {
					t.Fatalf("%s: %v, %s", c.software, err, raw)
				}
				thing := list.Items[0]
				if thing.Kind != c.kind || thing.Title != "Thing" || thing.Ask_At != id {
					t.Errorf("%s: %+v", c.software, thing)
				}
				cards := string(r.read(r.browser("GET", "/offers", "", ""), http.StatusOK))
				page := string(r.read(r.browser("GET", "/offers/"+thing.ID, "", ""), http.StatusOK))
				for _, wants := range []string{">" + c.chip + "<", ">Thing<"} {
					if !strings.Contains(cards, wants) || !strings.Contains(page, wants) {
						t.Errorf("%s: list or page says nothing of %s", c.software, wants)
					}
				}
				if !strings.Contains(page, c.sentence) || !strings.Contains(page, `href="`+id+`"`) {
					t.Errorf("%s: its page does not say %q and where it is", c.software, c.sentence)
				}
				for _, never := range []string{thing.ID + "/claims", "9999999", "EUR", "52.52"} {
					if strings.Contains(page+cards+string(raw), never) {
						t.Errorf("%s: %q is shown", c.software, never)
					}
				}
				r.read(r.program("POST", "/offers/"+thing.ID+"/claims", "application/json", "{}"), http.StatusConflict)
				if n.Handler().ServeHTTP(httptest.NewRecorder(), r.inbox(birch.activity("delete-"+id[len(id)-1:], "Delete", id))); t.Failed() {
					return
				}
				n.rest(t)
			}
		})
	}
}
