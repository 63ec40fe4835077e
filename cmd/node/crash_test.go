package main

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

const (
	crashes      = 20
	answersAtOne = 40 // at most, between a start and the kill
)

// Whoever was told 202 or 201 can rely on it, whatever happens to the process a moment later: nothing of it is lost, nothing of it
// happens twice, and neighbours hear of each event under one id (security P1, P2, P5).
func TestCrash_losesNothingThatWasAnsweredAndDoesNothingTwice(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			birch := playBirch(t)
			house := settle(t, dialect, birch)
			l := newLoad(t, house, birch)
			chance := rand.New(rand.NewPCG(1, uint64(len(dialect)))) //nolint:gosec // which moments, not secrets
			for range crashes {
				p := house.start()
				last := l.good.Load() + chance.Int64N(answersAtOne)
				l.answered = func(n int64) {
					if n >= last {
						p.kill()
					}
				}
				if last == l.good.Load() {
					p.kill() // as it starts
				}
				l.run(t.Context(), func(*worker) bool { return false })
				p.wait(t)
			}
			n := house.open()
			n.rest(t)
			l.holds(n)
			if dialect == "sqlite" {
				whole(t, n)
			}
			t.Logf("%d answers survived %d crashes; birch heard %d activities in %d letters", l.good.Load(), crashes, len(birch.heard), birch.letters())
		})
	}
}

// whole asks SQLite whether its file is in order.
func whole(t *testing.T, n *node) {
	t.Helper()
	var verdict string
	err := n.store.View(t.Context(), n.clock.Now(), func(v *store.View) error {
		return v.DB().Raw("PRAGMA integrity_check").Scan(&verdict).Error
	})
	if err != nil || verdict != "ok" {
		t.Errorf("the file is not in order: %s %v", verdict, err)
	}
}

func (b *played) letters() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.heard {
		n += l.times
	}
	return n
}

// running is a node in a process of its own.
type running struct {
	command *exec.Cmd
	kill    func()
	errs    *bytes.Buffer
}

// start starts Alder and returns when it answers.
func (h *household) start() *running {
	h.Helper()
	c := exec.CommandContext(context.WithoutCancel(h.Context()), os.Args[0], "serve")
	c.Env = append(os.Environ(), asProgram+"=on",
		"MANYPOTS_URL="+string(h.config.URL), "MANYPOTS_LISTEN="+h.config.Listen, "MANYPOTS_DATA="+h.config.Data,
		"MANYPOTS_DATABASE="+h.config.Database, "MANYPOTS_DEV_PEERS="+strings.Join(h.config.DevPeers, ","), "MANYPOTS_LOG=warn",
	)
	p := &running{command: c, errs: &bytes.Buffer{}}
	c.Stderr = p.errs
	out, err := c.StdoutPipe()
	if err != nil {
		h.Fatal(err)
	}
	if err := c.Start(); err != nil {
		h.Fatal(err)
	}
	p.kill = sync.OnceFunc(func() { _ = c.Process.Kill() })
	h.Cleanup(p.kill)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "Manypots is at") {
		h.Fatalf("it does not start: %q %v\n%s", line, err, p.errs)
	}
	return p
}

// wait returns when the process is gone, and fails if it had complained.
func (p *running) wait(t *testing.T) {
	t.Helper()
	p.kill()
	_ = p.command.Wait()
	for line := range strings.Lines(p.errs.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("it said before it died: %s", line)
		}
	}
}
