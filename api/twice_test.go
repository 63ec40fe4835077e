package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// given counts what a member gives, for the tests alone.
func (h *house) given(b *browser) int {
	h.Helper()
	n := 0
	h.do(func(tx *store.Tx) error {
		offers, err := sharing.OffersBy(tx.View, b.m.ID)
		n = len(offers)
		return err
	})
	return n
}

func TestForm_sentTwiceShowsTheFirstResult(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		values = with(values, url.Values{"title": {"Two kitchen chairs"}, "then": {"publish"}})
		first := sage.led(sage.postWith("/offers", values, photograph(t)))
		second := sage.led(sage.postWith("/offers", values, photograph(t)))
		other := sage.led(sage.postWith("/offers", with(values, url.Values{"title": {"Another"}}), nil))
		if first != second || first != other || h.given(sage) != 1 {
			t.Errorf("led to %s, %s and %s; %d offers", first, second, other, h.given(sage))
		}
		sage.get(second).says(h.T, "This was done already; here is the result.", "Two kitchen chairs")
	})
}

func TestForm_sentTwentyTimesAtOnceHappensOnce(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		values = with(values, url.Values{"title": {"Two kitchen chairs"}})
		var all sync.WaitGroup
		led := make([]string, 20)
		for i := range led {
			all.Go(func() {
				b := &browser{h: h, cookies: map[string]string{h.server.sessionCookie(): sage.cookies[h.server.sessionCookie()]}}
				led[i] = b.postAs("/offers", values).header.Get("Location")
			})
		}
		all.Wait()
		for _, at := range led {
			if at != led[0] || at == "" {
				h.Errorf("led to %q and %q", led[0], at)
			}
		}
		if n := h.given(sage); n != 1 {
			h.Errorf("%d offers", n)
		}
	})
}

func TestForm_secondTapDoesNotLoseTheRecoveryWords(t *testing.T) {
	inHouse(t, func(h *house) {
		var code people.Secret
		h.do(func(tx *store.Tx) (err error) { code, err = people.MakeSetupLink(tx); return err })
		sage := h.browser()
		values, _ := formOn(sage.get("/setup?key="+string(code)).body, "/setup")
		values = with(values, url.Values{"name": {"Alder"}, "area": {"Mill"}, "zone": {"Europe/Berlin"}, "nickname": {"Sage"}, "passphrase": {passphrase}})
		words := func(p page) string {
			return strings.Join(regexp.MustCompile(`<code>[a-z]{5}</code>`).FindAllString(p.body, -1), " ")
		}
		first := words(sage.postAs("/setup", values))
		if second := words(sage.postAs("/setup", values)); first == "" || first != second {
			h.Errorf("%q, then %q", first, second)
		}
		h.passed += time.Hour
		if at := sage.led(sage.postAs("/setup", values)); at != "/today" {
			h.Errorf("an hour later led to %s", at)
		}
	})
}

// A quick hash of a form that opens a door would be a passphrase for whoever gets hold of the database.
func TestForm_withAPassphraseLeavesNoHashOfIt(t *testing.T) {
	inHouse(t, func(h *house) {
		var code people.Secret
		h.do(func(tx *store.Tx) (err error) { code, err = people.MakeSetupLink(tx); return err })
		sage := h.browser()
		sage.submit("/setup?key="+string(code), "/setup", url.Values{"name": {"Alder"}, "area": {"Mill"}, "zone": {"Europe/Berlin"}, "nickname": {"Sage"}, "passphrase": {passphrase}})
		values, _ := formOn(h.browser().get("/sign-in").body, "/sign-in")
		sage.led(sage.postAs("/sign-in", with(values, url.Values{"nickname": {"Sage"}, "passphrase": {passphrase}})))
		h.do(func(tx *store.Tx) error {
			r, ok, err := tx.Recall("", "POST /sign-in", values.Get("form_key"))
			if !ok || r.BodyHash != "" {
				h.Errorf("remembered: %v, with the hash %q", ok, r.BodyHash)
			}
			return err
		})
	})
}

func TestForm_fromYesterdayIsShownAgainWithWhatWasTyped(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		h.now = h.now.Add(25 * time.Hour)
		for name, key := range map[string]string{"old": values.Get("form_key"), "none": "", "made up": "AAAA", "somebody else's": h.joins(sage, "Ana").key()} {
			p := sage.postAs("/offers", with(values, url.Values{"title": {"A bread tin"}, "form_key": {key}}))
			if p.status != http.StatusUnprocessableEntity {
				h.Errorf("%s key: %d", name, p.status)
			}
			p.says(h.T, "The page was open for too long.", `value="A bread tin"`)
		}
		if n := h.given(sage); n != 0 {
			h.Errorf("%d offers", n)
		}
	})
}

