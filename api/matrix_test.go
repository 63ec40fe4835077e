package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// The matrix holds every route that has a door against every kind of viewer and every kind of thing (DESIGN 2, security L2, L5,
// L16). What one may not see is answered like an id that nobody ever had: same status, same words. A route without a row in the
// table cannot be served, and a row without a door cannot take an id, so nothing is left out.

// viewers are those who come to the doors.
var viewers = []string{"anonymous", "neighbour", "ben", "receiver", "giver", "steward", "kept apart", "keeps apart"}

// seenBy says who may see which thing.
var seenBy = map[string][]string{
	"draft":     {"giver"},
	"members":   {"ben", "receiver", "giver", "steward"},
	"friends":   {"neighbour", "ben", "receiver", "giver", "steward"},
	"anyone":    {"anonymous", "neighbour", "ben", "receiver", "giver", "steward"},
	"hidden":    {"giver"},
	"withdrawn": {"giver"},
	"resting":   {"neighbour", "ben", "receiver", "giver", "steward"},
	"promised":  {"neighbour", "ben", "receiver", "giver", "steward"},
	"gone":      {"neighbour", "ben", "receiver", "giver", "steward"},
	"mirror":    {"ben", "receiver", "giver", "steward", "kept apart", "keeps apart"},
}

// matrix is a node with one of each.
type matrix struct {
	*house
	browsers map[string]*browser
	programs map[string]*program
	things   map[string]sharing.OfferID
	photos   map[string]media.PhotoID
	claims   map[string]string // thing: id of the receiver's claim
}

func newMatrix(h *house) *matrix {
	h.Helper()
	m := &matrix{house: h, things: map[string]sharing.OfferID{}, photos: map[string]media.PhotoID{}, claims: map[string]string{}}
	sage := h.setUp()
	h.befriends(sage)
	m.browsers = map[string]*browser{
		"anonymous": h.browser(), "neighbour": h.browser(), "steward": sage,
		"giver": h.joins(sage, "Gia"), "receiver": h.joins(sage, "Rex"), "ben": h.joins(sage, "Ben"),
		"kept apart": h.joins(sage, "Kim"), "keeps apart": h.joins(sage, "Kai"),
	}
	h.do(func(tx *store.Tx) error {
		giver := m.browsers["giver"].m
		if err := models.KeepApart(tx, giver, m.browsers["kept apart"].m.ID); err != nil {
			return err
		}
		return models.KeepApart(tx, m.browsers["keeps apart"].m, giver.ID)
	})
	m.programs = map[string]*program{"anonymous": {h: h}, "neighbour": {h: h}}
	for _, who := range viewers[2:] {
		m.programs[who] = m.browsers[who].program()
	}
	for _, thing := range []string{"draft", "members", "friends", "anyone", "hidden", "withdrawn", "resting", "promised", "gone"} {
		m.make(thing)
	}
	m.things["mirror"] = h.mirrors("Ladder of Birch")
	m.claims["asking"] = id(m.browsers["receiver"].asks(offerPath(m.things["mirror"]), nil))
	m.signer = ""
	return m
}

// make lets the giver give a thing with a photo, and brings it to where it should be.
func (m *matrix) make(thing string) {
	m.Helper()
	giver := m.browsers["giver"]
	values := url.Values{"title": {"Thing " + thing}, "place": {"Secret back door"}, "then": {"publish"}, "audience": {"friends"}}
	if thing == "members" || thing == "anyone" {
		values.Set("audience", thing)
	}
	if thing == "draft" {
		values.Set("then", "draft")
	}
	values.Set("form_key", giver.key())
	at := giver.led(giver.postWith("/offers", values, photograph(m)))
	m.things[thing] = sharing.OfferID(id(at))
	m.do(func(tx *store.Tx) error {
		o, err := sharing.FindOffer(tx.View, m.things[thing])
		m.photos[thing] = o.Photos[0]
		return err
	})
	switch thing {
	case "hidden":
		m.browsers["steward"].led(m.browsers["steward"].post(at+"/hide", url.Values{"words": {"Is this yours to give?"}}))
	case "withdrawn":
		giver.led(giver.post(at+"/withdraw", nil))
	case "resting":
		giver.led(giver.post(at+"/rest", nil))
	case "promised", "gone":
		m.claims[thing] = id(m.browsers["receiver"].asks(at, url.Values{"note": {"Secret note"}}))
		m.do(func(tx *store.Tx) error { return m.drawnEarly(tx, m.things[thing]) })
		if thing == "gone" {
			giver.led(giver.post("/claims/"+m.claims[thing]+"/handed_over", nil))
		}
	}
}

