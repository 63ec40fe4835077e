package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Act is what two stewards decide about an edge, where there are two (product 4.4).
type Act string

// The acts.
const (
	Asking    Act = "ask"    // to be neighbours
	Accepting Act = "accept" // that they are, since they ask
	Parting   Act = "part"   // from a neighbour
)

// Suggestion is what one steward suggests; it happens when another agrees. It stands for 14 days, and only while whoever made it
// is a steward: who is none says no yes.
type Suggestion struct {
	Act Act
	By  people.MemberID
	At  time.Time
}

// Until is when it falls away unless another steward agrees.
func (s Suggestion) Until() time.Time { return s.At.Add(suggestionKept) }

// Suggestion is the one that stands for an edge; nil when there is none.
func (e *Edge) Suggestion(v *store.View) (*Suggestion, error) {
	if e.Suggests == "" {
		return nil, nil
	}
	s := Suggestion{Act: e.Suggests, By: *e.SuggestedBy, At: *e.SuggestedAt}
	if !s.Until().After(v.Now) {
		return nil, nil
	}
	steward, err := people.IsSteward(v, s.By)
	if err != nil || !steward {
		return nil, err
	}
	return &s, nil
}

// together takes a step that two stewards decide about: at once where there is no other steward, or another has suggested it; else
// it becomes a suggestion of this one's. A step that is refused is none to suggest. Twice by the same changes nothing. What was done is
// written down where all members see it.
func together(tx *store.Tx, by people.Member, e *Edge, step func(*Edge, time.Time) error) error {
	after := *e
	if err := step(&after, tx.Now); err != nil {
		return err
	}
	another, err := people.AnotherSteward(tx.View, by.ID)
	if err != nil {
		return err
	}
	if !another || e.Suggests != "" && *e.SuggestedBy != by.ID {
		*e = after
		if err := save(tx, e); err != nil {
			return err
		}
		return people.WriteDownBy(tx, by, deeds()[e.State], string(e.ID))
	}
	if e.Suggests != "" {
		return nil
	}
	e.suggest(by.ID, tx.Now)
	if err := save(tx, e); err != nil {
		return err
	}
	return tellOthers(tx, by, e)
}

// deeds are what was done to an edge that stands so now.
func deeds() map[State]people.DeedKind {
	return map[State]people.DeedKind{AskedByUs: DeedAsked, Agreed: DeedAccepted, Parted: DeedParted}
}

// tellOthers gives the other stewards a card, and takes away those of what was suggested before.
func tellOthers(tx *store.Tx, by people.Member, e *Edge) error {
	if err := people.Settle(tx, NoticeSuggested, string(e.ID)); err != nil {
		return err
	}
	stewards, err := people.Stewards(tx.View)
	for _, s := range stewards {
		if s.Member == by.ID {
			continue
		}
		if err := people.Notify(tx, s.Member, NoticeSuggested, string(e.ID)); err != nil {
			return err
		}
	}
	return err
}

// SetAside takes a suggestion back, or sets another's aside; stewards do. Nothing has gone out. Refusals: Forbidden
// "role.steward_needed", Conflict "neighbour.moved_on" when none stands.
func SetAside(tx *store.Tx, by people.Member, id EdgeID) (err error) {
	defer fault.Wrap(&err, "set aside what is suggested about neighbour %s", id)
	e, err := decided(tx, by, id)
	if err != nil {
		return err
	}
	if e.Suggests == "" {
		return movedOn()
	}
	e.forget()
	return save(tx, &e)
}

// Leave lets the suggestions of a member who leaves fall away.
func Leave(tx *store.Tx, m people.Member) error {
	return forgetEach(tx, func(e *Edge) (bool, error) { return *e.SuggestedBy == m.ID, nil })
}

// forgetSuggestions lets those fall away that do not stand any more.
func forgetSuggestions(tx *store.Tx) error {
	return forgetEach(tx, func(e *Edge) (bool, error) {
		s, err := e.Suggestion(tx.View)
		return s == nil, err
	})
}

func forgetEach(tx *store.Tx, over func(*Edge) (bool, error)) error {
	edges, err := store.All[Edge](tx.DB().Where("suggests <> ''").Order("id"))
	if err != nil {
		return err
	}
	for _, e := range edges {
		if gone, err := over(&e); err != nil {
			return err
		} else if !gone {
			continue
		}
		e.forget()
		if err := save(tx, &e); err != nil {
			return err
		}
	}
	return nil
}

// lapse forgets a suggestion that does not stand any more, before anything is decided.
func lapse(v *store.View, e *Edge) error {
	s, err := e.Suggestion(v)
	if err == nil && s == nil {
		e.forget()
	}
	return err
}

// act is what two stewards would decide where the edge stands; it is empty where one does.
func (e *Edge) act() Act {
	switch e.State {
	case AskedByThem:
		return Accepting
	case Agreed, Neighbours:
		return Parting
	case AskedByUs:
		return ""
	}
	return Asking
}

func (e *Edge) suggest(by people.MemberID, now time.Time) {
	e.Suggests, e.SuggestedBy, e.SuggestedAt = e.act(), &by, &now
	if e.State == "" {
		e.become(Suggested, now)
	}
}

// suggestionKept is how long one waits for another steward's yes.
const suggestionKept = 14 * 24 * time.Hour
