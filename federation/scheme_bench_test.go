package federation

import (
	"fmt"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// BenchmarkDeliver_inEachScheme carries the same to servers that take each of the schemes, and prints what a delivery costs in CPU
// time beside one in draft-cavage.
func BenchmarkDeliver_inEachScheme(b *testing.B) {
	const inboxes = 200
	var first float64
	for _, scheme := range []wire.Scheme{wire.Unknown, wire.RFC9421, wire.Ed25519} {
		b.Run("scheme="+string(scheme), func(b *testing.B) {
			n := newNode(b, storetest.Open(b, "sqlite"), street{})
			n.keys()
			var addresses []string
			for i := range inboxes {
				origin := fmt.Sprintf("https://p%03d.example", i)
				addresses = append(addresses, origin+"/inbox")
				if scheme != wire.Unknown {
					n.do(func(tx *store.Tx) error { return wire.Speaks(tx, n.Wall(), origin, scheme) })
				}
			}
			var spent time.Duration
			rounds := 0
			for b.Loop() {
				n.tells(fmt.Sprintf("a%d", rounds), fmt.Sprintf("offers/%d", rounds), addresses...)
				rounds++
				began := cpu()
				n.delivers()
				spent += cpu() - began
			}
			each := float64(spent.Microseconds()) / 1000 / float64(rounds*inboxes)
			if first == 0 {
				first = each
			}
			b.ReportMetric(each, "cpu-ms/delivery")
			b.ReportMetric(each/first, "ratio")
		})
	}
}
