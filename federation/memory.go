package federation

import (
	"crypto"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/wire"
)

// memory is what the way in remembers between two requests, besides the database. Its zero value is ready.
type memory struct {
	flights    singleflight.Group
	gate       gate // for what a request waits for
	errands    gate // for jobs
	rests      rests
	keys       limiter
	activities limiter
	offers     limiter
	collector  collector

	mu      sync.Mutex
	parsed  map[string]crypto.PublicKey // by PEM
	recent  map[string]recentKey        // by id
	strange map[string]neighbours.Actor // actors that were just seen
}

// recentKey is a key as it was in the database a moment ago. Another process may have changed it since.
type recentKey struct {
	wire.RemoteKey
	until time.Time
}

const (
	remembered = 1024 // bounds each of the maps
	keyRecent  = time.Minute
)

func (m *memory) recall(id string, now time.Time) (wire.RemoteKey, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.recent[id]
	return k.RemoteKey, ok && now.Before(k.until)
}

func (m *memory) remember(k wire.RemoteKey, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.recent == nil || len(m.recent) >= remembered {
		m.recent = map[string]recentKey{}
	}
	m.recent[k.ID] = recentKey{k, now.Add(keyRecent)}
}

// publicKey parses a key, once.
func (m *memory) publicKey(pem string) (crypto.PublicKey, error) {
	m.mu.Lock()
	key := m.parsed[pem]
	m.mu.Unlock()
	if key != nil {
		return key, nil
	}
	key, err := signature.ParsePublicKey(pem)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.parsed == nil || len(m.parsed) >= remembered {
		m.parsed = map[string]crypto.PublicKey{}
	}
	m.parsed[pem] = key
	return key, nil
}

// met remembers for a moment what a key's owner said about itself, so that it need not be asked again if it matters to us.
func (m *memory) met(p profile) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.strange == nil || len(m.strange) >= remembered {
		m.strange = map[string]neighbours.Actor{}
	}
	m.strange[p.actor.IRI] = p.actor
}

// lately gives what met remembered, once.
func (m *memory) lately(id string) (neighbours.Actor, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.strange[id]
	delete(m.strange, id)
	return a, ok
}
