package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Kind is what a neighbour's thing is where it is no gift: a word in the database and in JSON. All that is ours is a gift.
type Kind string

// The kinds. What is wanted for a thing is never kept: how much it is stands on its page at home.
const (
	Gift        Kind = ""
	Priced      Kind = "priced"       // money or something else is wanted for it
	Loan        Kind = "loan"         // to borrow, or to use where it is
	LookedFor   Kind = "wanted"       // they are looking for it
	HelpWanted  Kind = "help_wanted"  // they are looking for help
	HelpOffered Kind = "help_offered" // they help
)

// Askable reports that it can be asked for from here: a gift whose home takes wishes.
func (l Listing) Askable() bool { return l.Kind == Gift && !l.AskThere }

// mustBeAskable refuses with Conflict "listing.not_a_gift" or "listing.ask_there".
func (l Listing) mustBeAskable() error {
	switch {
	case l.Kind != Gift:
		return fault.New(fault.Conflict, "listing.not_a_gift")
	case l.AskThere:
		return fault.New(fault.Conflict, "listing.ask_there")
	}
	return nil
}

// noGift is pots:reason's word for what cannot be asked for (DESIGN 3.2).
const noGift = "not-a-listing"

// endAskings ends what was asked for as a gift and is none any more. The home is told, since it may still think of a promise.
func endAskings(tx *store.Tx, m Mirror) error {
	askings, err := askingsFor(tx.View, m.ID)
	if err != nil {
		return err
	}
	for _, a := range askings {
		if a.State.Live() && a.State != agreeing.Queued {
			a.Record(AskingWithdrew, string(a.ID))
		}
		if err := a.lose(tx, noGift); err != nil {
			return err
		}
	}
	return nil
}
