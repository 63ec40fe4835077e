package federation

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	rollPath       = "/ap/collective/followers/synchronization"
	birchFollowers = birch + "/followers"
	birchRoll      = birch + "/followers/synchronization"
)

// The example of FEP-8fcf.
func TestDigest_isThatOfTheExample(t *testing.T) {
	const want = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
	one, two := "https://testing.example.org/users/1", "https://testing.example.org/users/2"
	if got := digestOf(two, one); got != want || got != digestOf(one, two) {
		t.Errorf("got %s", got)
	}
}

// What goes to followers says who of them are there, under the signature, in both schemes; nothing else does.
func TestRoll_goesWithWhatIsForFollowers(t *testing.T) {
	for name, scheme := range map[string]wire.Scheme{"the draft": wire.Unknown, "RFC 9421": wire.RFC9421} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.Store) {
				var mu sync.Mutex
				said, s := map[string]string{}, street{}
				for _, host := range []string{"birch.example", "social.example", "cedar.example"} {
					s[host] = func(r *http.Request, _ string) (*http.Response, error) {
						mu.Lock()
						defer mu.Unlock()
						said[host] = r.Header.Get(signature.Roll)
						sig, err := signature.Parse(r)
						if _, covered := sig.RollOf(r); err != nil || covered != (said[host] != "") {
							t.Errorf("%s: what is said of followers is not signed: %v", host, err)
						}
						return says(http.StatusAccepted), nil
					}
				}
				n := newNode(t, db, s)
				n.keys()
				n.befriend()
				n.followed()
				n.delivers()
				n.knows(scheme)
				roll := func(ids ...string) string {
					return fmt.Sprintf(`collectionId="%s/followers", url="%s%s", digest="%s"`, n.Base.Collective(), n.Base, rollPath, digestOf(ids...))
				}
				inboxes := []string{birchInbox, fanInbox, "https://cedar.example/inbox"}
				n.tells("a1", "offers/1", inboxes...)
				n.delivers()
				want := map[string]string{"birch.example": roll(birch), "social.example": roll("https://social.example/users/fan"), "cedar.example": ""}
				if fmt.Sprint(said) != fmt.Sprint(want) {
					t.Errorf("said %v\nwant %v", said, want)
				}
				clear(said)
				n.gives(sharing.NewOffer{Title: "For friends", Audience: people.Friends})
				n.said()
				n.do(func(tx *store.Tx) error { // our decisions have no followers
					return wire.Post(tx, n.Wall(), wire.Activity{ID: "a2", Actor: wire.Decisions, Type: "Create", Body: []byte(`{}`), Public: true}, fanInbox)
				})
				n.delivers()
				if got := fmt.Sprint(said); got != fmt.Sprint(map[string]string{"birch.example": "", "social.example": ""}) {
					t.Errorf("what is not for followers says %s", got)
				}
			})
		})
	}
}

// One question for all that set out together, and not one for each.
func TestRoll_costsOneQuestionForAllThatSetOutTogether(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			asked := 0
			c := storetest.Config(t, dialect)
			c.Observe = func(statement string) {
				if strings.Contains(statement, "followers WHERE origin") {
					asked++
				}
			}
			db, err := store.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			n := newNode(t, db, street{})
			n.do(borrowedKeys)
			var inboxes []string
			for i := range 8 * couriers {
				inboxes = append(inboxes, fmt.Sprintf("https://h%d.example/inbox", i))
			}
			n.tells("a1", "offers/1", inboxes...)
			n.delivers()
			// At most one hand-over for each that comes home, and in the least case one for each boatful.
			if asked == 0 || asked > len(inboxes)/2 {
				t.Errorf("%d deliveries asked %d times who follows", len(inboxes), asked)
			}
		})
	}
}

// DESIGN 3.4, protocol 4.7: a server sees its own people, and nobody sees others or how many there are.
func TestRoll_isShownToTheServerWhosePeopleAreInIt(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.followed()
		const fan, fansServer = "https://social.example/users/fan", "https://social.example/actor"
		n.known(birch, birchNode, cedarNode, fan, fansServer)
		n.sees(rollPath, map[string]int{"": 404, cedarNode: 404, birch: 200, birchNode: 200, fan: 200, fansServer: 200})
		n.sees("/ap/decisions/followers/synchronization", map[string]int{"": 404, cedarNode: 404, birch: 404, fan: 404})
		n.sees("/ap/node/followers/synchronization", map[string]int{"": 404, birch: 404, fan: 404})
		for reader, want := range map[string]string{birchNode: birch, fansServer: fan} {
			w := n.read(reader, rollPath)
			n.isPrivate(w)
			if doc, ids := itemsOf(n, w); len(ids) != 1 || ids[0] != want || doc["id"] != string(n.Base)+rollPath || doc["totalItems"] != nil {
				n.Errorf("%s reads %s", reader, w.Body)
			}
		}
		n.do(func(tx *store.Tx) error {
			if _, err := neighbours.PartNeighbour(tx, n.Sage, n.edge().ID); err != nil {
				return err
			}
			return neighbours.RemoveFollower(tx, fan, wire.Collective)
		})
		n.sees(rollPath, map[string]int{birch: 404, birchNode: 404, fan: 404, fansServer: 404})
		n.followed()
		n.showsItselfToNeighboursOnly()
		n.sees(rollPath, map[string]int{fan: 404, fansServer: 404})
	})
}

