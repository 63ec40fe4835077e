package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"codeberg.org/manypots/manypots/models/fault"
)

// Config says which database to open.
type Config struct {
	// URL is postgres://… or empty for SQLite in Dir.
	URL string
	// Dir is the data folder; SQLite's file is Dir/manypots.sqlite.
	Dir string
	// NodeKey is the file of the node key; empty is NodeKeyFile in Dir.
	NodeKey string
	// Log gets what no caller can be told (a failed checkpoint); never nil.
	Log *slog.Logger
	// Observe, if set, sees the text of every statement, without its values. The guard tests of DESIGN 4 use it.
	Observe func(sql string)
	// Between, if set, stands between the store and the connections of the driver. Tests let steps fail there.
	Between func(driver.Connector) driver.Connector
}

// Store is an open database.
type Store struct {
	writer, reader *gorm.DB
	dialect        dialect
	log            *slog.Logger
	key            *nodeKey
	refused        atomic.Bool // a write, for want of a database or of room; see Well

	mu    sync.Mutex
	bells map[Bell]chan struct{}
}

// dialect is what differs between the two databases beyond gorm's own dialectors.
type dialect struct {
	name     string // "sqlite" or "postgres"
	readOpts *sql.TxOptions
}

// Open opens the database and brings its schema up to date. An older binary on a newer schema is refused.
func Open(ctx context.Context, c Config) (*Store, error) { return open(ctx, c, (*Store).migrate) }

// OpenBeside opens the database for a command, beside a node that may be running with an older program: an older schema is refused,
// too. Only where there is none yet it is made.
func OpenBeside(ctx context.Context, c Config) (*Store, error) {
	return open(ctx, c, (*Store).mustBeUpToDate)
}

func open(ctx context.Context, c Config, ready func(*Store, context.Context, string) error) (s *Store, err error) {
	defer fault.Wrap(&err, "open database")
	s = &Store{log: c.Log, key: c.nodeKey(), bells: map[Bell]chan struct{}{}}
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		if err = s.openPostgres(c); err == nil {
			err = s.mustBeWhole(c)
		}
	} else if c.URL == "" {
		if err = s.mustBeWhole(c); err == nil {
			err = s.openSQLite(c)
		}
	} else {
		return nil, fmt.Errorf("MANYPOTS_DATABASE must begin with postgres:// or be empty for SQLite")
	}
	if err == nil {
		err = ready(s, ctx, filepath.Join(c.Dir, sqliteFile))
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (c Config) nodeKey() *nodeKey {
	if c.NodeKey == "" {
		return &nodeKey{path: filepath.Join(c.Dir, NodeKeyFile)}
	}
	return &nodeKey{path: c.NodeKey}
}

func (c Config) gorm() *gorm.Config {
	g := &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard,
	}
	if c.Observe != nil {
		g.Logger = observer{logger.Discard, c.Observe}
	}
	return g
}

// open gives a pool of the driver's connections.
func (c Config) open(connector driver.Connector) *sql.DB {
	if c.Between != nil {
		connector = c.Between(connector)
	}
	return sql.OpenDB(connector)
}

type observer struct {
	logger.Interface
	observe func(string)
}

func (o observer) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	statement, _ := fc()
	o.observe(statement)
}

func (o observer) LogMode(logger.LogLevel) logger.Interface { return o }

// ParamsFilter keeps values out of what is observed.
func (o observer) ParamsFilter(_ context.Context, statement string, _ ...any) (string, []any) {
	return statement, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	for _, db := range []*gorm.DB{s.reader, s.writer} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err != nil {
			return err
		}
		if err := pool.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Dialect names the database: "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect.name }

// View runs fn on a snapshot. now is the time that rules read; it is cut to the second, as everything stored is.
func (s *Store) View(ctx context.Context, now time.Time, fn func(*View) error) error {
	err := at(ctx, s.reader, now).Transaction(func(db *gorm.DB) error {
		return fn(&View{Now: civil(now), db: db, key: s.key})
	}, s.dialect.readOpts)
	return unavailable(err)
}

// Update runs fn in a transaction, again from the start when PostgreSQL asks for it, and rings the bells after the commit.
// No network, file, image or key work belongs inside (DESIGN 2).
func (s *Store) Update(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	const tries = 3
	var tx *Tx
	var err error
	for range tries {
		err = at(ctx, s.writer, now).Transaction(func(db *gorm.DB) error {
			tx = &Tx{View: &View{Now: civil(now), db: db, key: s.key}, rung: map[Bell]bool{}}
			return fn(tx)
		})
		if !retriable(err) {
			break
		}
	}
	if err = unavailable(err); err != nil {
		if fault.KeyOf(err) == "store.unavailable" {
			s.refused.Store(true)
		}
		return err
	}
	for bell := range tx.rung {
		s.Ring(bell)
	}
	return nil
}

// at gives gorm the time that was passed in, so that it never reads a clock of its own.
func at(ctx context.Context, db *gorm.DB, now time.Time) *gorm.DB {
	return db.Session(&gorm.Session{Context: ctx, NowFunc: func() time.Time { return civil(now) }})
}

func civil(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
