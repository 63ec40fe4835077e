package agreeing

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// ID names an agreement. It is random, so that nothing of the order of arrival can be read from it, and it is the same in
// /claims/{id} and /ap/agreements/{id}.
type ID string

// State is where an agreement stands: the same word in the database, in JSON and in pots:state (DESIGN 7).
type State string

// The states of a gift. Queued, OnItsWay and Silent are known to the asking side only.
const (
	Queued       State = "queued"         // written down here, not yet sent
	OnItsWay     State = "on_its_way"     // handed to the courier
	Gathering    State = "gathering"      // in, and nobody has been chosen yet
	Waiting      State = "waiting"        // not this time, still on the list
	Promised     State = "promised"       // promised; a time is being agreed
	Done         State = "done"           // changed hands
	Released     State = "released"       // let go by either side
	Lapsed       State = "lapsed"         // promised, and no answer came in time
	DidNotHappen State = "did_not_happen" // one of the two said so; no reason is asked or kept
	Refused      State = "refused"        // the thing is gone, or was not to be had from here
	Revoked      State = "revoked"        // taken back by the giver's side
	Silent       State = "silent"         // the other collective has not answered for long
)

// Live reports that the agreement may still come to something, so that the person has asked and need not ask again.
func (s State) Live() bool {
	switch s {
	case Queued, OnItsWay, Gathering, Waiting, Promised, Silent:
		return true
	}
	return false
}

// FromHome reports that it is for the home of a thing to say so; the rest the asking side knows by itself.
func (s State) FromHome() bool {
	switch s {
	case Gathering, Waiting, Promised, Done, Released, Lapsed, DidNotHappen, Refused, Revoked:
		return true
	}
	return false
}

// Open reports that the claim takes part in the next draw or choice.
func (s State) Open() bool { return s == Gathering || s == Waiting }

// Agreement is what two parties have between them about one thing.
//
//	from                 what happens                          to
//	(none)               asked before the freeze               gathering
//	(none)               asked after it, list still open       waiting
//	gathering, waiting   drawn or chosen                       promised
//	gathering            drawn, and not this one               waiting
//	gathering, waiting   asker withdraws                       (the row goes)
//	gathering, waiting   the thing is gone                     refused
//	promised             handed over                           done
//	promised             either lets go                        released
//	promised             no answer until HoldUntil             lapsed
//	promised             one says it didn't happen             did_not_happen
//	promised             hidden or taken back by the giver     revoked
//
// Every other change is refused with Conflict "claim.moved_on".
type Agreement struct {
	ID ID `gorm:"primaryKey"`
	store.Root
	State State
	// Asker is our member who asked; empty when the asker is somebody at Peer.
	Asker people.MemberID
	// Peer is the actor id of the other collective; empty when both sides are ours.
	Peer string
	// Handle stands for the asker towards this one thing at the other collective (pots:for); empty when both sides are ours.
	Handle string
	// Window is the pick-up time both have; Proposed is one that the receiver wished for and that was not on the list.
	Window, Proposed *Window `gorm:"serializer:json"`
	// HoldUntil is when silence counts.
	HoldUntil *time.Time
	// Reason is a word for a refusal (pots:reason), never a person's words.
	Reason string
	// Apart is set when the giver does not want to meet this person again; the asker's side sees a plain release.
	Apart bool
	// PurgeAt is when everything about it is erased here.
	PurgeAt *time.Time
}

// Window is a stretch of time in which the thing can be picked up.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Kept is how long what two people wrote to each other stays after the end (product 6), on both nodes.
const Kept = 7 * 24 * time.Hour

// SilentKept is how long an asking waits for a home that does not answer: what we keep of others' goes after thirty days
// (product 6).
const SilentKept = 30 * 24 * time.Hour

// Promise makes it theirs to agree on a time, until hold.
func (a *Agreement) Promise(hold time.Time) error {
	if err := a.move(Promised, Gathering, Waiting); err != nil {
		return err
	}
	a.HoldUntil, a.Window, a.Proposed = &hold, nil, nil
	return nil
}

// Wait keeps a claim that was not drawn on the list.
func (a *Agreement) Wait() error { return a.move(Waiting, Gathering, Waiting) }

// Agree fixes the time of the hand-over. The promise then waits until hold at least: whoever agreed on a time was not silent.
func (a *Agreement) Agree(w Window, hold time.Time) error {
	if a.State != Promised {
		return movedOn()
	}
	a.Window, a.Proposed = &w, nil
	if a.HoldUntil == nil || a.HoldUntil.Before(hold) {
		a.HoldUntil = &hold
	}
	return nil
}

// HoldAtMost lets a promise wait no longer than until.
func (a *Agreement) HoldAtMost(until time.Time) {
	if a.State == Promised && a.HoldUntil.After(until) {
		a.HoldUntil = &until
	}
}

// Propose notes a time that the receiver wishes for; the giver may agree to it.
func (a *Agreement) Propose(w Window) error {
	if a.State != Promised {
		return movedOn()
	}
	a.Proposed = &w
	return nil
}

// End brings the agreement to one of its last states; what the two wrote is erased Kept later.
func (a *Agreement) End(to State, now time.Time) error {
	switch to {
	case Done, Released, Lapsed, DidNotHappen, Revoked:
		if err := a.move(to, Promised); err != nil {
			return err
		}
	case Refused:
		if err := a.move(to, Gathering, Waiting); err != nil {
			return err
		}
	default:
		return movedOn()
	}
	purge := now.Add(Kept)
	a.HoldUntil, a.PurgeAt = nil, &purge
	return nil
}

// Hear takes over what the home of the thing says; only an asking side calls it, for the home decides (DESIGN 2).
func (a *Agreement) Hear(to State, now time.Time) {
	was := a.State
	a.State = to
	switch {
	case to.Live():
		a.PurgeAt = nil
	case was.Live():
		purge := now.Add(Kept)
		a.PurgeAt = &purge
	}
}

// SendOff notes that what was asked is with the courier, or has to go there again.
func (a *Agreement) SendOff() {
	if a.State == Queued || a.State == Silent {
		a.State, a.PurgeAt = OnItsWay, nil
	}
}

// Hush notes that the home does not answer. It may come back; if it does not, the asking is erased SilentKept later. What the home
// has promised stands, until well after its time.
func (a *Agreement) Hush(now time.Time) {
	stands := a.State == Promised && (a.HoldUntil == nil || now.Before(a.HoldUntil.Add(Kept)))
	if !a.State.Live() || a.State == Silent || stands {
		return
	}
	purge := now.Add(SilentKept)
	a.State, a.PurgeAt = Silent, &purge
}

// Begin sets the first state of a new agreement.
func (a *Agreement) Begin(s State) {
	a.ID, a.State = store.RandomID[ID](), s
}

func (a *Agreement) move(to State, from ...State) error {
	for _, s := range from {
		if a.State == s {
			a.State = to
			return nil
		}
	}
	return movedOn()
}

func movedOn() error { return fault.New(fault.Conflict, "claim.moved_on") }
