package federation

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// here are spellings of this machine and of its networks: security S1, and a name that its owner's name server leads here (S2).
func here(port string) (hosts []string) {
	for _, host := range []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
		"[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fec0::1]", "10.0.0.1", "169.254.169.254", "192.168.0.1", "2130706433", "0x7f.1",
		"0177.1", "127.1", "localhost", "LocalHost.", "alder.localhost", "127.0.0.1.", "１２７.0.0.1", "rebound.example", "REBOUND.example.",
	} {
		hosts = append(hosts, host+":"+port)
	}
	return hosts
}

// Security S1, S2, S4, S6 and protocol 8 case 79, through every door by which somebody's address comes in: the key of a signature, what
// stewards type, a follower's inbox, a neighbour's list and picture, an object that is only named.
func TestHostile_noAddressLeadsToThisMachine(t *testing.T) {
	onTheNet(t, func(n *node, port string) {
		hosts := here(port)
		for _, scheme := range []string{"https", "http"} {
			for _, host := range hosts {
				bait := scheme + "://" + host
				p := peer{bait + "/users/m", peerKeys()[0], bait + "/users/m#main-key"}
				if code := n.sends(p, hello(p)); code < 400 || code >= 500 {
					n.Errorf("a key at %s is answered %d", bait, code)
				}
				for _, typed := range []string{bait, bait + "/ap/collective", "collective@" + host} {
					if a, err := n.Lookup(t.Context(), typed); err == nil {
						n.Errorf("%s is %+v", typed, a)
					}
				}
			}
		}
		for _, scheme := range []string{"ftp", "file", "gopher", "http+unix", "redis"} {
			p := peer{scheme + "://rebound.example/m", peerKeys()[0], scheme + "://rebound.example/m#main-key"}
			n.answersWith(scheme, n.request(p, mustJSON(hello(p))), http.StatusUnauthorized)
		}
	})
}

// The same behind the transaction: addresses that look well and that a job or a courier would go to.
func TestHostile_noJobAndNoCourierGoesToThisMachine(t *testing.T) {
	onTheNet(t, func(n *node, port string) {
		rebound := "https://rebound.example:" + port
		collective := rebound + "/ap/collective"
		home := neighbours.Actor{
			IRI: collective, Type: "Organization", Name: "Rebound", Inbox: rebound + "/inbox", SharedInbox: rebound + "/shared", OpenURL: rebound + "/open",
		}
		n.do(func(tx *store.Tx) error {
			if _, err := neighbours.AddNeighbour(tx, n.Sage, home); err != nil {
				return err
			}
			if _, err := neighbours.HearAccept(tx, collective, ""); err != nil {
				return err
			}
			_, err := neighbours.HearFollow(tx, home, rebound+"/f/1")
			return err
		})
		n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.said()
		n.delivers()
		if d := n.lastDelivery(); d.LastError != "forbidden_address" {
			n.Errorf("the delivery met %q", d.LastError)
		}
		n.do(func(tx *store.Tx) error {
			if err := tx.Enqueue(n.objectJob(rebound + "/o/1")); err != nil {
				return err
			}
			if err := tx.Enqueue(n.actorJob(collective)); err != nil {
				return err
			}
			for i, host := range here(port) {
				_, err := sharing.Learn(tx, sharing.Heard{
					IRI: fmt.Sprint(rebound, "/o/", i), Home: collective, Seq: 1, State: sharing.Open, Title: "A drum", Category: "other", Audience: people.Friends,
					Quantity: 1, Left: 1, MaxPerClaim: 1, Published: n.now, Updated: n.now, Picture: "https://" + host + "/drum.jpg",
				})
				if err != nil {
					return err
				}
			}
			return n.PullAll(tx)
		})
		n.works()
	})
}

