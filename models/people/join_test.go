package people_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
)

func TestInvite_forOneLetsOneInOfFiftyWhoComeAtOnce(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		const crowd = 50
		results := make([]error, crowd)
		var wait sync.WaitGroup
		for i := range crowd {
			wait.Go(func() { _, _, results[i] = n.redeem(code, fmt.Sprintf("Guest %d", i)) })
		}
		wait.Wait()
		in := 0
		for _, err := range results {
			switch {
			case err == nil:
				in++
			default:
				n.refused(err, fault.Gone, "invite.used_up")
			}
		}
		if in != 1 {
			n.Errorf("%d came in", in)
		}
		n.look(func(v *store.View) error {
			members, err := people.ListMembers(v, "", 100)
			if len(members) != 2 {
				n.Errorf("%d members", len(members))
			}
			return err
		})
	})
}

func TestInvite_forThreeLetsThreeInOfFiftyWhoComeAtOnce(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 3, Days: 7})
		var wait sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for i := range 50 {
			wait.Go(func() {
				if _, _, err := n.redeem(code, fmt.Sprintf("Guest %d", i)); err == nil {
					mu.Lock()
					in++
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if in != 3 {
			n.Errorf("%d came in", in)
		}
	})
}

func TestInvite_saysWhyItNoLongerWorks(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		_, _, err := n.redeem("nosuchcode", "Maya")
		n.refused(err, fault.NotFound, "invite.unknown")

		expired := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 5, Days: 1})
		revoked := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 5, Days: 30})
		n.look(func(v *store.View) error {
			_, err := people.FindInvite(v, revoked)
			return err
		})
		n.do(func(tx *store.Tx) error {
			i, err := people.FindInvite(tx.View, revoked)
			if err != nil {
				return err
			}
			return people.RevokeInvite(tx, sage, i.ID)
		})
		_, _, err = n.redeem(revoked, "Maya")
		n.refused(err, fault.Gone, "invite.revoked")
		n.later(24 * time.Hour)
		_, _, err = n.redeem(expired, "Maya")
		n.refused(err, fault.Gone, "invite.expired")
	})
}

func TestInvite_codeMayBeTypedFromAFlyer(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := string(n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 2, Days: 7}))
		if len(code) < 26 { // 26 letters of five bits: 130
			n.Errorf("the code %q has fewer than 128 bits", code)
		}
		typed := " " + strings.ToUpper(code[:8]) + "-" + code[8:] + "\u0020"
		if _, _, err := n.redeem(people.Secret(typed), "Maya"); err != nil {
			n.Error(err)
		}
	})
}

func TestInvite_survivesANicknameThatIsTaken(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		_, _, err := n.redeem(code, " SAGE ")
		n.refusedField(err, "nickname", "member.nickname.taken")
		maya, words, err := n.redeem(code, "Maya")
		if err != nil {
			n.Fatal(err)
		}
		if len(words) != 6 || maya.Reachable() || maya.Left() || maya.Language != "en" {
			n.Errorf("she is %+v with words %v", maya, words)
		}
	})
}

func TestInvite_forAStewardIsMadeByStewardsAndBeginsATerm(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		forOne := people.NewInvite{Kind: people.ForSteward, Uses: 1, Days: 7}
		err := n.try(func(tx *store.Tx) error {
			_, _, err := people.MakeInvite(tx, maya, forOne)
			return err
		})
		n.refused(err, fault.Forbidden, "role.steward_needed")
		noor, _, err := n.redeem(n.invite(sage, forOne), "Noor")
		if err != nil {
			n.Fatal(err)
		}
		n.look(func(v *store.View) error {
			if ok, err := people.IsSteward(v, noor.ID); !ok || err != nil {
				n.Errorf("Noor is no steward: %v", err)
			}
			if ok, err := people.IsSteward(v, maya.ID); ok || err != nil {
				n.Errorf("Maya is a steward: %v", err)
			}
			return nil
		})
	})
}

