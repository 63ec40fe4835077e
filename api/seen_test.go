package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

var anewOnAPage = regexp.MustCompile(`name="form_key" value="[^"]*"`)

// watch looks at a thing through every door there is, as somebody who would like to know whether anybody asked.
func (h *house) watch(offer string, watchers map[string]*browser) map[string]string {
	h.Helper()
	seen := map[string]string{}
	for name, b := range watchers {
		paths := []string{offer, "/offers", "/", "/today", "/claims"}
		if b.m.Feed != "" {
			paths = append(paths, "/feed/"+string(b.m.Feed)+".atom", "/feed/"+string(b.m.Feed)+".ics")
		}
		for _, path := range paths {
			p := b.get(path)
			seen[name+" "+path] = anewOnAPage.ReplaceAllString(p.body, "") + p.header.Get("ETag")
		}
		program := &program{h: h}
		if b.nickname != "" {
			program = b.program()
		}
		for _, path := range []string{offer, "/offers", "/offers?state=gathering", offer + "/claims", offer + "/draw"} {
			p := program.call("GET", path, nil)
			seen[name+" api "+path] = regexp.MustCompile(`"request":"[^"]*"`).ReplaceAllString(p.body, "")
		}
	}
	return seen
}

// While a thing is gathering nobody can tell whether anybody asked, whichever door she watches (DESIGN 4).
func TestGathering_looksTheSameBeforeAndAfterSomebodyAsks(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, ana, ben := h.joins(sage, "Gia"), h.joins(sage, "Ana"), h.joins(sage, "Ben")
		for _, b := range []*browser{giver, ben} {
			b.led(b.submit("/settings", "/feed/renew", nil))
			h.do(func(tx *store.Tx) (err error) { b.m, err = findMember(tx, b); return err })
		}
		offer := giver.offers(url.Values{"audience": {"anyone"}, "quantity": {"2"}, "choose": {"giver"}})
		watchers := map[string]*browser{"giver": giver, "ben": ben, "sage": sage, "anonymous": h.browser()}
		h.watch(offer, watchers) // the flash of the giver is read
		before := h.watch(offer, watchers)
		claim := ana.asks(offer, url.Values{"note": {"Please."}})
		after := h.watch(offer, watchers)
		for door := range before {
			if before[door] != after[door] {
				h.Errorf("%s tells that somebody asked:\n%s\n---\n%s", door, before[door], after[door])
			}
		}
		giver.get(claim).is(h.T, http.StatusNotFound, nil)
		giver.get(offer+"/choose").is(h.T, http.StatusConflict, nil)
		ana.led(ana.submit(claim, claim+"/withdraw", nil))
		for door, body := range h.watch(offer, watchers) {
			if before[door] != body {
				h.Errorf("%s tells that somebody asked and thought better of it", door)
			}
		}
	})
}

func TestDocuments_holdNothingThatIsNotForTheirReader(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, ana, ben := h.joins(sage, "Gia"), h.joins(sage, "Ana"), h.joins(sage, "Ben")
		offer := giver.offers(url.Values{"place": {"Mill Street 9, back door"}, "audience": {"anyone"}, "quantity": {"2"}})
		anas := ana.asks(offer, url.Values{"note": {"For the reading room."}})
		bens := ben.asks(offer, url.Values{"note": {"For my mother."}, "quantity": {"1"}})
		ana.led(ana.post("/settings", url.Values{"contact": {"ring 0123"}}))
		h.later(48 * time.Hour)
		var secret string
		h.do(func(tx *store.Tx) error {
			o, err := sharing.FindOffer(tx.View, sharing.OfferID(id(offer)))
			secret = o.Secret
			return err
		})
		place, members := "Mill Street 9", []string{string(giver.m.ID), string(ana.m.ID), string(ben.m.ID)}
		for _, door := range []struct {
			name          string
			got           page
			must, mustNot []string
		}{
			{"the thing for nobody known", (&program{h: h}).call("GET", offer, nil), []string{`"state":"all_promised"`}, []string{"Gia", "Ana", "Ben", place, "reading room", "ring", `"mine"`, `"promises"`}},
			{"the list for nobody known", (&program{h: h}).call("GET", "/offers", nil), []string{"Two kitchen chairs"}, []string{"Gia", "Ana", place}},
			{"the page for nobody known", h.browser().get(offer), nil, []string{"Gia", "Ana", "Ben", place}},
			{"the thing for a member", sage.program().call("GET", offer, nil), []string{"Gia"}, []string{"Ana", "Ben", place, "reading room", `"promises"`}},
			{"the page for a member", sage.get(offer), []string{"Gia"}, []string{"Ana", "Ben", place, "reading room"}},
			{"the list for a member", sage.program().call("GET", "/offers", nil), []string{"Gia"}, []string{"Ana", place}},
			{"the thing for the giver", giver.program().call("GET", offer, nil), []string{place, "Ana", "Ben"}, []string{"ring 0123", "reading room"}},
			{"the thing for who has the promise", ana.program().call("GET", offer, nil), []string{place, `"ticket"`}, []string{"Ben", "For my mother"}},
			{"a claim for its asker", ana.program().call("GET", anas, nil), []string{place, "Gia", "reading room"}, []string{"Ben", "For my mother"}},
			{"a claim for the giver", giver.program().call("GET", bens, nil), []string{"Ben", "For my mother"}, []string{"Ana", "ring 0123", `"ticket"`}},
			{"claims of one", ben.program().call("GET", "/claims?mine=true", nil), []string{"For my mother"}, []string{"Ana", "reading room"}},
			{"today of a bystander", sage.get("/today"), []string{"Two kitchen chairs"}, []string{"Ana", place}},
		} {
			if door.got.status != http.StatusOK {
				h.Errorf("%s: %d", door.name, door.got.status)
			}
			door.got.says(h.T, door.must...)
			door.got.saysNot(h.T, append(append(door.mustNot, secret), members...)...)
		}
		var sheet sharing.Sheet
		ana.program().call("GET", offer+"/draw", nil).is(h.T, http.StatusOK, &sheet)
		if err := sheet.Check(); err != nil {
			h.Errorf("the sheet does not hold: %v", err)
		}
		ana.get(offer+"/draw").says(h.T, sheet.Commit)
		if saved := ana.get(offer + "/draw?sheet=1"); saved.header.Get("Content-Disposition") == "" {
			h.Error("the sheet is not a file")
		}
		sage.get(offer+"/draw").is(h.T, http.StatusNotFound, nil)
	})
}