// Security S6, S11, S13 and S16: an activity that names half the world makes us fetch nothing while its sender waits but the key,
// and later what our rules name: one thing, one picture.
func TestHostile_anActivityFetchesNothingButTheKeyOfItsSigner(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		many := func(kind, host string) (all []any) {
			for i := range 500 {
				all = append(all, doc{"type": kind, "href": fmt.Sprintf("https://%s%d.example/x", host, i), "url": fmt.Sprintf("https://%s%d.example/y", host, i)})
			}
			return all
		}
		loud := doc{
			"tag": append(many("Mention", "mention"), doc{"type": "Mention", "href": us}), "attachment": many("Image", "image"),
			"inReplyTo": "https://thread.example/1", "context": "https://context.example/1", "replies": "https://replies.example/1",
			"icon": "https://icon.example/1", "image": "https://image.example/1", "url": "https://page.example/1", "quoteUrl": "https://quote.example/1",
			"audience": "https://audience.example/1", "generator": "https://generator.example/1", "cc": []any{us, "https://cc.example/1"},
			"content": `<p>https://preview.example/ <img src="https://tracker.example/1"><a href="https://link.example/">x</a></p>`,
		}
		note := with(with(doc{"id": birch + "/notes/1", "type": "Note", "attributedTo": birch}, loud), nil)
		listing := with(with(gift(drum, 1), loud), nil)
		for name, says := range map[string]struct {
			says doc
			jobs int // how many fetches follow from it at most
		}{
			"a note":               {act(theBirches(), "Create", 1, note), 0},
			"an edit":              {act(theBirches(), "Update", 2, note), 0},
			"a listing":            {act(theBirches(), "Create", 3, listing), 1},
			"a named listing":      {act(theBirches(), "Create", 4, "https://birch.example/ap/offers/o10"), 1},
			"a boost":              {act(theBirches(), "Announce", 5, "https://boosted.example/1"), 0},
			"a like":               {act(theBirches(), "Like", 6, "https://liked.example/1"), 0},
			"a report":             {act(theBirches(), "Flag", 7, []any{us, "https://reported.example/1"}), 0},
			"a pin":                {with(act(theBirches(), "Add", 8, "https://birch.example/1"), doc{"target": birch + "/featured"}), 0},
			"a follow":             {act(theBirches(), "Follow", 9, us), 1},
			"a yes to nothing":     {act(theBirches(), "Accept", 10, "https://birch.example/never"), 0},
			"an undo of nothing":   {act(theBirches(), "Undo", 11, "https://birch.example/never"), 0},
			"a word about oneself": {act(theBirches(), "Update", 12, with(birchProfile(), loud)), 3}, // and whether it counts us, and what it has open
			"a delete":             {act(theBirches(), "Delete", 13, drum), 0},
		} {
			before := v.addresses()
			n.answersWith(name, n.request(theBirches(), mustJSON(says.says)), http.StatusAccepted)
			n.receives()
			for _, address := range v.addresses()[len(before):] {
				if address != birch { // where the key is
					n.Errorf("%s made us fetch %s at once", name, address)
				}
			}
			before = v.addresses()
			n.works()
			later := slices.DeleteFunc(v.addresses()[len(before):], func(a string) bool { return strings.Contains(a, "webfinger") })
			if len(later) > says.jobs {
				n.Errorf("%s made us fetch %v later", name, later)
			}
		}
	})
}

// addresses are all that were asked for, each as often as it was.
func (v *village) addresses() (all []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.log)
}

// One fetch at a time per document, also of who follows us while we know the key already.
func TestHostile_anActorIsLookedAtOnceForAllWhoWait(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.do(func(tx *store.Tx) error {
			return wire.LearnKeys(tx, n.now, victim, wire.RemoteKey{ID: victim + "#main-key", Owner: victim, Origin: "https://victim.example", PEM: pemOf(vera().key)})
		})
		v.blocked = make(chan struct{})
		var all sync.WaitGroup
		codes := make([]int, 20)
		for i := range codes {
			r := n.request(vera(), mustJSON(act(vera(), "Follow", i, us)))
			all.Go(func() { codes[i] = n.posts(r).Code })
		}
		<-v.came
		close(v.blocked)
		all.Wait()
		for i, code := range codes {
			if code != http.StatusAccepted {
				n.Errorf("follow %d is answered %d", i, code)
			}
		}
		if got := v.asked(victim); got != 1 {
			n.Errorf("looked at %d times", got)
		}
	})
}

