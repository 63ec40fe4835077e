package federation

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// readerKey is the key of whoever reads in these stories; whose it is, the database says.
var readerKey = sync.OnceValues(func() (*rsa.PrivateKey, string) {
	pair, err := signature.GenerateKey()
	if err != nil {
		panic(err)
	}
	public, err := signature.EncodePublicKey(pair.Public())
	if err != nil {
		panic(err)
	}
	return pair, public
})

const (
	birchNode = "https://birch.example/ap/node"
	cedarNode = "https://cedar.example/ap/node"
)

// known makes a reader's key known, so that nobody needs to be asked for it.
func (n *node) known(actors ...string) {
	n.Helper()
	_, public := readerKey()
	n.do(func(tx *store.Tx) error {
		for _, actor := range actors {
			origin, err := wire.OriginOf(actor)
			if err != nil {
				return err
			}
			if err := wire.LearnKeys(tx, n.now, actor, wire.RemoteKey{ID: actor + "#main-key", Owner: actor, Origin: origin, PEM: public}); err != nil {
				return err
			}
		}
		return nil
	})
}

// read asks for a path, signed by an actor; nobody signs for "".
func (n *node) read(actor, path string) *httptest.ResponseRecorder {
	n.Helper()
	r := httptest.NewRequestWithContext(n.Context(), http.MethodGet, string(n.Base)+path, nil)
	if actor != "" {
		pair, _ := readerKey()
		if err := signature.Sign(r, nil, actor+"#main-key", pair, n.now); err != nil {
			n.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, r)
	return w
}

// sees checks who gets what at a path. What one may not see is to the byte what is not there.
func (n *node) sees(path string, want map[string]int) {
	n.Helper()
	const nothing = "00000000000000000000000000"
	for reader, status := range want {
		w := n.read(reader, path)
		if w.Code != status {
			n.Errorf("%q at %s: %d, want %d", reader, path, w.Code, status)
		}
		if w.Code == http.StatusNotFound {
			parts := strings.Split(path, "/")
			parts[3] = nothing
			if void := n.read(reader, strings.Join(parts, "/")); void.Body.String() != w.Body.String() || fmt.Sprint(void.Header()) != fmt.Sprint(w.Header()) {
				n.Errorf("%q at %s can tell it from nothing: %s %v", reader, path, w.Body, w.Header())
			}
		}
	}
}

// isPrivate checks that no cache keeps what is served there.
func (n *node) isPrivate(w *httptest.ResponseRecorder) {
	n.Helper()
	if w.Header().Get("Cache-Control") != "private, no-store" || w.Header().Get("Access-Control-Allow-Origin") != "" {
		n.Errorf("headers %v", w.Header())
	}
}

func TestOffers_areNotShownWhereTheyDoNotFlow(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, birch)
		bike := n.gives(sharing.NewOffer{Title: "A bike"})
		sign := n.gives(sharing.NewOffer{Title: "A sign", Audience: people.Anyone})
		n.do(func(tx *store.Tx) error {
			edge, err := neighbours.FindEdgeTo(tx.View, birch)
			if err != nil {
				return err
			}
			_, err = neighbours.ChooseFlow(tx, n.Sage, edge.ID, neighbours.Choice{})
			return err
		})
		for path, want := range map[string]int{
			"/ap/offers/" + string(bike): http.StatusNotFound,
			"/ap/offers/" + string(sign): http.StatusOK, // as for anybody
		} {
			if got := n.read(birchNode, path); got.Code != want {
				n.Errorf("%s: %d, want %d", path, got.Code, want)
			}
		}
		page := n.read(birch, "/ap/collective/open?page=true")
		if page.Code != http.StatusOK || strings.Contains(page.Body.String(), "/ap/offers/") {
			n.Errorf("what is open to them: %d %s", page.Code, page.Body)
		}
	})
}

