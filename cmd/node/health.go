package main

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// ailing remembers which wheels failed at their last turn.
type ailing struct {
	mu     sync.Mutex
	wheels map[string]bool
}

func (a *ailing) note(wheel string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wheels == nil {
		a.wheels = map[string]bool{}
	}
	if err == nil {
		delete(a.wheels, wheel)
	} else {
		a.wheels[wheel] = true
	}
}

// health lists, in a word each, why the node does not do all that it should: "database", or a wheel that fails.
func (n *node) health(ctx context.Context) []string {
	n.ailing.mu.Lock()
	reasons := slices.Sorted(maps.Keys(n.ailing.wheels))
	n.ailing.mu.Unlock()
	if n.store.Well(ctx, n.clock.Now()) != nil {
		reasons = append(reasons, "database")
	}
	return reasons
}
