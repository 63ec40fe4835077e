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

// list names the wheels that fail.
func (a *ailing) list() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.wheels))
}

// health lists, in a word each, why the node does not do all that it should: "database", or a wheel that fails.
func (n *node) health(ctx context.Context) []string {
	reasons := n.ailing.list()
	if n.store.Well(ctx, n.clock.Now()) != nil {
		reasons = append(reasons, "database")
	}
	return reasons
}
