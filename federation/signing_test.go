package federation

import (
	"net/http"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestEnsureKeys_makesEachPairOnce(t *testing.T) {
	alder(t, func(n *node) {
		if _, err := n.ownKeys(t.Context(), wire.Collective); !fault.Is(err, fault.NotFound) {
			t.Errorf("a key before any was made: %v", err)
		}
		pems := map[string]wire.Actor{}
		for range 2 {
			if err := n.EnsureKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, actor := range ourActors() {
				keys, err := n.ownKeys(t.Context(), actor)
				if err != nil {
					t.Fatal(err)
				}
				for _, kind := range keyKinds() {
					pems[keys.current[kind].publicPEM] = actor
				}
			}
		}
		if len(pems) != 6 {
			t.Errorf("%d keys for three actors with two each", len(pems))
		}
	})
}

// sign signs a request as one of our actors in the way that every server takes.
func (n *node) sign(r *http.Request, body []byte, as wire.Actor) error {
	keys, err := n.ownKeys(r.Context(), as)
	if err != nil {
		return err
	}
	return keys.pensFor(wire.Unknown)[0].sign(r, body, n.Wall())
}

func TestSign_canBeVerifiedWithThePublishedKey(t *testing.T) {
	alder(t, func(n *node) {
		if err := n.EnsureKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		body := []byte(`{"type":"Follow"}`)
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://birch.example/ap/inbox", nil)
		r.Header.Set("Content-Type", "application/activity+json")
		if err := n.sign(r, body, wire.Collective); err != nil {
			t.Fatal(err)
		}
		s, err := signature.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.KeyID(), "https://alder.example/ap/collective#main-key"; got != want {
			t.Errorf("key %s, want %s", got, want)
		}
		public, err := signature.ParsePublicKey(n.ownRSA(wire.Collective).publicPEM)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(r, body, public, signature.Options{Now: n.now, Origin: "https://birch.example"}); err != nil {
			t.Error(err)
		}
	})
}

// ownRSA is the key with which an actor of ours signs for everybody.
func (n *node) ownRSA(as wire.Actor) ownKey {
	n.Helper()
	keys, err := n.ownKeys(n.Context(), as)
	if err != nil {
		n.Fatal(err)
	}
	return keys.current[wire.KeyRSA]
}

// A signature that waits for the database would hold a moment without one against every peer for whom something is due.
func TestSign_needsNoDatabaseOnceKeysAreEnsured(t *testing.T) {
	alder(t, func(n *node) {
		if err := n.EnsureKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		n.do(func(tx *store.Tx) error { return tx.DB().Where("1 = 1").Delete(&wire.ActorKey{}).Error })
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://birch.example/ap/inbox", nil)
		r.Header.Set("Content-Type", "application/activity+json")
		n.now = n.now.Add(time.Hour)
		for _, actor := range ourActors() {
			if err := n.sign(r, []byte("{}"), actor); err != nil {
				t.Errorf("%s: %v", actor, err)
			}
		}
	})
}