// Security H9, H10 and S12: keys without number below one domain, on servers that never answer, take two turns and no more; who finds
// that too many wait there is asked to come again, and others are served meanwhile.
func TestHostile_aDomainFullOfHostsHasTheTurnsOfOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		pit := &tarpit{village: newVillage(), silent: func(host string) bool { return strings.HasSuffix(host, ".evil.example") }}
		pit.lives(victim, 1)
		pit.until = make(chan struct{})
		n := newNodeWith(t, s, fetch.Options{Transport: pit})
		n.do(borrowedKeys)
		answers := make(chan *httptest.ResponseRecorder, 30)
		var all []*http.Request
		for i := range cap(answers) {
			id := fmt.Sprintf("https://h%d.evil.example/users/m", i)
			p := peer{id, peerKeys()[0], id + "#main-key"}
			all = append(all, n.request(p, mustJSON(hello(p))))
		}
		for _, r := range all {
			go func() { answers <- n.posts(r) }()
		}
		for range cap(answers) - queuedOfHost - lookupsOfHost {
			if w := <-answers; w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
				n.Errorf("one that is too many is answered %d", w.Code)
			}
		}
		n.answersWith("somebody else meanwhile", n.request(vera(), mustJSON(hello(vera()))), http.StatusAccepted)
		close(pit.until)
		for range queuedOfHost + lookupsOfHost {
			if w := <-answers; w.Code != http.StatusUnauthorized {
				n.Errorf("one whose key cannot be had is answered %d", w.Code)
			}
		}
		if got := pit.mostAtOnce(); got != lookupsOfHost {
			n.Errorf("%d fetches at once below one domain", got)
		}
	})
}

// Security S18 and P10: a server that takes requests and says nothing has the jobs that it has, and nobody else's wait for them.
func TestHostile_aSilentServerHoldsUpNoOthersJobs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		pit := &tarpit{village: newVillage(), silent: func(host string) bool { return strings.HasSuffix(host, "tar.example") }}
		pit.shows(birch, birchProfile())
		pit.serve("https://birch.example/.well-known/webfinger?resource=acct%3Acollective%40birch.example", nobody)
		n := newNodeWith(t, s, fetch.Options{Transport: pit, Timeout: 200 * time.Millisecond})
		n.do(borrowedKeys)
		n.do(func(tx *store.Tx) error {
			for i := range 400 {
				if err := tx.Enqueue(n.actorJob(fmt.Sprintf("https://h%d.tar.example/users/m", i))); err != nil {
					return err
				}
			}
			return nil
		})
		n.later(time.Second)
		n.do(func(tx *store.Tx) error { return tx.Enqueue(n.actorJob(birch)) })
		began := time.Now()
		n.works()
		if pit.asked(birch) != 1 {
			n.Errorf("birch was looked at %d times", pit.asked(birch))
		}
		if took := time.Since(began); took > 20*time.Second { // 400 that wait their time out, two at a time, take forty
			n.Errorf("it took %s", took)
		}
		if got := pit.mostAtOnce(); got > lookupsOfHost {
			n.Errorf("%d fetches at once", got)
		}
	})
}

// Security L18, I17 and protocol 8 case 97: we go nowhere that is shut out, whoever leads there.
func TestHostile_nobodyLeadsUsToWhoIsShutOut(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.shut("Bad.Example.")
		moved := func(to string) func() *http.Response {
			return func() *http.Response {
				p := page(302, "", nil)
				p.Header.Set("Location", to)
				return p
			}
		}
		v.serve(mallory, moved("https://x.bad.example/users/m"))
		n.answersWith("a key that is elsewhere now", n.request(evil(), mustJSON(hello(evil()))), http.StatusUnauthorized)
		v.serve("https://birch.example/p.jpg", moved("https://media.bad.example/p.jpg"))
		for i, picture := range []string{"https://birch.example/p.jpg", "https://media.bad.example/p.jpg", "https://BAD.example.:443/p.jpg"} {
			id := fmt.Sprint(drum, i)
			n.takes(theBirches(), act(theBirches(), "Create", i, with(gift(id, 1), doc{"attachment": []any{doc{"type": "Image", "url": picture}}})))
		}
		n.takes(theBirches(), act(theBirches(), "Create", 9, "https://birch.example/ap/offers/o10"))
		v.serve("https://birch.example/ap/offers/o10", moved("https://bad.example/o10"))
		v.shows(theirOpen, doc{"id": theirOpen, "type": "OrderedCollection", "first": "https://bad.example/first"})
		n.pull(n.PullAll)
		for _, typed := range []string{"bad.example", "https://sub.bad.example/ap/collective", "collective@bad.example", "BAD.example."} {
			if _, err := n.Lookup(t.Context(), typed); err == nil {
				n.Errorf("%s was found", typed)
			}
		}
		for _, address := range v.addresses() {
			if strings.Contains(strings.ToLower(address), "bad.example") {
				n.Errorf("we went to %s", address)
			}
		}
	})
}

