package store_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// odd is what a column may hold and a careless copy would change.
var odd = []string{"", "soup", "it's \"hot\"\n", "\u0001\u2028\U0001f372", "أحمد", `{"json":[1]}`, "2026-11-24T12:00:00Z", "true", "NULL"}

// stocked writes rows of every kind.
func stocked(t *testing.T, s *store.Store) {
	update(t, s, func(tx *store.Tx) error {
		for i, words := range odd {
			p := pot{ID: store.NewID[string](), Words: words}
			p.Record("pot.boiled", words)
			if i%2 == 0 {
				until := noon.Add(time.Duration(i) * time.Hour).In(time.FixedZone("", 3600))
				p.Until = &until
			}
			if err := tx.Save(&p); err != nil {
				return err
			}
			if err := tx.Remember(store.Result{Member: words, Route: "r", Key: "k", Status: i - 3}); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(store.Job{Kind: "stir", RunAt: noon}); err != nil {
			return err
		}
		if err := tx.SealFor("age1"); err != nil {
			return err
		}
		return tx.Index("pot", "one", strings.Join(odd, " "))
	})
}

// dumped is everything in a database, part by part.
func dumped(t *testing.T, s *store.Store, skip ...string) map[string]string {
	t.Helper()
	parts := map[string]string{}
	view(t, s, func(v *store.View) error {
		return v.Dump(skip, func(name string, rows []byte) error {
			parts[name] = string(rows)
			return nil
		})
	})
	return parts
}

func pour(tx *store.Tx, parts map[string]string) error {
	into, err := tx.Filling()
	for name, rows := range parts {
		err = errors.Join(err, into.Fill(name, []byte(rows)))
	}
	return err
}

func TestDump_isReadIntoEitherDatabaseAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from *store.Store) {
		withPots(t, from)
		update(t, from, func(tx *store.Tx) error {
			kind := map[string]string{"sqlite": "BLOB", "postgres": "BYTEA"}[from.Dialect()]
			if err := tx.DB().Exec("CREATE TABLE lids (id TEXT PRIMARY KEY, body " + kind + ", open BOOLEAN NOT NULL)").Error; err != nil {
				return err
			}
			return tx.DB().Exec("INSERT INTO lids VALUES ('a', ?, TRUE), ('b', ?, FALSE), ('c', NULL, TRUE)", []byte{0, 255, 1}, []byte{}).Error
		})
		stocked(t, from)
		want := dumped(t, from)
		if len(want) < 6 || !strings.Contains(want["tables/lids/000001.jsonl"], `{"body":"AP8B","id":"a","open":true}`) {
			t.Fatalf("the dump lacks something: %v", want)
		}
		for _, dialect := range storetest.Dialects {
			to := storetest.Open(t, dialect)
			withPots(t, to)
			update(t, to, func(tx *store.Tx) error {
				kind := map[string]string{"sqlite": "BLOB", "postgres": "BYTEA"}[dialect]
				return tx.DB().Exec("CREATE TABLE lids (id TEXT PRIMARY KEY, body " + kind + ", open BOOLEAN NOT NULL)").Error
			})
			update(t, to, func(tx *store.Tx) error {
				return pour(tx, want)
			})
			if got := dumped(t, to); !maps.Equal(got, want) {
				t.Errorf("from %s to %s:\n%v\nwant\n%v", from.Dialect(), dialect, got, want)
			}
			// What rules read is the same, too: times are compared as text by SQLite.
			view(t, to, func(v *store.View) error {
				late, err := store.All[pot](v.DB().Where("until > ?", noon.Add(3*time.Hour)).Order("id"))
				if len(late) != 3 || !late[0].Until.Equal(noon.Add(4*time.Hour)) {
					t.Errorf("%s finds %v", dialect, late)
				}
				return err
			})
		}
	})
}

