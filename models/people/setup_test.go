package people_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
)

func (n *node) setupLink() (link people.Secret) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) {
		link, err = people.MakeSetupLink(tx)
		return err
	})
	return link
}

func (n *node) setUp(link people.Secret, answers people.Answers, nickname string) (m people.Member, err error) {
	err = n.try(func(tx *store.Tx) (err error) {
		m, _, err = people.SetUp(tx, link, answers, peopletest.BaseURL, people.NewMember{Nickname: nickname, Passphrase: peopletest.Hash})
		return err
	})
	return m, err
}

func TestSetUp_answersTheSevenQuestionsOnce(t *testing.T) {
	each(t, func(n *node) {
		n.look(func(v *store.View) error {
			_, err := people.FindCollective(v)
			n.refused(err, fault.NotFound, "collective.not_set_up")
			return nil
		})
		link := n.setupLink()
		sage, err := n.setUp(link, peopletest.Answers(), "Sage")
		if err != nil {
			n.Fatal(err)
		}
		n.look(func(v *store.View) error {
			c, err := people.FindCollective(v)
			if err != nil {
				return err
			}
			if c.Name != "Alder" || c.Location().String() != "Europe/Berlin" || c.Hours().QuietFrom.String() != "21:00" || c.Open || c.BaseURL != peopletest.BaseURL {
				n.Errorf("the collective is %+v", c)
			}
			steward, err := people.IsSteward(v, sage.ID)
			if !steward {
				n.Error("whoever sets the node up is its first steward")
			}
			if sage.Language != "en" {
				n.Errorf("she reads %q", sage.Language)
			}
			return err
		})
		_, err = n.setUp(link, peopletest.Answers(), "Mallory")
		n.refused(err, fault.Conflict, "setup.done")
		err = n.try(func(tx *store.Tx) error {
			_, err := people.MakeSetupLink(tx)
			return err
		})
		n.refused(err, fault.Conflict, "setup.done")
	})
}

func TestSetUp_takesOnlyTheNewestLinkOfTheDay(t *testing.T) {
	each(t, func(n *node) {
		old := n.setupLink()
		link := n.setupLink()
		_, err := n.setUp(old, peopletest.Answers(), "Sage")
		n.refused(err, fault.NotFound, "setup.link.unknown")
		_, err = n.setUp("", peopletest.Answers(), "Sage")
		n.refused(err, fault.NotFound, "setup.link.unknown")
		n.later(25 * time.Hour)
		_, err = n.setUp(link, peopletest.Answers(), "Sage")
		n.refused(err, fault.NotFound, "setup.link.unknown")
	})
}

func TestSetUp_saysWhatIsWrongBesideEachField(t *testing.T) {
	each(t, func(n *node) {
		link := n.setupLink()
		_, err := n.setUp(link, people.Answers{Name: " ", Area: "a\u202eb", Language: "!", Zone: "Local", QuietFrom: "9pm", QuietTo: "08:00"}, "")
		n.refusedField(err, "name", "collective.name.missing")
		n.refusedField(err, "area", "collective.area.characters")
		n.refusedField(err, "language", "language.unknown")
		n.refusedField(err, "zone", "collective.zone.unknown")
		n.refusedField(err, "quiet_from", "hours.time")
		n.refusedField(err, "nickname", "member.nickname.missing")
		if _, err := n.setUp(link, peopletest.Answers(), "Sage"); err != nil {
			n.Errorf("the link outlives a mistake: %v", err)
		}
	})
}

func TestCollective_isChangedByStewardsOnly(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		answers := peopletest.Answers()
		answers.Name, answers.Open = "Alder & Ash", true
		change := func(by people.Member) error {
			return n.try(func(tx *store.Tx) error {
				_, err := people.ChangeCollective(tx, by, answers)
				return err
			})
		}
		n.refused(change(maya), fault.Forbidden, "role.steward_needed")
		n.refused(change(people.Member{}), fault.Forbidden, "role.steward_needed")
		if err := change(sage); err != nil {
			n.Fatal(err)
		}
		n.do(func(tx *store.Tx) error {
			c, err := people.FindCollective(tx.View)
			if c.Name != "Alder & Ash" || !c.Open {
				n.Errorf("the collective is %+v", c)
			}
			events, _ := tx.Unpublished(10)
			if len(events) != 1 || events[0].Kind != people.CollectiveChanged {
				n.Errorf("others hear %v", events)
			}
			return err
		})
	})
}

func TestHandle_isOnePersonForOneThingAndTellsNothingElse(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.look(func(v *store.View) error {
			handle := func(m people.MemberID, iri string) string {
				h, err := people.Handle(v, m, iri)
				if err != nil {
					n.Fatal(err)
				}
				return h
			}
			one := handle(sage.ID, "https://birch.example/ap/offers/1")
			if len(one) != 43 || one != handle(sage.ID, "https://birch.example/ap/offers/1") {
				n.Errorf("handle %q", one)
			}
			if one == handle(sage.ID, "https://birch.example/ap/offers/2") || one == handle("other", "https://birch.example/ap/offers/1") {
				n.Error("two handles are the same")
			}
			return nil
		})
	})
}
