package api

import (
	"net/http"
	"net/url"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

func TestNeighbourPage_aStewardChoosesWhatFlowsAndMembersReadIt(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		edge := h.befriends(sage)
		at := "/neighbours/" + string(edge.ID)
		h.mirrors("Ladder of Birch")

		sage.get("/offers").says(h.T, "Ladder of Birch")
		read := ben.get(at)
		read.says(h.T, "Birch", "things to give: yes")
		read.saysNot(h.T, `<input type="checkbox"`)
		if got := ben.post(at+"/flow", url.Values{}); got.status != http.StatusForbidden {
			h.Errorf("Ben chooses: %d", got.status)
		}
		if got := sage.submit(at, at+"/flow", url.Values{"sends": {"coffee"}}); got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
			h.Errorf("coffee flows: %d", got.status)
		}
		sage.led(sage.submit(at, at+"/flow", url.Values{"sends": {"offers"}, "shows": {}}))
		h.do(func(tx *store.Tx) error {
			e, err := neighbours.FindEdge(tx.View, edge.ID)
			if !e.Sends.Has(neighbours.Offers) || e.Shows.Has(neighbours.Offers) {
				h.Errorf("chosen are %q and %q", e.Sends, e.Shows)
			}
			return err
		})
		sage.get("/offers").saysNot(h.T, "Ladder of Birch")
		ben.get(at).says(h.T, "things to give: no")
		ben.get("/us").says(h.T, "chose what flows to and from Birch")
	})
}

func TestGive_saysWhereAThingIsShownBeforeItIsPosted(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.get("/offers/new").says(h.T, "We have no neighbours yet")
		edge := h.befriends(sage)
		sage.get("/offers/new").says(h.T, "also shown at", "Birch")
		sage.submit("/offers/new", "/offers", url.Values{"title": {""}, "then": {"publish"}}).says(h.T, "also shown at", "Birch")
		h.do(func(tx *store.Tx) error {
			_, err := neighbours.ChooseFlow(tx, sage.m, edge.ID, neighbours.Choice{})
			return err
		})
		sage.get("/offers/new").saysNot(h.T, "Birch")
	})
}

// Protocol 4.7: that a neighbour's node does not count us any more is told to stewards, and to whoever looks at that neighbour.
func TestNeighbourPage_saysThatANeighbourNoLongerCountsUs(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		edge := h.befriends(sage)
		at := "/neighbours/" + string(edge.ID)
		const line = "no longer has us as a neighbour, since"
		sage.get("/today").saysNot(h.T, line)
		h.do(func(tx *store.Tx) error { return neighbours.HearForgotten(tx, edge.Actor) })
		sage.get("/today").says(h.T, "Birch "+line)
		ben.get("/today").saysNot(h.T, line)
		for _, m := range []*browser{sage, ben} {
			m.get(at).says(h.T, "They no longer have us as a neighbour, since")
		}
		h.do(func(tx *store.Tx) error { return neighbours.HearRemembered(tx, edge.Actor) })
		sage.get("/today").saysNot(h.T, line)
		sage.get(at).saysNot(h.T, "They no longer have us")
	})
}
