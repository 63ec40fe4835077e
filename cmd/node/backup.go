package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type backupCommand struct {
	File   string `arg:"" optional:"" help:"Where to; - is standard output, for another machine. A file that is there already is never written over."`
	NewKey bool   `help:"Print a new key first: backups are sealed for it from now on, and nothing else opens them."`
}

// Run backs the node up while it runs.
func (c backupCommand) Run(s *surroundings) error {
	if c.File == "" && !c.NewKey {
		return errors.New("say where to: manypots backup FILE")
	}
	return s.withStore(func(db *store.Store) error {
		if c.NewKey {
			if err := newBackupKey(s, db); err != nil || c.File == "" {
				return err
			}
		}
		if err := s.backup(db, c.File); err != nil {
			return err
		}
		return db.Update(s.ctx, wall(), func(tx *store.Tx) error { return tx.BackedUp(wall()) })
	})
}

// newBackupKey prints a key before backups are sealed for it: one that nobody has read opens nothing, whenever the process ends.
func newBackupKey(s *surroundings, db *store.Store) error {
	err := db.View(s.ctx, wall(), func(v *store.View) error {
		_, err := people.FindCollective(v) // set-up prints one
		return err
	})
	if err != nil {
		return err
	}
	key, recipient, err := store.NewSealKey()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.errs, "This key opens every backup that is made from now on. It is shown once and kept nowhere. Print it, and keep it\n"+
		"where this machine is not; without it no backup can be opened:\n\n  %s\n\n", key)
	if err != nil {
		return err
	}
	err = db.Update(s.ctx, wall(), func(tx *store.Tx) error {
		if err := tx.SealFor(recipient); err != nil {
			return err
		}
		return people.WriteDown(tx, models.DeedBackupKey, "")
	})
	if err != nil {
		return fmt.Errorf("this key was not taken up, throw it away: %w", err)
	}
	return nil
}

func (s *surroundings) backup(db *store.Store, file string) error {
	recipient, err := s.recipient(db)
	if err != nil {
		return err
	}
	album, err := media.OpenAlbum(s.config.Data)
	if err != nil {
		return err
	}
	defer album.Close()
	if file == "-" {
		return s.spooled(func(w io.Writer) error { return sealed(s.ctx, db, album, recipient, w) })
	}
	size, err := atOnce(file, func(w io.Writer) error { return sealed(s.ctx, db, album, recipient, w) })
	if err != nil {
		return err
	}
	return s.print("Backed up to %s, %d kB.", file, (size+999)/1000)
}

func (s *surroundings) recipient(db *store.Store) (to store.Recipient, err error) {
	err = db.View(s.ctx, wall(), func(v *store.View) error {
		k, err := store.FindSafekeeping(v)
		to = k.Recipient
		return err
	})
	if err == nil && to == "" {
		err = errors.New("there is no key for backups yet: manypots backup --new-key prints one")
	}
	return to, err
}

func sealed(ctx context.Context, db *store.Store, album *media.Album, to store.Recipient, w io.Writer) error {
	seal, err := store.Seal(w, to)
	if err != nil {
		return err
	}
	if err := models.Backup(ctx, db, album, wall(), seal); err != nil {
		return err
	}
	return seal.Close()
}

// spooled writes to standard output what is complete: a reader that stands still keeps no snapshot open, because of which SQLite's log
// would grow. Until then it is in a file without a name, in the data folder and sealed already.
func (s *surroundings) spooled(write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(s.config.Data, ".manypots-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := errors.Join(os.Remove(f.Name()), write(f)); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(s.out, f)
	return err
}

// atOnce writes a file that is there complete or not at all, whenever the process ends. Until then it has another name, which the
// next backup uses again.
func atOnce(file string, write func(io.Writer) error) (size int64, err error) {
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return 0, errors.Join(err, fmt.Errorf("%s is there already: choose another name", file))
	}
	dir := filepath.Dir(file)
	part := filepath.Join(dir, ".manypots-backup.part")
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return 0, fmt.Errorf("another backup is being made in %s", dir)
	}
	if there, err := os.Lstat(part); err != nil || !sameFile(f, there) { // it has just become the file of another backup
		return 0, fmt.Errorf("another backup was being made in %s: try again", dir)
	}
	if err := errors.Join(f.Truncate(0), f.Chmod(0o600)); err != nil {
		return 0, err
	}
	if err := write(f); err != nil {
		return 0, errors.Join(err, os.Remove(part))
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Sync()); err != nil {
		return 0, errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, file); err != nil {
		return 0, err
	}
	return info.Size(), syncFolder(dir)
}

func sameFile(f *os.File, other os.FileInfo) bool {
	info, err := f.Stat()
	return err == nil && os.SameFile(info, other)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