func TestInvite_hasLimits(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		for _, wrong := range []struct {
			in         people.NewInvite
			field, key string
		}{
			{people.NewInvite{Kind: people.ForMember, Uses: 0, Days: 7}, "uses", "invite.uses"},
			{people.NewInvite{Kind: people.ForMember, Uses: 51, Days: 7}, "uses", "invite.uses"},
			{people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 91}, "days", "invite.days"},
			{people.NewInvite{Kind: people.ForSteward, Uses: 2, Days: 7}, "uses", "invite.uses"},
			{people.NewInvite{Kind: people.ForSteward, Uses: 1, Days: 8}, "days", "invite.days"},
			{people.NewInvite{Kind: "admin", Uses: 1, Days: 7}, "kind", "invite.kind"},
		} {
			err := n.try(func(tx *store.Tx) error {
				_, _, err := people.MakeInvite(tx, sage, wrong.in)
				return err
			})
			n.refusedField(err, wrong.field, wrong.key)
		}
	})
}

func TestInvites_showTheirMakerToStewardsOnly(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, noor := n.join(sage, "Maya"), n.join(sage, "Noor")
		n.invite(maya, people.NewInvite{Kind: people.ForMember, Uses: 5, Days: 7})
		var hers people.Invite
		n.look(func(v *store.View) error {
			for _, by := range []struct {
				who  people.Member
				sees int
			}{{sage, 1}, {maya, 1}, {noor, 0}} {
				list, err := people.Invites(v, by.who, "", 10)
				if err != nil {
					return err
				}
				if len(list) != by.sees {
					n.Errorf("%s sees %d invites", by.who.Nickname, len(list))
				}
				if len(list) == 1 {
					hers = list[0]
				}
			}
			return nil
		})
		n.refused(n.try(func(tx *store.Tx) error { return people.RevokeInvite(tx, noor, hers.ID) }), fault.NotFound, "invite.unknown")
		n.do(func(tx *store.Tx) error { return people.RevokeInvite(tx, sage, hers.ID) })
	})
}

func TestJoin_withoutAnInviteNeedsAnOpenCollective(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		join := func() error {
			return n.try(func(tx *store.Tx) error {
				_, _, err := people.Join(tx, people.NewMember{Nickname: "Ash", Passphrase: peopletest.Hash, Language: "ar"})
				return err
			})
		}
		n.refused(join(), fault.Forbidden, "join.invite_needed")
		n.do(func(tx *store.Tx) error {
			answers := peopletest.Answers()
			answers.Open = true
			_, err := people.ChangeCollective(tx, sage, answers)
			return err
		})
		if err := join(); err != nil {
			n.Error(err)
		}
	})
}

func TestNewMember_isToldEverythingThatIsWrongAtOnce(t *testing.T) {
	err := people.NewMember{Nickname: "a\u202eb", Language: "zz-!"}.Check("too short")
	n := &node{T: t}
	n.refusedField(err, "nickname", "member.nickname.characters")
	n.refusedField(err, "language", "language.unknown")
	n.refusedField(err, "passphrase", "passphrase.short")
	if err := (people.NewMember{Nickname: "نور"}).Check("twelve long!"); err != nil {
		t.Error(err)
	}
}

func TestProfile_keepsNicknamesApart(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		change := func(p people.Profile) error {
			return n.try(func(tx *store.Tx) error {
				_, err := people.ChangeProfile(tx, maya, p)
				return err
			})
		}
		n.refusedField(change(people.Profile{Nickname: "sage", Language: "en"}), "nickname", "member.nickname.taken")
		n.refusedField(change(people.Profile{Nickname: "Maya", Language: "en", Contact: "a\x00"}), "contact", "member.contact.characters")
		n.refusedField(change(people.Profile{Nickname: strings.Repeat("m", 41), Language: "en"}), "nickname", "member.nickname.long")
		if err := change(people.Profile{Nickname: "Maya B", Language: "ar", Contact: "ring the green bell"}); err != nil {
			n.Fatal(err)
		}
		n.look(func(v *store.View) error {
			m, err := people.FindByNickname(v, "MAYA  b")
			if m.ID != maya.ID || m.Contact != "ring the green bell" || m.Language != "ar" {
				n.Errorf("she is %+v", m)
			}
			return err
		})
	})
}

func TestJoin_isUndoneWhole(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		boom := errors.New("boom")
		err := n.Update(context.Background(), n.now, func(tx *store.Tx) error {
			if _, _, err := people.Redeem(tx, code, people.NewMember{Nickname: "Maya", Passphrase: peopletest.Hash}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			n.Fatal(err)
		}
		if _, _, err := n.redeem(code, "Maya"); err != nil {
			n.Errorf("the use was lost: %v", err)
		}
	})
}
