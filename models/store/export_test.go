package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
)

// Kinds tells tests what each column of each table is.
func Kinds(v *View) (map[string]string, error) {
	all, err := v.tables()
	kinds := map[string]string{}
	for _, t := range all {
		for _, c := range t.columns {
			kinds[t.name+"."+c.name] = string(c.kind)
		}
	}
	return kinds, err
}

// MigrateAndDie brings a database up to date with a connection that breaks at the nth statement, as it does when the process is
// killed. It reports whether that was before the end.
func MigrateAndDie(ctx context.Context, c Config, n int) (died bool, err error) {
	left := &atomic.Int64{}
	left.Store(int64(n))
	c.Between = func(connector driver.Connector) driver.Connector { return mortal{connector, left} }
	s, err := Open(ctx, c)
	if err == nil {
		err = s.Close()
	}
	return left.Load() < 0, err
}

// mortal counts statements over all connections; after the last nothing works any more.
type mortal struct {
	driver.Connector
	left *atomic.Int64
}

func (m mortal) Connect(ctx context.Context) (driver.Conn, error) {
	if m.left.Load() < 0 {
		return nil, errors.New("dead")
	}
	c, err := m.Connector.Connect(ctx)
	return mortalConn{c, m.left}, err
}

type mortalConn struct {
	driver.Conn
	left *atomic.Int64
}

func (m mortalConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if m.left.Add(-1) < 0 {
		return nil, errors.New("dead")
	}
	return m.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (m mortalConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if m.left.Load() < 0 {
		return nil, errors.New("dead")
	}
	return m.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}
