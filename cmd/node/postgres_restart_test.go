package main

import (
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// recovery is how long a node may take to be itself again once its database is.
const recovery = 10 * time.Second

// When PostgreSQL drops everybody, again and again and in the middle of things, whoever asks then is told 503 and nothing worse; the
// node needs no hand to go on, and what it had answered is true (security P8).
func TestPostgresRestart_isAnsweredWith503AndNothingIsLost(t *testing.T) {
	t.Parallel()
	birch := playBirch(t)
	house := settle(t, "postgres", birch)
	n, stop := house.serve()
	l := newLoad(t, house, birch).looking()
	l.busy = true
	const steps, between = 40, 16
	var mu sync.Mutex
	var since time.Time // the last restart after which nobody has had a good answer yet
	restarts, slowest := 0, time.Duration(0)
	l.answered = func(good int64) {
		mu.Lock()
		defer mu.Unlock()
		if !since.IsZero() {
			slowest, since = max(slowest, wall().Sub(since)), time.Time{}
		}
		if good%between == 0 {
			storetest.Interrupt(t, store.Config{URL: house.config.Database})
			since, restarts = wall(), restarts+1
		}
	}
	l.run(t.Context(), func(w *worker) bool { return w.at >= steps })
	if slowest > recovery {
		t.Errorf("the first good answer came %s after a restart", slowest)
	}
	within(t, recovery, "the node is well", func() bool {
		status, _ := house.ailments()
		return status == "ok"
	})
	stop()
	n.rest(t)
	l.holds(n)
	t.Logf("%d good answers, %d restarts, at most %s until the next", l.good.Load(), restarts, slowest)
}