func TestOffers_areShownToThoseWhomTheyAreFor(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, birch, cedarNode, "https://sub.blocked.example/u/x")
		n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.Sage, "blocked.example") })
		path := func(a people.Audience) string {
			return "/ap/offers/" + string(n.gives(sharing.NewOffer{Title: "A bike", Audience: a}))
		}
		anyone, friends, members := path(people.Anyone), path(people.Friends), path(people.Members)
		n.sees(anyone, map[string]int{"": 200, birchNode: 200, cedarNode: 200, "https://sub.blocked.example/u/x": 404})
		n.sees(friends, map[string]int{"": 404, birchNode: 200, birch: 200, cedarNode: 404})
		n.sees(members, map[string]int{"": 404, birchNode: 404, cedarNode: 404})
		n.isPrivate(n.read(birch, friends))
		if h := n.read("", anyone).Header(); h.Get("Cache-Control") != "no-cache" || h.Get("Vary") != "Accept, Authorization, Signature, Signature-Input" {
			n.Errorf("headers %v", h)
		}

		var draft sharing.Offer
		n.do(func(tx *store.Tx) (err error) {
			draft, err = sharing.Write(tx, n.Sage, sharing.NewOffer{Title: "A draft", Audience: people.Anyone})
			return err
		})
		n.sees("/ap/offers/"+string(draft.ID), map[string]int{"": 404, birch: 404})

		n.do(func(tx *store.Tx) error {
			edge, err := neighbours.FindEdgeTo(tx.View, birch)
			if err != nil {
				return err
			}
			_, err = neighbours.PartNeighbour(tx, n.Sage, edge.ID)
			return err
		})
		n.sees(friends, map[string]int{birchNode: 404, birch: 404})
	})
}

func TestOffers_leaveATombstoneForThoseWhoCouldHaveKnownThem(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birch, cedarNode)
		for audience, want := range map[people.Audience]map[string]int{
			people.Anyone:  {"": 410, birch: 410, cedarNode: 410},
			people.Friends: {"": 404, birch: 410, cedarNode: 404},
			people.Members: {"": 404, birch: 404, cedarNode: 404},
		} {
			id := n.gives(sharing.NewOffer{Title: "A bike", Audience: audience})
			said := n.said()
			n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, id) })
			n.said()
			path := "/ap/offers/" + string(id)
			n.sees(path, want)
			if body := n.read(birch, path).Body.String(); strings.Contains(body, "bike") {
				n.Errorf("what is gone still has words: %s", body)
			}
			for _, s := range said { // and what was said about it goes with it
				n.sees("/ap/activities/"+string(s.ID), map[string]int{"": 404, birch: 404})
			}
		}
	})
}

// birchAsks has a claim come from Birch.
func (n *node) birchAsks(id sharing.OfferID) agreeing.ID {
	n.Helper()
	var c sharing.Claim
	n.do(func(tx *store.Tx) (err error) {
		c, err = sharing.HearClaim(tx, id, sharing.HeardClaim{
			From: birch, Handle: "maya-here", Asked: "https://birch.example/ap/activities/o1", Ticket: strings.Repeat("0f", 16), CommittedAt: n.now,
		})
		return err
	})
	return c.ID
}

func TestAgreements_ofOurOwnMembersAreNobodysElsewhere(t *testing.T) {
	alder(t, func(n *node) {
		n.befriend()
		n.known(birch)
		id := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		ana := n.joins("Ana")
		var claim sharing.Claim
		n.do(func(tx *store.Tx) (err error) {
			claim, err = sharing.Ask(tx, ana, id, sharing.Wish{}, strings.Repeat("0f", 16))
			return err
		})
		n.sees("/ap/agreements/"+string(claim.ID), map[string]int{"": 404, birch: 404})
	})
}

func TestActivities_areServedToThoseTheyWereFor(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, birch, cedarNode)
		for audience, want := range map[people.Audience]map[string]int{
			people.Anyone:  {"": 200, birch: 200, cedarNode: 200},
			people.Friends: {"": 404, birch: 200, cedarNode: 404},
		} {
			n.gives(sharing.NewOffer{Title: "A bike", Audience: audience})
			create := n.only(n.said())
			path := "/ap/activities/" + string(create.ID)
			n.sees(path, want)
			if got := n.read(birch, path).Body.Bytes(); !bytes.Equal(got, create.Body) {
				n.Errorf("served %s, sent %s", got, create.Body)
			}
		}
		claim := n.birchAsks(n.gives(sharing.NewOffer{Title: "A pot"}))
		said := n.said()
		answered := said[len(said)-1]
		n.sees("/ap/activities/"+string(answered.ID), map[string]int{"": 404, birch: 200, birchNode: 200, cedarNode: 404})
		n.later(24 * time.Hour)
		n.do(func(tx *store.Tx) error { return wire.PurgeAbout(tx, string(claim), tx.Now) })
		n.do(wire.Purge)
		if got := n.read(birch, "/ap/activities/"+string(answered.ID)).Code; got != http.StatusGone {
			n.Errorf("what was purged: %d", got)
		}
	})
}

