package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/api/web/htmlcheck"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Every form that is refused comes back with what was typed and a sentence beside what does not fit, and never with a passphrase.
func TestForm_thatIsRefusedComesBackAsItWasTyped(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		offer := sage.offers(url.Values{"quantity": {"3"}, "max_per_claim": {"2"}, "audience": {"anyone"}})
		claim := ana.asks(offer, nil)
		h.later(48 * time.Hour)
		other := sage.offers(nil)
		stranger, invite, link := h.browser(), "", ""
		h.do(func(tx *store.Tx) error {
			_, code, err := people.MakeInvite(tx, sage.m, people.NewInvite{Kind: people.ForMember, Uses: 9, Days: 7})
			invite = string(code)
			if err != nil {
				return err
			}
			_, code, err = people.LetBackIn(tx, sage.m, "Ana")
			link = string(code)
			return err
		})
		for _, form := range []struct {
			who          *browser
			at, action   string
			typed        url.Values
			says, saysNo []string
		}{
			{stranger, "/join?invite=" + invite, "/join", url.Values{"nickname": {"ana"}, "passphrase": {passphrase}, "language": {"ar"}},
				[]string{`value="ana"`, `value="ar" selected`, "Somebody here has that nickname already.", invite}, []string{passphrase}},
			{stranger, "/join?invite=" + invite, "/join", url.Values{"nickname": {"Cleo"}, "passphrase": {"short"}},
				[]string{`value="Cleo"`, "At least 12 characters"}, []string{`"short"`}},
			{stranger, "/sign-in?next=/claims", "/sign-in", url.Values{"nickname": {"Ana"}, "passphrase": {"not the kettle"}},
				[]string{`value="Ana"`, `name="next" value="/claims"`, "Nickname and passphrase do not go together."}, []string{"not the kettle"}},
			{stranger, "/recover", "/recover", url.Values{"nickname": {"Ana"}, "words": {"lusab babad"}, "passphrase": {passphrase}},
				[]string{`value="Ana"`, "do not go together"}, []string{passphrase, "lusab"}},
			{stranger, "/recover?key=" + link, "/recover", url.Values{"passphrase": {"short"}}, []string{link, "At least 12 characters"}, []string{`"short"`}},
			{sage, "/offers/new", "/offers", url.Values{
				"title": {""}, "description": {"Beech."}, "category": {"furniture"}, "condition": {"worn"}, "faults": {"One leg."}, "quantity": {"many"},
				"max_per_claim": {"2"}, "area": {"Mill"}, "place": {"Back door"}, "audience": {"members"}, "goes_off_today": {"true"}, "choose": {"giver"},
				"windows_date": {"2026-12-01"}, "windows_from": {"9"}, "windows_to": {"11:00"},
			}, []string{"Beech.", `value="furniture" selected`, `value="worn" selected`, "One leg.", `value="many"`, `value="Mill"`, "Back door",
				`value="members" checked`, `name="goes_off_today" value="true" checked`, `value="giver" checked`, `value="2026-12-01"`, `value="9"`, "Please give a whole number."}, nil},
			{sage, "/offers/new", "/offers", url.Values{"title": {""}, "description": {"Beech."}}, []string{"Please say what it is.", "Beech."}, nil},
			{sage, offer + "/edit", offer, url.Values{"title": {"Chairs"}, "quantity": {"0"}, "max_per_claim": {"5"}}, []string{`value="Chairs"`, `value="5"`, "not more than there are"}, nil},
			{ana, other, other + "/claims", url.Values{"note": {strings.Repeat("a", 281)}, "others_first": {"true"}},
				[]string{strings.Repeat("a", 281), "at most 280 characters", `name="others_first" value="true" checked`}, nil},
			{ana, claim, claim + "/propose_window", url.Values{"windows_date": {"2026-12-01"}, "windows_from": {"18:00"}, "windows_to": {"17:00"}},
				[]string{`value="2026-12-01"`, `value="17:00"`, "A time ends before it begins."}, nil},
			{ana, claim, claim + "/messages", url.Values{"text": {strings.Repeat("b", 2001)}}, []string{strings.Repeat("b", 2001), "at most 2000"}, nil},
			{sage, "/invites", "/invites", url.Values{"uses": {"99"}, "days": {"3"}}, []string{`value="99"`, `value="3"`, "Between 1 and 50"}, nil},
			{ana, "/settings", "/settings", url.Values{"contact": {strings.Repeat("c", 201)}}, []string{strings.Repeat("c", 201), "At most 200"}, nil},
			{ana, "/settings", "/tokens", url.Values{"name": {"Notice board"}, "scopes": nil}, []string{`value="Notice board"`, "Please say what it may do."}, nil},
			{ana, "/settings", "/leave", nil, []string{"Please tick the box if you are sure."}, nil},
			{sage, "/stewards", "/members/recover", url.Values{"nickname": {"Nobody"}}, []string{`value="Nobody"`, "Nobody here has that nickname."}, nil},
			{sage, "/stewards", "/collective", url.Values{"area": {""}, "about": {"Two streets."}}, []string{"Two streets.", "where you are"}, nil},
			{sage, "/neighbours?address=birch.example", "/neighbours", url.Values{"address": {"nobody.example"}}, []string{`value="nobody.example"`, "Nobody answers there"}, nil},
		} {
			h.passed += time.Minute
			p := form.who.submit(form.at, form.action, form.typed)
			if p.status != http.StatusUnprocessableEntity {
				h.Errorf("%s: %d\n%s", form.action, p.status, p.main())
			}
			p.says(h.T, form.says...)
			p.saysNot(h.T, form.saysNo...)
			for _, problem := range htmlcheck.Check(strings.NewReader(p.body)) {
				h.Errorf("%s: %s", form.action, problem)
			}
			if _, ok := formOn(p.body, form.action); !ok {
				h.Errorf("%s: the form is gone", form.action)
			}
		}
	})
}

