package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// openPostgres opens one pool for reading and writing. Views are read-only snapshots.
func (s *Store) openPostgres(c Config) error {
	s.dialect = dialect{name: "postgres", readOpts: &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}}
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return err
	}
	pool := c.open(stdlib.GetConnector(*config))
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), c.gorm())
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(4)
	pool.SetConnMaxLifetime(30 * time.Minute)
	s.writer, s.reader = db, db
	return nil
}

// retriable reports that PostgreSQL asks for the whole transaction again (40001, 40P01).
func retriable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// down reports a database that cannot answer now, on either dialect.
func down(err error) bool {
	if sqliteDown(err) || retriable(err) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		// Class 08 connection, 53 resources (disk full, too many connections), 57 operator intervention (restart).
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "53") || strings.HasPrefix(e.Code, "57")
	}
	var dial *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &dial) || (errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded))
}
