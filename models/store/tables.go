package store

import (
	"fmt"
	"slices"
	"strings"
)

// table is a table as the database itself describes it. What is read from there needs no list that somebody forgets to extend.
type table struct {
	name    string
	columns []column // those that can be written
	key     []string // the primary key
	parents []string // the tables that its rows point to
}

type column struct {
	name string
	kind kind
}

// kind is what both databases agree on. A schema that needs another one teaches it to backups first; a test says so.
type kind string

const (
	text    kind = "text"
	integer kind = "integer"
	boolean kind = "boolean"
	moment  kind = "moment"
	octets  kind = "octets"
)

var kinds = map[string]kind{
	"TEXT": text, "INTEGER": integer, "BIGINT": integer, "BOOLEAN": boolean, "BLOB": octets, "BYTEA": octets,
	"TIMESTAMP": moment, "TIMESTAMP WITH TIME ZONE": moment,
}

// The catalogues of the two databases, brought into one form. Generated columns are left out: they follow from the others.
const (
	sqliteColumns = `SELECT m.name AS of, c.name, c.type AS declared, c.pk AS place
		FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version' ORDER BY m.name, c.cid`
	sqliteParents = `SELECT m.name AS of, f."table" AS parent FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`

	postgresColumns = `SELECT r.relname AS of, a.attname AS name, upper(format_type(a.atttypid, NULL)) AS declared,
			coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS place
		FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid
			LEFT JOIN pg_index i ON i.indrelid = r.oid AND i.indisprimary
		WHERE n.nspname = current_schema() AND r.relkind = 'r' AND r.relname <> 'goose_db_version'
			AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY r.relname, a.attnum`
	postgresParents = `SELECT r.relname AS of, p.relname AS parent FROM pg_constraint k
		JOIN pg_class r ON r.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
		JOIN pg_namespace n ON n.oid = r.relnamespace WHERE k.contype = 'f' AND n.nspname = current_schema()`
)

// tables lists every table, each after those that its rows point to.
func (v *View) tables() ([]table, error) {
	columns, parents := sqliteColumns, sqliteParents
	if v.db.Name() == "postgres" {
		columns, parents = postgresColumns, postgresParents
	}
	var found []struct {
		Of, Name, Declared string
		Place              int
	}
	if err := v.db.Raw(columns).Scan(&found).Error; err != nil {
		return nil, err
	}
	var all []table
	for _, c := range found {
		if len(all) == 0 || all[len(all)-1].name != c.Of {
			all = append(all, table{name: c.Of})
		}
		k, ok := kinds[strings.ToUpper(c.Declared)]
		if !ok {
			return nil, fmt.Errorf("no backup knows what %s in %s.%s is", c.Declared, c.Of, c.Name)
		}
		t := &all[len(all)-1]
		t.columns = append(t.columns, column{c.Name, k})
		if c.Place > 0 {
			t.key = append(t.key, c.Name)
		}
	}
	var points []struct{ Of, Parent string }
	if err := v.db.Raw(parents).Scan(&points).Error; err != nil {
		return nil, err
	}
	for _, p := range points {
		at := slices.IndexFunc(all, func(t table) bool { return t.name == p.Of })
		if at >= 0 && p.Parent != p.Of {
			all[at].parents = append(all[at].parents, p.Parent)
		}
	}
	return parentsFirst(all)
}

func parentsFirst(all []table) (sorted []table, err error) {
	placed := map[string]bool{}
	for len(sorted) < len(all) {
		before := len(sorted)
		for _, t := range all {
			waits := slices.ContainsFunc(t.parents, func(p string) bool { return !placed[p] })
			if placed[t.name] || waits {
				continue
			}
			placed[t.name] = true
			sorted = append(sorted, t)
		}
		if len(sorted) == before {
			return nil, fmt.Errorf("tables point to one another in a circle")
		}
	}
	return sorted, nil
}

func quoted(names ...string) string {
	return `"` + strings.Join(names, `", "`) + `"`
}
