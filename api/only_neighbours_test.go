package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Product H12, over the route table: where only neighbours may see us a stranger finds the public card, the ways in, and nothing else.
// Doors for members lead to the way in, as always, whatever is behind them.
func TestOnlyNeighbours_strangersFindTheCardAndTheWaysIn(t *testing.T) {
	inHouse(t, func(h *house) {
		m := newMatrix(h)
		sage := m.browsers["steward"]
		sage.led(sage.submit("/stewards", "/collective", url.Values{"seen_by": {"neighbours"}}))
		h.do(func(tx *store.Tx) error {
			c, err := people.FindCollective(tx.View)
			if !c.OnlyNeighbours {
				h.Fatal("the setting was not kept")
			}
			return err
		})
		ways := []string{"/", "/join", "/sign-in", "/recover", "/setup", "/keeping", "/healthz", "/api/v1/node", "/api/v1/openapi.json"}
		for _, r := range m.server.routes {
			if r.method != http.MethodGet || contains(ways, r.path) {
				continue
			}
			path := strings.NewReplacer("{id}", string(m.things["anyone"]), "{file}", string(m.photos["anyone"])+photoEnding).Replace(r.path)
			got := m.visit("anonymous", r.method, path)
			want := http.StatusNotFound
			switch {
			case r.who != anyone && r.api():
				want = http.StatusUnauthorized
			case r.who != anyone:
				want = http.StatusSeeOther
			}
			if got.status != want {
				h.Errorf("%s: a stranger gets %d, want %d", r.path, got.status, want)
			}
			if cache := got.header.Get("Cache-Control"); cache != "private, no-store" {
				h.Errorf("%s: Cache-Control %q", r.path, cache)
			}
			if vary := got.header.Get("Vary"); !strings.Contains(vary, "Signature") || !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept") {
				h.Errorf("%s: Vary %q", r.path, vary)
			}
			got.saysNot(h.T, "Thing anyone")
		}
		m.visit("anonymous", http.MethodGet, "/").saysNot(h.T, "Thing anyone", "Birch")
		for _, who := range []string{"neighbour", "ben"} {
			for _, path := range []string{offerPath(m.things["anyone"]), "/media/" + string(m.photos["anyone"]) + photoEnding} {
				got := m.visit(who, http.MethodGet, path)
				if got.status != http.StatusOK || strings.Contains(got.header.Get("Cache-Control"), "public") {
					h.Errorf("%s at %s: %d, %s", who, path, got.status, got.header.Get("Cache-Control"))
				}
			}
		}
	})
}
