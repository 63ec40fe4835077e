package people_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

var stewardInvite = people.NewInvite{Kind: people.ForSteward, Uses: 1, Days: 7}

func (n *node) stewards() (names []string) {
	n.Helper()
	n.look(func(v *store.View) error {
		roles, err := people.Stewards(v)
		if err != nil {
			return err
		}
		for _, r := range roles {
			m, err := people.FindMember(v, r.Member)
			if err != nil {
				return err
			}
			names = append(names, m.Nickname)
		}
		return nil
	})
	return names
}

func (n *node) takeUp(by people.Member, code people.Secret) error {
	return n.try(func(tx *store.Tx) error { return people.TakeUp(tx, by, code) })
}

func TestTerm_endsByItselfAfterThreeMonths(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.now = noon.AddDate(0, 3, 0).Add(-time.Second)
		if got := n.stewards(); len(got) != 1 {
			n.Errorf("stewards %v", got)
		}
		n.later(time.Second)
		if got := n.stewards(); len(got) != 0 {
			n.Errorf("stewards %v", got)
		}
		err := n.try(func(tx *store.Tx) error {
			_, _, err := people.MakeInvite(tx, sage, stewardInvite)
			return err
		})
		n.refused(err, fault.Forbidden, "role.steward_needed")
		// The powers rest until somebody at the machine invites a steward, which is written down.
		var code people.Secret
		n.do(func(tx *store.Tx) (err error) {
			_, code, err = people.MakeInviteByCommandLine(tx, stewardInvite)
			return err
		})
		if err := n.takeUp(sage, code); err != nil {
			n.Fatal(err)
		}
		if got, deeds := n.stewards(), n.deeds(); len(got) != 1 || len(deeds) != 1 || deeds[0].Kind != people.DeedInvite {
			n.Errorf("stewards %v, written down %v", got, deeds)
		}
	})
}

func TestTerm_isProlongedByAnotherSteward(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		if err := n.takeUp(sage, n.invite(sage, stewardInvite)); err != nil {
			n.Errorf("while there is one, one may do it: %v", err)
		}
		if err := n.takeUp(maya, n.invite(sage, stewardInvite)); err != nil {
			n.Fatal(err)
		}
		if deeds := n.deeds(); len(deeds) != 2 || deeds[0].Kind != people.DeedInvite || *deeds[0].MadeBy != sage.ID {
			n.Errorf("that she invited stewards is written down as %v", deeds)
		}
		n.refused(n.takeUp(sage, n.invite(sage, stewardInvite)), fault.Forbidden, "invite.own")
		n.now = noon.AddDate(0, 2, 0)
		if err := n.takeUp(sage, n.invite(maya, stewardInvite)); err != nil {
			n.Fatal(err)
		}
		n.now = noon.AddDate(0, 4, 0)
		if got := n.stewards(); len(got) != 1 || got[0] != "Sage" {
			n.Errorf("stewards %v", got)
		}
	})
}

func TestTerm_needsAStewardsInvite(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		n.refused(n.takeUp(maya, code), fault.Conflict, "invite.already_member")
		if _, _, err := n.redeem(code, "Noor"); err != nil {
			n.Errorf("the invite was spent on somebody who is here: %v", err)
		}
	})
}

func TestTerm_canBeLaidDown(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.do(func(tx *store.Tx) error { return people.StepBack(tx, sage) })
		if got := n.stewards(); len(got) != 0 {
			n.Errorf("stewards %v", got)
		}
	})
}

func TestApart_worksBothWaysUntilItIsLifted(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, noor := n.join(sage, "Maya"), n.join(sage, "Noor")
		apart := func(a, b people.Member) (yes bool) {
			n.look(func(v *store.View) (err error) {
				yes, err = people.Apart(v, a.ID, b.ID)
				return err
			})
			return yes
		}
		for range 2 {
			n.do(func(tx *store.Tx) error { return people.KeepApart(tx, maya.ID, noor.ID) })
		}
		if !apart(maya, noor) || !apart(noor, maya) || apart(maya, sage) || apart(maya, people.Member{}) {
			n.Error("the wrong two are apart")
		}
		n.look(func(v *store.View) error {
			list, err := people.Blocks(v, noor)
			if len(list) != 0 {
				n.Error("Noor is told")
			}
			return err
		})
		n.do(func(tx *store.Tx) error { return people.LiftBlock(tx, noor, maya.ID) })
		if !apart(maya, noor) {
			n.Error("Noor lifted what Maya asked for")
		}
		n.do(func(tx *store.Tx) error { return people.LiftBlock(tx, maya, noor.ID) })
		if apart(maya, noor) {
			n.Error("they are still apart")
		}
		n.refused(n.try(func(tx *store.Tx) error { return people.KeepApart(tx, maya.ID, maya.ID) }), fault.Invalid, "block.self")
		n.refused(n.try(func(tx *store.Tx) error { return people.KeepApart(tx, maya.ID, "nobody") }), fault.NotFound, "member.unknown")
	})
}

func TestNotice_isToldOnceAndMovesUp(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		tell := func(subject string) {
			n.do(func(tx *store.Tx) error { return people.Notify(tx, maya.ID, "claim.changed", subject) })
		}
		tell("one")
		n.later(time.Hour)
		tell("two")
		n.later(time.Hour)
		tell("one")
		var list []people.Notice
		n.look(func(v *store.View) (err error) {
			list, err = people.Notices(v, maya.ID, 7)
			return err
		})
		if len(list) != 2 || list[0].Subject != "one" || !list[0].At.Equal(n.now) {
			n.Fatalf("she is told %+v", list)
		}
		n.refused(n.try(func(tx *store.Tx) error { return people.Dismiss(tx, sage, list[0].ID) }), fault.NotFound, "notice.unknown")
		n.do(func(tx *store.Tx) error { return people.Dismiss(tx, maya, list[0].ID) })
		n.do(func(tx *store.Tx) error { return people.Settle(tx, "claim.changed", "two") })
		if got := n.notices(maya); len(got) != 0 {
			n.Errorf("she is still told %v", got)
		}
		n.do(func(tx *store.Tx) error { return people.Notify(tx, "", "claim.changed", "somebody elsewhere") })
	})
}

func TestDeeds_areReadPageByPage(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		for _, subject := range []string{"a", "b", "c", "d", "e"} {
			n.do(func(tx *store.Tx) error { return people.WriteDown(tx, "queue.dropped", subject) })
		}
		var read string
		var last *people.Deed
		for {
			var page []people.Deed
			n.look(func(v *store.View) (err error) {
				page, err = people.Deeds(v, last, 2)
				return err
			})
			if len(page) == 0 {
				break
			}
			for _, d := range page {
				read += d.Subject
			}
			last = &page[len(page)-1]
		}
		if read != "edcba" {
			n.Errorf("read %q", read)
		}
	})
}
