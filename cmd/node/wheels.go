package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// wheel is work that turns by itself: at the ring of a bell, and anyway every so often. It says whether there may be more.
type wheel struct {
	name  string
	bell  <-chan struct{}
	every time.Duration
	turn  func(context.Context) (more bool, err error)
}

// wheels are everything that a node does without being asked.
func (n *node) wheels() []wheel {
	return []wheel{
		{"relay", n.store.Bell(store.BellJournal), 5 * time.Second, n.federation.Relay},
		{"courier", n.store.Bell(store.BellDeliveries), 5 * time.Second, n.federation.Deliver},
		{"receiver", n.store.Bell(store.BellInbox), 5 * time.Second, n.federation.Receive},
		{"jobs", n.store.Bell(store.BellJobs), 10 * time.Second, n.federation.Work},
		{"clock", n.clock.Turned(), time.Second, n.advance},
		{"beat", nil, time.Minute, n.beat},
		{"purge", n.clock.Turned(), time.Hour, n.purge},
		{"calendar", n.clock.Turned(), time.Hour, n.leafOn()},
	}
}

// turn runs the wheels until ctx ends, and waits for the turns under way. That the node is up, and until when it was, is noted
// before anything else: what may be drawn depends on it.
func (n *node) turn(ctx context.Context) error {
	woken, awake := context.WithCancel(ctx)
	wheel{"wake", nil, time.Second, func(ctx context.Context) (bool, error) {
		err := n.store.Update(ctx, n.clock.Now(), wire.Wake)
		if err == nil {
			awake()
		}
		return false, err
	}}.run(woken, n.log, &n.ailing)
	var wg sync.WaitGroup
	for _, w := range n.wheels() {
		wg.Go(func() { w.run(ctx, n.log, &n.ailing) })
	}
	wg.Wait()
	_, err := n.beat(context.WithoutCancel(ctx))
	return err
}

// What fails is tried again: soon when the database was away, since nothing else is wrong, and otherwise later each time.
const (
	whenAway    = 5 * time.Second
	whenFailing = time.Minute
)

// run turns one wheel until ctx ends. What fails never stops the others.
func (w wheel) run(ctx context.Context, log *slog.Logger, a *ailing) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.bell:
		case <-wait.C:
		}
		more, err := w.safely(ctx)
		a.note(w.name, err)
		pause := w.every
		switch {
		case err != nil && ctx.Err() == nil:
			failures++
			pause = min(time.Second<<min(failures, 6), whenFailing)
			if fault.Is(err, fault.Busy) {
				pause = min(pause, whenAway)
			}
			log.Error("wheel", "name", w.name, "kind", fault.KindOf(err).String(), "error", err.Error())
		case more:
			failures, pause = 0, 0
		default:
			failures = 0
		}
		wait.Reset(pause)
	}
}

// safely turns a panic into an error: one hostile document must not end the node (security 0.2).
func (w wheel) safely(ctx context.Context) (more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.turn(ctx)
}

// advance does what the time of day asks of the offers.
func (n *node) advance(ctx context.Context) (more bool, err error) {
	const batch = 50
	now := n.clock.Now()
	var due []sharing.OfferID
	var settled sharing.Settled
	err = n.store.View(ctx, now, func(v *store.View) (err error) {
		if due, err = sharing.Due(v, batch); err != nil || len(due) == 0 {
			return err
		}
		settled, err = n.federation.Settled(v)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, id := range due {
		err := n.store.Update(ctx, now, func(tx *store.Tx) error { return sharing.Advance(tx, id, settled) })
		if err != nil && !fault.Is(err, fault.Conflict) {
			return false, err
		}
	}
	return false, nil
}

// leafOn reads anew what the neighbours have open whenever the clock was turned by a day or more: the pulls keep to days of real
// time, in which nothing would be seen of those that a developer skips.
func (n *node) leafOn() func(context.Context) (bool, error) {
	const aDay = 24 * time.Hour
	var read time.Duration
	return func(ctx context.Context) (bool, error) {
		ahead := n.clock.Ahead()
		if ahead-read < aDay {
			return false, nil
		}
		err := n.store.Update(ctx, n.clock.Now(), n.federation.PullAll)
		if err == nil {
			read = ahead
		}
		return false, err
	}
}

// beat notes that the node is alive, so that a freeze that fell into an absence can be told.
func (n *node) beat(ctx context.Context) (bool, error) {
	return false, n.store.Update(ctx, n.clock.Now(), wire.Beat)
}

// purge erases what has reached its date, from the rows, from the album, and from SQLite's file and log.
func (n *node) purge(ctx context.Context) (bool, error) {
	now := n.clock.Now()
	if err := n.store.Update(ctx, now, models.Purge); err != nil {
		return false, err
	}
	if err := n.store.Update(ctx, now, func(tx *store.Tx) error { return people.PurgeDoors(tx, wall()) }); err != nil {
		return false, err
	}
	more, err := n.sweep(ctx, now)
	if err != nil {
		return false, err
	}
	if err := store.ForgetCopies(n.config.Data, wall()); err != nil {
		return false, err
	}
	return more, n.store.Checkpoint()
}

// sweep removes the files of dropped photos, then their rows, and files that a crash left without a row.
func (n *node) sweep(ctx context.Context, now time.Time) (more bool, err error) {
	const batch = 500
	old, err := n.album.Photos(wall().Add(-time.Hour))
	if err != nil {
		return false, err
	}
	var dropped, strays []media.PhotoID
	err = n.store.View(ctx, now, func(v *store.View) (err error) {
		if dropped, err = media.Dropped(v, batch); err != nil {
			return err
		}
		strays, err = media.Strays(v, old)
		return err
	})
	if err != nil || len(dropped)+len(strays) == 0 {
		return false, err
	}
	if err := n.album.Remove(append(strays, dropped...)...); err != nil {
		return false, err
	}
	return len(dropped) == batch, n.store.Update(ctx, now, func(tx *store.Tx) error { return media.Forget(tx, dropped...) })
}
