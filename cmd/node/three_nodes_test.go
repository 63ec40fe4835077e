package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Promise P2: three nodes in processes of their own; a third of the answers are lost on the way back, after the request was handled, so
// that the sender must say things again that were heard; and the sender is killed again and again. Two minutes after that ends all
// agree, and each thing that was said had its effect once. TEST_THREE_NODES=1000 is the whole size, with twenty kills.
func TestThreeNodes_agreeAfterEverythingWentWrong(t *testing.T) {
	t.Parallel()
	changes, kills := 60, 3
	if whole := os.Getenv("TEST_THREE_NODES"); whole != "" {
		var err error
		if changes, err = strconv.Atoi(whole); err != nil {
			t.Fatal(err)
		}
		kills = max(changes/50, 1)
	}
	w := settleThree(t)
	for _, listener := range w.listeners {
		listener.start()
	}
	for kill := range kills {
		p := w.alder.start()
		until := changes * (kill + 1) / kills
		w.change(until)
		p.kill()
		p.wait(t)
	}
	w.lossy.Store(false)
	p := w.alder.start()
	defer p.wait(t)
	w.change(changes + 3) // the others hear that it is there again
	healed := time.Now()
	within(t, 2*time.Minute, "all agree", func() bool { return w.difference() == "" })
	t.Logf("%d changes, %d kills, %d answers lost; all agreed %s after healing", changes, kills, w.lost.Load(), time.Since(healed).Round(time.Second))
	w.effectsWereOnce()
}

// threeNodes are Alder, who gives, and two neighbours who mirror what it gives, each behind a wire that loses answers.
type threeNodes struct {
	*testing.T
	alder     *household
	listeners []*household
	lossy     atomic.Bool
	lost      atomic.Int64

	done int      // changes that were answered well
	ids  []string // of Alder's things
}

