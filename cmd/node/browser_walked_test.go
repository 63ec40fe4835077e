package main

import (
	_ "embed"
	"maps"
	"slices"
	"sync"
)

// forms are those that a story met and those that it sent, by their paths without ids.
type forms struct {
	mu         sync.Mutex
	seen, sent map[string]bool
}

func (f *forms) see(path string)  { f.note(&f.seen, path) }
func (f *forms) send(path string) { f.note(&f.sent, path) }

func (f *forms) note(in *map[string]bool, path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if *in == nil {
		*in = map[string]bool{}
	}
	(*in)[anID.ReplaceAllString(path, "{id}")] = true
}

// unsent are the forms that were seen and never sent.
func (f *forms) unsent() (paths []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, path := range slices.Sorted(maps.Keys(f.seen)) {
		if !f.sent[path] {
			paths = append(paths, path)
		}
	}
	return paths
}
