package api

import (
	"crypto/rand"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/people"
)

// shown is what an act shows once and nobody can look up again: recovery words, a fresh code, a session's token.
type shown struct {
	page     web.Page
	document any
	member   *people.Member
	session  people.Secret
}

// onceOnly keeps what was shown once for some minutes, in memory and never on a disk, so that whoever taps twice does not lose
// her recovery words to the second tap.
type onceOnly struct {
	wall   func() time.Time
	secret string // seals forms before set-up

	mu   sync.Mutex
	kept map[remembered]keptOnce
}

type remembered struct{ reader, route, key string }

type keptOnce struct {
	shown
	until time.Time
}

const (
	onceLife = 5 * time.Minute
	onceMost = 1000
)

func newOnceOnly(wall func() time.Time) *onceOnly {
	return &onceOnly{wall: wall, secret: rand.Text(), kept: map[remembered]keptOnce{}}
}

func (o *onceOnly) keep(as remembered, what *shown) {
	if what == nil || as.key == "" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.wall()
	for key, k := range o.kept {
		if now.After(k.until) || len(o.kept) >= onceMost {
			delete(o.kept, key)
		}
	}
	o.kept[as] = keptOnce{*what, now.Add(onceLife)}
}

func (o *onceOnly) find(as remembered) *shown {
	o.mu.Lock()
	defer o.mu.Unlock()
	k, ok := o.kept[as]
	if !ok || o.wall().After(k.until) {
		return nil
	}
	return &k.shown
}
