package federation

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// What it costs to take an activity durably, eight peers at a time, and to apply it: a post that mentions us and becomes a letter,
// and a neighbour's thing.
func BenchmarkInbox_takenAndApplied(b *testing.B) {
	for _, dialect := range storetest.Dialects {
		b.Run("letters "+dialect, func(b *testing.B) {
			benchmarkInbox(b, dialect, vera(), func(i int) doc {
				return doc{"id": fmt.Sprint(victim, "/n/", i), "type": "Note", "attributedTo": victim, "content": fmt.Sprint("<p>Hello ", i, "</p>"), "to": us}
			})
		})
		b.Run("things "+dialect, func(b *testing.B) {
			benchmarkInbox(b, dialect, theBirches(), func(i int) doc {
				thing := gift(fmt.Sprint("https://birch.example/ap/offers/", i), 1)
				thing["publishes"].(doc)["content"] = "<p>Blue, loved and rusty, with two sticks. The skin is fine.</p>"
				return thing
			})
		})
	}
}

func benchmarkInbox(b *testing.B, dialect string, from peer, object func(int) doc) {
	v := newVillage()
	v.lives(victim, 1)
	v.shows(birch, birchProfile())
	n := newNode(b, unguarded(b, dialect), v)
	n.do(borrowedKeys)
	n.befriend()
	n.in.activities = limiter{}
	bodies, requests := make([][]byte, b.N), make([]*http.Request, b.N)
	for i := range requests {
		bodies[i] = mustJSON(act(from, "Create", i, object(i)))
		requests[i] = n.request(from, bodies[i])
	}
	door := n.Handler()
	b.ResetTimer()
	before := cpu()
	var all sync.WaitGroup
	const abreast = 8
	for w := range abreast {
		all.Go(func() {
			for i := w; i < b.N; i += abreast {
				requests[i].Body = asBody(bodies[i])
				w := httptest.NewRecorder()
				if door.ServeHTTP(w, requests[i]); w.Code != http.StatusAccepted {
					b.Errorf("request %d is answered %d", i, w.Code)
				}
			}
		})
	}
	all.Wait()
	taken := cpu()
	n.receives()
	b.ReportMetric(float64((taken-before).Microseconds())/float64(b.N), "cpu-µs-taken/op")
	b.ReportMetric(float64((cpu()-taken).Microseconds())/float64(b.N), "cpu-µs-applied/op")
}

// unguarded is an empty database without the guards of the tests, which cost as much as what is measured.
func unguarded(b *testing.B, dialect string) *store.Store {
	c := storetest.Config(b, dialect)
	c.Observe = nil
	s, err := store.Open(context.Background(), c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}
