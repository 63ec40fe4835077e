package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// The whole walk of one thing, in a browser without script, from the set-up link to the hand-over.
func TestWalk_fromTheSetUpLinkToTheHandOver(t *testing.T) {
	inHouse(t, func(h *house) { walk(h, seenByAnyone) })
}

// Product H1: a collective that nobody outside may see, and that has no neighbours, runs alone completely.
func TestWalk_needsNoNeighbourAndNoStranger(t *testing.T) {
	inHouse(t, func(h *house) { walk(h, seenByNeighbours) })
}

func walk(h *house, seenBy string) {
	h.Helper()
	var code people.Secret
	h.do(func(tx *store.Tx) (err error) { code, err = people.MakeSetupLink(tx); return err })

	sage := h.browser()
	p := sage.submit("/setup?key="+string(code), "/setup", url.Values{
		"name": {"Alder"}, "area": {"Lower Mill Street"}, "zone": {"Europe/Berlin"}, "nickname": {"Sage"}, "passphrase": {passphrase},
	})
	p.is(h.T, http.StatusOK, nil)
	words := regexp.MustCompile(`<li><code>([a-z]{5})</code>`).FindAllString(p.body, -1)
	if len(words) != 6 {
		h.Fatalf("%d recovery words:\n%s", len(words), p.main())
	}
	sage.get("/today").says(h.T, "Sage", "How should a promise reach you?")
	sage.led(sage.submit("/stewards", "/collective", url.Values{"seen_by": {seenBy}}))

	p = sage.submit("/invites", "/invites", url.Values{"uses": {"2"}})
	invite := regexp.MustCompile(`https://alder\.example(/join\?invite=[a-z0-9]+)`).FindStringSubmatch(p.body)
	if invite == nil {
		h.Fatalf("no invite:\n%s", p.main())
	}
	ana, ben := h.browser(), h.browser()
	for b, nickname := range map[*browser]string{ana: "Ana", ben: "Ben"} {
		b.submit(invite[1], "/join", url.Values{"nickname": {nickname}, "passphrase": {passphrase}}).is(h.T, http.StatusOK, nil)
	}
	ana.led(ana.submit("/us", "/sign-out", nil))
	if at := ana.led(ana.submit("/sign-in", "/sign-in", url.Values{"nickname": {"ana"}, "passphrase": {passphrase}})); at != "/today" {
		h.Errorf("signed in to %s", at)
	}

	offer := sage.offers(url.Values{
		"description": {"Beech, one a little worn."}, "place": {"Mill Street 9, back door"},
		"windows_date": {"2026-11-28"}, "windows_from": {"18:00"}, "windows_to": {"20:00"},
	})
	sage.get(offer).says(h.T, "Two kitchen chairs", "Mill Street 9", "It is out. Thank you.")
	ana.get(offer).saysNot(h.T, "Mill Street 9")
	claim := ana.asks(offer, url.Values{"note": {"For the reading room."}})
	ana.get(claim).says(h.T, "You're in.")

	h.later(48 * time.Hour)
	ana.get("/today").says(h.T, "Two kitchen chairs is promised to you.")
	ana.get(claim).says(h.T, "Mill Street 9", "Sage")
	sage.get(claim).says(h.T, "Ana", "For the reading room.")
	ben.get(claim).is(h.T, http.StatusNotFound, nil)

	picked := ana.get(claim)
	window := regexp.MustCompile(`name="window" value="([^"]+)"`).FindStringSubmatch(picked.body)
	ana.led(ana.submit(claim, claim+"/pick_window", url.Values{"window": {window[1]}}))
	sage.get(claim).says(h.T, "Sat 28 Nov, 18:00")
	sage.led(sage.submit(claim, claim+"/messages", url.Values{"text": {"Ring twice."}}))
	ana.get("/today").says(h.T, "Sage wrote about Two kitchen chairs.")
	ana.get(claim).says(h.T, "Ring twice.")
	sage.led(sage.submit(claim, claim+"/handed_over", nil))
	ana.get(claim).says(h.T, "Found a home")
	ben.get(offer).says(h.T, "It found a home")
	if strings.Contains(h.log.String(), "Ana") || strings.Contains(h.log.String(), string(code)) {
		h.Errorf("the log knows too much:\n%s", h.log)
	}
}

func TestWalk_showsNothingBeforeSetUpButTheWayToIt(t *testing.T) {
	inHouse(t, func(h *house) {
		b := h.browser()
		b.get("/").is(h.T, http.StatusNotFound, nil)
		b.get("/healthz").is(h.T, http.StatusOK, nil)
		b.get("/setup?key=wrong").is(h.T, http.StatusNotFound, nil)
	})
}

func TestWalk_meetsANeighbour(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		p := sage.get("/neighbours?address=birch.example")
		p.says(h.T, "Birch", "Two streets and a park.", "They see what we give to friends.")
		values, _ := formOn(p.body, "/neighbours")
		sage.led(sage.postAs("/neighbours", values))
		sage.get("/neighbours").says(h.T, "we asked, no answer yet")
		ana.get("/neighbours").says(h.T, "Birch")
		ana.post("/neighbours", url.Values{"address": {"birch.example"}}).is(h.T, http.StatusForbidden, nil)
		sage.get("/neighbours?address=nobody.example").says(h.T, "nobody.example", "Nobody answers there")
	})
}
