package storetest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/store"
)

// Indexed fails unless an index serves the query: no full scan and no sort of what was found (DESIGN 5). The query is bound to
// a View or an Update of s.
func Indexed(t testing.TB, s *store.Store, query *gorm.DB) {
	t.Helper()
	dry := query.Session(&gorm.Session{DryRun: true})
	var rows []map[string]any
	statement := dry.Find(&rows).Statement
	explain(t, s, query, statement.SQL.String(), statement.Vars)
}

// IndexedFinder holds every query that a finder runs against Indexed.
func IndexedFinder(t testing.TB, s *store.Store, find func(v *store.View) error) {
	t.Helper()
	err := s.View(context.Background(), Noon, func(v *store.View) error {
		return indexed(t, s, v.DB(), func() error { return find(v) })
	})
	if err != nil {
		t.Fatal(err)
	}
}

// IndexedVerb holds every query that a verb runs on its way against Indexed, and undoes what the verb did.
func IndexedVerb(t testing.TB, s *store.Store, now time.Time, verb func(tx *store.Tx) error) {
	t.Helper()
	undo := errors.New("undo")
	err := s.Update(context.Background(), now, func(tx *store.Tx) error {
		if err := indexed(t, s, tx.DB(), func() error { return verb(tx) }); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
}

func indexed(t testing.TB, s *store.Store, db *gorm.DB, ask func() error) error {
	t.Helper()
	asked, stop := overhear(db)
	err := ask()
	stop()
	if err == nil && len(*asked) == 0 {
		t.Error("nothing was asked")
	}
	for _, q := range *asked {
		if err == nil {
			explain(t, s, db, q.text, q.values)
		}
	}
	return err
}

type question struct {
	text   string
	values []any
}

// overhear notes what is asked until stop. It explains nothing yet: the rows of an answer may still be open.
func overhear(db *gorm.DB) (asked *[]question, stop func()) {
	asked = &[]question{}
	name := "storetest:" + store.RandomID[string]()
	note := func(db *gorm.DB) {
		if db.DryRun {
			return // a part of a query, which will be asked as a whole
		}
		*asked = append(*asked, question{db.Statement.SQL.String(), db.Statement.Vars})
	}
	_ = db.Callback().Query().After("gorm:query").Register(name, note)
	_ = db.Callback().Row().After("gorm:row").Register(name, note)
	return asked, func() {
		_ = db.Callback().Query().Remove(name)
		_ = db.Callback().Row().Remove(name)
	}
}

// What a plan may not hold. SQLite says SCAN for a walk along an index too, which is how a first page is read; a scan of a
// table names no index, or only that of its primary key. A CTE or a subquery that was computed before has none either, and is small.
var (
	scan = map[string]*regexp.Regexp{
		"sqlite":   regexp.MustCompile(`^SCAN (\w+)( USING INDEX sqlite_autoindex_\w+)?$`),
		"postgres": regexp.MustCompile(`Seq Scan on (\w+)`),
	}
	sorted = map[string]*regexp.Regexp{
		"sqlite":   regexp.MustCompile(`TEMP B-TREE`),
		"postgres": regexp.MustCompile(`^\s*(->)?\s*(Incremental )?Sort\b`),
	}
)

func explain(t testing.TB, s *store.Store, db *gorm.DB, query string, values []any) {
	t.Helper()
	lines, err := plan(s, db, query, values)
	if err != nil {
		t.Fatalf("explain %s: %v", query, err)
	}
	// What a search found is sorted afterwards: nobody keeps an order for every word.
	search := strings.Contains(query, "words")
	for _, line := range lines {
		if scan[s.Dialect()].MatchString(line) || !search && sorted[s.Dialect()].MatchString(line) {
			t.Errorf("%s has no index for\n\t%s\n%s", s.Dialect(), query, strings.Join(lines, "\n"))
			return
		}
	}
}

// plan asks the database itself, past gorm, in the same transaction.
func plan(s *store.Store, db *gorm.DB, query string, values []any) (lines []string, err error) {
	pool, ctx := db.Statement.ConnPool, context.Background()
	prefix, columns := "EXPLAIN QUERY PLAN ", 4
	if s.Dialect() == "postgres" {
		prefix, columns = "EXPLAIN ", 1
		for _, option := range []string{"enable_seqscan", "enable_sort", "enable_incremental_sort"} {
			if _, err := pool.ExecContext(ctx, "SET LOCAL "+option+" = off"); err != nil {
				return nil, err
			}
		}
	}
	rows, err := pool.QueryContext(ctx, prefix+query, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		into, line := make([]any, columns), make([]any, columns)
		for i := range into {
			into[i] = &line[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprint(line[columns-1]))
	}
	return lines, rows.Err()
}