// drawnEarly closes one window as if its time had come, so that the other things stay as they are.
func (m *matrix) drawnEarly(tx *store.Tx, id sharing.OfferID) error {
	then := *tx.View
	then.Now = m.now.Add(72 * time.Hour)
	at := *tx
	at.View = &then
	return sharing.Advance(&at, id, func(time.Time) bool { return true })
}

func id(path string) string {
	parts := strings.Split(strings.SplitN(path, "#", 2)[0], "/")
	return parts[2]
}

// visit sends a viewer to a path by a method, as a page or under /api/v1, with a key of her own where one is needed.
func (m *matrix) visit(who, method, path string) page {
	m.Helper()
	m.passed += 2 * time.Second // nobody is in a hurry
	delete(m.browsers[who].cookies, "__Host-flash")
	m.signer = ""
	if who == "neighbour" {
		m.signer = birch.IRI
	}
	api := strings.HasPrefix(path, apiPrefix)
	r := httptest.NewRequest(method, m.server.BaseURL+path, nil)
	if who == "neighbour" {
		r.Header.Set("Signature", `keyId="https://birch.example/ap/collective#main-key"`)
	}
	if !api {
		if method != http.MethodGet {
			values := url.Values{"form_key": {m.browsers[who].key()}}
			r = httptest.NewRequest(method, m.server.BaseURL+path, strings.NewReader(values.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return m.browsers[who].send(r)
	}
	if token := m.programs[who].token; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return page{w.Code, w.Header(), w.Body.String(), path}
}

// sameAs compares two answers without what is made anew for each: request ids, keys, and the id that was asked for.
func (p page) sameAs(other page, ids ...string) bool {
	anew := regexp.MustCompile(`"request":"[^"]*"|name="(unsent[.])?form_key" value="[^"]*"`)
	plain := func(p page) string {
		text := anew.ReplaceAllString(p.body, "")
		for _, id := range ids {
			text = strings.ReplaceAll(text, id, "ID")
		}
		location := p.header.Get("Location")
		for _, id := range ids {
			location = strings.ReplaceAll(location, id, "ID")
		}
		return fmt.Sprint(p.status, location, text)
	}
	return plain(p) == plain(other)
}

func TestMatrix_whatOneMayNotSeeIsLikeWhatIsNotThere(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		for _, r := range m.server.routes {
			if r.method != http.MethodGet || r.door != offerDoor && r.door != photoDoor {
				continue
			}
			for thing, may := range seenBy {
				for _, who := range viewers {
					m.try(r, thing, who, contains(may, who))
				}
			}
		}
	})
}

// Every list that a member can open leaves out the things of somebody whom she is kept apart from, and of whom she keeps away from;
// nobody else's list knows of it (product F6).
func TestMatrix_listsLeaveOutWhoIsKeptApart(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		for _, who := range viewers {
			for _, path := range []string{"/", "/today", "/offers", "/offers?q=thing", apiPrefix + "/offers", apiPrefix + "/offers?q=thing"} {
				got := m.visit(who, http.MethodGet, path)
				if got.status != http.StatusOK {
					continue // not hers at all
				}
				if shown := strings.Contains(got.body, "Thing anyone"); shown != contains(seenBy["anyone"], who) {
					h.Errorf("%s: %s sees the thing: %v", path, who, shown)
				}
			}
		}
	})
}

