package neighbours_test

import (
	"fmt"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

const chair = "01kf0000000000000000000000"

func voice(n int) neighbours.Letter {
	l := letter(n)
	l.Kind, l.About = neighbours.Voice, chair
	return l
}

func (n *node) voices() (all []neighbours.Letter) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		all, err = neighbours.Voices(v, chair)
		return err
	})
	return all
}

// Product D16: held until a steward lets it through.
func TestVoice_isShownOnceAStewardLetItThrough(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(voice(1)))
		if len(n.voices()) != 0 || len(n.cards(n.sage)) != 1 {
			n.Fatalf("shown %v, cards %v", n.voices(), n.cards(n.sage))
		}
		id := n.letters()[0].ID
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.LetThrough(tx, n.reed, id) }), "role.steward_needed")
		n.do(func(tx *store.Tx) error { return neighbours.LetThrough(tx, n.sage, id) })
		if len(n.voices()) != 1 || len(n.cards(n.sage)) != 0 {
			n.Errorf("shown %v, cards %v", n.voices(), n.cards(n.sage))
		}
		changed := voice(1)
		changed.Text = "buy my pills"
		n.must(n.hears(changed))
		if len(n.voices()) != 0 || len(n.cards(n.sage)) != 1 {
			n.Error("other words are shown than were let through")
		}
		n.do(func(tx *store.Tx) error { return neighbours.LetThrough(tx, n.sage, id) })
		n.do(func(tx *store.Tx) error { return neighbours.TakeOff(tx, n.sage, id) })
		if len(n.voices()) != 0 {
			n.Error("it is still on the page")
		}
	})
}

func TestVoice_isShownAtOnceWhereTheCollectiveWantsSo(t *testing.T) {
	alder(t, func(n *node) {
		n.do(func(tx *store.Tx) error {
			answers := peopletest.Answers()
			answers.ShowVoices = true
			_, err := people.ChangeCollective(tx, n.sage, answers)
			return err
		})
		n.must(n.hears(voice(1)))
		wish := voice(2)
		wish.Kind = neighbours.Wish
		n.must(n.hears(wish))
		if got := n.voices(); len(got) != 1 || got[0].Text != "hello 1" || len(n.cards(n.sage)) != 1 {
			n.Errorf("shown %v, cards %v", got, n.cards(n.sage))
		}
		n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.sage, "social.example") })
		if len(n.voices()) != 0 { // security L15
			n.Error("whoever is shut out is still heard")
		}
	})
}

// Security L4: what was written to us alone is for us alone.
func TestVoice_isNeverWhatWasWrittenToUsAlone(t *testing.T) {
	alder(t, func(n *node) {
		private := letter(1)
		private.About = chair
		n.must(n.hears(private))
		id := n.letters()[0].ID
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.LetThrough(tx, n.sage, id) }), "letter.not_a_voice")
	})
}

func TestDesk_ofOneServerBuriesNoOther(t *testing.T) {
	alder(t, func(n *node) {
		for i := range 9 {
			n.must(n.hears(voice(i)))
		}
		other := voice(20)
		other.From, other.Text = "https://calm.example/users/bea", "what is said once"
		n.must(n.hears(other))
		if all := n.letters(); len(all) != 10 || all[1].Text != other.Text {
			n.Errorf("letters %v", all)
		}
		full := func(sender string) (full bool) {
			n.look(func(v *store.View) (err error) {
				full, err = neighbours.DeskFull(v, sender, mastodon)
				return err
			})
			return full
		}
		if full(ana) {
			n.Error("full after nine")
		}
		n.must(n.hears(voice(10)))
		if !full(ana) || full(mastodon+"/users/bob") {
			n.Error("ten unread are enough of one, and no reason to hear no other")
		}
		for i := range 90 {
			l := voice(100 + i)
			l.From = fmt.Sprintf("%s/users/crowd%d", mastodon, i)
			n.must(n.hears(l))
		}
		if !full(mastodon + "/users/bob") {
			n.Error("one server fills the desk")
		}
	})
}

func TestVoice_findersHaveAnIndex(t *testing.T) {
	alder(t, func(n *node) {
		n.must(n.hears(voice(1)))
		for _, find := range []func(v *store.View) error{
			func(v *store.View) error { _, err := neighbours.Voices(v, chair); return err },
			func(v *store.View) error { _, err := neighbours.DeskFull(v, ana, mastodon); return err },
			func(v *store.View) error { _, err := neighbours.Letters(v, 10); return err },
		} {
			storetest.IndexedFinder(n, n.Store, find)
		}
	})
}
