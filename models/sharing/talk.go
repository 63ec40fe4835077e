package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// SendPlace sends the exact place to a receiver at a neighbour, at the giver's tap and never by itself (DESIGN 3.5).
func SendPlace(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "send place of claim %s", id)
	o, c, err := asGiver(tx, by, id)
	if err != nil {
		return err
	}
	if o.Place == "" {
		return fault.New(fault.Conflict, "claim.no_place")
	}
	return say(tx, o, c, by, o.Place, nil)
}

// WriteTo sends a private message about a claim or an asking, from whichever side the member is on.
func WriteTo(tx *store.Tx, by people.Member, id agreeing.ID, text string) (m agreeing.Message, err error) {
	defer fault.Wrap(&err, "message about claim %s", id)
	if a, err := ownAsking(tx.View, by, id); err == nil {
		return agreeing.Say(tx, a.Agreement, agreeing.Asker, by.Nickname, text)
	} else if !fault.Is(err, fault.NotFound) {
		return m, err
	}
	o, c, err := asEither(tx, by, id)
	if err != nil {
		return m, err
	}
	return m, say(tx, o, c, by, text, &m)
}

// say writes to the other side of a claim and lets them know. Nobody writes to somebody from whom they are kept apart.
func say(tx *store.Tx, o Offer, c Claim, by people.Member, text string, m *agreeing.Message) error {
	from := agreeing.Asker
	if o.GivenBy(by.ID) {
		from = agreeing.Giver
	}
	apart, err := people.Apart(tx.View, o.Giver, c.Asker)
	if err != nil {
		return err
	}
	if apart {
		return fault.New(fault.Conflict, "claim.moved_on")
	}
	said, err := agreeing.Say(tx, c.Agreement, from, by.Nickname, text)
	if err != nil {
		return err
	}
	if m != nil {
		*m = said
	}
	return tellBoth(tx, o, c, by.ID)
}

// HeardMessage is a private message from another collective.
type HeardMessage struct {
	From, Activity, Nickname, Text string
}

// HearMessage hands a neighbour's message to the one member concerned. context is the agreement's id: ours when the claim is
// on a thing of ours, theirs when our member asked there.
func HearMessage(tx *store.Tx, ours agreeing.ID, theirs string, in HeardMessage) (err error) {
	defer fault.Wrap(&err, "hear message")
	if ours != "" {
		c, err := FindClaim(tx.View, ours)
		if err != nil {
			return err
		}
		if c.Peer == "" || c.Peer != in.From {
			return unknownClaim()
		}
		o, err := FindOffer(tx.View, c.Offer)
		if err != nil {
			return err
		}
		if err := agreeing.Hear(tx, c.Agreement, agreeing.Asker, in.Activity, in.Nickname, in.Text); err != nil {
			return err
		}
		return people.Notify(tx, o.Giver, NoticeChanged, string(c.ID))
	}
	a, err := FindAskingTheirs(tx.View, theirs)
	if err != nil {
		return err
	}
	if a.Peer != in.From {
		return unknownClaim()
	}
	if err := agreeing.Hear(tx, a.Agreement, agreeing.Giver, in.Activity, in.Nickname, in.Text); err != nil {
		return err
	}
	return people.Notify(tx, a.Asker, NoticeChanged, string(a.ID))
}