func settleThree(t *testing.T) *threeNodes {
	t.Helper()
	w := &threeNodes{T: t}
	w.lossy.Store(true)
	var all []*household
	for _, dialect := range []string{"sqlite", "postgres", "sqlite"} {
		all = append(all, w.household(dialect))
	}
	var authorities []string
	for _, h := range all {
		authorities = append(authorities, h.config.URL.Authority())
	}
	for i, h := range all {
		h.config.DevPeers = authorities
		db := store.Config{Dir: h.config.Data, URL: h.config.Database}
		s, err := store.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for j, other := range all {
			if i != j && (i == 0 || j == 0) {
				w.befriend(h, s, other.config.URL)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	w.alder, w.listeners = all[0], all[1:]
	return w
}

// household sets a node up whose address is that of the wire before it.
func (w *threeNodes) household(dialect string) *household {
	w.Helper()
	db := storetest.Config(w.T, dialect)
	h := &household{T: w.T}
	listen := "localhost:" + freePort(w.T)
	h.config = config{URL: iri.Base(w.wire(listen)), Listen: listen, Data: db.Dir, Database: db.URL, Log: slog.LevelWarn}
	s, err := store.Open(w.Context(), db)
	if err != nil {
		w.Fatal(err)
	}
	defer s.Close()
	err = s.Update(w.Context(), wall(), func(tx *store.Tx) error {
		link, err := people.MakeSetupLink(tx)
		if err != nil {
			return err
		}
		h.steward, _, err = people.SetUp(tx, link, peopletest.Answers(), string(h.config.URL), people.NewMember{Nickname: "Sage", Passphrase: peopletest.Hash})
		if err != nil {
			return err
		}
		return h.join(tx, 1)
	})
	if err != nil {
		w.Fatal(err)
	}
	return h
}

func (w *threeNodes) befriend(h *household, s *store.Store, with iri.Base) {
	w.Helper()
	actor := neighbours.Actor{
		IRI: with.Collective(), Type: "Organization", Name: "Neighbours", Inbox: with.Inbox(iri.Collective), SharedInbox: with.SharedInbox(), OpenURL: with.Open(),
	}
	err := s.Update(w.Context(), wall(), func(tx *store.Tx) error {
		if _, err := neighbours.AddNeighbour(tx, h.steward, actor); err != nil {
			return err
		}
		if _, err := neighbours.HearAccept(tx, actor.IRI, ""); err != nil {
			return err
		}
		_, err := neighbours.HearFollow(tx, actor, string(with)+"/ap/activities/follow")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// wire is a proxy that hands each request on, waits until it has been handled, and then hangs up on every third.
func (w *threeNodes) wire(to string) (address string) {
	w.Helper()
	chance := rand.New(rand.NewPCG(3, uint64(len(to)))) //nolint:gosec // which answers, not secrets
	turn := make(chan *rand.Rand, 1)
	turn <- chance
	back := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, CheckRedirect: client.CheckRedirect}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the sender was killed in the middle of it
		}
		r, err := http.NewRequestWithContext(context.WithoutCancel(in.Context()), in.Method, "http://"+to+in.RequestURI, bytes.NewReader(body))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Header, r.Host = in.Header.Clone(), in.Host
		answer, err := back.Do(r)
		if err != nil {
			panic(http.ErrAbortHandler) // nobody is there
		}
		defer answer.Body.Close()
		said, err := io.ReadAll(answer.Body)
		c := <-turn
		drop := c.IntN(3) == 0
		turn <- c
		if err != nil || drop && w.lossy.Load() && in.Method == http.MethodPost && strings.HasSuffix(in.URL.Path, "/inbox") {
			w.lost.Add(1)
			panic(http.ErrAbortHandler)
		}
		for name, values := range answer.Header {
			out.Header()[name] = values
		}
		out.WriteHeader(answer.StatusCode)
		_, _ = out.Write(said)
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	_ = server.Listener.Close()
	server.Listener = listener
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.Start()
	w.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return "http://localhost:" + port
}

// change makes changes at Alder until there were so many: things are given, said better, and taken back. A change whose answer was
// lost is made again under its key.
func (w *threeNodes) change(until int) {
	w.Helper()
	for w.done < until {
		nth := len(w.ids) - 1
		var path, method, body string
		switch w.done % 5 {
		case 0:
			path, method, body = "/offers", http.MethodPost, fmt.Sprintf(`{"title": "Thing %d", "audience": "friends"}`, w.done)
		case 1:
			path, method, body = "/offers/"+w.ids[nth]+"/publish", http.MethodPost, "{}"
		case 2, 3:
			path, method, body = "/offers/"+w.ids[w.done%len(w.ids)], http.MethodPatch, fmt.Sprintf(`{"title": "Thing, said better %d"}`, w.done)
		case 4:
			path, method, body = "/offers/"+w.ids[nth/2]+"/withdraw", http.MethodPost, "{}"
		}
		r, err := http.NewRequestWithContext(w.Context(), method, "http://"+w.alder.config.Listen+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			w.Fatal(err)
		}
		r.Host = w.alder.config.URL.Authority()
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+string(w.alder.tokens[0]))
		r.Header.Set("Idempotency-Key", fmt.Sprint("change-", w.done))
		answer, err := client.Do(r)
		if err != nil {
			w.Fatal(err)
		}
		said, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode >= 500 {
			w.Fatalf("%s %s: %d %v\n%s", method, path, answer.StatusCode, err, said)
		}
		if w.done%5 == 0 {
			var made struct{ ID string }
			if err := json.Unmarshal(said, &made); err != nil || made.ID == "" {
				w.Fatalf("%d %s", answer.StatusCode, said)
			}
			w.ids = append(w.ids, made.ID)
		}
		w.done++ // what was taken back already cannot be changed: that is an answer as well
	}
}

// difference is what the listeners do not know as it is, and empty when all agree.
func (w *threeNodes) difference() string {
	w.Helper()
	want := w.things(w.alder, "SELECT id AS iri, title, state, version AS seq FROM offers WHERE home = '' AND state NOT IN ('draft', 'withdrawn') ORDER BY id")
	for _, l := range w.listeners {
		got := w.things(l, "SELECT iri, title, state, seq FROM offers WHERE home <> '' AND state <> 'withdrawn' ORDER BY iri")
		if got != want {
			return "at home " + want + "\nelsewhere " + got
		}
	}
	return ""
}

// things are those of a query, in words, with ids as they are at home.
func (w *threeNodes) things(h *household, query string) string {
	w.Helper()
	var rows []struct {
		IRI          string `gorm:"column:iri"`
		Title, State string
		Seq          int64
	}
	w.ask(h, func(v *store.View) error { return v.DB().Raw(query).Scan(&rows).Error })
	for i, r := range rows {
		rows[i].IRI = r.IRI[strings.LastIndex(r.IRI, "/")+1:]
	}
	return fmt.Sprint(rows)
}

// effectsWereOnce: whatever came twice is one item, done, and one mirror.
func (w *threeNodes) effectsWereOnce() {
	w.Helper()
	for _, l := range w.listeners {
		for what, query := range map[string]string{
			"came twice and was kept twice": "SELECT activity_id FROM inbox GROUP BY activity_id HAVING count(*) > 1",
			"was not applied":               "SELECT activity_id FROM inbox WHERE state <> 'done'",
			"is mirrored twice":             "SELECT iri FROM offers WHERE home <> '' GROUP BY iri HAVING count(*) > 1",
		} {
			var found []string
			w.ask(l, func(v *store.View) error { return v.DB().Raw(query).Scan(&found).Error })
			if len(found) > 0 {
				w.Errorf("%s: %v", what, found)
			}
		}
	}
}

// ask reads beside a node that runs.
func (w *threeNodes) ask(h *household, read func(*store.View) error) {
	w.Helper()
	s, err := store.Open(w.Context(), store.Config{Dir: h.config.Data, URL: h.config.Database})
	if err != nil {
		w.Fatal(err)
	}
	defer s.Close()
	if err := s.View(w.Context(), wall(), read); err != nil {
		w.Fatal(err)
	}
}