func TestIdempotencyKey_makesOneOfTwo(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		chairs := map[string]any{"title": "Two kitchen chairs"}
		var first, second offerDocument
		program.call("POST", "/offers", chairs, "Idempotency-Key", "k1").is(h.T, http.StatusCreated, &first)
		program.call("POST", "/offers", chairs, "Idempotency-Key", "k1").is(h.T, http.StatusCreated, &second)
		if first.ID != second.ID || first.State != sharing.Draft {
			h.Errorf("%+v, then %+v", first, second)
		}
		var p problem
		program.call("POST", "/offers", map[string]any{"title": "Another"}, "Idempotency-Key", "k1").is(h.T, http.StatusUnprocessableEntity, &p)
		if p.Key != "form.key.used" {
			h.Errorf("refused with %s", p.Key)
		}
		program.call("POST", "/offers", map[string]any{"title": "Another"}).is(h.T, http.StatusCreated, nil)
		program.call("POST", "/offers/"+first.ID+"/publish", nil, "Idempotency-Key", "k1").is(h.T, http.StatusOK, nil)
		program.call("POST", "/offers/"+first.ID+"/publish", nil, "Idempotency-Key", "k1").is(h.T, http.StatusOK, nil)
		program.call("POST", "/offers/"+first.ID+"/publish", nil).is(h.T, http.StatusConflict, &p)
		if h.given(sage) != 2 {
			h.Errorf("%d offers", h.given(sage))
		}
		// Only successes are remembered.
		program.call("POST", "/offers", map[string]any{"title": ""}, "Idempotency-Key", "k2").is(h.T, http.StatusUnprocessableEntity, nil)
		program.call("POST", "/offers", map[string]any{"title": "A tin"}, "Idempotency-Key", "k2").is(h.T, http.StatusCreated, nil)
	})
}

func TestIdempotencyKey_holdsForPhotosAndWithdrawals(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana").program()
		offer := sage.offers(nil)
		var claim claimDocument
		ana.call("POST", offer+"/claims", nil, "Idempotency-Key", "k").is(h.T, http.StatusCreated, &claim)
		ana.call("POST", offer+"/claims", nil, "Idempotency-Key", "k").is(h.T, http.StatusCreated, &claim)
		for range 2 {
			ana.call("DELETE", "/claims/"+claim.ID, nil, "Idempotency-Key", "w").is(h.T, http.StatusNoContent, nil)
		}
		ana.call("GET", "/claims/"+claim.ID, nil).is(h.T, http.StatusNotFound, nil)

		var first, second uploaded
		body, kind := upload(h, nil, "image", photograph(h))
		again := body.String()
		ana.call("POST", "/media", again, "Content-Type", kind, "Idempotency-Key", "p").is(h.T, http.StatusCreated, &first)
		ana.call("POST", "/media", again, "Content-Type", kind, "Idempotency-Key", "p").is(h.T, http.StatusCreated, &second)
		if first != second || first.Width != 64 || first.Height != 48 {
			h.Errorf("%+v, then %+v", first, second)
		}
		h.passed += time.Hour // what was shown once is forgotten, and the photo is still there
		ana.call("POST", "/media", again, "Content-Type", kind, "Idempotency-Key", "p").is(h.T, http.StatusCreated, &second)
		if first != second {
			h.Errorf("%+v, an hour later %+v", first, second)
		}
	})
}

func TestStalePage_hasMovedOn(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		offer := sage.offers(nil)
		claim := ana.asks(offer, nil)
		h.later(48 * time.Hour)
		release, _ := formOn(ana.get(claim).body, claim+"/release")
		ana.led(ana.submit(claim, claim+"/handed_over", nil))
		p := ana.postAs(claim+"/release", release)
		p.is(h.T, http.StatusConflict, nil)
		p.says(h.T, "This has moved on since you opened the page.", `href="`+claim+`"`, "See how it stands now")
		p = sage.post(offer+"/rest", nil)
		p.is(h.T, http.StatusConflict, nil)
		p.says(h.T, "This has moved on", `href="`+offer+`"`)
	})
}
