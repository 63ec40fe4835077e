package neighbours_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// away keeps somebody away as Sage, and gives the neighbours whom that blocks.
func (n *node) away(in neighbours.NewShutOut) (parted []neighbours.Edge) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) { _, parted, err = neighbours.KeepAway(tx, n.sage, in); return err })
	return parted
}

func TestKeepAway_asksWhoWhyAndUntilWhen(t *testing.T) {
	alder(t, func(n *node) {
		for field, in := range map[string]neighbours.NewShutOut{
			"subject":  {Subject: "co.uk", Severity: neighbours.Blocking},
			"severity": {Subject: "bad.example", Severity: "mute"},
			"reason":   {Subject: "bad.example", Severity: neighbours.Limited, Reason: strings.Repeat("x", 501)},
			"review":   {Subject: "bad.example", Severity: neighbours.Limited, ReviewAt: n.now},
		} {
			err := n.try(func(tx *store.Tx) error { _, _, err := neighbours.KeepAway(tx, n.sage, in); return err })
			if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
				n.Errorf("%s: %v", field, err)
			}
		}
		for _, subject := range []string{"", "https://alder.example/ap/collective", "alder.example", "bad example", "example..com"} {
			err := n.try(func(tx *store.Tx) error {
				_, _, err := neighbours.KeepAway(tx, n.sage, neighbours.NewShutOut{Subject: subject, Severity: neighbours.Blocking})
				return err
			})
			if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "subject" {
				n.Errorf("%q: %v", subject, err)
			}
		}
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.Block(tx, n.reed, "bad.example") }), "role.steward_needed")
		n.away(neighbours.NewShutOut{Subject: "Bad.Example", Severity: neighbours.Blocking, Reason: " They print our photos. "})
		n.look(func(v *store.View) error {
			s, err := neighbours.FindShutOut(v, "bad.example.")
			if s.Reason != "They print our photos." || s.ReviewAt == nil || !s.ReviewAt.Equal(n.now.Add(90*day)) {
				n.Errorf("written down: %+v", s)
			}
			deeds, err2 := people.Deeds(v, nil, 5)
			if len(deeds) != 1 || deeds[0].Kind != neighbours.DeedShutOut || deeds[0].Subject != "bad.example" {
				n.Errorf("members read %+v, %v", deeds, err2)
			}
			return err
		})
	})
}

func TestReview_remindsStewardsOnceAndStandsUntilItIsLifted(t *testing.T) {
	alder(t, func(n *node) {
		n.away(neighbours.NewShutOut{Subject: "bad.example", Severity: neighbours.Blocking, ReviewAt: n.now.Add(10 * day)})
		cards := func() (count int) {
			n.do(neighbours.Purge)
			n.look(func(v *store.View) error {
				all, err := people.Notices(v, n.sage.ID, 10)
				for _, notice := range all {
					if notice.Kind == neighbours.NoticeReview && notice.Subject == "bad.example" {
						count++
					}
				}
				return err
			})
			return count
		}
		if cards() != 0 {
			n.Error("reminded too early")
		}
		n.now = n.now.Add(10 * day)
		if cards() != 1 {
			n.Error("nobody is reminded")
		}
		n.look(func(v *store.View) error {
			still, err := neighbours.Blocked(v, "https://bad.example")
			if !still {
				n.Error("it ended by itself")
			}
			return err
		})
		n.do(func(tx *store.Tx) error {
			_, err := neighbours.Review(tx, n.sage, "bad.example", n.now.Add(30*day))
			return err
		})
		if cards() != 0 {
			n.Error("reviewed, and the card is there")
		}
		n.now = n.now.Add(30 * day)
		if cards() != 1 {
			n.Error("the second review is forgotten")
		}
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, "bad.example") })
		if cards() != 0 {
			n.Error("lifted, and the card is there")
		}
	})
}

func TestKeepAway_aBlockedNeighbourIsOneAgainWhenItIsLifted(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.birchPersonFollows()
		parted := n.away(neighbours.NewShutOut{Subject: "birch.example", Severity: neighbours.Blocking})
		if len(parted) != 1 || parted[0].Actor != birchIRI {
			n.Errorf("parted are %+v", parted)
		}
		n.look(func(v *store.View) error {
			inboxes, err := neighbours.FollowerInboxes(v, wire.Collective, "", 10)
			if err != nil || len(inboxes) != 0 {
				n.Errorf("followers there: %v, %v", inboxes, err)
			}
			friends, err := neighbours.Friends(v, "", 10)
			if len(friends) != 1 || !friends[0].Blocked {
				n.Errorf("friends are %+v", friends)
			}
			return err
		})
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, "birch.example") })
		n.look(func(v *store.View) error {
			is, err := neighbours.IsNeighbour(v, birch)
			if !is {
				n.Error("lifted, and no neighbour")
			}
			return err
		})
	})
}

