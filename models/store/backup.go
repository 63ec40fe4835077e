package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// rowsPart is how many bytes of rows one part of a backup holds at most, but for its last row.
const rowsPart = 1 << 20

// Dump gives every row of every table, except those of the skipped ones, as JSON lines, in portions that are named after their
// table. Both databases say the same rows in the same words, so that what one wrote the other can read. Tables come after those
// that they point to, and rows in the order of their keys: in which order they came is told to nobody.
func (v *View) Dump(skip []string, put func(name string, rows []byte) error) error {
	all, err := v.tables()
	if err != nil {
		return err
	}
	for _, t := range all {
		if slices.Contains(skip, t.name) {
			continue
		}
		if err := v.dump(t, put); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}

func (v *View) dump(t table, put func(name string, rows []byte) error) error {
	names := make([]string, len(t.columns))
	values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i, c := range t.columns {
		names[i], into[i] = c.name, &values[i]
	}
	rows, err := v.db.Raw("SELECT " + quoted(names...) + " FROM " + quoted(t.name) + " ORDER BY " + quoted(t.key...)).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	var part bytes.Buffer
	parts := 0
	flush := func() error {
		if part.Len() == 0 {
			return nil
		}
		parts++
		defer part.Reset()
		return put(fmt.Sprintf("tables/%s/%06d.jsonl", t.name, parts), part.Bytes())
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line := make(map[string]any, len(t.columns))
		for i, c := range t.columns {
			if line[c.name], err = c.kind.say(values[i]); err != nil {
				return fmt.Errorf("column %s: %w", c.name, err)
			}
		}
		if err := json.NewEncoder(&part).Encode(line); err != nil {
			return err
		}
		if part.Len() < rowsPart {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return flush()
}

// say turns what a driver gives into what JSON says of it: a moment is RFC 3339 in UTC, octets are base64.
func (k kind) say(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	case []byte:
		if k == text {
			return string(v), nil
		}
		return base64.StdEncoding.EncodeToString(v), nil
	case int64:
		if k == boolean {
			return v != 0, nil
		}
		return v, nil
	case string:
		if k == octets {
			return base64.StdEncoding.EncodeToString([]byte(v)), nil
		}
		return v, nil
	case bool:
		return v, nil
	}
	return nil, fmt.Errorf("%T is no %s", v, k)
}
