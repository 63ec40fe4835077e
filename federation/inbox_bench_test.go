package federation

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/store/storetest"
)

// What it costs to take an activity durably, eight peers at a time, and to apply it: a post that mentions us and becomes a letter.
func BenchmarkInbox_takenAndApplied(b *testing.B) {
	for _, dialect := range storetest.Dialects {
		b.Run(dialect, func(b *testing.B) {
			v := newVillage()
			v.lives(victim, 1)
			n := newNode(b, storetest.Open(b, dialect), v)
			n.do(borrowedKeys)
			n.in.activities = limiter{}
			bodies, requests := make([][]byte, b.N), make([]*http.Request, b.N)
			for i := range requests {
				says := with(hello(vera()), doc{"id": fmt.Sprint(victim, "/c/", i)})
				says["object"] = with(says["object"].(doc), doc{"id": fmt.Sprint(victim, "/n/", i), "content": fmt.Sprint("<p>Hello ", i, "</p>")})
				bodies[i] = mustJSON(says)
				requests[i] = n.request(vera(), bodies[i])
			}
			b.ResetTimer()
			before := cpu()
			var all sync.WaitGroup
			const abreast = 8
			for w := range abreast {
				all.Go(func() {
					for i := w; i < b.N; i += abreast {
						requests[i].Body = asBody(bodies[i])
						if code := n.posts(requests[i]).Code; code != http.StatusAccepted {
							b.Errorf("request %d is answered %d", i, code)
						}
					}
				})
			}
			all.Wait()
			taken := cpu()
			n.receives()
			b.ReportMetric(float64((taken-before).Microseconds())/float64(b.N), "cpu-µs-taken/op")
			b.ReportMetric(float64((cpu()-taken).Microseconds())/float64(b.N), "cpu-µs-applied/op")
		})
	}
}
