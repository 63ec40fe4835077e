package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/store"
)

type restoreCommand struct {
	File    string `arg:"" help:"A backup; - is standard input."`
	KeyFile string `type:"existingfile" help:"A file with the key; without it the key is asked for."`
}

// Run reads a backup into an empty data folder.
func (c restoreCommand) Run(s *surroundings) (err error) {
	release, err := store.LockFolder(s.config.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	backup, done, err := s.unseal(c.File, c.KeyFile)
	if err != nil {
		return err
	}
	defer done()
	head, err := models.Restore(s.ctx, s.config.store(s.log), wall(), backup)
	if err != nil {
		return err
	}
	return s.print("Restored as it was on %s. Make sure that the old machine never starts again, then start this one:\n\n  MANYPOTS_URL=%s manypots serve\n\n"+
		"Everybody signs in anew, and makes new invites, tokens and feed addresses. What happened after the backup is lost here; neighbours are\n"+
		"asked for what they know of it. Things rest until whoever gives them has looked. What else has to be done again is on the page\n"+
		"\"What we keep, and for how long\".",
		head.MadeAt.Format("2006-01-02 15:04 MST"), head.BaseURL)
}

// unseal opens a backup with a key from a file or from the terminal.
func (s *surroundings) unseal(file, keyFile string) (r io.Reader, done func() error, err error) {
	key, err := s.sealKey(file, keyFile)
	if err != nil {
		return nil, nil, err
	}
	f := os.Stdin
	if file != "-" {
		if f, err = os.Open(file); err != nil {
			return nil, nil, err
		}
	}
	if r, err = store.Unseal(bufio.NewReader(f), key); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return r, f.Close, nil
}

func (s *surroundings) sealKey(file, keyFile string) (store.SealKey, error) {
	if keyFile != "" {
		raw, err := os.ReadFile(keyFile)
		return store.SealKey(raw), err
	}
	if file == "-" {
		return "", errors.New("the backup comes on standard input: give the key with --key-file")
	}
	if _, err := fmt.Fprint(s.errs, "The key that was printed (AGE-SECRET-KEY-1...): "); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, 1<<12)).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return store.SealKey(line), err
}
