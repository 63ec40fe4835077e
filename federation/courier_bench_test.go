package federation

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/wire"
)

// BenchmarkDeliver_to500Inboxes carries one activity to 500 hosts that answer at once, and prints what each costs in CPU time
// beside the cost of the one RSA signature that is in it.
func BenchmarkDeliver_to500Inboxes(b *testing.B) {
	const inboxes = 500
	n := newNode(b, unguarded(b, "sqlite"), street{})
	n.keys()
	key := n.ownRSA(wire.Collective)
	sum := sha256.Sum256([]byte("what is signed"))
	began := cpu()
	for range inboxes {
		if _, err := key.private.Sign(rand.Reader, sum[:], crypto.SHA256); err != nil {
			b.Fatal(err)
		}
	}
	signing := cpu() - began

	var addresses []string
	for i := range inboxes {
		addresses = append(addresses, fmt.Sprintf("https://p%03d.example/inbox", i))
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
	for _, d := range n.deliveries() {
		if d.State != wire.DeliverySent || d.LastStatus != http.StatusAccepted {
			b.Fatalf("to %s: %s", d.Inbox, d.State)
		}
	}
	each := float64(rounds * inboxes)
	b.ReportMetric(float64(spent.Microseconds())/1000/each, "cpu-ms/delivery")
	b.ReportMetric(float64(signing.Microseconds())/1000/inboxes, "cpu-ms/signature")
	b.ReportMetric(each/b.Elapsed().Seconds(), "deliveries/s")
}

// cpu is what this process has used of the processors.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