// What one database dumps the other can only read if a migration for one is the same as that for the other.
func TestSchema_isTheSameOnBothDatabases(t *testing.T) {
	kinds := map[string]map[string]string{}
	for _, dialect := range storetest.Dialects {
		view(t, storetest.Open(t, dialect), func(v *store.View) (err error) {
			kinds[dialect], err = store.Kinds(v)
			return err
		})
	}
	for column, kind := range kinds["sqlite"] {
		if other := kinds["postgres"][column]; other != kind {
			t.Errorf("%s is %s in SQLite and %q in PostgreSQL", column, kind, other)
		}
		delete(kinds["postgres"], column)
	}
	if len(kinds["postgres"]) > 0 {
		t.Errorf("only PostgreSQL has %v", kinds["postgres"])
	}
}

func TestDump_skipsWhatItIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		stocked(t, s)
		if _, there := dumped(t, s, "results")["tables/results/000001.jsonl"]; there {
			t.Error("results were not to be in it")
		}
	})
}

func TestFill_takesNothingThatTheSchemaDoesNotHave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		for name, rows := range map[string]string{
			"tables/nothing/000001.jsonl":          `{"id":"a"}`,
			"tables/goose_db_version/000001.jsonl": `{"id":1,"version_id":99,"is_applied":true,"tstamp":null}`,
			"tables/pots":                          `{"id":"a","version":1,"words":"","until":null}`,
			"tables/pots/000001.jsonl":             `{"id":"a","version":1,"words":""}`,
			"tables/pots/000002.jsonl":             `{"id":"a","version":1,"words":"","until":null,"more":1}`,
			"tables/pots/000003.jsonl":             `{"id":"a","version":"1","words":"","until":null}`,
			"tables/pots/000004.jsonl":             `{"id":"a","version":1,"words":7,"until":null}`,
			"tables/pots/000005.jsonl":             `{"id":"a","version":1,"words":"","until":"yesterday"}`,
			"tables/pots/000006.jsonl":             `{"id":"a","version":1.5,"words":"","until":null}`,
			"tables/pots/000007.jsonl":             `{"id":"a"`,
			"tables/pots/000008.jsonl":             `{"id":null,"version":null,"words":null,"until":null}`,
		} {
			err := s.Update(context.Background(), noon, func(tx *store.Tx) error { return pour(tx, map[string]string{name: rows}) })
			if err == nil {
				t.Errorf("%s took %s", name, rows)
			}
		}
	})
}

// refilled restores a dump into a place of its own and opens it.
func refilled(t *testing.T, c store.Config, parts map[string]string, schema int64) (*store.Store, error) {
	t.Helper()
	err := store.Refill(context.Background(), c, noon, store.Refilling{
		Schema: schema,
		Fill: func(tx *store.Tx, _ string) error {
			if err := pour(tx, parts); err != nil {
				return err
			}
			return tx.Restored(noon, noon.Add(-time.Hour))
		},
		Move: func(string) error { return nil },
		Undo: func() error { return nil },
	})
	if err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), c)
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

// bare is a place for a database in which nothing is yet.
func bare(t *testing.T, dialect string) store.Config {
	c := storetest.Config(t, dialect)
	if dialect == "sqlite" {
		c.Dir = t.TempDir()
	}
	return c
}

func TestRefill_makesADatabaseWhereThereIsNone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return tx.Index("pot", "one", "soup") })
		want := dumped(t, s)
		schema, err := s.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := bare(t, s.Dialect())
		to, err := refilled(t, c, want, schema)
		if err != nil {
			t.Fatal(err)
		}
		got := dumped(t, to, "safekeeping")
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		view(t, to, func(v *store.View) error {
			k, err := store.FindSafekeeping(v)
			if k.Resumed || k.RestoredFrom == nil || !k.RestoredFrom.Equal(noon.Add(-time.Hour)) {
				t.Errorf("it knows of the restore: %+v", k)
			}
			return err
		})
		if _, err := refilled(t, c, want, schema); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("it was restored over: %v", err)
		}
	})
}

func TestRefill_leavesNothingWhenItFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		schema, err := s.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := bare(t, s.Dialect())
		_, err = refilled(t, c, map[string]string{"tables/words/000001.jsonl": "{"}, schema)
		if err == nil {
			t.Fatal("a damaged dump was taken")
		}
		if left, err := os.ReadDir(c.Dir); len(left) > 0 || err != nil {
			t.Errorf("left: %v %v", left, err)
		}
		if _, err := refilled(t, c, nil, schema+1); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("a newer backup: %v", err)
		}
		if _, err := refilled(t, c, nil, schema); err != nil {
			t.Errorf("after that it works: %v", err)
		}
	})
}

