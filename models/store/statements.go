package store

import (
	"context"
	"database/sql/driver"
	"strings"
)

// remembering opens connections that keep the statements they have prepared. gorm writes the same few hundred texts again and
// again, and parsing them is otherwise a fifth of all that SQLite does here. gorm's own PrepareStmt does not help: what is
// prepared in a transaction ends with it, and everything here runs in one.
type remembering struct{ driver.Connector }

// Connect implements driver.Connector.
func (r remembering) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{sqliteConn: c.(sqliteConn), idle: map[string]statement{}}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// connection is used by one goroutine at a time, as database/sql promises.
type connection struct {
	sqliteConn
	idle map[string]statement // by their text; whoever runs one takes it out
}

// Bounds of what is kept. A longer text is an INSERT of many rows, which hardly comes twice.
const (
	statementsKept  = 200
	statementLength = 2000
)

// ExecContext implements driver.ExecerContext.
func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	return result, c.give(query, s, err)
}

// QueryContext implements driver.QueryerContext.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	found, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, c.give(query, s, err)
	}
	return &rows{found.(sqliteRows), func(err error) error { return c.give(query, s, err) }}, nil
}

// Close implements driver.Conn.
func (c *connection) Close() error {
	c.forget()
	return c.sqliteConn.Close()
}

func (c *connection) take(ctx context.Context, query string) (statement, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.(statement), nil
}

// give keeps a statement for the next who needs it, unless it failed. Some PRAGMAs work when they are prepared and never again.
func (c *connection) give(query string, s statement, err error) error {
	if err != nil || len(query) > statementLength || strings.HasPrefix(query, "PRAGMA") || c.idle[query] != nil {
		_ = s.Close()
		return err
	}
	if len(c.idle) >= statementsKept {
		c.forget()
	}
	c.idle[query] = s
	return nil
}

func (c *connection) forget() {
	for _, s := range c.idle {
		_ = s.Close()
	}
	clear(c.idle)
}

// rows gives their statement back when they are closed.
type rows struct {
	sqliteRows
	done func(error) error
}

type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypeScanType
}

// Close implements driver.Rows.
func (r *rows) Close() error { return r.done(r.sqliteRows.Close()) }