// A sheet names nobody, and who was in its round may recheck it whatever has happened between the two since (DESIGN 4). Of the thing
// and its giver she reads there what her own claim's page says, and no more (product F6).
func TestDraw_staysOpenToWhomItWasMadeAmong(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		giver, kim, ben, kai := h.joins(sage, "Gia"), h.joins(sage, "Kim"), h.joins(sage, "Ben"), h.joins(sage, "Kai")
		values := url.Values{"form_key": {giver.key()}, "title": {"Two kitchen chairs"}, "description": {"Beech."}, "then": {"publish"}, "quantity": {"1"}}
		offer := giver.led(giver.postWith("/offers", values, photograph(h)))
		claim := kim.asks(offer, nil)
		ben.asks(offer, nil)
		h.later(48 * time.Hour)
		h.do(func(tx *store.Tx) error {
			if err := models.KeepApart(tx, kai.m, giver.m.ID); err != nil {
				return err
			}
			return models.KeepApart(tx, giver.m, kim.m.ID)
		})
		for _, path := range []string{offer, offer + "/draw", offer + "/draw?sheet=1"} {
			nowhere := strings.Replace(path, id(offer), store.RandomID[string](), 1)
			for name, b := range map[string]*browser{"Kai was not in it": kai, "nobody known": h.browser()} {
				if got, none := b.get(path), b.get(nowhere); !got.sameAs(none, id(path), id(nowhere)) {
					h.Errorf("%s, and %s is %d, a random id %d", name, path, got.status, none.status)
				}
			}
		}
		kim.get(offer).is(h.T, http.StatusNotFound, nil)
		var sheet sharing.Sheet
		kim.program().call("GET", offer+"/draw", nil).is(h.T, http.StatusOK, &sheet)
		if err := sheet.Check(); err != nil {
			h.Errorf("the sheet does not hold: %v", err)
		}
		page := kim.get(offer + "/draw")
		page.says(h.T, sheet.Commit, "Two kitchen chairs", `href="`+claim+`"`, "n-Table-mine")
		page.saysNot(h.T, "Gia", "Ben", "Beech", "/media/", `href="`+offer+`"`)
		kim.get(claim).says(h.T, `href="`+offer+`/draw"`)
		ben.get(offer+"/draw").says(h.T, sheet.Commit, `href="`+offer+`"`, "n-Table-mine")
	})
}

func TestAsks_areShownToTheGiverFromTheChoiceOn(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana, ben := h.joins(sage, "Ana"), h.joins(sage, "Ben")
		offer := sage.offers(url.Values{"choose": {"giver"}, "quantity": {"2"}})
		ana.asks(offer, url.Values{"note": {"For the reading room."}})
		ben.asks(offer, nil)
		program := sage.program()
		program.call("GET", offer+"/claims", nil).is(h.T, http.StatusConflict, nil)
		h.later(31 * time.Hour)
		var asks list[askDocument]
		program.call("GET", offer+"/claims", nil).is(h.T, http.StatusOK, &asks)
		if len(asks.Items) != 2 {
			h.Fatalf("%d asked", len(asks.Items))
		}
		sage.get("/today").says(h.T, "Two kitchen chairs: people would like it.")
		sage.get(offer+"/choose").says(h.T, "Ana", "Ben", "For the reading room.")
		ana.get(offer+"/choose").is(h.T, http.StatusNotFound, nil)
		var o offerDocument
		program.call("POST", offer+"/choose", map[string]string{"claim": asks.Items[0].ID}).is(h.T, http.StatusOK, &o)
		if len(o.Promises) != 1 || o.Left != 1 {
			h.Errorf("%+v", o)
		}
	})
}