func TestActivities_neverServePrivateWords(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birch)
		asking := n.asks(n.mirrored(), sharing.Wish{})
		n.said()
		n.hears(asking, 1, agreeing.Promised)
		n.do(func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, n.Sage, asking.ID, "I am there at ten")
			return err
		})
		n.sees("/ap/activities/"+string(n.only(n.said()).ID), map[string]int{"": 404, birch: 404})
	})
}

// The matrix of DESIGN 4 at this door: while a thing is gathering, whoever looks sees the same before and after somebody asked.
func TestOffers_tellNobodyThatSomebodyAsked(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birch)
		id := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.said()
		looks := func() (all []string) {
			for _, path := range []string{
				"/ap/offers/" + string(id), "/ap/collective/open?page=true", "/ap/collective/outbox?page=true", "/ap/collective",
			} {
				w := n.read(birch, path)
				all = append(all, path, fmt.Sprint(w.Code, w.Header()), w.Body.String())
			}
			return all
		}
		before := looks()
		n.birchAsks(id)
		ana := n.joins("Ana")
		n.do(func(tx *store.Tx) error {
			_, err := sharing.Ask(tx, ana, id, sharing.Wish{}, strings.Repeat("1e", 16))
			return err
		})
		for _, s := range n.said() {
			if s.Recipient == "" {
				n.Errorf("a claim made us say %s", s.Body)
			}
		}
		if after := looks(); fmt.Sprint(after) != fmt.Sprint(before) {
			n.Errorf("after a claim\n%v\nbefore\n%v", after, before)
		}
	})
}

func TestShow_tellsASignerWhatIsWrongWithTheSignature(t *testing.T) {
	alder(t, func(n *node) {
		n.befriend()
		n.known(birch)
		friends := "/ap/offers/" + string(n.gives(sharing.NewOffer{Title: "A bike"}))
		anyone := "/ap/offers/" + string(n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone}))
		late := func(path string) int {
			r := httptest.NewRequestWithContext(n.Context(), http.MethodGet, string(n.Base)+path, nil)
			pair, _ := readerKey()
			if err := signature.Sign(r, nil, birch+"#main-key", pair, n.now.Add(-2*time.Hour)); err != nil {
				n.Fatal(err)
			}
			w := httptest.NewRecorder()
			n.Handler().ServeHTTP(w, r)
			return w.Code
		}
		if got := [3]int{late(friends), late("/ap/offers/00000000000000000000000000"), late(anyone)}; got != [3]int{401, 401, 200} {
			n.Errorf("with an old date: %v", got)
		}
	})
}

func TestHandler_saysWhatFailedAndNothingElse(t *testing.T) {
	alder(t, func(n *node) {
		w := n.get("/ap/offers/..%2f..%2fetc")
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusNotFound || p.Status != w.Code || p.Detail != "" {
			n.Errorf("%d: %s", w.Code, w.Body)
		}
		if err := n.Store.Close(); err != nil {
			n.Fatal(err)
		}
		if w := n.get("/ap/offers/x"); w.Code < 500 || strings.Contains(w.Body.String(), "sql") {
			n.Errorf("without a database: %d %s", w.Code, w.Body)
		}
	})
}

func TestStatusOf_hasAnAnswerForEachKind(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 400, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Gone: 410, fault.Busy: 503,
	} {
		if got := statusOf(fault.New(kind, "x")); got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
}

func itemsOf(t testing.TB, w *httptest.ResponseRecorder) (doc map[string]any, ids []string) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	doc, err := codec.Decode(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return doc, codec.IDs(doc["orderedItems"])
}
