package people_test

import (
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

func (n *node) notices(m people.Member) (kinds []people.NoticeKind) {
	n.Helper()
	n.look(func(v *store.View) error {
		list, err := people.Notices(v, m.ID, 20)
		for _, one := range list {
			kinds = append(kinds, one.Kind)
		}
		return err
	})
	return kinds
}

func (n *node) deeds() (list []people.Deed) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		list, err = people.Deeds(v, nil, 20)
		return err
	})
	return list
}

func TestRecovery_byWordsOpensOnceAndPutsEverybodyOut(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, words := n.joinWith(sage, "Maya", passphrase)
		old, err := n.signIn("Maya", passphrase)
		if err != nil {
			n.Fatal(err)
		}
		hash := n.hash(another)
		recover := func(nickname, typed string) error {
			return n.try(func(tx *store.Tx) error {
				_, _, err := people.RecoverByWords(tx, nickname, typed, hash)
				return err
			})
		}
		typed := strings.ToUpper(strings.Join(words, ", ")) + "\r\n"
		n.refusedField(recover("Sage", typed), "words", "recovery.wrong")
		n.refusedField(recover("Nobody", typed), "words", "recovery.wrong")
		n.refusedField(recover("Maya", strings.Join(words[:5], " ")), "words", "recovery.wrong")
		if err := recover("maya", typed); err != nil {
			n.Fatal(err)
		}
		if n.who(old) != "" {
			n.Error("who was signed in still is")
		}
		if _, err := n.signIn("Maya", passphrase); err == nil {
			n.Error("the old passphrase still opens")
		}
		if _, err := n.signIn("Maya", another); err != nil {
			n.Error(err)
		}
		n.refusedField(recover("Maya", typed), "words", "recovery.wrong")
		if got := n.notices(maya); len(got) != 1 || got[0] != people.NoticeRecovered {
			n.Errorf("she is told %v", got)
		}
	})
}

func TestRecovery_byAStewardsLinkIsShownToTheMemberAndToAll(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, _ := n.joinWith(sage, "Maya", passphrase)
		noor := n.join(sage, "Noor")
		n.refused(n.try(func(tx *store.Tx) error {
			_, _, err := people.LetBackIn(tx, noor, "Maya")
			return err
		}), fault.Forbidden, "role.steward_needed")

		var link people.Secret
		n.do(func(tx *store.Tx) (err error) {
			_, link, err = people.LetBackIn(tx, sage, "Maya")
			return err
		})
		if got := n.notices(maya); len(got) != 1 || got[0] != people.NoticeLinkMade {
			n.Errorf("she is told %v", got)
		}
		deeds := n.deeds()
		if len(deeds) != 1 || deeds[0].Kind != people.DeedLetBackIn || deeds[0].MadeBy == nil || *deeds[0].MadeBy != sage.ID {
			n.Errorf("all are told %+v", deeds)
		}

		hash := n.hash(another)
		use := func() error {
			return n.try(func(tx *store.Tx) error {
				m, words, err := people.RecoverByLink(tx, link, hash)
				if err == nil && (m.ID != maya.ID || len(words) != 6) {
					n.Errorf("let %s in with %v", m.ID, words)
				}
				return err
			})
		}
		if err := use(); err != nil {
			n.Fatal(err)
		}
		n.refused(use(), fault.NotFound, "recovery.link.unknown")
		if _, err := n.signIn("Maya", another); err != nil {
			n.Error(err)
		}
		if got := n.notices(maya); len(got) != 2 {
			n.Errorf("afterwards she is told %v", got)
		}
	})
}

func TestRecovery_linkOfTheCommandLineLastsAQuarterOfAnHour(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		var link people.Secret
		n.do(func(tx *store.Tx) (err error) {
			_, link, err = people.LetBackInByCommandLine(tx, "sage")
			return err
		})
		if deeds := n.deeds(); len(deeds) != 1 || deeds[0].MadeBy != nil {
			n.Errorf("all are told %+v", deeds)
		}
		n.later(15 * time.Minute)
		n.look(func(v *store.View) error {
			_, err := people.FindRecoveryLink(v, link)
			n.refused(err, fault.NotFound, "recovery.link.unknown")
			return nil
		})
		n.refused(n.try(func(tx *store.Tx) error {
			_, _, err := people.LetBackInByCommandLine(tx, "Nobody")
			return err
		}), fault.NotFound, "member.unknown")
	})
}

func TestRecovery_wordsAreRenewedByWhoKnowsThePassphrase(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, old := n.joinWith(sage, "Maya", passphrase)
		proof, err := n.knock("Maya", passphrase)
		if err != nil {
			n.Fatal(err)
		}
		var fresh people.Words
		n.do(func(tx *store.Tx) (err error) {
			fresh, err = people.RenewWords(tx, maya, proof)
			return err
		})
		n.refusedField(n.try(func(tx *store.Tx) error {
			_, err := people.RenewWords(tx, maya, people.Door{})
			return err
		}), "passphrase", "sign_in.wrong")
		for _, words := range []people.Words{old, fresh} {
			err = n.try(func(tx *store.Tx) error {
				_, _, err := people.RecoverByWords(tx, "Maya", strings.Join(words, " "), n.hash(another))
				return err
			})
		}
		if err != nil {
			n.Error(err)
		}
	})
}

func TestWords_canBeSaidAloud(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		_, words := n.joinWith(sage, "Maya", passphrase)
		for _, w := range words {
			for i, r := range w {
				letters := "bdfghjklmnprstvz"
				if i%2 == 1 {
					letters = "aiou"
				}
				if len(w) != 5 || !strings.ContainsRune(letters, r) {
					n.Errorf("%q in %v", w, words)
				}
			}
		}
	})
}
