package neighbours

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// LetThrough puts what was said in public about a thing onto its page; stewards do. Conflict "letter.not_a_voice" for everything else:
// what was written to us alone is never shown to others (security L4).
func LetThrough(tx *store.Tx, by people.Member, id LetterID) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	l, err := FindLetter(tx.View, id)
	if err != nil {
		return err
	}
	if l.Kind != Voice {
		return fault.New(fault.Conflict, "letter.not_a_voice")
	}
	l.ShownAt = &tx.Now
	return l.putAway(tx)
}

// TakeOff takes an outside voice off the page again; stewards do.
func TakeOff(tx *store.Tx, by people.Member, id LetterID) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	l, err := FindLetter(tx.View, id)
	if err != nil || l.ShownAt == nil {
		return err
	}
	l.ShownAt = nil
	return tx.Save(&l)
}

// voicesShown is what fits on a page.
const voicesShown = 50

// Voices lists what was let through about an offer, oldest first, for its page. What somebody said who has been shut out since is not
// among it (security L15).
func Voices(v *store.View, about string) ([]Letter, error) {
	all, err := store.All[Letter](v.DB().Where("about = ? AND shown_at IS NOT NULL", about).Order("id").Limit(voicesShown))
	if err != nil {
		return nil, err
	}
	var heard []Letter
	for _, l := range all {
		shut, err := Blocked(v, l.From)
		if err != nil {
			return nil, err
		}
		if !shut {
			heard = append(heard, l)
		}
	}
	return heard, nil
}
