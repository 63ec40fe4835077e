package federation

import (
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveUndo takes back a Follow or an Offer. Some embed what they take back, some name it only (protocol 8 case 28): then it is
// what we know under that id, and otherwise an Offer that has not come yet.
func (f *Federation) receiveUndo(tx *store.Tx, h *heard) error {
	switch codec.Type(h.embedded) {
	case "Follow":
		of, ok := f.followed(h.of("object"))
		if !ok {
			return nil
		}
		return f.unfollow(tx, h, of)
	case "Offer":
		return f.withdraw(tx, h)
	}
	if gone, err := neighbours.RemoveFollow(tx, h.signer.Actor, h.object); err != nil || gone {
		return err
	}
	edge, err := neighbours.FindEdgeTo(tx.View, h.signer.Actor)
	switch {
	case fault.Is(err, fault.NotFound):
		return f.withdraw(tx, h)
	case err != nil:
		return err
	case edge.TheirFollow == h.object:
		return f.unfollow(tx, h, wire.Collective)
	}
	return f.withdraw(tx, h)
}

func (f *Federation) unfollow(tx *store.Tx, h *heard, of wire.Actor) error {
	if err := neighbours.RemoveFollower(tx, h.signer.Actor, of); err != nil || of != wire.Collective {
		return err
	}
	edge, err := neighbours.HearUndo(tx, h.signer.Actor, h.object)
	return parted(tx, edge, err)
}

// withdraw takes back a wish for a thing of ours. When that is too late, as after the hand-over, they are told again how it stands.
func (f *Federation) withdraw(tx *store.Tx, h *heard) error {
	c, claimed, err := sharing.FindClaimAsked(tx.View, h.signer.Actor, h.object)
	if err != nil {
		return err
	}
	if err := neighbours.ForgetLetter(tx, h.signer.Actor, h.object); err != nil { // one that nobody has let in yet
		return err
	}
	err = sharing.HearWithdrawal(tx, h.signer.Actor, h.object)
	if claimed && fault.Is(err, fault.Conflict) && fault.KeyOf(err) == "claim.moved_on" {
		return f.sayAgain(tx, string(c.ID), h.signer.Actor)
	}
	if err != nil || !claimed {
		return err
	}
	h.item.About = string(c.ID)
	purge := tx.Now
	if c, err = sharing.FindClaim(tx.View, c.ID); err == nil && c.PurgeAt != nil {
		purge = *c.PurgeAt
	}
	h.item.PurgeAt = &purge
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return wire.PurgeAbout(tx, h.item.About, purge) // without trace, where nothing was promised
}

// sayAgain sends the last word about something once more, under its old id.
func (f *Federation) sayAgain(tx *store.Tx, about, to string) error {
	last, err := wire.LastTo(tx.View, about, to)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return wire.PostAgain(tx, f.Wall(), wire.ActivityID(strings.TrimSuffix(string(last.ID), inWords)))
}

// receiveBlock: whoever shuts us out hears nothing more from us (protocol 8 case 98).
func (f *Federation) receiveBlock(tx *store.Tx, h *heard) error {
	for _, of := range []wire.Actor{wire.Collective, wire.Decisions} {
		if err := neighbours.RemoveFollower(tx, h.signer.Actor, of); err != nil {
			return err
		}
	}
	edge, err := neighbours.HearUndo(tx, h.signer.Actor, "")
	if err == nil && !edge.Over() {
		edge, err = neighbours.HearReject(tx, h.signer.Actor, "")
	}
	if err := parted(tx, edge, err); err != nil {
		return err
	}
	return models.Part(tx, h.signer.Actor) // what somebody has open here who was let in
}
