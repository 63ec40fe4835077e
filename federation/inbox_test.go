package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// Security S8, S9 and protocol 2.4: what cannot be read is refused before anything is looked up.
func TestInbox_refusesWhatItCannotRead(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		deep := []byte(strings.Repeat(`{"object":`, 10_000) + "1" + strings.Repeat("}", 10_000))
		signed := func(body []byte, change func(*http.Request)) *http.Request {
			r := n.request(vera(), body)
			if change != nil {
				change(r)
			}
			return r
		}
		fine := mustJSON(hello(vera()))
		for name, row := range map[string]struct {
			r    *http.Request
			want int
		}{
			"no JSON":                      {signed([]byte("hello"), nil), 400},
			"an array":                     {signed([]byte("[]"), nil), 400},
			"nothing":                      {signed(nil, nil), 400},
			"no type":                      {signed([]byte(`{"actor":"`+victim+`"}`), nil), 400},
			"nested without end":           {signed(deep, nil), 400},
			"a key twice":                  {signed([]byte(`{"type":"Create","type":"Like"}`), nil), 400},
			"a NUL":                        {signed([]byte(`{"type":"Create","actor":"\u0000"}`), nil), 400},
			"not UTF-8":                    {signed([]byte("{\"type\":\"Create\",\"x\":\"\xff\"}"), nil), 400},
			"an object that is no address": {signed(mustJSON(act(vera(), "Follow", 1, "us")), nil), 400},
			"more than a megabyte":         {signed(bytes.Repeat([]byte(" "), codec.MaxBytes+1), nil), 413},
			"more than it said":            {signed(bytes.Repeat([]byte(" "), codec.MaxBytes+1), func(r *http.Request) { r.ContentLength = -1 }), 413},
			"plain JSON":                   {signed(fine, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }), 415},
			"ld+json for anything":         {signed(fine, func(r *http.Request) { r.Header.Set("Content-Type", "application/ld+json") }), 415},
			"no type at all":               {signed(fine, func(r *http.Request) { r.Header.Del("Content-Type") }), 415},
			"compressed":                   {signed(fine, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }), 415},
		} {
			w := n.answersWith(name, row.r, row.want)
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				n.Errorf("%s: the answer is %s", name, got)
			}
		}
		if v.askedAnything() != 0 || len(n.items()) != 0 {
			n.Errorf("%d visits, %d items", v.askedAnything(), len(n.items()))
		}
	})
}

func TestInbox_isThereForEachActorAndForAll(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		body := mustJSON(hello(vera()))
		for path, want := range map[string]int{
			"/ap/inbox": 202, "/ap/collective/inbox": 202, "/ap/decisions/inbox": 202, "/ap/node/inbox": 202, "/ap/nobody/inbox": 404,
		} {
			r := n.request(vera(), body)
			r.URL.Path, r.RequestURI = path, path
			r.Header.Set("Signature", forge(r, vera(), "(request-target) host date digest"))
			n.answersWith(path, r, want)
		}
		if got := len(n.items()); got != 1 {
			n.Errorf("%d items for one activity", got)
		}
		r := n.request(vera(), body)
		r.Header.Set("Content-Type", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"; charset=utf-8`)
		r.Header.Set("Signature", forge(r, vera(), "(request-target) host date digest"))
		n.answersWith("ld+json with the profile", r, 202)
	})
}

// Security H5, I8 and protocol 8 case 42.
func TestInbox_keepsEachActivityOnceAndAsItCameFirst(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		first := mustJSON(hello(vera()))
		r := n.request(vera(), first)
		for range 3 {
			again := r.Clone(r.Context())
			again.Body = asBody(first)
			n.answersWith("the same request", again, 202)
		}
		n.answersWith("another body", n.request(vera(), mustJSON(with(hello(vera()), doc{"published": "2026-11-24T10:00:00Z"}))), 202)
		if items := n.items(); len(items) != 1 || !bytes.Equal(items[0].Body, first) || items[0].Signer != victim {
			n.Errorf("kept: %+v", items)
		}
		// Without an id it is known by its bytes.
		n.takes(vera(), act(vera(), "Follow", 1, us))
		undo := with(act(vera(), "Undo", 1, victim+"/follow/1"), doc{"id": nil})
		n.takes(vera(), undo)
		n.takes(vera(), undo)
		if got := len(n.items()); got != 3 {
			n.Errorf("%d items, want 3", got)
		}
	})
}

