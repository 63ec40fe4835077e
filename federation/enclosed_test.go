package federation

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// starts is Alder at its first start, with the database that c names.
func starts(t *testing.T, c store.Config) *node {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return newNode(t, s, nobodyThere{})
}

// again is the same node in another process.
func (n *node) again(c store.Config) *node {
	n.Helper()
	other, o := *n, n.Options
	var err error
	if o.Store, err = store.Open(n.Context(), c); err != nil {
		n.Fatal(err)
	}
	n.Cleanup(func() { _ = o.Store.Close() })
	if other.Federation, err = New(o); err != nil {
		n.Fatal(err)
	}
	return &other
}

func (n *node) keyRows() (rows []wire.ActorKey) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		rows, err = wire.AllActorKeys(v)
		return err
	})
	return rows
}

// Security 5.2: whoever has the database, a dump or a copy of its file, signs nothing as us. What an older program kept in clear is
// enclosed at the next start, by however many processes at once, and the keys stay what they were.
func TestKeys_areKeptSoThatTheDatabaseAloneSignsNothing(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			c := storetest.Config(t, dialect)
			n := starts(t, c)
			if err := n.EnsureKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			public := n.ownRSA(wire.Collective).publicPEM
			var secrets [][]byte
			for _, row := range n.keyRows() {
				n.do(func(tx *store.Tx) error { // as before there was a node key
					plain, err := row.Private(tx.View)
					secrets = append(secrets, []byte(strings.Split(plain, "\n")[1]))
					if err != nil {
						return err
					}
					return tx.DB().Model(&wire.ActorKey{}).Where("actor = ? AND kind = ? AND number = ?", row.Actor, row.Kind, row.Number).
						UpdateColumn("private_pem", plain).Error
				})
			}
			if err := os.Remove(filepath.Join(c.Dir, store.NodeKeyFile)); err != nil {
				t.Fatal(err)
			}
			var started []*node
			for range 3 {
				started = append(started, n.again(c))
			}
			var all sync.WaitGroup
			for _, n := range started {
				all.Go(func() {
					if err := n.EnsureKeys(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			for _, n := range started {
				if got := n.ownRSA(wire.Collective).publicPEM; got != public {
					t.Error("it has another key now")
				}
			}
			for _, row := range n.keyRows() {
				if !store.Enclosed(row.PrivatePEM) {
					t.Errorf("the %s key of %s is in clear", row.Kind, row.Actor)
				}
			}
			if dialect != "sqlite" {
				return
			}
			if err := started[0].Store.Checkpoint(); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"manypots.sqlite", "manypots.sqlite-wal"} {
				raw, err := os.ReadFile(filepath.Join(c.Dir, file))
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				for _, secret := range secrets {
					if bytes.Contains(raw, secret) {
						t.Errorf("a private key is still in %s", file)
					}
				}
			}
		})
	}
}

// DESIGN 5: a node does not start with another node key than its database's, nor makes a new one where that is lost, and a check says so.
func TestKeys_openWithTheNodeKeyOfTheirDatabaseAlone(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			c := storetest.Config(t, dialect)
			n := starts(t, c)
			if err := n.EnsureKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			n.wrong(0)
			n.do(func(tx *store.Tx) error { // a row in the place of another
				rows, err := wire.AllActorKeys(tx.View)
				if err != nil {
					return err
				}
				return tx.DB().Model(&wire.ActorKey{}).Where("actor = ? AND kind = ?", rows[0].Actor, rows[0].Kind).
					UpdateColumn("private_pem", rows[1].PrivatePEM).Error
			})
			n.wrong(1)
			path := filepath.Join(c.Dir, store.NodeKeyFile)
			for _, spoil := range []func() error{
				func() error { return os.WriteFile(path, []byte(strings.Repeat("ab", 32)), 0o600) }, // of another node
				func() error { return os.Remove(path) },
			} {
				if err := spoil(); err != nil {
					t.Fatal(err)
				}
				other := n.again(c)
				if err := other.EnsureKeys(t.Context()); err == nil {
					t.Error("it starts with a node key that is not its own")
				}
				other.wrong(len(n.keyRows()))
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("a node key was made in the place of the lost one")
			}
		})
	}
}

// wrong asserts how many keys a check finds wrong.
func (n *node) wrong(want int) {
	n.Helper()
	n.look(func(v *store.View) error {
		found, err := CheckKeys(v)
		if len(found) != want {
			n.Errorf("a check finds %q, want %d", found, want)
		}
		return err
	})
}