// Protocol 8 case 80 and security I1, I17, I20: a loop, a bounce and a document under a name that is not its own bring nothing.
func TestHostile_redirectsThatBringNothing(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		moved := func(from, to string) {
			v.serve(from, func() *http.Response {
				p := page(301, "", nil)
				p.Header.Set("Location", to)
				return p
			})
		}
		moved("https://loop.example/a", "https://loop.example/b")
		moved("https://loop.example/b", "https://loop.example/a")
		moved("https://down.example/a", "http://down.example/a")
		moved("https://elsewhere.example/a", victim)
		for i := range 20 {
			moved(fmt.Sprint("https://far.example/", i), fmt.Sprint("https://far.example/", i+1))
		}
		for _, id := range []string{"https://loop.example/a", "https://down.example/a", "https://elsewhere.example/a", "https://far.example/0"} {
			p := peer{id, peerKeys()[1], id + "#main-key"}
			n.answersWith(id, n.request(p, mustJSON(hello(p))), http.StatusUnauthorized)
		}
		if got := v.asked("https://far.example/4"); got != 0 {
			n.Error("a fourth redirect was followed")
		}
		finger := "https://bounce.example/.well-known/webfinger?resource=acct%3Acollective%40bounce.example"
		moved(finger, "https://bounce2.example/.well-known/webfinger?resource=acct%3Acollective%40bounce.example")
		moved("https://bounce2.example/.well-known/webfinger?resource=acct%3Acollective%40bounce.example", finger)
		if _, err := n.Lookup(t.Context(), "bounce.example"); err == nil {
			n.Error("a bounce found somebody")
		}
	})
}

// Security L12, B5 and protocol 8 case 83: what a neighbour calls a picture is shown as a copy of our own making, or not at all.
func TestHostile_picturesAreShownAsOurOwnCopiesOnly(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		nth := 0
		for name, picture := range map[string]func() *http.Response{
			"a drawing":       func() *http.Response { return page(200, "image/svg+xml", []byte(`<svg onload="alert(1)"/>`)) },
			"a page":          func() *http.Response { return page(200, "text/html", []byte(`<script>alert(1)</script>`)) },
			"a called page":   func() *http.Response { return page(200, "image/jpeg", []byte(`<script>alert(1)</script>`)) },
			"an actor":        func() *http.Response { return page(200, fetch.ActivityStreams, mustJSON(profileOf(evil()))) },
			"without an end":  func() *http.Response { return page(200, "image/png", make([]byte, 13<<20)) },
			"nothing at all":  func() *http.Response { return page(200, "image/png", nil) },
			"a private thing": nobody,
		} {
			nth++
			id := fmt.Sprint(drum, nth)
			v.serve("https://birch.example/p.jpg", picture)
			n.takes(theBirches(), act(theBirches(), "Create", nth, with(gift(id, 1), doc{"attachment": []any{doc{"type": "Image", "url": "https://birch.example/p.jpg"}}})))
			n.works()
			n.look(func(view *store.View) error {
				m, err := sharing.FindMirrorByIRI(view, id)
				if len(m.Photos) != 0 {
					n.Errorf("%s is shown", name)
				}
				return err
			})
		}
		n.look(func(v *store.View) error {
			photos, err := store.All[media.Photo](v.DB())
			if len(photos) != 0 {
				n.Errorf("%d photos were kept", len(photos))
			}
			return err
		})
	})
}

// Security L7: whoever is asked for by another name is not us, whatever a proxy is made to say.
func TestHostile_noHeaderMakesUsSomebodyElse(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.said()
		for _, path := range []string{"/ap/collective", "/ap/collective/outbox?page=true", "/.well-known/nodeinfo", "/.well-known/host-meta", "/.well-known/webfinger?resource=acct:collective@alder.example"} {
			r := httptest.NewRequestWithContext(n.Context(), http.MethodGet, path, nil)
			r.Host = "evil.example"
			r.Header.Set("X-Forwarded-Host", "evil.example")
			r.Header.Set("Forwarded", "host=evil.example")
			if w := n.posts(r); strings.Contains(w.Body.String(), "evil.example") || strings.Contains(fmt.Sprint(w.Header()), "evil.example") {
				n.Errorf("%s repeats the name: %s", path, w.Body)
			}
		}
	})
}