// Their server shows the follow all the while, so it must be true again.
func TestKeepAway_whoFollowedHearsAgainWhenNoBlockCoversThemAnyMore(t *testing.T) {
	alder(t, func(n *node) {
		ada, bo, cy, far := person("ada"), person("bo"), person("cy"), neighbours.Actor{IRI: "https://a.far.example/u/x", Inbox: "https://a.far.example/inbox"}
		cy.SharedInbox = "" // hears in an inbox of its own
		for i, who := range []neighbours.Actor{ada, bo, cy, far} {
			n.follow(who, wire.Collective, fmt.Sprint(who.IRI, "#follow", i))
		}
		hear := func(when string, want ...string) {
			n.Helper()
			if got := n.inboxes(wire.Collective, "", 10); !slices.Equal(got, want) {
				n.Errorf("%s: %v hear, want %v", when, got, want)
			}
		}
		block := func(subject string, how neighbours.Severity) {
			n.Helper()
			n.away(neighbours.NewShutOut{Subject: subject, Severity: how})
		}
		lift := func(subject string) {
			n.Helper()
			n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, subject) })
		}
		all := []string{far.Inbox, mastoShed, cy.Inbox}
		slices.Sort(all)
		hear("at first", all...)
		block("social.example", neighbours.Limited)
		hear("who is limited", all...)
		block(cy.IRI, neighbours.Blocking)
		hear("one of them is blocked", far.Inbox, mastoShed)
		block("social.example", neighbours.Blocking)
		hear("their host is blocked", far.Inbox)
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.AddFollower(tx, ada, wire.Collective, ada.IRI+"#again") }), "neighbour.blocked")
		n.do(func(tx *store.Tx) error { return neighbours.RemoveFollower(tx, ada.IRI, wire.Collective) })
		n.do(func(tx *store.Tx) error { return neighbours.RemoveFollower(tx, bo.IRI, wire.Collective) })
		n.follow(neighbours.Actor{IRI: "https://b.far.example/u/y", Inbox: "https://b.far.example/inbox"}, wire.Decisions, "https://b.far.example/f")
		block("far.example", neighbours.Blocking)
		block("a.far.example", neighbours.Blocking)
		hear("everybody is blocked")
		lift("far.example")
		hear("a block below stands")
		block("a.far.example", neighbours.Limited)
		hear("it is a limit now", far.Inbox)
		lift("social.example")
		hear("the block of one stands", far.Inbox)
		lift(cy.IRI)
		hear("at last", all[0], cy.Inbox)
	})
}

func TestKeepAway_anActorAloneDoesNotMeanItsServer(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.away(neighbours.NewShutOut{Subject: birchIRI, Severity: neighbours.Blocking})
		n.look(func(v *store.View) error {
			other, err := neighbours.ViewerOf(v, birch+"/users/zoe")
			if err != nil || other.Blocked || other.Neighbour {
				n.Errorf("somebody else there: %+v, %v", other, err)
			}
			is, err := neighbours.IsNeighbour(v, birch)
			if is {
				n.Error("its collective is blocked, and a neighbour")
			}
			passage, err2 := neighbours.PassageTo(v, birch, birchIRI)
			if err2 != nil {
				return err2
			}
			may, err2 := passage.May(birch, wire.Activity{Recipient: birchIRI, Farewell: true}, "")
			if may || err2 != nil {
				n.Errorf("it is written to: %v", err2)
			}
			return err
		})
	})
}

