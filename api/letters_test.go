package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// writes is what somebody on another server says about a thing, as the inbox has heard it.
func (h *house) writes(kind neighbours.LetterKind, offer, text string) (id string) {
	h.Helper()
	object := "https://toot.example/users/nina/" + store.RandomID[string]()
	h.do(func(tx *store.Tx) error {
		err := neighbours.HearLetter(tx, neighbours.Letter{
			Kind: kind, From: "https://toot.example/users/nina", Name: "@nina@toot.example", Object: object,
			About: strings.TrimPrefix(offer, "/offers/"), Text: text, Language: "en",
		})
		if err != nil {
			return err
		}
		l, err := neighbours.FindLetterByObject(tx.View, object)
		id = string(l.ID)
		return err
	})
	return id
}

// Product D16: outside voices stand in a place of their own, with where they come from, once a steward let them through.
func TestVoices_areShownToMembersOnceAStewardLetThemThrough(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, ben := h.joins(sage, "Gia"), h.joins(sage, "Ben")
		offer := giver.offers(url.Values{"audience": {"anyone"}})
		id := h.writes(neighbours.Voice, offer, "Is it <b>still</b> there?")
		for _, b := range []*browser{giver, ben} {
			b.get(offer).saysNot(h.T, "there?", "toot.example")
		}
		sage.get("/today").says(h.T, "@nina@toot.example")
		sage.get("/stewards").says(h.T, "@nina@toot.example", "Is it <b>still</b> there?")
		ben.post("/letters/"+id+"/let_through", nil).is(h.T, http.StatusForbidden, nil)

		sage.led(sage.submit("/stewards", "/letters/"+id+"/let_through", nil))
		ben.get(offer).says(h.T, "From outside", "@nina@toot.example", "toot.example", "Is it <b>still</b> there?")
		h.browser().get(offer).saysNot(h.T, "From outside")
		sage.led(sage.submit(offer, "/letters/"+id+"/take_off", nil))
		ben.get(offer).saysNot(h.T, "From outside")
	})
}

// DESIGN 3.6: the giver and stewards take a reply for a wish; to others there is no such letter.
func TestWishes_areLetInByWhoMay(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, ben := h.joins(sage, "Gia"), h.joins(sage, "Ben")
		offer := giver.offers(url.Values{"audience": {"anyone"}})
		wish := h.writes(neighbours.Wish, offer, "I'd like this")
		voice := h.writes(neighbours.Voice, offer, "What a chair")
		giver.get(offer).saysNot(h.T, "nina") // she knows of nobody while it is gathering
		for who, b := range map[string]*browser{"ben": ben, "giver": giver} {
			got := b.post("/letters/"+wish+"/let_in", nil)
			none := b.post("/letters/"+store.RandomID[string]()+"/let_in", nil)
			if got.status != http.StatusNotFound || !got.sameAs(none) {
				h.Errorf("%s: %d, a random id %d", who, got.status, none.status)
			}
		}
		sage.led(sage.submit("/stewards", "/letters/"+wish+"/let_in", nil))
		sage.get("/stewards").saysNot(h.T, "I'd like this")
		sage.led(sage.submit("/stewards", "/letters/"+voice+"/let_through", nil))
		if at := giver.led(giver.submit(offer, "/letters/"+voice+"/let_in", nil)); at != offer {
			h.Errorf("led to %s", at)
		}
		giver.get(offer).saysNot(h.T, "What a chair")
	})
}

func TestCollective_saysWhetherVoicesAreHeld(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		offer := sage.offers(url.Values{"audience": {"anyone"}})
		sage.led(sage.submit("/stewards", "/collective", url.Values{"voices": {"shown"}}))
		h.writes(neighbours.Voice, offer, "What a chair")
		sage.get(offer).says(h.T, "What a chair")
		sage.led(sage.submit("/stewards", "/collective", url.Values{"about": {"Two streets."}}))
		h.writes(neighbours.Voice, offer, "What another chair")
		sage.get(offer).says(h.T, "What another chair")
	})
}

// Product F5: whoever reports is kept nowhere; stewards pass it on, or do not.
func TestReports_reachTheStewardsWithoutAName(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		h.befriends(sage)
		giver, ben := h.joins(sage, "Gia"), h.joins(sage, "Ben")
		offer := giver.offers(url.Values{"audience": {"anyone"}})
		id := h.writes(neighbours.Voice, offer, "buy my pills")
		ben.post("/letters/"+id+"/report", nil).is(h.T, http.StatusNotFound, nil) // it is on no page
		sage.led(sage.submit("/stewards", "/letters/"+id+"/let_through", nil))
		ben.led(ben.submit(offer, "/letters/"+id+"/report", nil))
		ladder := offerPath(h.mirrors("Ladder of Birch"))
		ben.led(ben.submit(ladder, ladder+"/report", url.Values{"words": {"It is for sale elsewhere."}}))
		p := sage.get("/stewards")
		p.says(h.T, "A report", "buy my pills", "It is for sale elsewhere.", "Tell the stewards there")
		h.do(func(tx *store.Tx) error {
			var all []neighbours.Letter
			err := tx.DB().Find(&all).Error
			for _, l := range all {
				if l.Kind == neighbours.Report && strings.Contains(l.From+l.Name+l.Text+strings.Join(l.Objects, " "), "Ben") {
					h.Errorf("it says who told: %+v", l)
				}
			}
			return err
		})
		sage.led(sage.submit("/stewards", regexp.MustCompile(`/letters/[^/"]+/pass_on`).FindString(p.body), nil))
	})
}
