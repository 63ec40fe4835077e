package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Whoever takes a backup from standard output may stand still for days. By then the node's log can be emptied, and nothing is in the folder.
func TestBackup_keepsNothingOpenForAReaderThatStandsStill(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, dialect)
			m.setUp()
			paper := m.key()
			m.holdsMuch()
			reader := &still{m: m}
			if err := run(t.Context(), []string{"backup", "-"}, m.environ(), reader, io.Discard); err != nil {
				t.Fatal(err)
			}
			if reader.took < 2 {
				t.Fatal("nobody looked")
			}
			file := filepath.Join(t.TempDir(), "monday.age")
			if err := os.WriteFile(file, reader.got.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			m.must("check", "--key-file", paper, file)
		})
	}
}

// holdsMuch fills the database with more than a backup holds back before it writes.
func (m *machine) holdsMuch() {
	m.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: m.database, Dir: m.data, Log: storetest.Log()})
	if err != nil {
		m.Fatal(err)
	}
	defer s.Close()
	err = s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error {
		for n := range 10 {
			words := make([]string, 1000)
			for i := range words {
				words[i] = store.RandomID[string]()
			}
			if err := tx.Index("pot", strconv.Itoa(n), strings.Join(words, " ")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		m.Fatal(err)
	}
}

// still looks around whenever something comes, as if it stood still there.
type still struct {
	m    *machine
	got  bytes.Buffer
	took int
}

func (r *still) Write(p []byte) (int, error) {
	r.look()
	r.took++
	return r.got.Write(p)
}

func (r *still) look() {
	s, err := store.Open(context.Background(), store.Config{URL: r.m.database, Dir: r.m.data, Log: storetest.Log()})
	if err != nil {
		r.m.Error(err)
		return
	}
	defer s.Close()
	err = s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error {
		held := false
		if s.Dialect() == "postgres" {
			err := tx.DB().Raw("SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()").Scan(&held).Error
			if held {
				r.m.Error("a transaction is open")
			}
			return err
		}
		return tx.Remember(store.Result{Member: "one", Route: "r", Key: strconv.Itoa(r.took), Status: 200})
	})
	if err := errors.Join(err, s.Checkpoint()); err != nil {
		r.m.Error(err)
	}
	files, err := os.ReadDir(r.m.data)
	if err != nil {
		r.m.Error(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || strings.HasSuffix(f.Name(), "-wal") && info.Size() > 0 || strings.HasPrefix(f.Name(), ".manypots") {
			r.m.Errorf("there is %s, %v", f.Name(), err)
		}
	}
}
