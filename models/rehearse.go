package models

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// DeedRehearsed is written down where all members see it: a backup was opened with its key, restored to one side and found in order
// (product J9). The subject is the day of the backup.
const DeedRehearsed people.DeedKind = "backup.rehearsed"

// Rehearse restores a backup into an empty folder, which nobody else may read and the caller removes, and says in a sentence each what is
// wrong with the node that came of it; more is what the doors can check.
func Rehearse(
	ctx context.Context, dir string, log *slog.Logger, wall time.Time, r io.Reader, more ...func(*store.View) ([]string, error),
) (head store.Head, wrong []string, err error) {
	defer fault.Wrap(&err, "rehearse a restore")
	c := store.Config{Dir: dir, Log: log}
	if head, err = Restore(ctx, c, wall, r); err != nil {
		return head, nil, err
	}
	db, err := store.Open(ctx, c)
	if err != nil {
		return head, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	album, err := media.OpenAlbum(dir)
	if err != nil {
		return head, nil, err
	}
	defer func() { err = errors.Join(err, album.Close()) }()
	wrong, err = Check(ctx, db, album, wall, wall, more...)
	return head, wrong, err
}

// Rehearsed is when a restore was rehearsed last, and of which day the backup was; zero times when never.
func Rehearsed(v *store.View) (at, of time.Time, err error) {
	d, err := people.LastDeed(v, DeedRehearsed)
	if err != nil || d == nil {
		return at, of, err
	}
	of, err = time.Parse(time.DateOnly, d.Subject)
	return d.At, of, err
}
