package web

import "time"

// NeighboursPage shows the collectives around us: GET /neighbours. With an
// address (GET /neighbours?address=…) it shows who answers there before
// anybody is asked.
type NeighboursPage struct {
	Problems Problems
	Steward  bool
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
	State      string    // asked_us, we_asked, friends, followed, parted, blocked
	Since      time.Time // of that state
	LastHeard  time.Time // zero: never
	Trouble    string    // a sentence: "their clock is 40 minutes behind", or ""
	CanAccept  bool
	CanPart    bool
	FriendsSee bool // they see what is for friends
	WeSee      bool // we see theirs
}
