package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// upgraded calls the test with every golden database of every released schema.
func upgraded(t *testing.T, test func(t *testing.T, c store.Config)) {
	for _, schema := range storetest.Schemas {
		for _, dialect := range storetest.Dialects {
			t.Run(fmt.Sprintf("%s from %d", dialect, schema), func(t *testing.T) {
				t.Parallel()
				test(t, storetest.Golden(t, dialect, schema))
			})
		}
	}
}

// An upgrade that is killed at any statement leaves a database that the next start brings up to date (security P14).
func TestMigrate_goesOnWhereItWasKilled(t *testing.T) {
	upgraded(t, func(t *testing.T, c store.Config) {
		kills := 0
		for n := 0; ; n++ {
			died, err := store.MigrateAndDie(context.Background(), c, n)
			if !died {
				if err != nil {
					t.Fatalf("after %d kills: %v", kills, err)
				}
				break
			}
			kills++
		}
		s, err := store.Open(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		view(t, s, func(v *store.View) error {
			wrong, err := store.Check(v)
			if len(wrong) > 0 {
				t.Errorf("after %d kills: %v", kills, wrong)
			}
			return err
		})
		if kills < 5 {
			t.Errorf("killed only %d times", kills)
		}
	})
}

// The copy that an upgrade makes holds what has been erased since, and goes when the oldest backup would.
func TestForgetCopies_leavesNoCopyOlderThanABackupMayBe(t *testing.T) {
	c := storetest.Golden(t, "sqlite", 9)
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	made := filepath.Join(c.Dir, "manypots.sqlite.before-schema-10")
	for _, days := range []time.Duration{29, 31} {
		age, there := days*24*time.Hour, days < 30
		if err := os.Chtimes(made, noon, noon.Add(-age)); err != nil {
			t.Fatal(err)
		}
		if err := store.ForgetCopies(c.Dir, noon); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(made); (err == nil) != there {
			t.Errorf("after %v: %v", age, err)
		}
	}
}

// A command that is typed with the new program while the old one still runs changes nothing beneath it.
func TestOpenBeside_leavesAnOlderSchemaAlone(t *testing.T) {
	upgraded(t, func(t *testing.T, c store.Config) {
		for range 2 {
			if s, err := store.OpenBeside(context.Background(), c); err == nil || !strings.Contains(err.Error(), "manypots serve") {
				t.Errorf("got %v %v", s, err)
			}
		}
		if copies, err := filepath.Glob(filepath.Join(c.Dir, "*.before-schema-*")); len(copies) > 0 || err != nil {
			t.Errorf("it copied %v %v", copies, err)
		}
		for _, open := range []func(context.Context, store.Config) (*store.Store, error){store.Open, store.OpenBeside} {
			s, err := open(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
