package store

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

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
