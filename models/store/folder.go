package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// LockFolder makes this process the only one that serves from the data folder. The lock ends with the process, however it
// ends; other commands open the database beside it.
func LockFolder(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another manypots serves from %s: stop it first, or choose another MANYPOTS_DATA", dir)
		}
		return nil, err
	}
	return f.Close, nil
}

// Checkpoint folds SQLite's write-ahead log into the file and empties it, so that what was purged is in neither.
func (s *Store) Checkpoint() error {
	if s.dialect.name != "sqlite" {
		return nil
	}
	return s.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
}
