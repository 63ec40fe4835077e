package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/api/web/htmlcheck"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// chooses gives a member a passphrase, so that her browser can come in by the door.
func (b *browser) chooses(passphrase string) {
	b.h.Helper()
	hash, err := b.h.server.Hasher.Hash(context.Background(), passphrase)
	if err != nil {
		b.h.Fatal(err)
	}
	var key people.Secret
	b.h.do(func(tx *store.Tx) error {
		if _, key, err = people.LetBackInByCommandLine(tx, b.nickname); err != nil {
			return err
		}
		_, _, err = people.RecoverByLink(tx, key, hash)
		return err
	})
	b.comeIn()
}

// signedOut is the page that a form leads to whose session has ended.
func (b *browser) signedOut(at, action string, typed url.Values) page {
	b.h.Helper()
	values, ok := formOn(b.get(at).body, action)
	if !ok {
		b.h.Fatalf("no form for %s on %s", action, at)
	}
	clear(b.cookies)
	p := b.postAs(action, with(values, typed))
	p.is(b.h.T, http.StatusUnauthorized, nil)
	return p
}

// signsInOn fills in the sign-in form of a page and sends what the browser would.
func (b *browser) signsInOn(p page, nickname, passphrase string) page {
	b.h.Helper()
	values, ok := formOn(p.body, "/sign-in")
	if !ok {
		b.h.Fatalf("no door on %s:\n%s", p.path, p.main())
	}
	b.h.passed += time.Minute // a person at the door, not a program
	return b.postAs("/sign-in", with(values, url.Values{"nickname": {nickname}, "passphrase": {passphrase}}))
}

// What was typed when the session had ended is there again after signing in, in its own form, and is not sent by itself.
func TestUnsentForm_comesBackAfterSigningInAsItWasTyped(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		sage.chooses(passphrase)
		ana.chooses(passphrase)
		offer := sage.offers(url.Values{"quantity": {"3"}, "max_per_claim": {"2"}})
		claim := ana.asks(offer, nil)
		h.later(48 * time.Hour)
		other, anas := sage.offers(nil), ana.offers(nil)
		given := h.given(sage)
		for _, form := range []struct {
			who        *browser
			at, action string
			typed      url.Values
			says       []string
		}{
			{sage, "/offers/new", "/offers", url.Values{
				"title": {`A "big" pot`}, "description": {"Iron.\r\nHeavy."}, "category": {"kitchen"}, "condition": {"worn"}, "faults": {"<b>One</b> handle."}, "quantity": {"two"},
				"area": {"Mill"}, "place": {"Back door"}, "audience": {"members"}, "goes_off_today": {"true"}, "choose": {"giver"},
				"windows_date": {"2026-12-01", "2026-12-02"}, "windows_from": {"09:00", ""}, "windows_to": {"11:00", ""},
			}, []string{`A "big" pot`, "Iron.", "Heavy.", `value="kitchen" selected`, `value="worn" selected`, "One</b> handle.", `value="two"`, "Back door",
				`value="members" checked`, `name="goes_off_today" value="true" checked`, `value="giver" checked`, `value="2026-12-01"`, `value="2026-12-02"`, `value="11:00"`}},
			{sage, offer + "/edit", offer, url.Values{"title": {"Four chairs"}}, []string{`value="Four chairs"`}},
			{ana, other, other + "/claims", url.Values{"note": {"We sit on boxes."}, "others_first": {"true"}}, []string{"We sit on boxes.", `name="others_first" value="true" checked`}},
			{ana, claim, claim + "/messages", url.Values{"text": {"I can come on Friday."}}, []string{"I can come on Friday."}},
			{ana, claim, claim + "/propose_window", url.Values{"windows_date": {"2026-12-01"}, "windows_from": {"18:00"}, "windows_to": {"19:00"}}, []string{`value="2026-12-01"`, `value="19:00"`}},
			{sage, "/invites", "/invites", url.Values{"uses": {"7"}, "days": {"3"}}, []string{`value="7"`, `value="3"`}},
			{ana, "/settings", "/settings", url.Values{"contact": {"ring at the blue door"}, "language": {"ar"}}, []string{"ring at the blue door", `value="ar" selected`}},
			{ana, "/settings", "/tokens", url.Values{"name": {"Notice board"}, "scopes": {"claims"}}, []string{`value="Notice board"`, `value="claims" checked`}},
			{sage, "/stewards", "/members/recover", url.Values{"nickname": {"Ana"}}, []string{`value="Ana"`}},
			{sage, "/stewards", "/collective", url.Values{"about": {"Two streets."}, "zone": {"Asia/Amman"}}, []string{"Two streets.", `value="Asia/Amman"`}},
			{sage, "/neighbours?address=birch.example", "/neighbours", url.Values{"address": {"birch.example"}}, []string{`value="birch.example"`}},
			{sage, anas, anas + "/hide", url.Values{"words": {"Is it yours to give?"}}, []string{"Is it yours to give?"}},
		} {
			door := form.who.signedOut(form.at, form.action, form.typed)
			door.says(h.T, "You were signed out in the meantime")
			wrong := form.who.signsInOn(door, form.who.nickname, "not the kettle")
			wrong.is(h.T, http.StatusUnprocessableEntity, nil)
			p := form.who.signsInOn(wrong, form.who.nickname, passphrase)
			p.is(h.T, http.StatusOK, nil)
			p.says(h.T, append(form.says, "You had been signed out, so this was not sent.")...)
			p.saysNot(h.T, "unsent.", passphrase)
			for _, shown := range []page{door, p} {
				for _, problem := range htmlcheck.Check(strings.NewReader(shown.body)) {
					h.Errorf("%s: %s", form.action, problem)
				}
			}
			if _, ok := formOn(p.body, form.action); !ok {
				h.Errorf("%s: the form is gone:\n%s", form.action, p.main())
			}
		}
		if h.given(sage) != given {
			h.Error("it was sent by itself")
		}
		ana.get(other).says(h.T, "I'd like this")
		if strings.Contains(h.log.String(), "boxes") || strings.Contains(h.log.String(), "kettle") {
			h.Error("it is in the log")
		}
	})
}