func TestForm_setUpThatIsRefusedComesBackAsItWasTyped(t *testing.T) {
	inHouse(t, func(h *house) {
		var code people.Secret
		h.do(func(tx *store.Tx) (err error) { code, err = people.MakeSetupLink(tx); return err })
		p := h.browser().submit("/setup?key="+string(code), "/setup", url.Values{
			"name": {"Alder"}, "area": {"Mill"}, "zone": {"Nowhere/Else"}, "quiet_from": {"22:00"}, "joining": {"open"}, "nickname": {"Sage"}, "passphrase": {passphrase},
		})
		p.is(h.T, http.StatusUnprocessableEntity, nil)
		p.says(h.T, `value="Alder"`, `value="Nowhere/Else"`, `value="22:00"`, `value="open" checked`, `value="Sage"`, string(code), "Please pick a time zone")
		p.saysNot(h.T, passphrase)
	})
}

func TestForm_keepsAGoodPhotoAndSaysWhatIsWrongWithABadOne(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana := h.joins(sage, "Ana")
		values, _ := formOn(sage.get("/offers/new").body, "/offers")
		p := sage.postWith("/offers", with(values, url.Values{"title": {""}}), photograph(h))
		p.is(h.T, http.StatusUnprocessableEntity, nil)
		p.says(h.T, "Please say what it is.")
		kept := regexp.MustCompile(`name="photos" value="([0-9a-z]{26})"`).FindStringSubmatch(p.body)
		if kept == nil {
			h.Fatalf("the photo is gone:\n%s", p.main())
		}
		picture := "/media/" + kept[1] + ".jpg"
		sage.get(picture).is(h.T, http.StatusOK, nil)
		ana.get(picture).is(h.T, http.StatusNotFound, nil)

		again, _ := formOn(p.body, "/offers")
		again = with(again, url.Values{"title": {"Two chairs"}, "then": {"publish"}})
		bad := sage.postWith("/offers", with(again, url.Values{"title": {"Two chairs"}}), []byte("<svg onload=alert(1)>"))
		bad.is(h.T, http.StatusUnprocessableEntity, nil)
		bad.says(h.T, "That is not a photo we can read.", kept[1], `value="Two chairs"`)

		offer := sage.led(sage.postWith("/offers", again, nil))
		sage.get(offer).says(h.T, picture)
		ana.get(picture).is(h.T, http.StatusOK, nil)
		// Somebody else's photo is nobody's to give.
		p = ana.post("/offers", url.Values{"title": {"Mine"}, "photos": {kept[1]}})
		p.is(h.T, http.StatusUnprocessableEntity, nil)
		p.saysNot(h.T, kept[1])
	})
}

func TestPhoto_isServedForWhatItIsAndToWhomItIsFor(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		for audience, cached := range map[string]string{"anyone": "public, max-age=31536000, immutable", "members": "private, no-store"} {
			values, _ := formOn(sage.get("/offers/new").body, "/offers")
			offer := sage.led(sage.postWith("/offers", with(values, url.Values{"title": {"Chairs"}, "audience": {audience}, "then": {"publish"}}), photograph(h)))
			pictures := regexp.MustCompile(`/media/[0-9a-z]{26}\.jpg`).FindString(sage.get(offer).body)
			for _, path := range []string{pictures, strings.Replace(pictures, ".jpg", "-thumb.jpg", 1)} {
				p := sage.get(path)
				p.is(h.T, http.StatusOK, nil)
				for name, want := range map[string]string{
					"Cache-Control": cached, "Content-Type": "image/jpeg", "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
				} {
					if got := p.header.Get(name); got != want {
						h.Errorf("%s for %s: %s is %q", path, audience, name, got)
					}
				}
				if strings.Contains(p.body, "Exif") || strings.Contains(p.header.Get("Content-Disposition"), "IMG_1234") {
					h.Error("something of the file that was sent is left")
				}
			}
		}
		for _, path := range []string{"/media/..%2f..%2fmanypots.sqlite", "/media/lock", "/media/.jpg", "/media/x-thumb.jpg", "/media/" + strings.Repeat("a", 26) + ".png"} {
			sage.get(path).is(h.T, http.StatusNotFound, nil)
		}
	})
}
