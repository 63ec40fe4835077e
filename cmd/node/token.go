package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type tokenCommand struct {
	Member string         `arg:"" help:"The member's nickname."`
	Scope  []people.Scope `required:"" help:"What the token may do: things:read, things:write, claims, neighbours:read, neighbours:write, people."`
	Name   string         `default:"command line" help:"What the token is for, as its owner reads it."`
	Days   int            `default:"90" help:"How many days it can be used; 0 until it is revoked."`
}

// Run prints an API token; it is not shown again.
func (c tokenCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		_, secret, err := people.MakeTokenByCommandLine(tx, wall(), c.Member, people.NewToken{Name: c.Name, Scopes: c.Scope, Days: c.Days})
		if err != nil {
			return err
		}
		return s.print("%s", string(secret))
	})
}
