package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Figures are for whoever looks after the machine, on a listener of their own (MANYPOTS_METRICS_LISTEN) and never on the public one
// (security A14): what waits and for how long, and what the process needs. There is none about people, and none by neighbour: which
// neighbour does not answer is on the page of the queue, for those whom it concerns.

// serveFigures answers GET /metrics in Prometheus' text format, and Go's profiles under /debug/pprof/, until ctx ends.
func (n *node) serveFigures(ctx context.Context, listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = io.WriteString(w, n.figures(r.Context()))
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: forOperators(mux), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// forOperators refuses whoever comes by a name: a page in an operator's browser could give its own name our address (DNS rebinding).
func forOperators(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, "ask by address", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// figure writes lines of the text format: a name, what it means, and a value for each set of labels.
type figure struct{ strings.Builder }

func (f *figure) is(name, help string, values ...any) {
	fmt.Fprintf(f, "# HELP manypots_%s %s\n# TYPE manypots_%s gauge\n", name, help, name)
	for i := 0; i+1 < len(values); i += 2 {
		fmt.Fprintf(f, "manypots_%s%s %v\n", name, values[i], values[i+1])
	}
}

// figures are all of them. Those of the database are left out while it does not answer.
func (n *node) figures(ctx context.Context) string {
	f := &figure{}
	b := buildInfo()
	f.is("build_info", "Which program this is.", fmt.Sprintf("{version=%q,commit=%q,go=%q}", b.Version, b.Commit, b.Go), 1)
	n.memory(f)
	var failing []any
	for _, w := range n.ailing.list() {
		failing = append(failing, fmt.Sprintf("{wheel=%q}", w), 1)
	}
	f.is("wheel_failing", "Work that failed at its last turn.", failing...)

	var queues store.Backlog
	var post wire.Backlog
	err := n.store.View(ctx, n.clock.Now(), func(v *store.View) (err error) {
		if queues, err = v.Backlog(); err != nil {
			return err
		}
		post, err = wire.FindBacklog(v)
		return err
	})
	if err != nil {
		f.is("database_up", "Whether the database answers.", "", 0)
		return f.String()
	}
	f.is("database_up", "Whether the database answers.", "", 1)
	f.is("events", "Events that are recorded and not yet translated.", "", queues.Events)
	f.is("jobs", "Jobs to be done, and jobs that were given up.", `{state="waiting"}`, queues.Jobs, `{state="parked"}`, queues.JobsParked)
	f.is("deliveries", "Deliveries to be made, and those that were given up or refused.", `{state="due"}`, post.Due, `{state="parked"}`, post.Stuck)
	f.is("delivery_oldest_seconds", "How long the oldest delivery has waited.", "", age(post.OldestDue))
	f.is("inbox", "Received activities to be applied, and those that were given up.", `{state="pending"}`, post.Pending, `{state="parked"}`, post.Parked)
	f.is("inbox_oldest_seconds", "How long the oldest received activity has waited.", "", age(post.OldestPending))
	return f.String()
}

func (n *node) memory(f *figure) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f.is("heap_bytes", "Memory in use by Go.", "", m.HeapAlloc)
	f.is("goroutines", "Goroutines.", "", runtime.NumGoroutine())
	// Linux tells what is resident, in pages.
	var total, resident int64
	if raw, err := os.ReadFile("/proc/self/statm"); err == nil {
		if _, err := fmt.Sscan(string(raw), &total, &resident); err == nil {
			f.is("resident_bytes", "Resident memory.", "", resident*int64(os.Getpagesize()))
		}
	}
}

// age is in whole seconds; what does not wait is not old.
func age(since time.Time) int64 {
	if since.IsZero() {
		return 0
	}
	return max(0, int64(wall().Sub(since).Seconds()))
}