// Requests that arrive together share their commits, and each is answered when it is safe.
func TestInbox_sharesACommitAmongThoseWhoWait(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			commits := new(atomic.Int32)
			c := storetest.Config(t, dialect)
			guard := c.Observe
			c.Observe = func(statement string) {
				if strings.HasPrefix(statement, `INSERT INTO "inbox"`) || strings.HasPrefix(statement, "INSERT INTO `inbox`") {
					commits.Add(1)
				}
				guard(statement)
			}
			s, err := store.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			v := newVillage()
			v.lives(victim, 1)
			n := newNode(t, s, v)
			n.do(borrowedKeys)
			n.answersWith("the first", n.request(vera(), mustJSON(hello(vera()))), 202)
			commits.Store(0)

			const many = 50
			codes := make([]int, many)
			var all sync.WaitGroup
			n.do(func(tx *store.Tx) error { // while this transaction lasts nobody else can write
				if s.Dialect() == "postgres" {
					if err := tx.DB().Exec("LOCK TABLE peers IN EXCLUSIVE MODE").Error; err != nil {
						return err
					}
				}
				for i := range codes {
					r := n.request(vera(), mustJSON(with(hello(vera()), doc{"id": fmt.Sprint(victim, "/c/", i)})))
					all.Go(func() { codes[i] = n.posts(r).Code })
					for i == 0 && !n.in.collector.setOut() { // with one alone, and the others wait together
						runtime.Gosched()
					}
				}
				for n.in.collector.gathered() < many-1 {
					runtime.Gosched()
				}
				return nil
			})
			all.Wait()
			for i, code := range codes {
				if code != 202 {
					t.Errorf("request %d is answered %d", i, code)
				}
			}
			if got := len(n.items()); got != many+1 {
				t.Errorf("%d items", got)
			}
			if got := commits.Load(); got > 2 {
				t.Errorf("%d commits for %d requests", got, many)
			}
		})
	}
}

// What is never kept waits for nobody who writes: a flood of boosts and likes is answered while the database is busy.
func TestInbox_answersWhatItNeverKeepsWhileSomebodyWrites(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.answersWith("the first", n.request(vera(), mustJSON(hello(vera()))), 202)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // for the case that it waits after all
		defer cancel()
		waits := make(chan int, 1)
		n.do(func(tx *store.Tx) error { // while this transaction lasts nobody else can write
			if tx.DB().Name() == "postgres" {
				if err := tx.DB().Exec("LOCK TABLE peers IN EXCLUSIVE MODE").Error; err != nil {
					return err
				}
			}
			for i := range 100 {
				for name, d := range map[string]doc{
					"a boost":         act(vera(), "Announce", i, "https://alder.example/ap/offers/o1"),
					"a like":          act(vera(), "Like", i, "https://alder.example/ap/offers/o1"),
					"what is pinned":  with(act(vera(), "Add", i, victim+"/notes/1"), doc{"target": victim + "/featured"}),
					"what is not":     with(act(vera(), "Remove", i, victim+"/notes/1"), doc{"target": victim + "/featured"}),
					"an unknown type": act(vera(), "Arrive", i, "https://alder.example/ap/offers/o1"),
				} {
					r := n.inRFC9421(vera(), mustJSON(d)) // which nobody knew of her
					n.answersWith(name, r.WithContext(ctx), 202)
				}
			}
			n.answersWith("another's", n.request(vera(), mustJSON(act(evil(), "Like", 1, us))), 401)
			n.answersWith("not theirs", n.request(vera(), mustJSON(with(act(vera(), "Add", 1, us), doc{"target": us + "/featured"}))), 403)
			go func() {
				waits <- n.posts(n.request(vera(), mustJSON(with(hello(vera()), doc{"id": victim + "/c/2"})))).Code
			}()
			for !n.in.collector.setOut() {
				runtime.Gosched()
			}
			return nil
		})
		if got := <-waits; got != 202 {
			n.Errorf("what is kept is answered %d", got)
		}
		if got := len(n.items()); got != 2 {
			n.Errorf("%d items are kept", got)
		}
	})
}

// setOut reports that whoever waited is in a commit.
func (c *collector) setOut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running && len(c.waiting) == 0
}

func (c *collector) gathered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

