package neighbours_test

import (
	"fmt"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

const ana = mastodon + "/users/ana"

func letter(n int) neighbours.Letter {
	return neighbours.Letter{From: ana, Name: "@ana@social.example", Object: fmt.Sprintf("%s/notes/%d", mastodon, n), Text: fmt.Sprintf("hello %d", n)}
}

// cards are the letters on a member's cards.
func (n *node) cards(m people.Member) (subjects []string) {
	n.Helper()
	n.look(func(v *store.View) error {
		notices, err := people.Notices(v, m.ID, 10)
		for _, notice := range notices {
			if notice.Kind == neighbours.NoticeLetter {
				subjects = append(subjects, notice.Subject)
			}
		}
		return err
	})
	return subjects
}

func (n *node) letters() (all []neighbours.Letter) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		all, err = neighbours.Letters(v, 10)
		return err
	})
	return all
}

func (n *node) hears(l neighbours.Letter) error {
	return n.try(func(tx *store.Tx) error { return neighbours.HearLetter(tx, l) })
}

func (n *node) must(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func TestLetter_isOneCardHoweverManyThereAre(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(letter(1)))
		n.must(n.hears(letter(2)))
		all := n.letters()
		if len(all) != 2 || len(n.cards(n.sage)) != 1 || n.cards(n.sage)[0] != string(all[0].ID) {
			n.Fatalf("letters %v, cards %v", all, n.cards(n.sage))
		}
		if len(n.cards(n.reed)) != 0 {
			n.Error("who is no steward is told")
		}
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, n.reed, all[0].ID) }), "role.steward_needed")
		n.do(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, n.sage, all[0].ID) })
		if cards := n.cards(n.sage); len(cards) != 1 || cards[0] != string(all[1].ID) {
			n.Errorf("the next card is %v", cards)
		}
		n.do(func(tx *store.Tx) error { return neighbours.ReadLetter(tx, n.sage, all[1].ID) })
		if len(n.cards(n.sage)) != 0 {
			n.Error("a card for no letter")
		}
	})
}

func TestLetter_isChangedAndTakenBackByItsSenderOnly(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(letter(1)))
		forged := letter(1)
		forged.From, forged.Text = mastodon+"/users/mallory", "send me money"
		n.refused(n.hears(forged), "letter.another")
		changed := letter(1)
		changed.Text = "hello again"
		n.must(n.hears(changed))
		if all := n.letters(); len(all) != 1 || all[0].Text != "hello again" {
			n.Fatalf("letters %v", all)
		}
		n.do(func(tx *store.Tx) error { return neighbours.ForgetLetter(tx, forged.From, forged.Object) })
		if len(n.letters()) != 1 {
			n.Error("another took it back")
		}
		n.do(func(tx *store.Tx) error { return neighbours.ForgetLetter(tx, ana, forged.Object) })
		if len(n.letters()) != 0 || len(n.cards(n.sage)) != 0 {
			n.Error("it is still there")
		}
	})
}

func TestLetter_goesAfterThirtyDays(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(letter(1)))
		n.now = n.now.Add(30*day - time.Second)
		n.do(neighbours.Purge)
		if len(n.letters()) != 1 {
			n.Error("it went too early")
		}
		n.now = n.now.Add(time.Second)
		n.do(neighbours.Purge)
		if len(n.letters()) != 0 {
			n.Error("it is still there")
		}
	})
}

func TestLetter_findersHaveAnIndex(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(letter(1)))
		storetest.IndexedFinder(n, n.Store, func(v *store.View) error {
			_, err := neighbours.Letters(v, 10)
			return err
		})
		storetest.IndexedFinder(n, n.Store, func(v *store.View) error {
			_, err := neighbours.FindLetterByObject(v, letter(1).Object)
			return err
		})
	})
}

func TestLetter_goesWithItsSender(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(letter(1)))
		n.must(n.hears(letter(2)))
		n.do(func(tx *store.Tx) error { return neighbours.HearDelete(tx, ana) })
		if len(n.letters()) != 0 || len(n.cards(n.sage)) != 0 {
			n.Errorf("letters %v, cards %v", n.letters(), n.cards(n.sage))
		}
	})
}
