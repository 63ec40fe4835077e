package sharing

import (
	"cmp"
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Card is something of the free store that waits for a member, or that she said yes to. Each has one verb on Today.
type Card struct {
	Need  Need
	Offer OfferID
	Claim agreeing.ID // empty for cards about an offer alone
	Title string
	When  *time.Time // the time agreed, or until when it waits
}

// Need is what a card asks for.
type Need string

// The needs, in the order in which Today shows them.
const (
	NeedTime    Need = "pick_time" // promised to her: agree on a time
	NeedPickUp  Need = "pick_up"   // promised to her, with a time: fetch it
	NeedHidden  Need = "hidden"    // a steward hid her thing
	NeedChoose  Need = "choose"    // the window of her thing is over
	NeedAnswer  Need = "answer"    // a time was proposed for her thing
	NeedHandOut Need = "hand_out"  // somebody comes for her thing
	NeedResting Need = "resting"   // her thing rests
)

// cardsShown is what a calm page holds (product 7.2); what waits longest comes first of its kind.
const cardsShown = 7

func needs() []Need {
	return []Need{NeedTime, NeedPickUp, NeedHidden, NeedChoose, NeedAnswer, NeedHandOut, NeedResting}
}

// Today lists what of the free store waits for a member, the most pressing of it.
func Today(v *store.View, m people.Member) ([]Card, error) {
	cards, err := waiting(v, m)
	slices.SortStableFunc(cards, func(a, b Card) int {
		if n := cmp.Compare(slices.Index(needs(), a.Need), slices.Index(needs(), b.Need)); n != 0 || a.When == nil || b.When == nil {
			return n
		}
		return a.When.Compare(*b.When)
	})
	return cards[:min(len(cards), cardsShown)], err
}

func waiting(v *store.View, m people.Member) ([]Card, error) {
	cards, err := receiving(v, m.ID)
	if err != nil {
		return nil, err
	}
	offers, err := OffersBy(v, m.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		card := Card{Offer: o.ID, Title: o.Title}
		switch {
		case o.State == Choosing:
			card.Need, card.When = NeedChoose, o.ChooseBy
			cards = append(cards, card)
		case o.State == Resting:
			card.Need, card.When = NeedResting, o.ExpiresAt
			cards = append(cards, card)
		case o.HiddenUntil != nil && o.ReplacedBy == "":
			card.Need, card.When = NeedHidden, o.HiddenUntil
			cards = append(cards, card)
		}
		if o.State == Draft || o.State.Ended() {
			continue
		}
		held, err := promises(v, o.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range held {
			card := Card{Need: NeedHandOut, Offer: o.ID, Claim: c.ID, Title: o.Title}
			if c.Proposed != nil {
				card.Need, card.When = NeedAnswer, &c.Proposed.From
			} else if c.Window != nil {
				card.When = &c.Window.From
			}
			cards = append(cards, card)
		}
	}
	return cards, nil
}

func receiving(v *store.View, m people.MemberID) ([]Card, error) {
	var cards []Card
	add := func(a agreeing.Agreement, thing OfferID) error {
		if a.State != agreeing.Promised {
			return nil
		}
		row, err := store.First[Row](v.DB().Where("id = ?", thing), "offer.unknown")
		if err != nil {
			return err
		}
		card := Card{Need: NeedTime, Offer: thing, Claim: a.ID, Title: row.Title, When: a.HoldUntil}
		if a.Window != nil {
			card.Need, card.When = NeedPickUp, &a.Window.From
		}
		cards = append(cards, card)
		return nil
	}
	claims, err := ClaimsBy(v, m)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if err := add(c.Agreement, c.Offer); err != nil {
			return nil, err
		}
	}
	askings, err := AskingsBy(v, m)
	if err != nil {
		return nil, err
	}
	for _, a := range askings {
		if err := add(a.Agreement, a.Mirror); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// Exported is everything that the free store holds of a member, for herself.
type Exported struct {
	Offers   []Offer            `json:"offers"`
	Claims   []Claim            `json:"claims"`
	Askings  []Asking           `json:"askings"`
	Messages []agreeing.Message `json:"messages"`
}

// Export gives a member what is hers here. The secret of a running draw stays: whoever knows it could choose a ticket. So does what
// others decided about her, which no page tells her either.
func Export(v *store.View, m people.Member) (out Exported, err error) {
	if out.Offers, err = OffersBy(v, m.ID); err != nil {
		return out, err
	}
	for i := range out.Offers {
		out.Offers[i].Secret, out.Offers[i].HiddenBy = "", ""
	}
	if out.Claims, err = ClaimsBy(v, m.ID); err != nil {
		return out, err
	}
	for i := range out.Claims {
		out.Claims[i].LeftOut, out.Claims[i].Late = false, false
	}
	if out.Askings, err = AskingsBy(v, m.ID); err != nil {
		return out, err
	}
	var ids []agreeing.ID
	for _, c := range out.Claims {
		ids = append(ids, c.ID)
	}
	for _, a := range out.Askings {
		ids = append(ids, a.ID)
	}
	for _, o := range out.Offers {
		held, err := PromisesOf(v, o.ID)
		if err != nil {
			return out, err
		}
		for _, c := range held {
			ids = append(ids, c.ID)
		}
	}
	for _, id := range ids {
		messages, err := agreeing.Messages(v, id)
		if err != nil {
			return out, err
		}
		out.Messages = append(out.Messages, messages...)
	}
	return out, nil
}
