package wire_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func aKey(kind wire.KeyKind, pem string) wire.ActorKey {
	return wire.ActorKey{Actor: wire.Node, Kind: kind, PrivatePEM: pem, PublicPEM: pem}
}

func nodeKeys(t *testing.T, s *store.Store) (keys wire.ActorKeys) {
	t.Helper()
	view(t, s, func(v *store.View) (err error) {
		keys, err = wire.FindActorKeys(v, wire.Node)
		return err
	})
	return keys
}

func private(t *testing.T, s *store.Store, k wire.ActorKey) (pem string) {
	t.Helper()
	view(t, s, func(v *store.View) (err error) {
		pem, err = k.Private(v)
		return err
	})
	return pem
}

func TestActorKey_isMadeOnceOfEachKind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, pem := range []string{"first", "second"} {
			for _, kind := range []wire.KeyKind{wire.KeyRSA, wire.KeyEd25519} {
				update(t, s, func(tx *store.Tx) error { return wire.KeepActorKey(tx, aKey(kind, pem)) })
			}
		}
		keys := nodeKeys(t, s)
		if len(keys) != 2 {
			t.Fatalf("%d keys", len(keys))
		}
		for kind, name := range map[wire.KeyKind]string{wire.KeyRSA: "main-key", wire.KeyEd25519: "ed25519-key"} {
			if k, ok := keys.Current(kind); !ok || private(t, s, k) != "first" || k.Name() != name {
				t.Errorf("the %s key is %+v", kind, k)
			}
			if _, ok := keys.Retired(kind); ok {
				t.Errorf("there was an %s key before the first", kind)
			}
		}
	})
}

// An id never gets another key, and the one before is at hand for a week.
func TestRollActorKeys_givesEachNewKeyANewName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return wire.KeepActorKey(tx, aKey(wire.KeyRSA, "first")) })
		for i, pem := range []string{"second", "third"} {
			updateAt(t, s, noon.Add(time.Duration(i)*24*time.Hour), func(tx *store.Tx) error {
				return wire.RollActorKeys(tx, wire.Node, aKey(wire.KeyRSA, pem), aKey(wire.KeyEd25519, pem))
			})
		}
		keys := nodeKeys(t, s)
		now, _ := keys.Current(wire.KeyRSA)
		before, _ := keys.Retired(wire.KeyRSA)
		elliptic, _ := keys.Current(wire.KeyEd25519)
		if now.Name() != "main-key-3" || private(t, s, now) != "third" || before.Name() != "main-key-2" || elliptic.Name() != "ed25519-key-2" {
			t.Errorf("%s after %s, and %s", now.Name(), before.Name(), elliptic.Name())
		}
		update(t, s, func(tx *store.Tx) error {
			events, err := tx.Unpublished(10)
			if len(events) != 2 || events[0].Kind != wire.KeyRolled || events[0].Subject != "node" {
				t.Errorf("told %+v", events)
			}
			return err
		})
		for _, c := range []struct{ days, left int }{{6, 5}, {7, 4}, {8, 2}} {
			updateAt(t, s, noon.Add(time.Duration(c.days)*24*time.Hour), wire.Purge)
			if got := len(nodeKeys(t, s)); got != c.left {
				t.Errorf("after %d days %d keys are left, want %d", c.days, got, c.left)
			}
		}
	})
}

// Keys that were made between a backup and the loss of the disk are known to peers by their ids.
func TestRollActorKeys_afterARestoreUsesNoNameOfTheDaysThatAreLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return wire.KeepActorKey(tx, aKey(wire.KeyRSA, "first")) })
		last := int64(0)
		for days := range 3 {
			restored := noon.Add(time.Duration(days) * 24 * time.Hour)
			updateAt(t, s, restored, func(tx *store.Tx) error { return tx.Restored(restored, noon.Add(-time.Hour)) })
			for _, pem := range []string{"second", "third"} {
				updateAt(t, s, restored, func(tx *store.Tx) error { return wire.RollActorKeys(tx, wire.Node, aKey(wire.KeyRSA, pem)) })
				if k, _ := nodeKeys(t, s).Current(wire.KeyRSA); k.Number < restored.Unix() || k.Number <= last {
					t.Errorf("restored at %d, key %d comes after %d", restored.Unix(), k.Number, last)
				} else {
					last = k.Number
				}
			}
		}
	})
}
