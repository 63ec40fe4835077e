package api

import (
	"context"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// rollKeys gives the node new keys.
func rollKeys(c *call) error {
	var fresh []wire.ActorKey
	return c.do(c.readForm(), act{
		ready: func(ctx context.Context) (err error) {
			fresh, err = c.s.Locksmith.MakeKeys(ctx)
			return err
		},
		verb: func(tx *store.Tx) (result, error) {
			return result{at: "/stewards", flash: "flash.keys_rolled"}, people.RollKeys(tx, c.by(), fresh)
		},
	})
}
