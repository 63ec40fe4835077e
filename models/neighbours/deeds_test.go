package neighbours_test

import (
	"slices"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// What stewards did together stands where all members see it, by the name of whoever did it in the end; a suggestion does not.
func TestTwoStewards_whatTheyDidIsWrittenDown(t *testing.T) {
	ofTwo(t, func(n *two) {
		written := func() (kinds []people.DeedKind) {
			n.look(func(v *store.View) error {
				deeds, err := people.Deeds(v, nil, 10)
				for _, d := range deeds {
					if d.Kind != people.DeedInvite && (d.MadeBy == nil || *d.MadeBy != n.reed.ID) {
						t.Errorf("%s is not written down as Reed's: %+v", d.Kind, d)
					}
					if d.Subject == string(n.any().ID) {
						kinds = append(kinds, d.Kind)
					}
				}
				return err
			})
			return kinds
		}
		n.ok(n.asks(n.sage))
		if got := written(); len(got) != 0 {
			t.Errorf("a suggestion is written down as %v", got)
		}
		n.ok(n.agrees(n.reed))
		if got := written(); !slices.Equal(got, []people.DeedKind{neighbours.DeedAsked}) {
			t.Errorf("asking is written down as %v", got)
		}
	})
}
