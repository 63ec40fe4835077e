package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// load is what comes to Alder while things break: activities from Birch, things that members give through the API, and people who
// look at pages. Each worker goes on to its next step only when the one before was answered well, and repeats it until then, as
// a good peer and a good program do.
type load struct {
	*testing.T
	house   *household
	birch   *played
	workers []*worker
	// busy says whether 503 is an answer here. Nothing else but success ever is.
	busy bool
	// answered is called after each good answer with the number of them so far.
	answered func(n int64)

	good atomic.Int64
}

// worker does its steps one after the other.
type worker struct {
	name string
	step func(l *load, ctx context.Context, w *worker) (*http.Request, int)
	took func(w *worker, body []byte) // notes a good answer
	no   int                          // how often it was refused since its last good answer
	at   int                          // the next step; all before it were answered well
	ids  []string                     // of what it made
}

func newLoad(t *testing.T, h *household, birch *played) *load {
	l := &load{T: t, house: h, birch: birch, answered: func(int64) {}}
	for i := range 4 {
		l.workers = append(l.workers, &worker{name: fmt.Sprint("birch", i), step: (*load).activity})
	}
	for i := range 3 {
		l.workers = append(l.workers, &worker{name: fmt.Sprint("giver", i), step: (*load).give, took: tookGift})
	}
	return l
}

// looking adds people who read pages.
func (l *load) looking() *load {
	l.workers = append(l.workers, &worker{name: "reader", step: (*load).page})
	return l
}

// run lets all work until ctx ends, the node is gone, or each has done enough steps.
func (l *load) run(ctx context.Context, enough func(w *worker) bool) {
	l.Helper()
	var wg sync.WaitGroup
	for _, w := range l.workers {
		wg.Go(func() {
			for !enough(w) && ctx.Err() == nil && l.try(ctx, w) {
				continue
			}
		})
	}
	wg.Wait()
}

// client keeps no connection that a killed node could have left half open.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// try does a worker's next step and reports whether there was an answer.
func (l *load) try(ctx context.Context, w *worker) bool {
	r, want := w.step(l, ctx, w)
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return false
	case answer.StatusCode == want:
		if w.took != nil {
			w.took(w, body)
		}
		w.at, w.no = w.at+1, 0
		l.answered(l.good.Add(1))
	case answer.StatusCode == http.StatusServiceUnavailable && l.busy:
		if answer.Header.Get("Retry-After") == "" {
			l.Errorf("%s %s: 503 without Retry-After", r.Method, r.URL.Path)
		}
		w.no++
	default:
		l.Errorf("%s %s (%s, step %d): %d\n%s", r.Method, r.URL.Path, w.name, w.at, answer.StatusCode, body)
		return false
	}
	return true
}

// activity is what Birch says: a new thing, a change of it, a wish of a member's, and a letter, which each worker writes anew, since a
// desk that is full of one server's takes no more.
func (l *load) activity(ctx context.Context, w *worker) (*http.Request, int) {
	id := fmt.Sprint(w.name, "-", w.at/4)
	var says doc
	switch w.at % 4 {
	case 0:
		says = l.birch.activity("create-"+id, "Create", l.birch.listing(id, 1, "A thing"))
	case 1:
		says = l.birch.activity("update-"+id, "Update", l.birch.listing(id, 2, "A thing, cleaned"))
	case 2:
		agreement, terms := l.birch.wish(l.house.config.URL, l.house.lamp, handleOf(id), ticketOf(id))
		says = l.birch.activity("offer-"+id, "Offer", agreement)
		for name, term := range terms {
			says[name] = term
		}
	case 3:
		to := l.house.config.URL.Collective()
		says = l.birch.activity("letter-"+id, "Create", doc{
			"id": l.birch.url + "/ap/notes/" + w.name, "type": "Note", "attributedTo": l.birch.actor(), "to": []string{to}, "content": "Good evening, " + id,
			"tag": []doc{{"type": "Mention", "href": to}},
		})
	}
	return l.birch.letter(ctx, l.house.config.URL, says), http.StatusAccepted
}

func handleOf(id string) string { return fmt.Sprintf("%043s", id) }
func ticketOf(id string) string { return fmt.Sprintf("%032x", []byte(id)) }

// give is what members do with programs: keep a draft, publish it.
func (l *load) give(ctx context.Context, w *worker) (*http.Request, int) {
	n := w.at / 2
	path, body, want := "/offers", string(mustJSON(doc{"title": titleOf(w, n), "audience": "friends"})), http.StatusCreated
	if w.at%2 == 1 {
		path, body, want = "/offers/"+w.ids[n]+"/publish", "", http.StatusOK
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, string(l.house.config.URL)+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+string(l.house.tokens[n%len(l.house.tokens)]))
	r.Header.Set("Idempotency-Key", fmt.Sprint(w.name, "-", w.at))
	return r, want
}

func titleOf(w *worker, n int) string { return fmt.Sprint("Gift ", n, " of ", w.name) }

