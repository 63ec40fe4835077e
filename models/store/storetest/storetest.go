// Package storetest gives tests real databases: each story runs on SQLite and on PostgreSQL, never on a stand-in.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"codeberg.org/manypots/manypots/models/store"
)

// Noon is a Tuesday noon in UTC at which stories begin.
var Noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

// Dialects are the databases that every story runs on.
var Dialects = []string{"sqlite", "postgres"}

// Each runs a story on both databases, each time on an empty node.
func Each(t *testing.T, story func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			story(t, Open(t, dialect))
		})
	}
}

// Open gives an empty database of the dialect, closed and removed with the test. Every statement that it runs is held
// against the guards of DESIGN 4.
func Open(t testing.TB, dialect string) *store.Store {
	t.Helper()
	c := Config(t, dialect)
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Config is Open's configuration, for tests that open, kill and open again.
func Config(t testing.TB, dialect string) store.Config {
	t.Helper()
	c := store.Config{Dir: t.TempDir(), Log: Log(), Observe: guard(t), Between: fragile}
	switch dialect {
	case "sqlite":
		template, err := sqliteTemplate()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(c.Dir, "manypots.sqlite"), template, 0o600); err != nil {
			t.Fatal(err)
		}
	case "postgres":
		c.URL = postgresDatabase(t)
	default:
		t.Fatalf("no dialect %q", dialect)
	}
	return c
}

// Log is a logger for tests that throws its lines away.
func Log() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// sqliteTemplate migrates one file per test process; the tests copy it.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "manypots-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Log: Log()})
	if err != nil {
		return nil, err
	}
	if err := s.Checkpoint(); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "manypots.sqlite"))
})

// server is the PostgreSQL that .ci/services started.
func server() (string, error) {
	if url := os.Getenv("TEST_POSTGRES"); url != "" {
		return url, nil
	}
	return "", fmt.Errorf("the tests run on both databases: use `make test`, or `.ci/services go test ./models/...`")
}

// postgresTemplate migrates one database per test process; the tests copy it.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	admin, err := server()
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("template_%d_%d", os.Getpid(), time.Now().UnixNano())
	if err := execute(admin, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	s, err := store.Open(context.Background(), store.Config{URL: named(admin, name), Log: Log()})
	if err != nil {
		return "", err
	}
	return name, s.Close()
})

// postgresDatabase gives an empty database: one that an earlier test emptied again, or a fresh copy of the template, which
// takes a tenth of a second.
func postgresDatabase(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	admin, _ := server()
	var name string
	select {
	case name = <-emptied:
	default:
		name = "test_" + store.RandomID[string]()
		if err := execute(admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if execute(named(admin, name), empty) == nil {
			select {
			case emptied <- name:
				return
			default:
			}
		}
		_ = execute(admin, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return named(admin, name)
}

// emptied holds databases that can be used again within this test process.
var emptied = make(chan string, 16)

// empty deletes every row, and fails on a database whose schema a test has changed.
const empty = `DO $$
DECLARE r record; version bigint;
BEGIN
  SET LOCAL session_replication_role = replica;
  SELECT max(version_id) INTO version FROM goose_db_version;
  IF version > 9999 OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'pots') THEN
    RAISE EXCEPTION 'changed';
  END IF;
  FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' LOOP
    EXECUTE format('DELETE FROM %I', r.tablename);
  END LOOP;
END $$`

func named(admin, database string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin
	}
	u.Path = "/" + database
	return u.String()
}

func execute(admin, statement string) error {
	pool, err := sql.Open("pgx", admin)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec(statement)
	return err
}
