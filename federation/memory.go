package federation

import (
	"crypto"
	"maps"
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
	spoken  map[string]spoken           // by origin: what was noted of how it signs
}

// spoken is a scheme that a server was seen to take, and until when that need not be noted again.
type spoken struct {
	scheme wire.Scheme
	until  time.Time
}

// recentKey is a key as it was in the database a moment ago. Another process may have changed it since.
type recentKey struct {
	wire.RemoteKey
	until time.Time
}

const (
	remembered = 1024 // bounds each of the maps
	keyRecent  = time.Minute
	spokenLast = time.Hour
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

// relearn remembers for a moment what a key's owner said about itself, so that it need not be asked again if it matters to us. Its
// keys are those that it named, and no others any more.
func (m *memory) relearn(p profile, now time.Time) {
	m.mu.Lock()
	maps.DeleteFunc(m.recent, func(_ string, k recentKey) bool { return k.Owner == p.actor.IRI })
	m.mu.Unlock()
	for _, k := range p.keys {
		m.remember(k, now)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.strange == nil || len(m.strange) >= remembered {
		m.strange = map[string]neighbours.Actor{}
	}
	m.strange[p.actor.IRI] = p.actor
}

// lately gives what relearn remembered, once.
func (m *memory) lately(id string) (neighbours.Actor, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.strange[id]
	delete(m.strange, id)
	return a, ok
}

// heardSpeak reports that a server was lately seen to take a scheme, and remembers that it was now.
func (m *memory) heardSpeak(origin string, scheme wire.Scheme, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.spoken[origin]; ok && s.scheme == scheme && now.Before(s.until) {
		return true
	}
	if m.spoken == nil || len(m.spoken) >= remembered {
		m.spoken = map[string]spoken{}
	}
	m.spoken[origin] = spoken{scheme, now.Add(spokenLast)}
	return false
}
