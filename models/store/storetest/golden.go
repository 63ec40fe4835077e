package storetest

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"codeberg.org/manypots/manypots/models/store"
)

// Each released schema has a dump per dialect of a node that had lived a little. They are never changed: old nodes are not, either.
//
//go:embed testdata/*.sql
var golden embed.FS

// Schemas are the released schemas from which a node is brought up to date.
var Schemas = []int{9}

// Golden gives a database as a program of an older schema left it.
func Golden(t testing.TB, dialect string, schema int) store.Config {
	t.Helper()
	dump, err := golden.ReadFile(fmt.Sprintf("testdata/schema-%02d.%s.sql", schema, dialect))
	if err != nil {
		t.Fatal(err)
	}
	c := Config(t, dialect)
	driver, name := "pgx", c.URL
	if dialect == "sqlite" {
		c.Dir = t.TempDir()
		driver, name = "sqlite", filepath.Join(c.Dir, "manypots.sqlite")
	}
	pool, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if dialect == "postgres" {
		_, err = pool.ExecContext(ctx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		// The mark by which it is not used again.
		t.Cleanup(func() { _ = execute(c.URL, "CREATE TABLE IF NOT EXISTS pots ()") })
	}
	if err == nil {
		_, err = pool.ExecContext(ctx, string(dump))
	}
	if err := errors.Join(err, pool.Close()); err != nil {
		t.Fatal(err)
	}
	return c
}
