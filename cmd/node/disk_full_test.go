package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
)

// A full disk is said to whoever brings something, with 503 and when to come back; everybody else reads on. Once there is room
// again the node goes on by itself, and what it had taken before is done (security P6).
func TestDiskFull_refusesReadsOnAndRecoversByItself(t *testing.T) {
	for name, disk := range map[string]fullDisk{"the file cannot grow": capped, "nothing can be written": occupied} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			birch := playBirch(t)
			house := settle(t, "sqlite", birch)
			n, stop := house.serve()
			l := newLoad(t, house, birch)
			l.busy = true
			l.run(t.Context(), func(w *worker) bool { return w.at >= 8 })

			free := disk(t, n)
			l.run(t.Context(), func(w *worker) bool { return w.no >= 3 })
			if status, reasons := house.ailments(); status != "degraded" || !slices.Contains(reasons, "database") {
				t.Errorf("the disk is full and the node is %s: %v", status, reasons)
			}
			house.readsOn()

			free()
			began, enough := wall(), map[*worker]int{}
			for _, w := range l.workers {
				enough[w] = w.at + 8
			}
			l.run(t.Context(), func(w *worker) bool { return w.at >= enough[w] })
			within(t, recovery-wall().Sub(began), "the node is well", func() bool {
				status, _ := house.ailments()
				return status == "ok"
			})
			stop()
			n.rest(t)
			l.holds(n)
			if got := n.count(t, "inbox", "attempts > 0"); got > 0 {
				t.Errorf("a full disk counts as a failure of %d activities", got)
			}
			whole(t, n)
		})
	}
}

// fullDisk leaves no room until free.
type fullDisk func(t *testing.T, n *node) (free func())

// capped lets the file have as many pages as it has: what needs a new one is refused.
func capped(t *testing.T, n *node) (free func()) {
	n.writer(t, "PRAGMA max_page_count = 1")
	return func() { n.writer(t, "PRAGMA max_page_count = 1000000") }
}

// occupied lets something else hold the file: whatever writes is refused.
func occupied(t *testing.T, n *node) (free func()) {
	other, err := store.Open(t.Context(), store.Config{Dir: n.config.Data, Log: n.log})
	if err != nil {
		t.Fatal(err)
	}
	n.writer(t, "PRAGMA busy_timeout = 1")
	holds, leave, left := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		left <- other.Update(t.Context(), n.clock.Now(), func(*store.Tx) error {
			close(holds)
			<-leave
			return nil
		})
	}()
	<-holds
	return func() {
		close(leave)
		if err := errors.Join(<-left, other.Close()); err != nil {
			t.Error(err)
		}
	}
}

// writer says something to the one connection that writes.
func (n *node) writer(t *testing.T, pragma string) {
	t.Helper()
	err := n.store.Update(t.Context(), n.clock.Now(), func(tx *store.Tx) error {
		var answer int
		return tx.DB().Raw(pragma).Scan(&answer).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readsOn looks at pages and documents of all kinds, as a member, a program and a stranger.
func (h *household) readsOn() {
	h.Helper()
	for _, at := range []string{
		"/today", "/offers", "/offers/" + string(h.lamp), "/claims", "/us", "/neighbours", "/queue", "/settings", "/offers/new", "/keeping",
		"/api/v1/offers", "/api/v1/me", "/api/v1/claims?mine=true", "/api/v1/node",
		"/ap/collective", "/.well-known/webfinger?resource=acct:collective@" + h.config.URL.Authority(), "/nodeinfo/2.1",
	} {
		r, err := http.NewRequestWithContext(h.Context(), http.MethodGet, string(h.config.URL)+at, nil)
		if err != nil {
			h.Fatal(err)
		}
		if strings.HasPrefix(at, "/api/") {
			r.Header.Set("Authorization", "Bearer "+string(h.tokens[0]))
		} else {
			r.AddCookie(&http.Cookie{Name: "sid-" + r.URL.Port(), Value: string(h.session)})
		}
		answer, err := client.Do(r)
		if err != nil {
			h.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			h.Errorf("GET %s: %d while the disk is full", at, answer.StatusCode)
		}
	}
}
