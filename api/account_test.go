package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

func TestSessions_endOneByOneAndEverywhere(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		phone, tablet := h.joins(sage, "Ana"), h.browser()
		tablet.m, tablet.nickname = phone.m, "Ana"
		tablet.comeIn()
		ends := regexp.MustCompile(`/sessions/[0-9a-z]{26}/end`).FindString(phone.get("/settings").body)
		if at := phone.led(phone.submit("/settings", ends, nil)); at != "/settings" {
			h.Errorf("led to %s", at)
		}
		tablet.get("/today").is(h.T, http.StatusSeeOther, nil)
		phone.get("/today").is(h.T, http.StatusOK, nil)
		old := map[string]string{}
		for name, value := range phone.cookies {
			old[name] = value
		}
		phone.led(phone.submit("/settings", "/sessions/end-all", nil))
		(&browser{h: h, cookies: old}).get("/today").is(h.T, http.StatusSeeOther, nil)
	})
}

// Whoever turns the clock of the rules, in development, stays signed in.
func TestSessions_endByTheClockOnTheWall(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		turn := 100 * 24 * time.Hour
		h.now, h.passed = h.now.Add(turn), h.passed-turn
		sage.get("/settings").is(h.T, http.StatusOK, nil)
		program.call("GET", "/me", nil).is(h.T, http.StatusOK, nil)
		h.passed += 13 * 24 * time.Hour
		sage.get("/settings").is(h.T, http.StatusOK, nil) // and is good for another two weeks
		h.passed += 13 * 24 * time.Hour
		sage.get("/settings").is(h.T, http.StatusOK, nil)
		h.passed += 14 * 24 * time.Hour
		sage.get("/settings").is(h.T, http.StatusSeeOther, nil)
	})
}

func TestTokens_areShownOnceAndRevoked(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		p := sage.submit("/settings", "/tokens", url.Values{"name": {"Notice board"}, "scopes": {"things:read", "claims"}})
		secret := regexp.MustCompile(`manypots_[A-Za-z0-9_-]{43}`).FindString(p.body)
		program := &program{h: h, token: secret}
		var me meDocument
		program.call("GET", "/me", nil).is(h.T, http.StatusOK, &me)
		if me.Nickname != "Sage" || !me.Steward || len(me.Scopes) != 2 {
			h.Errorf("%+v", me)
		}
		settings := sage.get("/settings")
		settings.saysNot(h.T, secret)
		settings.says(h.T, "Notice board")
		revoke := regexp.MustCompile(`/tokens/[0-9a-z]{26}/revoke`).FindString(settings.body)
		sage.led(sage.submit("/settings", revoke, nil))
		program.call("GET", "/me", nil).is(h.T, http.StatusUnauthorized, nil)
	})
}

func TestFeed_isNeutralSecretAndRevocable(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		address := regexp.MustCompile(`https://alder\.example(/feed/[A-Za-z0-9_-]+)\.atom`)
		ana.led(ana.submit("/settings", "/feed/renew", nil))
		feed := address.FindStringSubmatch(ana.get("/settings").body)[1]
		offer := sage.offers(url.Values{
			"title": {"Two kitchen chairs"}, "windows_date": {"2026-11-28"}, "windows_from": {"18:00"}, "windows_to": {"20:00"}, "place": {"Mill Street 9"},
		})
		claim := ana.asks(offer, nil)
		h.later(48 * time.Hour)
		window := regexp.MustCompile(`name="window" value="([^"]+)"`).FindStringSubmatch(ana.get(claim).body)
		ana.led(ana.submit(claim, claim+"/pick_window", url.Values{"window": {window[1]}}))

		nobody := h.browser()
		atom := nobody.get(feed + ".atom")
		atom.is(h.T, http.StatusOK, nil)
		atom.says(h.T, "Something waits for you.", `rel="self"`, "<author>", "<updated>2026-11-26T12:00:00Z</updated>")
		ics := nobody.get(feed + ".ics")
		ics.is(h.T, http.StatusOK, nil)
		ics.says(h.T, "DTSTART:20261128T170000Z", "DTEND:20261128T190000Z", "SUMMARY:A meeting", "BEGIN:VEVENT\r\n")
		for _, p := range []page{atom, ics} {
			p.saysNot(h.T, "chairs", "Sage", "Ana", "Mill Street 9", id(offer))
			if p.header.Get("Cache-Control") != "private, no-store" {
				h.Error("somebody may keep it")
			}
		}
		ana.led(ana.submit("/settings", "/feed/renew", nil))
		nobody.get(feed+".atom").is(h.T, http.StatusNotFound, nil)
		nobody.get(feed+".ics").is(h.T, http.StatusNotFound, nil)
	})
}