// try visits one thing by one viewer and holds it against what she may.
func (m *matrix) try(r route, thing, who string, may bool) {
	m.Helper()
	real, random := string(m.things[thing]), store.RandomID[string]()
	name := "{id}"
	if r.door == photoDoor {
		if thing == "mirror" {
			return // Birch's picture was never fetched
		}
		real, name = string(m.photos[thing]), "{file}"
		random += photoEnding
		real += photoEnding
	}
	path := func(id string) string { return strings.Replace(r.path, name, id, 1) }
	got := m.visit(who, r.method, path(real))
	if may {
		if got.status != http.StatusOK {
			m.Errorf("%s: %s may see %s and gets %d", r.path, who, thing, got.status)
		}
		if who != "giver" && (who != "receiver" || thing != "promised") {
			got.saysNot(m.T, "Secret back door")
		}
		return
	}
	if none := m.visit(who, r.method, path(random)); !got.sameAs(none, real, random) {
		m.Errorf("%s: %s may not see %s and gets %d, a random id %d\n%s\n%s", r.path, who, thing, got.status, none.status, got.main(), none.main())
	}
}

func TestMatrix_agreementsAreForTheirTwoSides(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		for _, r := range m.server.routes {
			if r.door != claimDoor {
				continue
			}
			for thing, claim := range m.claims {
				for _, who := range viewers {
					involved := who == "receiver" || who == "giver" && thing != "asking"
					if involved && r.method != http.MethodGet {
						continue // the walks try what the two may do
					}
					path := strings.Replace(r.path, "{id}", claim, 1)
					got := m.visit(who, r.method, path)
					if involved {
						got.is(h.T, http.StatusOK, nil)
						continue
					}
					random := store.RandomID[string]()
					none := m.visit(who, r.method, strings.Replace(r.path, "{id}", random, 1))
					if got.status < 300 || !got.sameAs(none, claim, random) {
						h.Errorf("%s %s: %s and the claim on %s: %d, a random id %d", r.method, r.path, who, thing, got.status, none.status)
					}
				}
			}
		}
	})
}

func TestMatrix_onlyTheGiverDoesWhatTheGiverDoes(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		for _, r := range m.server.routes {
			if r.door != giverDoor {
				continue
			}
			for _, thing := range []string{"draft", "friends", "anyone", "hidden", "mirror"} {
				for _, who := range viewers {
					if who == "giver" && thing != "mirror" {
						continue
					}
					real, random := string(m.things[thing]), store.RandomID[string]()
					got := m.visit(who, r.method, strings.Replace(r.path, "{id}", real, 1))
					none := m.visit(who, r.method, strings.Replace(r.path, "{id}", random, 1))
					if got.status < 300 {
						h.Errorf("%s %s: %s did it to %s", r.method, r.path, who, thing)
					}
					if !contains(seenBy[thing], who) && !got.sameAs(none, real, random) {
						h.Errorf("%s %s: %s and %s: %d, a random id %d", r.method, r.path, who, thing, got.status, none.status)
					}
				}
			}
		}
	})
}

func TestMatrix_everyOtherRouteAsksWhoComes(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		for _, r := range m.server.routes {
			if r.who == anyone || r.door == claimDoor || r.door == giverDoor || r.door == offerDoor {
				continue
			}
			path := strings.Replace(r.path, "{id}", store.RandomID[string](), 1)
			got := m.visit("anonymous", r.method, path)
			want := http.StatusUnauthorized
			if r.method == http.MethodGet && !r.api() {
				want = http.StatusSeeOther
			}
			if got.status != want {
				h.Errorf("%s %s lets nobody known get as far as %d", r.method, r.path, got.status)
			}
			if r.who != steward {
				continue
			}
			if got := m.visit("ben", r.method, path); got.status != http.StatusForbidden {
				h.Errorf("%s %s lets a member who is no steward get as far as %d", r.method, r.path, got.status)
			}
		}
	})
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}
