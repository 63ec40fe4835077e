package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// restoring is where in the data folder a database comes into being, until it is whole.
const restoring = "restoring"

// Refill makes a database of the given schema where there is none, lets fill fill it in one transaction, and brings it up to this
// program's schema. room is a folder for what fill needs on the way; it goes in the end. What is there already is never touched:
// then there is an error, in a sentence for whoever typed the command. Whatever happens on the way, in the end the whole database
// is there or none.
func Refill(ctx context.Context, c Config, now time.Time, schema int64, fill func(tx *Tx, room string) error) (err error) {
	defer fault.Wrap(&err, "restore")
	target, inRoom := filepath.Join(c.Dir, sqliteFile), filepath.Join(c.Dir, restoring, sqliteFile)
	room, err := roomIn(c.Dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(room)
	s := &Store{log: c.Log, key: c.nodeKey(), bells: map[Bell]chan struct{}{}}
	if c.URL != "" {
		err = s.openPostgres(c)
	} else {
		c.Dir = room
		err = s.openSQLite(c)
	}
	if err == nil {
		err = s.refill(ctx, now, schema, func(tx *Tx) error { return fill(tx, room) })
	}
	if err == nil {
		err = s.Checkpoint()
	}
	if err := errors.Join(err, s.Close()); err != nil || c.URL != "" {
		return err
	}
	return moveIn(inRoom, target)
}

func (s *Store) refill(ctx context.Context, now time.Time, schema int64, fill func(*Tx) error) error {
	if err := s.View(ctx, now, mustBeEmpty); err != nil {
		return err
	}
	provider, err := s.provider()
	if err != nil {
		return err
	}
	have, know, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if schema > know {
		return fmt.Errorf("the backup has schema %d and this program knows %d: restore it with a newer program", schema, know)
	}
	if have > schema { // there is no way back but to begin anew
		if err := s.Update(ctx, now, clearAway); err != nil {
			return err
		}
	}
	if _, err := provider.UpTo(ctx, schema); err != nil {
		return err
	}
	if err := s.Update(ctx, now, fill); err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// roomIn gives an empty folder beside the place of a database that is not there yet. What SQLite keeps beside a database counts as
// one: a log that was left there would be played into whichever file comes to stand before it.
func roomIn(dir string) (string, error) {
	for _, part := range []string{"", "-wal", "-shm", "-journal"} {
		if _, err := os.Lstat(filepath.Join(dir, sqliteFile+part)); !errors.Is(err, os.ErrNotExist) {
			return "", errors.Join(err, fmt.Errorf("there is a database in %s already (%s): nothing is ever restored over one; choose an empty folder", dir, sqliteFile+part))
		}
	}
	room := filepath.Join(dir, restoring)
	if err := os.RemoveAll(room); err != nil { // of a restore that was cut short
		return "", err
	}
	return room, os.MkdirAll(room, 0o700)
}

func moveIn(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// mustBeEmpty lets pass a database without tables, or with those of ours as they are before anything is in them: after a restore
// that was cut short.
func mustBeEmpty(v *View) error {
	all, err := v.tables()
	if err != nil {
		return err
	}
	for _, t := range all {
		used, err := Exists(v.db.Table(t.name))
		if err != nil {
			return err
		}
		if used || !v.db.Migrator().HasTable("goose_db_version") {
			return errors.New("there is something in the database already: nothing is ever restored over it; give an empty one")
		}
	}
	return nil
}

// clearAway drops tables that are empty.
func clearAway(tx *Tx) error {
	all, err := tx.tables()
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(all) {
		if err := tx.db.Exec("DROP TABLE " + quoted(t.name)).Error; err != nil {
			return err
		}
	}
	return tx.db.Exec("DROP TABLE goose_db_version").Error
}

// Filling writes rows into a database whose tables it knows.
type Filling struct {
	tx     *Tx
	tables []table
}

// Filling looks at what tables there are.
func (tx *Tx) Filling() (f Filling, err error) {
	f.tx = tx
	f.tables, err = tx.tables()
	return f, err
}

// Fill writes rows that Dump gave, under the name that it gave them. The database knows its tables and columns; a backup that
// speaks of others, or leaves some out, is refused.
func (f Filling) Fill(name string, rows []byte) (err error) {
	defer fault.Wrap(&err, "fill %q", name)
	parts := strings.Split(name, "/")
	at := slices.IndexFunc(f.tables, func(t table) bool { return len(parts) == 3 && t.name == parts[1] })
	if at < 0 {
		return errors.New("there is no such table")
	}
	t := f.tables[at]
	perStatement := max(1, 500/len(t.columns))
	var values []any
	for d := decoder(rows); ; {
		var line map[string]any
		err := d.Decode(&line)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err == nil {
			if values, err = t.read(values, line); err != nil {
				return err
			}
		}
		if len(values) == 0 {
			return nil
		}
		if line != nil && len(values) < perStatement*len(t.columns) {
			continue
		}
		if err := f.tx.db.Exec(t.insert(len(values)/len(t.columns)), values...).Error; err != nil {
			return err
		}
		values = values[:0]
	}
}

func decoder(rows []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(rows))
	d.UseNumber()
	return d
}

func (t table) insert(rows int) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	row := "(?" + strings.Repeat(", ?", len(names)-1) + ")"
	return "INSERT INTO " + quoted(t.name) + " (" + quoted(names...) + ") VALUES " + row + strings.Repeat(", "+row, rows-1)
}

func (t table) read(values []any, line map[string]any) ([]any, error) {
	if len(line) != len(t.columns) {
		return nil, fmt.Errorf("a row has %d columns and not %d", len(line), len(t.columns))
	}
	for _, c := range t.columns {
		said, ok := line[c.name]
		if !ok {
			return nil, fmt.Errorf("a row has no %s", c.name)
		}
		value, err := c.kind.read(said)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		values = append(values, value)
	}
	return values, nil
}

// read is the reverse of say.
func (k kind) read(said any) (any, error) {
	switch v := said.(type) {
	case nil:
		return sql.NullString{}, nil
	case bool:
		if k == boolean {
			return v, nil
		}
	case json.Number:
		if k == integer {
			return v.Int64()
		}
	case string:
		switch k {
		case text:
			return v, nil
		case octets:
			return base64.StdEncoding.DecodeString(v)
		case moment:
			t, err := time.Parse(time.RFC3339Nano, v)
			return t.UTC(), err
		}
	}
	return nil, fmt.Errorf("%T is no %s", said, k)
}