func TestUnsentForm_isSentWithTheNextTap(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.chooses(passphrase)
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		clear(sage.cookies)
		body := with(values, url.Values{"title": {"A bread tin"}, "then": {"publish"}})
		door := sage.postWith("/offers", body, photograph(h))
		door.is(h.T, http.StatusUnauthorized, nil)
		door.says(h.T, "Only the photo has to be chosen again.")
		p := sage.signsInOn(door, "Sage", passphrase)
		p.says(h.T, "Please choose the photo again.", `value="A bread tin"`)
		again, _ := formOn(p.body, "/offers")
		sage.get(sage.led(sage.postWith("/offers", with(again, url.Values{"then": {"publish"}}), photograph(h)))).says(h.T, "A bread tin", "/media/")
		if h.given(sage) != 1 {
			h.Errorf("%d offers", h.given(sage))
		}
	})
}

// Sent while she was signed in, and once more when she was not any more: it is done, and says so.
func TestUnsentForm_thatWasSentBeforeShowsItsResult(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.chooses(passphrase)
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		values = with(values, url.Values{"title": {"A bread tin"}})
		offer := sage.led(sage.postAs("/offers", values))
		clear(sage.cookies)
		if at := sage.led(sage.signsInOn(sage.postAs("/offers", values), "Sage", passphrase)); at != offer {
			h.Errorf("led to %s", at)
		}
		sage.get(offer).says(h.T, "This was done already")
	})
}

func TestUnsentForm_withNothingTypedLeadsToItsThing(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.chooses(passphrase)
		offer := sage.offers(nil)
		if at := sage.led(sage.signsInOn(sage.signedOut(offer, offer+"/rest", nil), "Sage", passphrase)); at != offer {
			h.Errorf("led to %s", at)
		}
		p := sage.get(offer)
		p.says(h.T, "so nothing was done")
		if _, ok := formOn(p.body, offer+"/rest"); !ok {
			h.Error("it rests by itself")
		}
	})
}

