package web

import "time"

// NeighboursPage shows the collectives around us: GET /neighbours. With an
// address (GET /neighbours?address=…) it shows who answers there before
// anybody is asked.
type NeighboursPage struct {
	Problems Problems
	Steward  bool
	Stewards string // who decides: none, one, two
	Two      bool   // what the reader presses another steward has to agree to
	Address  string // as typed
	Preview  *NeighbourPreview
	Asking   []Neighbour // who ask to be neighbours, or were asked
	Friends  []Neighbour
	Followed []Neighbour // other software, whose things for anyone are shown
	Parted   []Neighbour
}

func (NeighboursPage) template() string { return "neighbours/neighbours" }

// NeighbourPage is all about one collective around us: GET /neighbours/{id}.
type NeighbourPage struct {
	Problems     Problems
	Of           Neighbour
	Steward      bool
	Sends, Shows []Option  // what can flow, ticked where it does
	WaitsSince   time.Time // the oldest of ours that waits for them; zero: nothing
	Next         time.Time // the next try while they cannot be reached
	AwaitedSince time.Time // the oldest of ours that they have not answered; zero: nothing
}

func (NeighbourPage) template() string { return "neighbours/neighbour" }

// NeighbourPreview is who answers at an address.
type NeighbourPreview struct {
	Address  string // hidden "address" of the form that asks them
	Name     string
	Host     string
	About    string
	Software string // "" when it is ours
	Ours     bool   // whether it speaks our terms: then things flow both ways
}

// Neighbour is one collective around us.
type Neighbour struct {
	ID         string
	Name       string
	Host       string
	Href       string
	About      string
	State      string    // asked_us, we_asked, friends, followed, parted, blocked, suggested
	Since      time.Time // of that state
	LastHeard  time.Time // zero: never
	Trouble    string    // a sentence: "their clock is 40 minutes behind", or ""
	CanAccept  bool
	CanPart    bool
	Two        bool        // another steward has to agree to a yes and to parting
	Suggestion *Suggestion // nil: nothing is suggested
	FriendsSee bool        // they see what is for friends
	WeSee      bool        // we see theirs
	Ours       bool        // whether it speaks our terms
}

// Suggestion is what one of two stewards suggests about a collective.
type Suggestion struct {
	Act         string // ask, accept, part
	Who         string // the nickname of whoever suggests it
	Mine        bool
	Alone       bool // the reader is the only steward now
	Until       time.Time
	CanAgree    bool
	CanSetAside bool
	Of          Link // the collective, where it is not named beside it
}

// Verb is the path under a neighbour's that a yes is sent to.
func (s Suggestion) Verb() string {
	if s.Act == "part" {
		return "part"
	}
	return "accept"
}
