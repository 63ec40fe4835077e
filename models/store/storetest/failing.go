package storetest

import (
	"context"
	"database/sql/driver"
	"io"
	"sync/atomic"
)

// Failing gives a context in which the nth step that is asked of a database fails: the begin of a transaction, a statement or a commit.
// failed reports whether it came to that. The step does nothing, and the transaction has ended under whoever asked, as on a full disk;
// what comes after it works, and stands alone. So SQLite is tested: a fault at step 1, 2 and so on until all goes well (security 3.1).
func Failing(ctx context.Context, n int) (failing context.Context, failed func() bool) {
	left := &atomic.Int64{}
	left.Store(int64(n))
	return context.WithValue(ctx, stepsLeft{}, left), func() bool { return left.Load() <= 0 }
}

type stepsLeft struct{}

// fails counts a step.
func fails(ctx context.Context) bool {
	left, ok := ctx.Value(stepsLeft{}).(*atomic.Int64)
	return ok && left.Add(-1) == 0
}

// errBroken is what a connection says that broke in the middle.
var errBroken = io.ErrUnexpectedEOF

// fragile opens connections on which steps can fail, beneath database/sql and all that is built on it.
func fragile(c driver.Connector) driver.Connector { return fragileConnector{c} }

type fragileConnector struct{ driver.Connector }

func (f fragileConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := f.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return fragileConn{c.(conn)}, nil
}

// conn is what the connections of both drivers can do.
type conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
}

type fragileConn struct{ conn }

func (f fragileConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if fails(ctx) {
		return nil, f.end()
	}
	return f.conn.ExecContext(ctx, query, args)
}

func (f fragileConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if fails(ctx) {
		return nil, f.end()
	}
	return f.conn.QueryContext(ctx, query, args)
}

func (f fragileConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if fails(ctx) {
		return nil, errBroken
	}
	tx, err := f.conn.BeginTx(ctx, opts)
	return fragileTx{tx, ctx}, err
}

// CheckNamedValue is PostgreSQL's: its driver turns values into what it sends by itself.
func (f fragileConn) CheckNamedValue(v *driver.NamedValue) error {
	if c, ok := f.conn.(driver.NamedValueChecker); ok {
		return c.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// end ends the transaction, if there is one.
func (f fragileConn) end() error {
	_, _ = f.conn.ExecContext(context.Background(), "ROLLBACK", nil)
	return errBroken
}

type fragileTx struct {
	driver.Tx
	ctx context.Context
}

func (f fragileTx) Commit() error {
	if fails(f.ctx) {
		_ = f.Rollback()
		return errBroken
	}
	return f.Tx.Commit()
}
