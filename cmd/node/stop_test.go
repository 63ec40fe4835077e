package main

import (
	"context"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Promise P16: a node that is asked to stop while much comes in takes nothing new, finishes what it began within twenty seconds, and
// leaves by itself; nothing that was answered is lost.
func TestStop_underLoadFinishesWhatItBegan(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			birch := playBirch(t)
			house := settle(t, dialect, birch)
			l := newLoad(t, house, birch).looking()
			l.busy = true
			p := house.start()
			const enough = 150
			l.answered = func(n int64) {
				if n == enough {
					_ = p.command.Process.Signal(syscall.SIGTERM)
				}
			}
			l.run(t.Context(), func(*worker) bool { return false })
			asked := time.Now()
			if err := p.command.Wait(); err != nil {
				t.Errorf("it ended with %v\n%s", err, p.errs)
			}
			if took := time.Since(asked); took > 25*time.Second {
				t.Errorf("it took %s", took)
			}
			n := house.open()
			n.rest(t)
			l.holds(n)
		})
	}
}

// Promise P15: two processes share one PostgreSQL and one folder. One of them stands still again and again, as a machine that swaps
// does; when it goes on it does nothing that the other has done meanwhile.
func TestTwoProcesses_shareOneDatabase(t *testing.T) {
	t.Parallel()
	birch := playBirch(t)
	house := settle(t, "postgres", birch)
	l := newLoad(t, house, birch)
	second := *house
	second.config.Listen = "localhost:" + freePort(t)
	one, other := house.start(), second.start()
	l.busy = true // while the one that stands still holds a lock
	const each, pause = 60, 2 * time.Second
	l.answered = func(n int64) {
		if n%each != 0 {
			return
		}
		if err := other.command.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Error(err)
		}
		time.AfterFunc(pause, func() { _ = other.command.Process.Signal(syscall.SIGCONT) })
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	l.run(ctx, func(w *worker) bool { return w.at >= 40 })
	_ = other.command.Process.Signal(syscall.SIGCONT)
	one.wait(t)
	other.wait(t)
	n := house.open()
	n.rest(t)
	l.holds(n)
	t.Logf("%d answers; birch heard %d activities in %d letters", l.good.Load(), len(birch.heard), birch.letters())
}

// Security S19: six hundred who connect and never finish what they ask for keep nobody else out.
func TestServe_isThereForOthersWhileFiveHundredSayNothing(t *testing.T) {
	t.Parallel()
	house := settle(t, "sqlite", playBirch(t))
	_, stop := house.serve()
	defer stop()
	for range 600 {
		slow, err := net.Dial("tcp", house.config.Listen)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = slow.Close() })
		if _, err := slow.Write([]byte("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, string(house.config.URL)+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("answered %d", answer.StatusCode)
	}
}
