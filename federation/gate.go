package federation

import (
	"context"
	"errors"
	"sync"
)

// How many lookups for strangers run at once, and how many wait (security H10).
const (
	lookupsAtOnce = 8
	lookupsOfHost = 2
	lookupsQueued = 64
	queuedOfHost  = 16 // or one server's would keep everybody else's out
)

// gate lets a few lookups at a time out, and fewer to one host, so that nobody's slow server holds up the others. Its zero
// value is ready.
type gate struct {
	mu     sync.Mutex
	out    int
	ofHost map[string]int
	queue  []*waiting // in the order in which they came
}

type waiting struct {
	host string
	turn chan struct{}
}

var errGateFull = errors.New("too many wait already")

// enter waits for a turn at an origin's site; whoever gets one calls leave when done.
func (g *gate) enter(ctx context.Context, origin string) (leave func(), err error) {
	host := site(origin)
	g.mu.Lock()
	if len(g.queue) >= lookupsQueued || g.queuedOf(host) >= queuedOfHost {
		g.mu.Unlock()
		return nil, errGateFull
	}
	w := &waiting{host, make(chan struct{})}
	g.queue = append(g.queue, w)
	g.admit()
	g.mu.Unlock()
	leave = func() { g.leave(host) }
	select {
	case <-w.turn:
		return leave, nil
	case <-ctx.Done():
		if g.giveUp(w) {
			return nil, ctx.Err()
		}
		return leave, nil // the turn came at the same moment
	}
}

func (g *gate) queuedOf(host string) (n int) {
	for _, w := range g.queue {
		if w.host == host {
			n++
		}
	}
	return n
}

// admit gives turns to all that may go now, the oldest first; those of a busy host are stepped over.
func (g *gate) admit() {
	if g.ofHost == nil {
		g.ofHost = map[string]int{}
	}
	still := g.queue[:0]
	for _, w := range g.queue {
		if g.out >= lookupsAtOnce || g.ofHost[w.host] >= lookupsOfHost {
			still = append(still, w)
			continue
		}
		g.out++
		g.ofHost[w.host]++
		close(w.turn)
	}
	g.queue = still
}

func (g *gate) leave(host string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out--
	if g.ofHost[host]--; g.ofHost[host] == 0 {
		delete(g.ofHost, host)
	}
	g.admit()
}

// giveUp leaves the queue; false when the turn had come already.
func (g *gate) giveUp(w *waiting) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.queue {
		if other == w {
			g.queue = append(g.queue[:i], g.queue[i+1:]...)
			return true
		}
	}
	return false
}