func TestRecovery_byWordsAndByASteward(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		p := sage.submit("/stewards", "/members/recover", url.Values{"nickname": {"ana"}})
		link := regexp.MustCompile(`https://alder\.example(/recover\?key=[a-z0-9]+)`).FindStringSubmatch(p.body)
		ana.get("/today").says(h.T, "made a link")
		lost := h.browser()
		p = lost.submit(link[1], "/recover", url.Values{"passphrase": {"another kettle on"}})
		p.is(h.T, http.StatusOK, nil)
		var words []string
		for _, m := range regexp.MustCompile(`<li><code>([a-z]{5})</code>`).FindAllStringSubmatch(p.body, -1) {
			words = append(words, m[1])
		}
		lost.get("/today").says(h.T, "let you back in")
		ana.get("/today").is(h.T, http.StatusSeeOther, nil) // her other sessions ended
		sage.get("/us").says(h.T, "Sage made a way back in for Ana.")
		again := h.browser()
		again.submit("/recover", "/recover", url.Values{"nickname": {"Ana"}, "words": {strings.ToUpper(strings.Join(words, ", "))}, "passphrase": {passphrase}}).is(h.T, http.StatusOK, nil)
		again.get("/today").is(h.T, http.StatusOK, nil)
		h.browser().get(link[1]).is(h.T, http.StatusNotFound, nil)
	})
}

func TestLeaving_takesEverythingAlong(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		offer := ana.offers(url.Values{"title": {"A bread tin"}})
		program := ana.program()
		var all map[string]any
		file := ana.get("/export")
		file.is(h.T, http.StatusOK, &all)
		file.says(h.T, "Ana", "A bread tin")
		file.saysNot(h.T, "token_hash")
		ana.led(ana.submit("/settings", "/leave", url.Values{"sure": {"true"}}))
		ana.get("/").says(h.T, "You have left. Take care.")
		ana.get("/today").is(h.T, http.StatusSeeOther, nil)
		program.call("GET", "/me", nil).is(h.T, http.StatusUnauthorized, nil)
		sage.get(offer).is(h.T, http.StatusNotFound, nil)
	})
}

func TestStewards_hideAThingAndTheGiverShowsItAgain(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana, ben := h.joins(sage, "Ana"), h.joins(sage, "Ben")
		offer := ana.offers(nil)
		p := sage.submit(offer, offer+"/hide", url.Values{"words": {""}})
		p.is(h.T, http.StatusUnprocessableEntity, nil)
		p.says(h.T, "Please say why")
		sage.led(sage.submit(offer, offer+"/hide", url.Values{"words": {"Is it yours to give?"}}))
		sage.get("/stewards").says(h.T, "Is it yours to give?", "Two kitchen chairs")
		ana.get(offer).says(h.T, "Is it yours to give?")
		ana.get(offer).saysNot(h.T, "Yours to look after", "Also shown at") // there is nothing to do, and it is shown nowhere
		ana.get("/today").says(h.T, "A steward hid Two kitchen chairs")
		ben.get(offer).is(h.T, http.StatusNotFound, nil)
		h.later(7 * 24 * time.Hour)
		fresh := ana.led(ana.submit(offer, offer+"/show_again", nil))
		if fresh == offer {
			h.Error("a burnt id was used again")
		}
		if at := ben.led(ben.get(offer)); at != fresh {
			h.Errorf("the old page leads to %s", at)
		}
		ana.get(offer).says(h.T, fresh)
		sage.get("/us").is(h.T, http.StatusOK, nil)
		sage.get("/stewards").says(h.T, "Alder")
	})
}

func TestNeighbours_saidByProgramsToo(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana").program()
		program := sage.program()
		ana.call("POST", "/neighbours", map[string]string{"address": "birch.example"}).is(h.T, http.StatusForbidden, nil)
		program.call("POST", "/neighbours", map[string]string{"address": "nobody.example"}).is(h.T, http.StatusUnprocessableEntity, nil)
		var n neighbourDocument
		program.call("POST", "/neighbours", map[string]string{"address": "birch.example"}).is(h.T, http.StatusCreated, &n)
		program.call("POST", "/neighbours", map[string]string{"address": "birch.example"}).is(h.T, http.StatusConflict, nil)
		if n.State != "asked_by_us" || n.Name != "Birch" {
			h.Errorf("%+v", n)
		}
		var all list[neighbourDocument]
		ana.call("GET", "/neighbours", nil).is(h.T, http.StatusOK, &all)
		if len(all.Items) != 1 {
			h.Errorf("%+v", all)
		}
		program.call("POST", "/neighbours/"+n.ID+"/part", nil).is(h.T, http.StatusOK, &n)
		program.call("POST", "/neighbours/"+n.ID+"/accept", nil).is(h.T, http.StatusConflict, nil)
		if n.State != "parted" {
			h.Errorf("%+v", n)
		}
	})
}