func TestAsking_answersUnderClaims(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		h.befriends(sage)
		mirror := offerPath(h.mirrors("Ladder of Birch"))
		sage.get(mirror).says(h.T, "Ladder of Birch", "Birch", "https://birch.example/offers/1")
		sage.get("/offers").says(h.T, "Ladder of Birch")
		h.browser().get("/offers").saysNot(h.T, "Ladder of Birch")
		claim := sage.asks(mirror, url.Values{"note": {"For the gutters."}})
		var d claimDocument
		program := sage.program()
		program.call("GET", claim, nil).is(h.T, http.StatusOK, &d)
		if d.State != agreeing.Queued || d.Home != "Birch" || d.Ticket == "" {
			h.Errorf("%+v", d)
		}
		sage.get(claim).says(h.T, "For the gutters.")
		h.now = h.now.Add(4 * 24 * time.Hour)
		sage.get(claim).says(h.T, "Birch")
		program.call("GET", claim, nil).is(h.T, http.StatusOK, &d)
		if d.State != agreeing.Silent {
			h.Errorf("after four days it is %s", d.State)
		}
		program.call("POST", claim+"/apart", nil).is(h.T, http.StatusNotFound, nil)
		program.call("POST", claim+"/handed_over", nil).is(h.T, http.StatusConflict, nil)
		program.call("DELETE", claim, nil).is(h.T, http.StatusNoContent, nil)
	})
}

func TestList_findsFiltersAndTurnsPages(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		edge := h.befriends(sage)
		h.mirrors("Ladder of Birch")
		program := sage.program()
		for _, title := range []string{"Teapot", "Tea towels", "Spade"} {
			h.now = h.now.Add(time.Minute)
			sage.offers(url.Values{"title": {title}, "category": {"kitchen"}})
		}
		titles := func(query string) string {
			var l list[offerDocument]
			program.call("GET", "/offers"+query, nil).is(h.T, http.StatusOK, &l)
			var all []string
			for _, o := range l.Items {
				all = append(all, o.Title)
			}
			if l.Next != "" {
				all = append(all, "next:"+l.Next)
			}
			return strings.Join(all, ", ")
		}
		for query, want := range map[string]string{
			"?q=tea": "Tea towels, Teapot", "?q=TEAPOT": "Teapot", "?from=home": "Spade, Tea towels, Teapot", "?category=books": "Ladder of Birch",
			"?from=" + string(edge.ID): "Ladder of Birch", "?from=all&state=resting": "", "?state=gathering&from=home&category=kitchen": "Spade, Tea towels, Teapot",
		} {
			if got := titles(query); got != want {
				h.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		first, next, _ := strings.Cut(titles("?limit=3"), ", next:")
		if rest := titles("?limit=3&after=" + url.QueryEscape(next)); first != "Spade, Tea towels, Teapot" || rest != "Ladder of Birch" {
			h.Errorf("%s, then %s", first, rest)
		}
		program.call("GET", "/offers?after=nonsense", nil).is(h.T, http.StatusGone, nil)
		for _, query := range []string{"?limit=many", "?limit=-1", "?q=%00"} {
			program.call("GET", "/offers"+query, nil).is(h.T, http.StatusUnprocessableEntity, nil)
		}
		sage.get("/offers?q=tea&category=kitchen").says(h.T, "Teapot", `value="tea"`)
	})
}

func TestOffer_isEditedByWhatIsSent(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		program := sage.program()
		var o offerDocument
		program.call("POST", "/offers", map[string]any{"title": "Chairs", "description": "Beech.", "choose": "giver", "quantity": 2}).is(h.T, http.StatusCreated, &o)
		program.call("PATCH", "/offers/"+o.ID, map[string]any{"faults": "One leg."}).is(h.T, http.StatusOK, &o)
		program.call("POST", "/offers/"+o.ID+"/publish", nil).is(h.T, http.StatusOK, &o)
		// A page that was opened after publication does not send how it is chosen, and does not change it.
		path := "/offers/" + o.ID
		sage.led(sage.submit(path+"/edit", path, url.Values{"title": {"Two chairs"}}))
		program.call("GET", path, nil).is(h.T, http.StatusOK, &o)
		if o.Title != "Two chairs" || o.Description != "Beech." || o.Faults != "One leg." || o.Choose != sharing.ByGiver || o.Quantity != 2 {
			got, _ := json.Marshal(o)
			h.Errorf("%s", got)
		}
		sage.get(path).says(h.T, "One leg.")
	})
}

func findMember(tx *store.Tx, b *browser) (people.Member, error) {
	return people.FindMember(tx.View, b.m.ID)
}
