package store

import (
	"errors"
	"net/url"
	"path/filepath"
	"runtime"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	msqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const sqliteFile = "manypots.sqlite"

// openSQLite opens one writing connection, whose transactions take the lock at once (a read that turns into a write would
// otherwise fail with SQLITE_BUSY without waiting), and a pool of readers. FULL, because what is answered 202 must survive a
// power cut; secure_delete, because what is purged must be gone from the file.
func (s *Store) openSQLite(c Config) error {
	s.dialect = dialect{name: "sqlite"}
	path := filepath.Join(c.Dir, sqliteFile)
	var err error
	if s.writer, err = openSQLitePool(c, dsn(path, url.Values{"_txlock": {"immediate"}}), 1); err != nil {
		return err
	}
	readers := url.Values{"_pragma": {"query_only(1)"}}
	s.reader, err = openSQLitePool(c, dsn(path, readers), max(2, runtime.NumCPU()))
	return err
}

func dsn(path string, extra url.Values) string {
	q := url.Values{
		"_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
			"trusted_schema(0)", "temp_store(MEMORY)", "cache_size(-8000)",
		},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"}, // times are compared as text
	}
	for k, v := range extra {
		q[k] = append(q[k], v...)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLitePool(c Config, dsn string, conns int) (*gorm.DB, error) {
	connector, err := msqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	pool := c.open(remembering{connector})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return gorm.Open(sqliteDialector{sqlite.Dialector{Conn: pool}}, c.gorm())
}

// sqliteDialector is gorm's, taught modernc's errors: gorm's own Translate looks for another driver's.
type sqliteDialector struct{ sqlite.Dialector }

// Translate names the broken constraint.
func (d sqliteDialector) Translate(err error) error {
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return gorm.ErrDuplicatedKey
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return gorm.ErrForeignKeyViolated
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return gorm.ErrCheckConstraintViolated
	}
	return err
}

// sqliteDown reports a database that cannot answer now: disk full, unreadable, locked by something else.
func sqliteDown(err error) bool {
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM:
		return true
	}
	return false
}
