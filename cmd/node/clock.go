package main

import (
	"sync"
	"time"
)

// clock is the time that rules read. A development clock can be turned forward; signatures, leases, cookies and TLS keep to
// wall time (DESIGN 2). The demo's two nodes share one.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	heard []chan struct{}
}

// Now is the time for the rules.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return wall().Add(c.ahead)
}

// Advance turns the clock forward, wakes whoever goes by it, and says what it shows then. It never goes back.
func (c *clock) Advance(by time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += max(by, 0)
	for _, turned := range c.heard {
		select {
		case turned <- struct{}{}:
		default:
		}
	}
	return wall().Add(c.ahead)
}

// Ahead is how far the clock was turned.
func (c *clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// Turned rings whenever the clock was turned.
func (c *clock) Turned() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	turned := make(chan struct{}, 1)
	c.heard = append(c.heard, turned)
	return turned
}

// wall is the machine's own time. Together with the clock above it is the only place where this program asks for it.
func wall() time.Time { return time.Now() }
