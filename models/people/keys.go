package people

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// DeedKeys is written down when the node got new keys.
const DeedKeys DeedKind = "keys.rolled"

// RollKeys puts new keys in the place of those with which our actors sign; stewards do, and everybody can read that they did. Those
// who know the old keys are told with them. Refusals: Forbidden "role.steward_needed".
func RollKeys(tx *store.Tx, by Member, fresh []wire.ActorKey) (err error) {
	defer fault.Wrap(&err, "roll keys")
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	of := map[wire.Actor][]wire.ActorKey{}
	for _, k := range fresh {
		of[k.Actor] = append(of[k.Actor], k)
	}
	for _, actor := range []wire.Actor{wire.Collective, wire.Decisions, wire.Node} {
		if err := wire.RollActorKeys(tx, actor, of[actor]...); err != nil {
			return err
		}
	}
	return WriteDownBy(tx, by, DeedKeys, "")
}
