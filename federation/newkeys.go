package federation

import (
	"context"

	"codeberg.org/manypots/manypots/models/wire"
)

// MakeKeys makes new key pairs of both kinds for all of our actors, for people.RollKeys to put in the place of the old ones. It takes
// a second or two of the processor, and so happens outside any transaction.
//
// Once they are there they sign everything but the Update that says so: the old key signs that, for a week, since it is the one
// that peers know (protocol 8 case 107).
func (f *Federation) MakeKeys(ctx context.Context) (fresh []wire.ActorKey, err error) {
	for _, actor := range ourActors() {
		for _, kind := range keyKinds() {
			if err := ctx.Err(); err != nil { // nobody waits for them any more
				return nil, err
			}
			row, err := makeKey(actor, kind)
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, row)
		}
	}
	return fresh, nil
}
