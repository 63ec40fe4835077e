package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type memberCommand struct {
	List    memberListCommand    `cmd:"" help:"List who is here, by nickname."`
	Recover memberRecoverCommand `cmd:"" help:"Print a link, good for 15 minutes, that lets a member back in."`
}

type memberListCommand struct{}

// Run lists nicknames. No page does.
func (memberListCommand) Run(s *surroundings) error {
	const page = 100
	return s.view(func(v *store.View) error {
		for after := ""; ; {
			members, err := people.ListMembers(v, after, page)
			if err != nil || len(members) == 0 {
				return err
			}
			for _, m := range members {
				if err := s.print("%s", m.Nickname); err != nil {
					return err
				}
				after = *m.NicknameKey
			}
		}
	})
}

type memberRecoverCommand struct {
	Member string `arg:"" help:"The member's nickname."`
}

// Run prints a recovery link. The member is shown afterwards that it was made.
func (c memberRecoverCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		_, code, err := people.LetBackInByCommandLine(tx, c.Member)
		if err != nil {
			return err
		}
		return s.print("%s", s.config.URL.Page("/recover#"+string(code)))
	})
}