func tookGift(w *worker, body []byte) {
	var made struct{ ID string }
	if w.at%2 == 0 && json.Unmarshal(body, &made) == nil {
		w.ids = append(w.ids, made.ID)
	}
}

// page is what members look at.
func (l *load) page(ctx context.Context, w *worker) (*http.Request, int) {
	paths := []string{"/today", "/offers", "/offers/" + string(l.house.lamp), "/us", "/claims"}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, string(l.house.config.URL)+paths[w.at%len(paths)], nil)
	if err != nil {
		panic(err)
	}
	r.AddCookie(&http.Cookie{Name: "sid-" + r.URL.Port(), Value: string(l.house.session)})
	return r, http.StatusOK
}

// holds checks, on a node at rest, that everything that was answered well is there, and once.
func (l *load) holds(n *node) {
	l.Helper()
	for _, w := range l.workers {
		for at := range w.at {
			switch {
			case strings.HasPrefix(w.name, "birch"):
				l.holdsActivity(n, fmt.Sprint(w.name, "-", at/4), at%4)
			case strings.HasPrefix(w.name, "giver"):
				l.holdsGift(n, w, at/2, at%2 == 1)
			}
		}
	}
	// What was not answered may be there as well, but never half, and never twice.
	once := map[string]string{
		"an item is not applied":         "SELECT activity_id FROM inbox WHERE state <> 'done'",
		"an activity was kept twice":     "SELECT activity_id FROM inbox GROUP BY activity_id HAVING count(*) > 1",
		"a thing is mirrored twice":      "SELECT iri FROM offers WHERE home <> '' GROUP BY iri HAVING count(*) > 1",
		"a wish counts twice":            "SELECT handle FROM claims GROUP BY handle HAVING count(*) > 1",
		"something was said twice":       "SELECT kind FROM journal GROUP BY kind, subject, version HAVING count(*) > 1",
		"a gift was written twice":       "SELECT title FROM offers WHERE home = '' GROUP BY title HAVING count(*) > 1",
		"a gift was published twice":     "SELECT subject FROM journal WHERE kind = 'offer.published' GROUP BY subject HAVING count(*) > 1",
		"a wish was acknowledged twice":  "SELECT subject FROM journal WHERE kind = 'claim.received' GROUP BY subject HAVING count(*) > 1",
		"something is not on its way":    "SELECT subject FROM journal WHERE published_at IS NULL",
		"something did not reach anyone": "SELECT activity_id || ' ' || state || ' ' || last_error FROM deliveries WHERE state <> 'sent'",
	}
	err := n.store.View(l.Context(), n.clock.Now(), func(v *store.View) error {
		for what, query := range once {
			var found []string
			if err := v.DB().Raw(query).Scan(&found).Error; err != nil {
				return err
			}
			if len(found) > 0 {
				l.Errorf("%s: %v", what, found)
			}
		}
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
}

func (l *load) holdsActivity(n *node, id string, step int) {
	l.Helper()
	name := l.birch.url + "/ap/activities/" + []string{"create-", "update-", "offer-", "letter-"}[step] + id
	if got := n.count(l.T, "inbox", "activity_id = ? AND state = 'done'", name); got != 1 {
		l.Errorf("%s was answered 202 and is there %d times", name, got)
	}
	switch step {
	case 1:
		if got := n.count(l.T, "offers", "iri = ? AND title = 'A thing, cleaned' AND seq = 2", l.birch.url+"/ap/offers/"+id); got != 1 {
			l.Errorf("%s is answered and mirrored %d times", name, got)
		}
	case 2:
		if got := n.count(l.T, "claims", "asked = ?", name); got != 1 {
			l.Errorf("%s is answered and left %d wishes", name, got)
		}
		if got := l.birch.ids("TentativeAccept", name); len(got) != 1 {
			l.Errorf("%s has the receipts %v", name, got)
		}
	case 3:
		writer, _, _ := strings.Cut(id, "-")
		if got := n.count(l.T, "letters", "object = ?", l.birch.url+"/ap/notes/"+writer); got != 1 {
			l.Errorf("%s is answered and left %d letters", name, got)
		}
	}
}

func (l *load) holdsGift(n *node, w *worker, nth int, published bool) {
	l.Helper()
	id := w.ids[nth]
	if got := n.count(l.T, "offers", "id = ? AND title = ?", id, titleOf(w, nth)); got != 1 {
		l.Errorf("gift %d of %s was answered 201 and is there %d times", nth, w.name, got)
	}
	if !published {
		return
	}
	if got := n.count(l.T, "offers", "id = ? AND state = ?", id, sharing.Gathering); got != 1 {
		l.Errorf("gift %d of %s was answered and is not published", nth, w.name)
	}
	if got := l.birch.ids("Create", n.config.URL.Offer(id)); len(got) != 1 {
		l.Errorf("gift %d of %s reached the neighbour as %v", nth, w.name, got)
	}
}
