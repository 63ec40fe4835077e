package federation_test

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// signed is how a request on its way says it was signed, and what it is.
type signed struct{ scheme, actor, key, kind string }

// listen notes how each POST is signed.
func listen(w *fedtest.World) *[]signed {
	var mu sync.Mutex
	var heard []signed
	w.Wire = func(r *http.Request, body []byte, deliver func() *http.Response) (*http.Response, error) {
		if s, err := signature.Parse(r); err == nil && r.Method == http.MethodPost {
			id, key, _ := strings.Cut(s.KeyID(), "#")
			kind := ""
			if bytes.Contains(body, []byte(`"type":"Update"`)) {
				kind = "Update"
			}
			mu.Lock()
			heard = append(heard, signed{string(s.Scheme()), path.Base(id), key, kind})
			mu.Unlock()
		}
		return deliver(), nil
	}
	return &heard
}

// rotate gives a node new keys.
func rotate(n *fedtest.Node) {
	n.World.Helper()
	fresh, err := n.Fed.MakeKeys(n.World.Context())
	if err != nil {
		n.World.Fatal(err)
	}
	n.Do(func(tx *store.Tx) error { return people.RollKeys(tx, n.Steward, fresh) })
}

// DESIGN 3.8: between nodes of ours a delivery costs an Ed25519 signature and no more.
func TestNodesOfOurs_signWithEd25519FromTheFirstWordOn(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		heard := listen(w)
		befriend(w.Node("alder"), w.Node("birch"))
		if len(*heard) == 0 {
			w.Fatal("nobody said anything")
		}
		for _, s := range *heard {
			if s.scheme != "rfc9421" || s.key != "ed25519-key" {
				w.Errorf("signed in %s with %s", s.scheme, s.key)
			}
		}
	})
}

// Protocol 8 cases 72 and 107.
func TestNewKeys_areHeardByThoseWhoKnowTheOldOnes(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		befriend(alder, birch)
		heard := listen(w)
		rotate(alder)
		w.Settle()
		want := []signed{{"rfc9421", "collective", "ed25519-key", "Update"}}
		ofCollective := slices.DeleteFunc(*heard, func(s signed) bool { return s.actor != "collective" })
		if !slices.Equal(ofCollective, want) {
			w.Errorf("told with %v", ofCollective)
		}
		*heard = nil
		gives(alder, alder.Joins("Ana"), sharing.NewOffer{Title: "A blue bike"})
		w.Settle()
		if len(*heard) == 0 || (*heard)[0].key != "ed25519-key-2" {
			w.Errorf("what comes after it is signed with %v", *heard)
		}
		birch.See(func(v *store.View) error {
			if _, err := wire.FindKey(v, string(alder.Base)+"/ap/collective#ed25519-key"); !fault.Is(err, fault.NotFound) {
				w.Errorf("the old key is still believed (%v)", err)
			}
			return nil
		})
	})
}

// GoToSocial believes no new key of an actor that it knows until that actor has said so, for six hours: all that the node signs, every
// GET, would be 401 there for as long.
func TestNewKeys_ofTheNodeAreHeardWhereTheCollectiveIs(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder := w.Node("alder")
		befriend(alder, w.Node("birch"))
		heard := listen(w)
		rotate(alder)
		w.Settle()
		said := slices.IndexFunc(*heard, func(s signed) bool { return s.actor == "node" })
		if said < 0 || (*heard)[said].kind != "Update" || (*heard)[said].key != "ed25519-key" {
			w.Errorf("told with %v", *heard)
		}
	})
}

// A peer that was down, or never had the old key, is told with the new one.
func TestNewKeys_areHeardByThoseWhoForgotTheOldOnes(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		alder, birch := w.Node("alder"), w.Node("birch")
		befriend(alder, birch)
		birch.Do(func(tx *store.Tx) error { return wire.ForgetKeys(tx, alder.Base.Collective()) })
		w.Later(2 * time.Minute) // what was read lately is forgotten too
		heard := listen(w)
		rotate(alder)
		w.Settle()
		var keys []string
		for _, s := range *heard {
			if s.actor == "collective" {
				keys = append(keys, s.key)
			}
		}
		if got := strings.Join(keys, " "); got != "ed25519-key ed25519-key-2" {
			w.Errorf("told with %s", got)
		}
		birch.See(func(v *store.View) error {
			_, err := wire.FindKey(v, alder.Base.Key("collective", "ed25519-key-2"))
			return err
		})
	})
}
