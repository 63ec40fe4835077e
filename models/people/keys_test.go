package people_test

import (
	"testing"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestRollKeys_isAStewardsDeedThatAllCanRead(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		fresh := []wire.ActorKey{{Actor: wire.Node, Kind: wire.KeyRSA, PrivatePEM: "secret", PublicPEM: "public"}}
		maya := n.join(sage, "Maya")
		n.refused(n.try(func(tx *store.Tx) error { return people.RollKeys(tx, maya, fresh) }), fault.Forbidden, "role.steward_needed")
		n.do(func(tx *store.Tx) error { return people.RollKeys(tx, sage, fresh) })
		n.look(func(v *store.View) error {
			deeds, err := people.Deeds(v, nil, 1)
			if len(deeds) != 1 || deeds[0].Kind != people.DeedKeys || deeds[0].MadeBy == nil || *deeds[0].MadeBy != sage.ID {
				t.Errorf("written down: %+v", deeds)
			}
			return err
		})
	})
}