func TestInvitesAndSessions_byPrograms(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		var invite inviteDocument
		program.call("POST", "/invites", nil).is(h.T, http.StatusCreated, &invite)
		if invite.Code == "" || invite.Uses != 1 || !strings.HasPrefix(invite.URL, alder+"/join?invite=") {
			h.Errorf("%+v", invite)
		}
		list := program.call("GET", "/invites", nil)
		list.is(h.T, http.StatusOK, nil)
		list.saysNot(h.T, invite.Code)
		list.says(h.T, invite.ID)
		program.call("GET", "/sessions", nil).says(h.T, `"since"`)
		program.call("DELETE", "/sessions", nil).is(h.T, http.StatusNoContent, nil)
		sage.get("/today").is(h.T, http.StatusSeeOther, nil)
		program.call("GET", "/me", nil).is(h.T, http.StatusOK, nil)
	})
}

func TestClaim_walksThroughJSON(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, ana := sage.program(), h.joins(sage, "Ana").program()
		window := map[string]string{"from": "2026-11-28T17:00:00Z", "to": "2026-11-28T19:00:00Z"}
		wished := map[string]string{"from": "2026-11-29T09:00:00Z", "to": "2026-11-29T10:00:00Z"}
		var o offerDocument
		giver.call("POST", "/offers", map[string]any{"title": "Chairs", "windows": []any{window}, "place": "Mill Street 9"}).is(h.T, http.StatusCreated, &o)
		at := "/offers/" + o.ID
		giver.call("POST", at+"/publish", nil).is(h.T, http.StatusOK, &o)
		var claim claimDocument
		ana.call("POST", at+"/claims", map[string]any{"note": "Please.", "windows": []any{wished}}).is(h.T, http.StatusCreated, &claim)
		on := "/claims/" + claim.ID
		h.later(48 * time.Hour)
		ana.call("POST", on+"/propose_window", map[string]any{"window": wished}).is(h.T, http.StatusOK, &claim)
		giver.call("POST", on+"/pick_window", map[string]any{"window": window}).is(h.T, http.StatusConflict, nil)
		giver.call("POST", on+"/pick_window", map[string]any{"window": wished}).is(h.T, http.StatusOK, &claim)
		if claim.Window == nil || claim.Window.From.Day() != 29 || claim.Other != "Ana" || claim.Side != "giver" {
			got, _ := json.Marshal(claim)
			h.Errorf("%s", got)
		}
		giver.call("POST", on+"/send_place", nil).is(h.T, http.StatusOK, nil)
		ana.call("POST", on+"/send_place", map[string]string{"contact": "ring 0123"}).is(h.T, http.StatusOK, nil)
		ana.call("POST", on+"/send_place", nil).is(h.T, http.StatusNotFound, nil)
		var message messageDocument
		ana.call("POST", on+"/messages", map[string]string{"text": "On my way."}).is(h.T, http.StatusCreated, &message)
		var all list[messageDocument]
		giver.call("GET", on+"/messages", nil).is(h.T, http.StatusOK, &all)
		if len(all.Items) != 3 || message.Text != "On my way." || !message.Mine {
			h.Errorf("%+v of %+v", message, all)
		}
		ana.call("POST", on+"/did_not_happen", nil).is(h.T, http.StatusOK, &claim)
		if claim.State != "did_not_happen" {
			h.Errorf("it is %s", claim.State)
		}
		ana.call("POST", on+"/handed_over", nil).is(h.T, http.StatusConflict, nil)
		giver.call("POST", on+"/apart", nil).is(h.T, http.StatusOK, nil)
		giver.call("POST", on+"/messages", map[string]string{"text": "And another thing."}).is(h.T, http.StatusConflict, nil)
	})
}

func TestSecrets_areNeverInTheLog(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		b := h.browser()
		b.get("/join?invite=canaryinvite")
		b.get("/recover?key=canarykey")
		b.get("/feed/canaryfeed.atom")
		b.post("/sign-in", url.Values{"nickname": {"canarynickname"}, "passphrase": {"canary passphrase"}})
		program.call("POST", "/offers", map[string]any{"title": "", "description": "canary words"})
		program.call("GET", "/offers?q=canaryquery&after=x", nil)
		var secret people.Secret
		h.do(func(tx *store.Tx) error {
			c, err := people.FindCollective(tx.View)
			secret = c.Secret
			return err
		})
		for _, canary := range []string{"canary", program.token, sage.cookies["__Host-sid"], string(secret)} {
			if strings.Contains(h.log.String(), canary) {
				h.Errorf("%q is in the log:\n%s", canary, h.log)
			}
		}
		if !strings.Contains(h.log.String(), `"route":"/join"`) {
			h.Errorf("nothing is in the log:\n%s", h.log)
		}
	})
}