// When the rows are in and cannot be brought up to date nothing of them is left, and another try works.
func TestRefill_leavesNothingWhenTheRowsCannotBeBroughtUpToDate(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := bare(t, dialect)
			wrong := store.Refilling{
				Schema: 12,
				Fill: func(tx *store.Tx, _ string) error {
					return errors.Join(tx.SealFor("age1"), tx.DB().Exec("ALTER TABLE letters RENAME TO parcels").Error)
				},
				Move: func(string) error { return errors.New("it was moved") },
				Undo: func() error { return nil },
			}
			if err := store.Refill(context.Background(), c, noon, wrong); err == nil || strings.Contains(err.Error(), "moved") {
				t.Fatalf("got %v", err)
			}
			if left, err := os.ReadDir(c.Dir); len(left) > 0 || err != nil {
				t.Errorf("left: %v %v", left, err)
			}
			to, err := refilled(t, c, nil, 12)
			if err != nil {
				t.Fatal(err)
			}
			view(t, to, func(v *store.View) error {
				k, err := store.FindSafekeeping(v)
				if k.Recipient != "" {
					t.Error("the rows are there")
				}
				return err
			})
		})
	}
}

// What was being moved when a restore failed or was cut short is moved again by the next try, and only by one for the same database.
func TestRefill_takesBackWhatWasMovedBeforeItWasCutShort(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := bare(t, dialect)
			moved, undone := 0, 0
			r := store.Refilling{
				Schema: 12,
				Fill:   func(*store.Tx, string) error { return nil },
				Move:   func(string) error { moved++; return errors.New("no room") },
				Undo:   func() error { undone++; return nil },
			}
			for range 2 {
				if err := store.Refill(context.Background(), c, noon, r); err == nil || !strings.Contains(err.Error(), "again") {
					t.Errorf("got %v", err)
				}
			}
			if moved != 2 || undone != 1 {
				t.Errorf("moved %d times, taken back %d times", moved, undone)
			}
			if _, err := store.Open(context.Background(), c); err == nil || !strings.Contains(err.Error(), "manypots restore again") {
				t.Errorf("a node starts: %v", err)
			}
			r.Move = func(string) error { return nil }
			if err := store.Refill(context.Background(), c, noon, r); err != nil || undone != 2 {
				t.Errorf("taken back %d times, %v", undone, err)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "restoring")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("left: %v", err)
			}
		})
	}
}

func TestRefill_beginsAnewAfterOneThatWasCutShort(t *testing.T) {
	c := bare(t, "sqlite")
	if err := os.MkdirAll(filepath.Join(c.Dir, "restoring"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "restoring", "manypots.sqlite"), bytes.Repeat([]byte("x"), 9000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := refilled(t, c, nil, 12); err != nil {
		t.Error(err)
	}
}

// Killed after its last step and before it said so, a restore typed again says that it was done, and touches nothing.
func TestRefill_saysThatTheOneBeforeWasDone(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := bare(t, dialect)
			var mark []byte
			r := store.Refilling{
				Schema: 12,
				Fill:   func(tx *store.Tx, _ string) error { return tx.SealFor("age1") },
				Move:   func(room string) (err error) { mark, err = os.ReadFile(filepath.Join(room, "moved")); return err },
				Undo:   func() error { return errors.New("it was taken back") },
			}
			if err := store.Refill(context.Background(), c, noon, r); err != nil {
				t.Fatal(err)
			}
			if err := store.Refill(context.Background(), c, noon, r); err == nil || strings.Contains(err.Error(), "start the node") {
				t.Errorf("where another node is: %v", err)
			}
			room := filepath.Join(c.Dir, "restoring")
			if err := errors.Join(os.Mkdir(room, 0o700), os.WriteFile(filepath.Join(room, "moved"), mark, 0o600)); err != nil {
				t.Fatal(err)
			}
			if err := store.Refill(context.Background(), c, noon, r); err == nil || !strings.Contains(err.Error(), "start the node") {
				t.Errorf("got %v", err)
			}
		})
	}
}
