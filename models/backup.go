package models

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// DeedBackupKey is written down where all members see it: somebody else may now be able to open backups.
const DeedBackupKey people.DeedKind = "backup.key"

// notBackedUp are the tables that no backup has (security 5.2): what opens a door to whoever finds it or is of use for a day only.
func notBackedUp() []string {
	return []string{
		"sessions",       // everybody signs in again
		"results",        // form keys
		"setup_links",    // of a node that is not set up
		"recovery_links", // whoever was given one asks for another
		"knocks",         // tries at a passphrase
		"tokens",         // one that was revoked after the backup would open again
		"invites",        // as would one of these
	}
}

// Backup writes everything that the node holds to w, as it is at one moment, while the node goes on: rows, keys among them, on one
// snapshot, then the files of the photos that those rows speak of. What has been purged is not in it. It writes to a file inside a
// transaction, which only reads.
func Backup(ctx context.Context, db *store.Store, album *media.Album, wall time.Time, w io.Writer) (err error) {
	defer fault.Wrap(&err, "back up")
	head := store.Head{MadeAt: wall.UTC().Truncate(time.Second)}
	if head.Schema, err = db.Schema(ctx); err != nil {
		return err
	}
	var archive *store.Archive
	var photos []media.PhotoID
	err = db.View(ctx, wall, func(v *store.View) error {
		c, err := people.FindCollective(v)
		if err != nil {
			return err
		}
		head.BaseURL = c.BaseURL
		if archive, err = store.NewArchive(w, head); err != nil {
			return err
		}
		if photos, err = media.Kept(v); err != nil {
			return err
		}
		return v.Dump(notBackedUp(), wire.Disclosed(v, archive.Add))
	})
	if err != nil {
		return err
	}
	if err := album.Pack(photos, archive.Add); err != nil {
		return err
	}
	return archive.Close()
}

// Restore reads a backup into an empty data folder, and an empty PostgreSQL database where c names one; either database reads what
// the other wrote. It refuses to touch what is there. When it fails nothing is there; when it is killed no program starts on what is
// there, and it can be typed again. The node finds its way back when it starts: see ComeBack.
func Restore(ctx context.Context, c store.Config, wall time.Time, r io.Reader) (head store.Head, err error) {
	defer fault.Wrap(&err, "restore")
	backup, err := store.ReadArchive(r)
	if err != nil {
		return head, err
	}
	head = backup.Head
	if wall.Before(head.MadeAt) {
		return head, errors.New("the backup is from the future: set this machine's clock first")
	}
	return head, store.Refill(ctx, c, wall, store.Refilling{
		Schema: head.Schema,
		Fill: func(tx *store.Tx, room string) error {
			if err := media.MustBeEmpty(c.Dir); err != nil {
				return err
			}
			if err := unpack(tx, room, backup); err != nil {
				return err
			}
			return tx.Restored(wall, head.MadeAt)
		},
		Move: func(room string) error { return media.MoveAlbum(room, c.Dir) },
		Undo: func() error { return media.RemoveAlbum(c.Dir) },
	})
}

func unpack(tx *store.Tx, room string, backup *store.Reading) (err error) {
	album, err := media.OpenAlbum(room)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, album.Close()) }()
	rows, err := tx.Filling()
	if err != nil {
		return err
	}
	err = backup.Each(func(name string, data []byte) error {
		if strings.HasPrefix(name, "media/") {
			return album.Unpack(name, data)
		}
		if slices.Contains(notBackedUp(), strings.Split(name, "/")[1]) {
			return nil // anybody who has seen the recipient can seal a door opener for us; and an older program may have kept it
		}
		return rows.Fill(name, data)
	})
	if err != nil {
		return err
	}
	if err := people.EndFeeds(tx); err != nil {
		return err
	}
	// What was dropped while the backup was being made was gone when its turn came.
	missing, err := media.Missing(tx.View, album)
	if err != nil {
		return err
	}
	return media.Detach(tx, missing...)
}
