package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// restoring is where in the data folder a database comes into being, until it is whole, and the table that a database has as long.
const restoring = "restoring"

// Refilling is how a database is made of a backup.
type Refilling struct {
	// Schema is the version of the schema that the rows are of.
	Schema int64
	// Fill fills the database in one transaction, and room, an empty folder, with what Move takes from there.
	Fill func(tx *Tx, room string) error
	// Move brings what is not in the database to its place, in one step and where nothing was; Undo takes that away again.
	Move func(room string) error
	Undo func() error
}

// Refill makes a database where there is none, and brings it up to this program's schema. What is there already is never touched: then
// there is an error, in a sentence for whoever typed the command. At whichever moment the process ends, the whole database is there
// or one that no program opens and the next try begins anew.
func Refill(ctx context.Context, c Config, now time.Time, r Refilling) (err error) {
	s := &Store{log: c.Log, key: c.nodeKey(), bells: map[Bell]chan struct{}{}}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := mustHaveNoFile(c.Dir); err != nil {
		return orDone(c, err)
	}
	if c.URL != "" {
		if err := s.openPostgres(c); err != nil {
			return err
		}
		if err := s.View(ctx, now, mustBeEmpty); err != nil {
			return orDone(c, err)
		}
	}
	room, err := newRoom(c, r.Undo)
	if err != nil {
		return err
	}
	if c.URL == "" {
		if err := s.openSQLite(Config{Dir: room, Log: c.Log, Observe: c.Observe}); err != nil {
			return errors.Join(err, os.RemoveAll(room))
		}
	}
	if err := s.refill(ctx, now, r, room); err != nil {
		return errors.Join(err, s.empty(context.WithoutCancel(ctx), now), os.RemoveAll(room))
	}
	if err := s.moveIn(ctx, c, now, r, room); err != nil {
		return fmt.Errorf("type the command again: %w", err)
	}
	return os.RemoveAll(room)
}

// refill fills the database and brings it up to date. Until the end of moveIn it has a table by which everybody can tell that it is
// not whole.
func (s *Store) refill(ctx context.Context, now time.Time, r Refilling, room string) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	have, know, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if r.Schema > know {
		return fmt.Errorf("the backup has schema %d and this program knows %d: restore it with a newer program", r.Schema, know)
	}
	err = s.Update(ctx, now, func(tx *Tx) error {
		if have > r.Schema || tx.halfRestored() { // there is no way back but to begin anew
			if err := clearAway(tx); err != nil {
				return err
			}
		}
		return tx.db.Exec("CREATE TABLE " + quoted(restoring) + " (id INTEGER PRIMARY KEY)").Error
	})
	if err != nil {
		return err
	}
	if provider, err = s.provider(); err != nil { // the one from before believes that its table is there
		return err
	}
	if _, err := provider.UpTo(ctx, r.Schema); err != nil {
		return err
	}
	if err := s.Update(ctx, now, func(tx *Tx) error { return r.Fill(tx, room) }); err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// moveIn makes of what is ready in the room and in the database the node's own. What fails here is cleared away by the next try: with
// the last step the restore is done, and whether that was is not always known here.
func (s *Store) moveIn(ctx context.Context, c Config, now time.Time, r Refilling, room string) error {
	if err := os.WriteFile(filepath.Join(room, mine), []byte(place(c)), 0o600); err != nil {
		return err
	}
	if err := errors.Join(syncFile(filepath.Join(room, mine)), syncFile(room), r.Move(room), syncFile(c.Dir)); err != nil {
		return err
	}
	err := s.Update(ctx, now, func(tx *Tx) error { return tx.db.Exec("DROP TABLE " + quoted(restoring)).Error })
	if err != nil || c.URL != "" {
		return err
	}
	if err := errors.Join(s.Checkpoint(), s.Close()); err != nil {
		return err
	}
	return rename(filepath.Join(room, sqliteFile), filepath.Join(c.Dir, sqliteFile))
}

// empty leaves nothing of a restore that failed. In a database that is there no more it does nothing.
func (s *Store) empty(ctx context.Context, now time.Time) error {
	return s.Update(ctx, now, func(tx *Tx) error {
		if !tx.halfRestored() {
			return nil
		}
		return clearAway(tx)
	})
}

// mine is a file in the room from just before anything is moved out of it: what stands in its place was moved there. It names the
// database that this was for, by a hash, since an address can hold a passphrase.
const mine = "moved"

func place(c Config) string {
	sum := sha256.Sum256([]byte(c.URL))
	return hex.EncodeToString(sum[:])
}

// mustHaveNoFile: what SQLite keeps beside a database counts as one, for a log that was left there would be played into whichever file
// comes to stand before it.
func mustHaveNoFile(dir string) error {
	for _, part := range []string{"", "-wal", "-shm", "-journal"} {
		if _, err := os.Lstat(filepath.Join(dir, sqliteFile+part)); !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, fmt.Errorf("there is a database in %s already (%s): nothing is ever restored over one; choose an empty folder", dir, sqliteFile+part))
		}
	}
	return nil
}

// newRoom gives an empty folder beside the place of a database that is not there yet, after clearing away what a restore that was cut
// short has left.
func newRoom(c Config, undo func() error) (string, error) {
	room := filepath.Join(c.Dir, restoring)
	moved, err := os.ReadFile(filepath.Join(room, mine))
	if err == nil && string(moved) == place(c) {
		err = undo()
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := os.RemoveAll(room); err != nil {
		return "", err
	}
	return room, os.MkdirAll(room, 0o700)
}

// orDone says so where what stands in the way is the database of a restore that was killed between its last step and its answer.
func orDone(c Config, inTheWay error) error {
	moved, err := os.ReadFile(filepath.Join(c.Dir, restoring, mine))
	if err != nil || string(moved) != place(c) {
		return inTheWay
	}
	return fmt.Errorf("the restore before this one was done, start the node with manypots serve: %w", inTheWay)
}

// mustBeWhole refuses what a restore has left half done, and clears away what one left behind that was killed when all was done.
func (s *Store) mustBeWhole(c Config) error {
	room := filepath.Join(c.Dir, restoring)
	half := c.URL == "" && exists(room) && !exists(filepath.Join(c.Dir, sqliteFile))
	if c.URL != "" {
		half = s.writer.Migrator().HasTable(restoring)
	}
	if half {
		return fmt.Errorf("a restore into %s is under way or was cut short: type manypots restore again", c.Dir)
	}
	if !exists(filepath.Join(room, mine)) {
		return nil
	}
	return os.RemoveAll(room)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (v *View) halfRestored() bool { return v.db.Migrator().HasTable(restoring) }

func rename(from, to string) error {
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

// syncFile has the disk keep a file, or the names in a folder.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// mustBeEmpty lets pass a database without tables, or with those of ours as they are before anything is in them, or one that was being
// restored.
func mustBeEmpty(v *View) error {
	if v.halfRestored() {
		return nil
	}
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

// clearAway drops the tables of a database in which there is nothing but what a restore put there.
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
	return tx.db.Exec("DROP TABLE IF EXISTS goose_db_version").Error
}
