package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// Figures say how the machine is, to whoever may reach their listener: how much waits and for how long. They know nobody, count no
// people, and are nowhere on the public listener (security A14).
func TestFigures_areForOperatorsAndAboutNobody(t *testing.T) {
	birch := playBirch(t)
	house := settle(t, "sqlite", birch)
	n := house.open()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.serveFigures(ctx, listener) }()
	ask := func(path string) (int, string) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listener.Addr().String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	misled, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listener.Addr().String()+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	misled.Host = "rebound.example"
	if answer, err := http.DefaultClient.Do(misled); err != nil {
		t.Fatal(err)
	} else if answer.Body.Close(); answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("by a name that somebody gave our address: %s", answer.Status)
	}
	n.ailing.note("relay", io.ErrUnexpectedEOF)
	status, figures := ask("/metrics")
	if status != http.StatusOK {
		t.Fatalf("%d: %s", status, figures)
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) manypots_[a-z_]+ .+|manypots_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+)$`)
	for l := range strings.Lines(figures) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("not a line of the format: %q", l)
		}
	}
	for _, part := range []string{
		"manypots_database_up 1", "manypots_deliveries{state=\"due\"} ", "manypots_inbox{state=\"pending\"} 0", "manypots_inbox_oldest_seconds 0", "manypots_jobs{state=\"waiting\"} ",
		"manypots_events ", "manypots_goroutines ", "manypots_heap_bytes ", `version="` + version + `"`, `manypots_wheel_failing{wheel="relay"} 1`,
	} {
		if !strings.Contains(figures, part) {
			t.Errorf("no %s in\n%s", part, figures)
		}
	}
	for _, someone := range []string{"Sage", "Member", "member", "people", "offer", "birch", birch.authority()} {
		if strings.Contains(figures, someone) {
			t.Errorf("the figures know of %s", someone)
		}
	}
	if status, profiles := ask("/debug/pprof/"); status != http.StatusOK || !strings.Contains(profiles, "goroutine") {
		t.Errorf("profiles: %d", status)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/.git/config", "/.env"} {
		w := httptest.NewRecorder()
		n.Handler().ServeHTTP(w, (&door{house, nil, birch}).knock("GET", path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("the public listener answers %s with %d", path, w.Code)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