// On a device that several people use, what one typed is not shown to the next.
func TestUnsentForm_isForWhoeverTypedIt(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		ana.chooses(passphrase)
		door := sage.signedOut("/offers/new", "/offers", url.Values{"title": {"Something of Sage's"}})
		if at := ana.led(ana.signsInOn(door, "Ana", passphrase)); at != "/today" {
			h.Errorf("led to %s", at)
		}
	})
}

// Nobody can have a form shown to somebody else, or lead her anywhere with it.
func TestUnsentForm_isOnlyEverAFormOfOurs(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.chooses(passphrase)
		key := sage.key()
		values, _ := formOn(h.browser().get("/sign-in").body, "/sign-in")
		for _, at := range []string{"https://evil.example/offers", "//evil.example/offers", `/\evil.example`, "/nowhere", "/sign-in", "/join", "/setup", "/api/v1/offers", "/offers/../settings", "/offers/x/rest", "/dev/clock", ""} {
			b := h.browser()
			fresh, _ := formOn(b.get("/sign-in").body, "/sign-in")
			h.passed += time.Minute
			to := b.led(b.postAs("/sign-in", with(fresh, url.Values{"nickname": {"Sage"}, "passphrase": {passphrase}, unsentAt: {at}, "unsent.title": {"Evil"}, "unsent.form_key": {key}})))
			if to != "/today" {
				h.Errorf("%q leads to %s", at, to)
			}
		}
		// A form without the key of a page that was made for her was not typed by her.
		h.passed += time.Minute
		p := h.browser().postAs("/sign-in", with(values, url.Values{"nickname": {"Sage"}, "passphrase": {passphrase}, unsentAt: {"/offers"}, "unsent.title": {"Evil"}, "unsent.form_key": {h.browser().key()}}))
		if at := p.header.Get("Location"); at != "/today" {
			h.Errorf("led to %q: %d", at, p.status)
		}
		// Another site's form gets no page that holds it.
		r := httptest.NewRequest("POST", alder+"/offers", strings.NewReader("title=Evil"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		p = h.browser().send(r)
		p.is(h.T, http.StatusForbidden, nil)
		p.saysNot(h.T, "Evil")
	})
}

func TestUnsentForm_holdsNoPassphraseAndNoMoreThanAFormOfOurs(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		key := sage.key()
		nobody := h.browser()
		p := nobody.postAs("/settings", url.Values{"form_key": {key}, "contact": {"blue door"}, "passphrase": {passphrase}, "new_passphrase": {passphrase}, `"><script>`: {"x"}})
		p.is(h.T, http.StatusUnauthorized, nil)
		p.says(h.T, "blue door")
		p.saysNot(h.T, passphrase, "<script>")
		// More than any form of ours may hold is not carried.
		values := url.Values{"description": {strings.Repeat("د", 20000)}, "form_key": {key}}
		body, kind := upload(h, values, "photo", nil)
		r := httptest.NewRequest(http.MethodPost, alder+"/offers", body)
		r.Header.Set("Content-Type", kind)
		if at := nobody.led(nobody.send(r)); at != "/sign-in" {
			h.Errorf("led to %s", at)
		}
		// What a form can hold comes through the door.
		sage.chooses(passphrase)
		long := strings.Repeat("د", 10000)
		offer := sage.offers(nil)
		values, _ = formOn(sage.get(offer+"/edit").body, offer)
		clear(sage.cookies)
		sage.signsInOn(sage.postAs(offer, with(values, url.Values{"description": {long}})), "Sage", passphrase).says(h.T, long, "so this was not sent")
	})
}

// Whoever signs out twice, or after the session has ended, is out: there is nothing to look over and nothing to sign in for.
func TestUnsent_signingOutNeedsNoSession(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		form, ok := formOn(sage.get("/us").body, "/sign-out")
		if !ok {
			h.Fatal("no way out")
		}
		for range 2 {
			if at := sage.led(sage.postAs("/sign-out", form)); at != "/" {
				h.Errorf("led to %s", at)
			}
		}
	})
}
