package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type setupLinkCommand struct{}

// Run prints a link that opens the seven questions, once.
func (setupLinkCommand) Run(s *surroundings) error {
	return s.withStore(func(db *store.Store) error {
		link, err := setupLink(s, db)
		if err != nil {
			return err
		}
		return s.print("%s", link)
	})
}

func setupLink(s *surroundings, db *store.Store) (link string, err error) {
	err = db.Update(s.ctx, wall(), func(tx *store.Tx) error {
		code, err := people.MakeSetupLink(tx)
		link = s.config.URL.Page("/setup?key=" + string(code))
		return err
	})
	return link, err
}
