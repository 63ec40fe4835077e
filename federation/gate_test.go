package federation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
)

func TestGate_letsTwoToAHostAndEightInAll(t *testing.T) {
	var g gate
	ctx := t.Context()
	var leave []func()
	for i := range lookupsAtOnce {
		out, err := g.enter(ctx, fmt.Sprint("host", i/lookupsOfHost))
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, out)
	}
	third := make(chan func(), 1)
	go func() {
		out, err := g.enter(ctx, "host0")
		if err != nil {
			t.Error(err)
		}
		third <- out
	}()
	for g.waiting() == 0 {
		runtime.Gosched()
	}
	leave[7]() // another host's place is no turn for a busy one
	if g.waiting() != 1 {
		t.Error("a third went to one host")
	}
	leave[0]()
	(<-third)()
	for _, host := range []string{"host0", "host3"} { // all eight are out again
		if _, err := g.enter(ctx, host); err != nil {
			t.Fatal(err)
		}
	}
	over, end := context.WithCancel(ctx)
	var all sync.WaitGroup
	for i := range lookupsQueued {
		all.Go(func() { _, _ = g.enter(over, fmt.Sprint("host", i/queuedOfHost)) })
	}
	for g.waiting() < lookupsQueued {
		runtime.Gosched()
	}
	if _, err := g.enter(ctx, "host4"); !errors.Is(err, errGateFull) {
		t.Errorf("the queue has no end: %v", err)
	}
	end()
	all.Wait()
	if g.waiting() != 0 {
		t.Error("who gave up is still in the queue")
	}
}

func (g *gate) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue)
}