// Protocol 8 case 96, and what else somebody might try.
func TestRoll_isHeededOnlyWhereItIsSignedAndTheirOwn(t *testing.T) {
	stale := digestOf("https://alder.example/ap/decisions")
	said := func(collection, url, digest string) string {
		return fmt.Sprintf(`collectionId="%s",url="%s", digest="%s"`, collection, url, digest)
	}
	covered := func(r *http.Request) string {
		return "(request-target) host date digest " + strings.ToLower(signature.Roll)
	}
	for name, c := range map[string]struct {
		header  string
		change  func(r *http.Request)
		fetches int
	}{
		"another than ours":         {header: said(birchFollowers, birchRoll, stale), fetches: 1},
		"nobody":                    {header: said(birchFollowers, birchRoll, digestOf()), fetches: 1},
		"the same as ours":          {header: said(birchFollowers, birchRoll, digestOf(us))},
		"no digest":                 {header: fmt.Sprintf(`collectionId="%s",url="%s"`, birchFollowers, birchRoll), fetches: 1},
		"a list elsewhere":          {header: said(birchFollowers, "https://evil.example/roll", stale)},
		"a list on this machine":    {header: said(birchFollowers, "http://localhost/roll", stale)},
		"another's followers":       {header: said("https://victim.example/followers", birchRoll, stale)},
		"another's on their server": {header: said("https://birch.example/users/bea/followers", birchRoll, stale)},
		"no collection":             {header: fmt.Sprintf(`url="%s", digest="%s"`, birchRoll, stale)},
		"one parameter twice":       {header: said(birchFollowers, birchRoll, stale) + `, url="` + birchRoll + `"`},
		"no list of parameters":     {header: "https://birch.example"},
		"nothing":                   {header: ""},
		"not signed": {header: said(birchFollowers, birchRoll, stale), change: func(r *http.Request) {
			r.Header.Set("Signature", forge(r, theBirches(), "(request-target) host date digest"))
		}},
		"changed after it was signed": {header: said(birchFollowers, birchRoll, stale), change: func(r *http.Request) {
			r.Header.Set("Signature", forge(r, theBirches(), covered(r)))
			r.Header.Set(signature.Roll, said(birchFollowers, birchRoll+"x", stale))
		}},
		"twice": {header: said(birchFollowers, birchRoll, stale), change: func(r *http.Request) {
			r.Header.Add(signature.Roll, r.Header.Get(signature.Roll))
			r.Header.Set("Signature", forge(r, theBirches(), covered(r)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				n.birchNamesItsFollowers()
				v.shows(birchRoll, ordered(birchRoll, us))
				before := v.askedAnything()
				n.posts(n.withRoll(c.header, c.change, 1))
				if v.askedAnything() > before+1 { // its key, perhaps
					n.Error("something was fetched while the sender waited")
				}
				n.works()
				if got := v.asked(birchRoll); got != c.fetches {
					n.Errorf("the list was fetched %d times, want %d", got, c.fetches)
				}
				if v.asked("https://evil.example/roll") != 0 {
					n.Error("another server was asked")
				}
				if e := n.edge(); e.State != neighbours.Neighbours {
					n.Errorf("they are %s", e.State)
				}
			})
		})
	}
}

// A stranger who asks to be our neighbour cannot make us read anything by it.
func TestRoll_ofWhomWeNeverAskedIsNotRead(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.shows(birch, with(birchProfile(), doc{"followers": birchFollowers}))
		n.takes(theBirches(), with(act(theBirches(), "Follow", 1, us), doc{"pots:relation": "neighbour"}))
		header := fmt.Sprintf(`collectionId="%s",url="%s",digest="%s"`, birchFollowers, birchRoll, digestOf(us))
		n.answersWith("a gift", n.withRoll(header, nil, 1), http.StatusAccepted)
		n.works()
		if n.edge().State != neighbours.AskedByThem || v.asked(birchRoll) != 0 {
			n.Errorf("it is %s and was asked %d times", n.edge().State, v.asked(birchRoll))
		}
	})
}

// However much a peer says, it is asked once an hour.
func TestRoll_isReadOnceAnHour(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.birchNamesItsFollowers()
		v.shows(birchRoll, ordered(birchRoll, us))
		header := fmt.Sprintf(`collectionId="%s",url="%s",digest="%s"`, birchFollowers, birchRoll, digestOf())
		for i := range 5 {
			n.answersWith("a gift", n.withRoll(header, nil, i), http.StatusAccepted)
			n.works()
		}
		if got := v.asked(birchRoll); got != 1 {
			n.Errorf("asked %d times", got)
		}
		n.later(time.Hour)
		n.answersWith("an hour later", n.withRoll(header, nil, 7), http.StatusAccepted)
		n.works()
		if got := v.asked(birchRoll); got != 2 {
			n.Errorf("asked %d times in two hours", got)
		}
	})
}

// birchNamesItsFollowers has Birch say where its followers are.
func (n *node) birchNamesItsFollowers() {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		a := birchItself()
		a.FollowersURL = birchFollowers
		_, err := neighbours.LearnActor(tx, a)
		return err
	})
}

// withRoll is a gift of Birch's that says something about its followers.
func (n *node) withRoll(header string, change func(*http.Request), nth int) *http.Request {
	body := mustJSON(act(theBirches(), "Create", nth, gift(drum, nth)))
	r := n.request(theBirches(), body)
	if header != "" {
		r.Header.Set(signature.Roll, header)
	}
	r.Header.Set("Content-Type", fetch.ActivityStreams)
	if err := signature.Sign(r, body, theBirches().keyID, theBirches().key, n.Wall()); err != nil {
		n.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	return r
}
