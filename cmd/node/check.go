package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"codeberg.org/manypots/manypots/federation"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type checkCommand struct {
	File      string `arg:"" optional:"" help:"A backup to check instead of the node: it is opened, restored to one side and looked at."`
	KeyFile   string `type:"existingfile" help:"A file with the key; without it the key is asked for."`
	Rehearsed string `placeholder:"DAY" help:"Write down where members see it that a backup of this day, as 2026-11-30, was checked on another machine."`
}

// Run says what is wrong with the database, photos and keys, beside a running node. Anything found is an error.
func (c checkCommand) Run(s *surroundings) error {
	switch {
	case c.File != "":
		return c.backup(s)
	case c.Rehearsed != "":
		return c.writeDown(s)
	}
	if err := s.mustHaveNode(); err != nil {
		return err
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
		if err := s.tell(wrong); err != nil {
			return err
		}
		return s.print("All is well: database, photos and keys.")
	})
}

// tell says what is wrong; that anything is, is an error.
func (s *surroundings) tell(wrong []string) error {
	for _, sentence := range wrong {
		if err := s.print("%s", sentence); err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d things are wrong", len(wrong))
	}
	return nil
}

// backup rehearses a restore, and has that written down where this is the machine of the node.
func (c checkCommand) backup(s *surroundings) error {
	r, done, err := s.unseal(c.File, c.KeyFile)
	if err != nil {
		return err
	}
	defer done()
	head, wrong, err := s.rehearse(r)
	if err != nil {
		return err
	}
	if err := s.tell(wrong); err != nil {
		return err
	}
	err = s.print("The backup of %s, made on %s, is whole, and the node that was made of it is in order.", head.BaseURL, head.MadeAt.Format("2006-01-02 15:04 MST"))
	if err != nil {
		return err
	}
	day := head.MadeAt.Format(time.DateOnly)
	if at, err := s.nodeHere(); err != nil {
		return err
	} else if at != head.BaseURL {
		return s.print("So that its members can see that it was tried, type this on the machine of the node:\n\n  manypots check --rehearsed %s", day)
	}
	return checkCommand{Rehearsed: day}.writeDown(s)
}

// rehearse makes a node of a backup in a folder of its own, which nobody else may read. What is left there of one that was killed goes.
func (s *surroundings) rehearse(r io.Reader) (head store.Head, wrong []string, err error) {
	dir := filepath.Join(s.config.Data, "rehearsal")
	release, err := store.LockFolder(dir)
	if err != nil {
		return head, nil, err
	}
	defer func() { err = errors.Join(err, release()) }()
	room := filepath.Join(dir, "node")
	if err := errors.Join(os.RemoveAll(room), os.Mkdir(room, 0o700)); err != nil {
		return head, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return models.Rehearse(s.ctx, room, s.log, wall(), r, federation.CheckKeys)
}

// nodeHere is the address of the node on this machine, empty when there is none. No database comes into being by the question.
func (s *surroundings) nodeHere() (at string, err error) {
	if _, err := os.Stat(filepath.Join(s.config.Data, "manypots.sqlite")); s.config.Database == "" && errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	err = s.view(func(v *store.View) error {
		c, err := people.FindCollective(v)
		at = c.BaseURL
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return at, err
}

// mustHaveNode keeps from saying that all is well where there is nothing, as in another folder than was meant.
func (s *surroundings) mustHaveNode() error {
	at, err := s.nodeHere()
	if err == nil && at == "" {
		err = fmt.Errorf("there is no node in %s, or it is not set up yet: is MANYPOTS_DATA right, and MANYPOTS_DATABASE?", s.config.Data)
	}
	return err
}

func (c checkCommand) writeDown(s *surroundings) error {
	if err := s.mustHaveNode(); err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, c.Rehearsed)
	if err != nil || day.After(wall()) {
		return errors.New("say the day of the backup as it is printed by the check: 2026-11-30")
	}
	err = s.update(func(tx *store.Tx) error { return people.WriteDown(tx, models.DeedRehearsed, c.Rehearsed) })
	if err != nil {
		return err
	}
	return s.print("It is written down where members see it.")
}
