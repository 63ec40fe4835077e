package neighbours

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// What becomes of a wish while it waits for a human. Each names the letter.
const (
	WishHeard    store.EventKind = "wish.heard"    // a word that somebody will look
	WishDeclined store.EventKind = "wish.declined" // a word that it is not this time; for an Offer a Reject, too
)

// TakeWish takes a letter off the desk because its wish is let in: what was said becomes a claim, and the claim is where it is kept
// from then on (DESIGN 3.6). Stewards may take any reply for a wish; the giver of the thing (mayAlso) those that were let through to its
// page, since she knows of no other. Refusals: NotFound
// "letter.unknown" for everybody else, Conflict "letter.not_a_wish".
func TakeWish(tx *store.Tx, by people.Member, id LetterID, mayAlso people.MemberID) (Letter, error) {
	l, err := FindLetter(tx.View, id)
	if err != nil {
		return l, err
	}
	if l.ShownAt == nil || by.ID == "" || by.ID != mayAlso {
		if err := mustBeSteward(tx.View, by); fault.Is(err, fault.Forbidden) {
			return Letter{}, fault.New(fault.NotFound, "letter.unknown") // to others there is no such letter
		} else if err != nil {
			return l, err
		}
	}
	if l.About == "" || l.Kind == Report || l.Kind == Move {
		return l, fault.New(fault.Conflict, "letter.not_a_wish")
	}
	return l, removeLetter(tx, l)
}

// DeclineWishes answers all who still wait to be let in for a thing that is not to be had any more.
func DeclineWishes(tx *store.Tx, about string) error {
	waiting, err := store.All[Letter](tx.DB().Where("about = ? AND kind = 'wish' AND read_at IS NULL", about).Order("id").Limit(unreadLooked))
	if err != nil {
		return err
	}
	for _, l := range waiting {
		if err := l.putAway(tx); err != nil {
			return err
		}
	}
	return nil
}
