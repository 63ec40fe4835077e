package federation

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// A gift finds its way from Alder to somebody at Birch: all that Alder says about it, to the byte.
func TestRelay_tellsTheWalkOfAGiftAtHome(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		saturday := agreeing.Window{From: noon.Add(96 * time.Hour), To: noon.Add(98 * time.Hour)}
		id := n.gives(sharing.NewOffer{Title: "A blue bike", Description: "Brakes fine.", Place: "Mill Street 7", Windows: []agreeing.Window{saturday}})
		said := n.said()
		var claim sharing.Claim
		n.do(func(tx *store.Tx) (err error) {
			claim, err = sharing.HearClaim(tx, id, sharing.HeardClaim{
				From: birch, Handle: "maya-here", Asked: "https://birch.example/ap/activities/o1", Ticket: strings.Repeat("0f", 16),
				Wish: sharing.Wish{Note: "for my way to work"}, Area: "Hill", CommittedAt: n.now,
			})
			return err
		})
		said = append(said, n.said()...)
		n.later(48 * time.Hour)
		n.do(func(tx *store.Tx) error { return sharing.Advance(tx, id, func(time.Time) bool { return true }) })
		said = append(said, n.said()...)
		n.do(func(tx *store.Tx) error {
			return sharing.HearWish(tx, sharing.Wanted{From: birch, Agreement: claim.ID, Window: &saturday})
		})
		said = append(said, n.said()...)
		n.do(func(tx *store.Tx) error { return sharing.SendPlace(tx, n.Sage, claim.ID) })
		said = append(said, n.said()...)
		n.do(func(tx *store.Tx) error { return sharing.HandOver(tx, n.Sage, claim.ID) })
		said = append(said, n.said()...)
		n.golden("walk-home", said)

		for _, s := range said {
			private := s.Recipient != ""
			if private != (s.PurgeAt != nil && len(s.Inboxes) == 1 && s.Recipient == birch) {
				n.Errorf("%s to %q, purged at %v, to %v", s.Type, s.Recipient, s.PurgeAt, s.Inboxes)
			}
			if holds := bytes.Contains(s.Body, []byte("Mill Street 7")); holds != (codec.Type(codec.Object(s.doc["object"])) == "Note" && private) {
				n.Errorf("the place is in %s: %v", s.Type, holds)
			}
			for _, secret := range []string{"way to work", "0f0f", "maya-here"} {
				if bytes.Contains(s.Body, []byte(secret)) {
					n.Errorf("%s says %q", s.Type, secret)
				}
			}
		}
	})
}

// mirrored is a thing of Birch's that we know.
func (n *node) mirrored() (m sharing.Mirror) {
	n.Helper()
	until, expires := n.now.Add(24*time.Hour), n.now.Add(30*24*time.Hour)
	n.do(func(tx *store.Tx) (err error) {
		m, err = sharing.Learn(tx, sharing.Heard{
			IRI: "https://birch.example/ap/offers/o9", URL: "https://birch.example/offers/o9", Home: birch, Seq: 2, State: sharing.Gathering,
			Title: "A drum", Category: "other", Condition: "good", Language: "en", Area: "Hill", Audience: people.Friends,
			Quantity: 2, Left: 2, MaxPerClaim: 2, Published: n.now, Updated: n.now, GatherUntil: &until, Expires: &expires,
		})
		return err
	})
	return m
}

func (n *node) asks(m sharing.Mirror, wish sharing.Wish) (a sharing.Asking) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) {
		a, err = sharing.AskAcross(tx, n.Sage, m.ID, wish, strings.Repeat("1e", 16))
		return err
	})
	return a
}

func (n *node) hears(a sharing.Asking, seq int64, state agreeing.State) {
	n.Helper()
	hold := n.now.Add(48 * time.Hour)
	n.do(func(tx *store.Tx) error {
		return sharing.HearVerdict(tx, a.ID, sharing.Verdict{
			Home: birch, Agreement: "https://birch.example/ap/agreements/a9", Seq: seq, State: state, HoldUntil: &hold,
		})
	})
}

// A member asks for a thing of Birch's, changes her wish, agrees on a time and then lets go: all that Alder says, to the byte.
func TestRelay_tellsTheWalkOfAWish(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		drum := n.mirrored()
		asking := n.asks(drum, sharing.Wish{Note: "loud & late", OthersFirst: true})
		said := n.said()
		n.look(func(v *store.View) error {
			a, err := sharing.FindAsking(v, asking.ID)
			if a.State != agreeing.OnItsWay {
				n.Errorf("the asking is %s", a.State)
			}
			return err
		})
		n.hears(asking, 1, agreeing.Gathering)
		n.asks(drum, sharing.Wish{Note: "loud", Quantity: 2})
		said = append(said, n.said()...)
		n.hears(asking, 3, agreeing.Promised)
		n.do(func(tx *store.Tx) error {
			if _, err := sharing.WriteTo(tx, n.Sage, asking.ID, "When?\nI <could> on Sunday."); err != nil {
				return err
			}
			return sharing.WishWindow(tx, n.Sage, asking.ID, agreeing.Window{From: noon.Add(24 * time.Hour), To: noon.Add(26 * time.Hour)})
		})
		said = append(said, n.said()...)
		n.do(func(tx *store.Tx) error { return sharing.WishDidNotHappen(tx, n.Sage, asking.ID) })
		said = append(said, n.said()...)
		n.do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, n.Sage, asking.ID) })
		last := n.only(n.said())
		n.golden("walk-wish", append(said, last))
		if want := codec.ID(said[1].doc); codec.ID(last.doc["object"]) != want {
			n.Errorf("taken back is %v, want the last wish %s", last.doc["object"], want)
		}
		for _, s := range append(said, last) {
			if bytes.Contains(s.Body, []byte(n.Sage.ID)) {
				n.Errorf("%s names the member", s.Type)
			}
			if s.Recipient != birch || s.PurgeAt == nil || s.doc["cc"] != nil {
				n.Errorf("%s goes to %q, %v", s.Type, s.Recipient, s.doc["cc"])
			}
		}
	})
}

func TestRelay_takesBackNothingThatWasNeverSent(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		asking := n.asks(n.mirrored(), sharing.Wish{})
		n.do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, n.Sage, asking.ID) })
		n.expect(n.said())
	})
}