func TestKeepAway_whoIsLimitedFollowsNobodyAndCallsNobody(t *testing.T) {
	alder(t, func(n *node) {
		n.away(neighbours.NewShutOut{Subject: "social.example", Severity: neighbours.Limited})
		n.refused(n.try(func(tx *store.Tx) error {
			return neighbours.AddFollower(tx, person("zoe"), wire.Collective, mastodon+"/follows/1")
		}), "neighbour.limited")
		n.do(func(tx *store.Tx) error {
			return neighbours.HearLetter(tx, neighbours.Letter{From: mastodon + "/users/zoe", Object: mastodon + "/notes/1", Text: "Hello"})
		})
		n.look(func(v *store.View) error {
			letters, err := neighbours.Letters(v, 10)
			notices, err2 := people.Notices(v, n.sage.ID, 10)
			if len(letters) != 1 || len(notices) != 0 || err2 != nil {
				n.Errorf("%d letters, %d notices, %v", len(letters), len(notices), err2)
			}
			viewer, err2 := neighbours.ViewerOf(v, mastodon+"/users/zoe")
			if viewer.Blocked || err2 != nil {
				n.Errorf("limited is blocked: %v", err2)
			}
			return err
		})
	})
}

func TestKeepAway_byOneOfTwoIsLookedAtInAFortnightUntilAnotherSaysThatItStands(t *testing.T) {
	ofTwo(t, func(n *two) {
		block := func(by people.Member, in neighbours.NewShutOut) error {
			in.Subject, in.Severity = "bad.example", neighbours.Blocking
			return n.try(func(tx *store.Tx) error { _, _, err := neighbours.KeepAway(tx, by, in); return err })
		}
		looks := func(after time.Duration) {
			n.Helper()
			n.look(func(v *store.View) error {
				s, err := neighbours.FindShutOut(v, "bad.example")
				if s.ReviewAt == nil || !s.ReviewAt.Equal(n.now.Add(after)) {
					n.Errorf("looked at again %v, want in %v", s.ReviewAt, after)
				}
				return err
			})
		}
		review := func(by people.Member, after time.Duration) error {
			return n.try(func(tx *store.Tx) error {
				_, err := neighbours.Review(tx, by, "bad.example", n.now.Add(after))
				return err
			})
		}
		late := block(n.sage, neighbours.NewShutOut{ReviewAt: n.now.Add(15 * day)})
		if e, ok := fault.As(late); !ok || len(e.Fields) != 1 || e.Fields[0].Key != "shut_out.review.one" {
			n.Errorf("fifteen days: %v", late)
		}
		n.ok(block(n.sage, neighbours.NewShutOut{}))
		looks(14 * day)
		n.now = n.now.Add(10 * day)
		if err := review(n.sage, 30*day); err == nil {
			n.Error("whoever made it lets it stand alone")
		}
		n.ok(review(n.sage, 12*day)) // she may look at it again and again
		looks(12 * day)
		n.ok(review(n.reed, 60*day))
		looks(60 * day)
		n.ok(review(n.sage, 80*day)) // two have said so
		looks(80 * day)
		// Another block is another one's.
		n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.sage, "bad.example") })
		n.ok(block(n.reed, neighbours.NewShutOut{}))
		looks(14 * day)
		n.ok(block(n.sage, neighbours.NewShutOut{ReviewAt: n.now.Add(90 * day)}))
		looks(90 * day)
	})
}

func TestKeepAway_isBoundedForBlocksOfTwoStewardsOnly(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.away(neighbours.NewShutOut{Subject: "loud.example", Severity: neighbours.Limited, ReviewAt: n.now.Add(200 * day)})
		n.ends(n.reed)
		n.away(neighbours.NewShutOut{Subject: "bad.example", Severity: neighbours.Blocking, ReviewAt: n.now.Add(200 * day)})
	})
}

func TestTakeOver_byOneOfTwoBlocksForAFortnight(t *testing.T) {
	ofTwo(t, func(n *two) {
		n.do(func(tx *store.Tx) error {
			return neighbours.TakeOver(tx, n.sage, []neighbours.NewShutOut{
				{Subject: "a.example", Severity: neighbours.Blocking, ReviewAt: n.now.Add(90 * day)},
				{Subject: "b.example", Severity: neighbours.Blocking},
				{Subject: "c.example", Severity: neighbours.Blocking, ReviewAt: n.now.Add(5 * day)},
				{Subject: "d.example", Severity: neighbours.Limited, ReviewAt: n.now.Add(90 * day)},
			})
		})
		for subject, after := range map[string]time.Duration{"a.example": 14 * day, "b.example": 14 * day, "c.example": 5 * day, "d.example": 90 * day} {
			n.look(func(v *store.View) error {
				s, err := neighbours.FindShutOut(v, subject)
				if s.ReviewAt == nil || !s.ReviewAt.Equal(n.now.Add(after)) {
					n.Errorf("%s: looked at again %v, want in %v", subject, s.ReviewAt, after)
				}
				return err
			})
		}
	})
}
