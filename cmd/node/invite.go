package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type inviteCommand struct {
	Steward bool `help:"The invited person becomes a steward for a term."`
	Uses    int  `default:"1" help:"How many people can join with it."`
	Days    int  `default:"7" help:"How many days it can be used."`
}

// Run prints an invite link. That it was made here is written down where all members see it.
func (c inviteCommand) Run(s *surroundings) error {
	kind := people.ForMember
	if c.Steward {
		kind = people.ForSteward
	}
	return s.update(func(tx *store.Tx) error {
		_, code, err := people.MakeInviteByCommandLine(tx, people.NewInvite{Kind: kind, Uses: c.Uses, Days: c.Days})
		if err != nil {
			return err
		}
		return s.print("%s", s.config.URL.Page("/join?invite="+string(code)))
	})
}
