package federation

import (
	"context"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// RotateKeys gives each of our actors new keys of both kinds, under new ids, and takes a second or two. From then on the new ones
// sign, but for the Update that says so: the old key signs it for a week, since it is the one that peers know (protocol 8 case 107).
// Refusals: Forbidden "role.steward_needed".
func (f *Federation) RotateKeys(ctx context.Context, by people.Member) (err error) {
	defer fault.Wrap(&err, "rotate keys")
	var steward bool
	err = f.view(ctx, func(v *store.View) (err error) {
		steward, err = people.IsSteward(v, by.ID)
		return err
	})
	switch {
	case err != nil:
		return err
	case !steward: // nobody else is to keep the processor busy
		return fault.New(fault.Forbidden, "role.steward_needed")
	}
	var fresh []wire.ActorKey
	for _, actor := range ourActors() {
		for _, kind := range keyKinds() {
			row, err := makeKey(actor, kind)
			if err != nil {
				return err
			}
			fresh = append(fresh, row)
		}
	}
	if err := f.update(ctx, func(tx *store.Tx) error { return people.RollKeys(tx, by, fresh) }); err != nil {
		return err
	}
	for _, actor := range ourActors() {
		if _, err := f.readKeys(ctx, actor); err != nil {
			return err
		}
	}
	return nil
}