// One that cannot be kept does not keep the others out.
func TestInbox_keepsTheOthersOfABatch(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		h, err := hearing(mustJSON(hello(vera())))
		if err != nil {
			n.Fatal(err)
		}
		h.signer = Signer{Actor: victim, Origin: "https://victim.example"}
		item := func(id string) *arrival {
			return &arrival{
				heard: h, done: make(chan error, 1),
				item: wire.InboxItem{ActivityID: id, Signer: victim, Origin: h.signer.Origin, Type: "Create", Body: []byte("{}")},
			}
		}
		batch := []*arrival{item("a"), item("b"), item("a\x00"), item("c")}
		if n.Store.Dialect() == "sqlite" {
			batch[2].item.Body = nil // what PostgreSQL says of a NUL, SQLite says of this
		}
		c := &n.in.collector
		c.mu.Lock()
		c.waiting, c.running = batch, true
		c.mu.Unlock()
		n.collect(t.Context())
		for i, a := range batch {
			if err := <-a.done; (err != nil) != (i == 2) {
				n.Errorf("item %d: %v", i, err)
			} else if i == 2 && !fault.Is(err, fault.Busy) {
				n.Errorf("the odd one: %v", err)
			}
		}
		if got := len(n.items()); got != 3 {
			n.Errorf("%d items", got)
		}
	})
}

// The rules are asked in the commit that many share, and each is told what they say of its own.
func TestInbox_refusesOneOfABatchAndKeepsTheOthers(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		arrives := func(id string, signer Signer) *arrival {
			h, err := hearing(mustJSON(with(hello(vera()), doc{"id": id})))
			if err != nil {
				n.Fatal(err)
			}
			h.signer = signer
			return &arrival{
				heard: h, done: make(chan error, 1),
				item: wire.InboxItem{ActivityID: id, Signer: signer.Actor, Origin: signer.Origin, Type: h.Type, Body: []byte(id)},
			}
		}
		herself := Signer{Actor: victim, Origin: "https://victim.example"}
		batch := []*arrival{
			arrives(victim+"/1", herself), arrives(victim+"/2", Signer{Actor: birch, Origin: "https://birch.example"}), arrives(victim+"/3", herself),
		}
		c := &n.in.collector
		c.waiting, c.running = batch, true
		n.collect(t.Context())
		for i, a := range batch {
			var no *refusal
			if err := <-a.done; errors.As(err, &no) != (i == 1) || err != nil && i != 1 {
				n.Errorf("item %d: %v", i, err)
			}
		}
		for _, item := range n.items() {
			if item.Signer != victim {
				n.Errorf("kept of %s: %s", item.Signer, item.ActivityID)
			}
		}
		if got := len(n.items()); got != 2 {
			n.Errorf("%d items", got)
		}
	})
}

// When nothing can be written, peers are asked to come again, and what is known can still be read.
func TestInbox_asksToComeAgainWhenNothingCanBeKept(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	v := newVillage()
	v.lives(victim, 1)
	n := newNode(t, s, v)
	n.do(borrowedKeys)
	n.answersWith("while there is room", n.request(vera(), mustJSON(hello(vera()))), 202)
	n.room(0)
	big := with(hello(vera()), doc{"id": victim + "/c/2", "padding": strings.Repeat("x", 200_000)})
	w := n.answersWith("when the disk is full", n.request(vera(), mustJSON(big)), http.StatusServiceUnavailable)
	if w.Header().Get("Retry-After") == "" {
		t.Error("it does not say when")
	}
	n.room(1_000_000)
	n.answersWith("when there is room again", n.request(vera(), mustJSON(big)), 202)
}

// room lets SQLite's file grow by so many pages and no more, as a full disk does.
func (n *node) room(pages int) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		var now int
		if err := tx.DB().Raw("PRAGMA page_count").Scan(&now).Error; err != nil {
			return err
		}
		return tx.DB().Raw(fmt.Sprintf("PRAGMA max_page_count = %d", now+pages)).Scan(&now).Error
	})
}

func FuzzHearing(f *testing.F) {
	f.Add(mustJSON(hello(peer{id: victim})))
	f.Add([]byte(`{"type":"Undo","actor":["https://a.example/a"],"object":{"type":"Follow"}}`))
	f.Add([]byte(`{"id":"","type":"as:Create","actor":{"id":"https://A.example:443/a"},"object":[[{}]],"to":[{},null,"as:Public"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := hearing(raw)
		if err != nil {
			return
		}
		h.signer = Signer{Actor: h.Actor, Origin: "https://a.example"}
		h.names()
		h.public()
		_ = h.mustBeTheirs()
		if _, err := readListing(h.embedded, "https://a.example/1", h.Actor, noon); err != nil {
			return
		}
	})
}
