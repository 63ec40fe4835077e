package federation

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// A host that is blocked gets nothing, not even that something is gone (product F12). When the block is lifted it hears that, since
// nothing else will take the copies down there, and from then on everything.
func TestLetIn_tellsWhatIsGoneAndWhatIsNew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		var mu sync.Mutex
		var heard []string
		n := newNode(t, db, street{"social.example": func(_ *http.Request, body string) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, body)
			return says(http.StatusAccepted), nil
		}})
		n.keys()
		hears := func(when string, words ...string) {
			n.Helper()
			n.said()
			for n.delivers() {
				continue
			}
			if len(heard) != len(words) {
				n.Errorf("%s they hear %d things, not of %q", when, len(heard), words)
			}
			for _, word := range words {
				if !slices.ContainsFunc(heard, func(body string) bool { return strings.Contains(body, word) }) {
					n.Errorf("%s they hear nothing of %s", when, word)
				}
			}
			heard = nil
		}
		n.followed()
		bike := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		lamp := n.gives(sharing.NewOffer{Title: "A lamp", Audience: people.Anyone})
		hears("at first", `"Accept"`, "A bike", "A lamp")

		n.shut("social.example")
		n.shut("sub.social.example")
		n.later(time.Hour)
		n.gives(sharing.NewOffer{Title: "A harp", Audience: people.Anyone})
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, bike) })
		hears("while they are blocked")
		for _, d := range n.deliveries() {
			if d.QueuedAt.Equal(n.now) && d.Object != offerObject(bike) {
				n.Errorf("a delivery about %s was queued", d.Object)
			}
		}
		n.later(time.Hour)
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.Sage, "sub.social.example") })
		hears("while the block above stands")
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.Sage, "social.example") })
		hears("when they are let in", `"type":"Delete"`)
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, lamp) })
		n.gives(sharing.NewOffer{Title: "A flute", Audience: people.Anyone})
		hears("from then on", string(lamp), "A flute")
	})
}
