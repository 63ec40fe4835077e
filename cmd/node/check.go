package main

import (
	"errors"
	"fmt"

	"codeberg.org/manypots/manypots/federation"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
)

type checkCommand struct {
	File    string `arg:"" optional:"" help:"A backup to check instead of the node: that the key opens it, and that it is whole."`
	KeyFile string `type:"existingfile" help:"A file with the key; without it the key is asked for."`
}

// Run says what is wrong with the database, photos and keys, beside a running node. Anything found is an error.
func (c checkCommand) Run(s *surroundings) error {
	if c.File != "" {
		return c.backup(s)
	}
	return s.withStore(func(db *store.Store) error {
		album, err := media.OpenAlbum(s.config.Data)
		if err != nil {
			return err
		}
		defer album.Close()
		wrong, err := models.Check(s.ctx, db, album, wall(), wall(), federation.CheckKeys)
		if err != nil {
			return err
		}
		for _, sentence := range wrong {
			if err := s.print("%s", sentence); err != nil {
				return err
			}
		}
		if len(wrong) > 0 {
			return fmt.Errorf("%d things are wrong", len(wrong))
		}
		return s.print("All is well: database, photos and keys.")
	})
}

func (c checkCommand) backup(s *surroundings) error {
	r, done, err := s.unseal(c.File, c.KeyFile)
	if err != nil {
		return err
	}
	defer done()
	backup, err := store.ReadArchive(r)
	if err != nil {
		return err
	}
	parts := 0
	if err := backup.Each(func(string, []byte) error { parts++; return nil }); err != nil {
		return err
	}
	if parts == 0 {
		return errors.New("there is nothing in the backup")
	}
	return s.print("The backup of %s, made on %s, is whole: %d parts.", backup.Head.BaseURL, backup.Head.MadeAt.Format("2006-01-02 15:04 MST"), parts)
}
