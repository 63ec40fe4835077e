package sharing

import (
	"strings"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// LetIn lets somebody who is no neighbour in for a thing of ours, because of what they wrote: from then on theirs is a claim like every
// other, with the home's ticket (DESIGN 3.6 and 4). What counts for the freeze is when they are let in; who comes too late for a round
// is in the next. A steward lets in, or the giver whoever was let through to the page of her thing. Refusals: NotFound
// "letter.unknown" for everybody else, Conflict "letter.not_a_wish" also for a thing that is not for anyone, "offer.moved_on".
func LetIn(tx *store.Tx, by people.Member, id neighbours.LetterID, ticket string) (c Claim, err error) {
	defer fault.Wrap(&err, "let in letter %s", id)
	l, err := neighbours.FindLetter(tx.View, id)
	if err != nil {
		return c, err
	}
	o, err := FindOffer(tx.View, OfferID(l.About))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return c, err
	}
	if l, err = neighbours.TakeWish(tx, by, id, o.Giver); err != nil {
		return c, err
	}
	if o.Audience != people.Anyone {
		return c, fault.New(fault.Conflict, "letter.not_a_wish")
	}
	manner := l.AskedBy
	if manner == "" {
		manner = neighbours.ByReply
	}
	return HearClaim(tx, o.ID, HeardClaim{
		From: l.From, Handle: l.Origin, Asked: l.Object, Ticket: ticket, CommittedAt: tx.Now, Outside: manner,
		Wish: Wish{Note: shortened(l.Text), Quantity: l.Quantity},
	})
}

// HearEdit takes it that somebody whom a human let in has changed their words; known reports that there is such a claim. Once something
// is promised they change nothing.
func HearEdit(tx *store.Tx, from, asked, text string) (known bool, err error) {
	c, known, err := FindClaimAsked(tx.View, from, asked)
	if err != nil || !known || !c.State.Open() {
		return known, err
	}
	c.Note = shortened(text)
	return true, tx.Save(&c)
}

// HearReplyGone takes it that the reply which was taken for a wish is deleted; known reports that there was one. Before the choice the
// wish goes with it, without trace. A promise stands: many servers delete old replies by themselves.
func HearReplyGone(tx *store.Tx, from, asked string) (known bool, err error) {
	c, known, err := FindClaimAsked(tx.View, from, asked)
	if err != nil || !known || !c.State.Open() {
		return known, err
	}
	return true, HearWithdrawal(tx, from, asked)
}

// HasOutsideClaim reports that somebody who was let in for a thing has a wish or a promise there.
func HasOutsideClaim(v *store.View, id OfferID, from string) (bool, error) {
	return store.Exists(v.DB().Model(&Claim{}).
		Where("offer = ? AND asker = '' AND peer = ? AND state IN ? AND outside <> ''", id, from, liveStates))
}

func shortened(text string) string {
	if runes := []rune(text); len(runes) > noteLength {
		return strings.TrimSpace(string(runes[:noteLength-1])) + "…"
	}
	return text
}
