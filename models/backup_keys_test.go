package models_test

import (
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// A node key never leaves its machine. A backup is sealed itself and holds our keys in clear, and the machine that reads it encloses
// them with a node key of its own.
func TestBackup_bringsKeysThatTheNodeKeyThereEncloses(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		const secret = "-----BEGIN PRIVATE KEY-----\n<&+/==\n-----END PRIVATE KEY-----\n"
		theKey := func(n *neighbourhood) (kept, plain string) {
			n.see(func(v *store.View) error {
				all, err := wire.AllActorKeys(v)
				if err != nil || len(all) != 1 {
					n.Fatalf("%d keys, %v", len(all), err)
				}
				kept = all[0].PrivatePEM
				plain, err = all[0].Private(v)
				return err
			})
			return kept, plain
		}
		n.do(func(tx *store.Tx) error {
			return wire.KeepActorKey(tx, wire.ActorKey{Actor: wire.Node, Kind: wire.KeyRSA, PrivatePEM: secret, PublicPEM: "public"})
		})
		here, _ := theKey(n)
		backup := n.backup()
		for _, dialect := range storetest.Dialects {
			there := n.restore(elsewhere(n, dialect), backup)
			if kept, plain := theKey(there); kept != secret || plain != secret {
				n.Errorf("%s: restored as %q", dialect, kept)
			}
			there.do(wire.EncloseActorKeys)
			if kept, plain := theKey(there); !store.Enclosed(kept) || kept == here || plain != secret {
				n.Errorf("%s: kept as %q, which is %q", dialect, kept, plain)
			}
		}
	})
}
