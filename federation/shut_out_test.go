package federation

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// Security L18, as far as an inbox decides it: under whatever name they come, and whoever carries in what they made. Where we fetch,
// TestHostile_nobodyLeadsUsToWhoIsShutOut tries the same for keys, WebFinger, redirects and pictures.
func TestShutOut_byEveryNameAndByEveryDoor(t *testing.T) {
	const good = "https://good.example/users/g"
	note := func(about map[string]any) *heard {
		object := map[string]any{"id": "https://good.example/notes/1", "type": "Note", "attributedTo": good, "content": "Hello", "to": "https://alder.example/ap/collective"}
		maps.Copy(object, about)
		body, err := json.Marshal(map[string]any{
			"@context": "https://www.w3.org/ns/activitystreams", "id": "https://good.example/a/1", "type": "Create", "actor": good, "object": object,
		})
		if err != nil {
			t.Fatal(err)
		}
		h, err := hearing(body)
		if err != nil {
			t.Fatal(err)
		}
		h.signer = Signer{Actor: good, Origin: "https://good.example"}
		return h
	}
	alder(t, func(n *node) {
		for _, subject := range []string{"bad.example", "bäd.example", "https://half.example/users/eve"} {
			n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.Sage, subject) })
		}
		for name, signer := range map[string]string{
			"itself": "https://bad.example/users/m", "sub-domain": "https://x.y.bad.example/users/m", "capitals": "https://BAD.example/users/m",
			"trailing dot": "https://bad.example./users/m", "port": "https://bad.example:8443/users/m", "http": "http://bad.example/users/m",
			"punycode": "https://xn--bd-via.example/users/m", "not in punycode": "https://bäd.example/users/m", "an actor": "https://half.example/users/eve",
		} {
			n.look(func(v *store.View) error {
				if err := notShutOut(v, signer); err == nil {
					n.Errorf("%s: %s may speak", name, signer)
				}
				viewer, err := neighbours.ViewerOf(v, signer)
				if !viewer.Blocked {
					n.Errorf("%s: %s may look", name, signer)
				}
				return err
			})
		}
		for name, about := range map[string]map[string]any{
			"in-reply-to owner": {"inReplyTo": "https://x.bad.example/notes/9"}, "embedded actor": {"attributedTo": map[string]any{"id": "https://bad.example/users/m", "type": "Person"}},
			"attributed to": {"attributedTo": "https://half.example/users/eve"},
		} {
			h := note(about)
			n.look(func(v *store.View) error {
				if got, err := n.admit(v, h); got != pass { // said no to, or passed without effect
					n.Errorf("%s: %v, %v", name, got, err)
				}
				return nil
			})
		}
		n.look(func(v *store.View) error {
			for _, id := range []string{"https://bad.example.org/u", "https://notbad.example/u", "https://half.example/users/adam"} {
				if err := notShutOut(v, id); err != nil {
					n.Errorf("%s: %v", id, err)
				}
			}
			return nil
		})
		n.keys()
		n.known("https://x.bad.example/users/m")
		for _, path := range []string{"/ap/collective/open", "/ap/collective/neighbours", "/ap/agreements"} {
			if got := n.read("https://x.bad.example/users/m", path); got.Code != http.StatusNotFound && got.Code != http.StatusForbidden {
				n.Errorf("%s: %d", path, got.Code)
			}
		}
	})
}
