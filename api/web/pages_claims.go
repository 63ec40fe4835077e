package web

import "time"

// ClaimPage is what giver and receiver share about one thing: GET
// /claims/{id}. It also shows an asking at a neighbour's.
type ClaimPage struct {
	ID    string
	Side  string // "giver" or "receiver"
	State string // a word of DESIGN 7 for claims and askings

	OfferHref   string
	Title       string
	Language    string
	Photo       Photo
	Category    string
	Home        string // the neighbouring collective it lives at, "" at home
	HomeContact string // how to ring a home that is silent

	Other     string // the other's nickname, "" until it may be known
	OtherFrom string // the other's collective when it is a neighbour
	Area      string // area word of the asker
	Note      string
	Quantity  int
	Ticket    string // the asker's own

	GatherUntil time.Time // while gathering
	HoldUntil   time.Time // until when a promise waits for an answer
	PurgeOn     time.Time // when words, place and contact are erased, zero while it is not known

	Windows  []Window // those that can be picked
	Picked   *Window
	Proposed *Window // the window one side asks for
	ByMe     bool    // whether this reader proposed it
	// TimeRefused says that the home did not agree to the time that this reader proposed last.
	TimeRefused bool

	Place, Contact     string // what the other sent
	MyPlace, MyContact string // what this reader sent, or would send
	PlaceSent          bool
	ProposeRow         WindowRow // as typed
	Text               string    // of a refused message
	Messages           []Message
	Rounds             []Round
	Problems           Problems

	CanWithdraw, CanPick, CanPropose, CanSendPlace bool
	CanRelease, CanHandOver, CanNotHappen          bool
	CanKeepApart, CanWrite                         bool
}

func (ClaimPage) template() string { return "sharing/claim" }

// Giving tells whether the reader is the giver.
func (p ClaimPage) Giving() bool { return p.Side == "giver" }

// Promised tells whether there is a hand-over to agree on.
func (p ClaimPage) Promised() bool { return p.State == "promised" || p.State == "handed_over" }

// TimeIsSettled tells whether there is a time, and nothing to answer about it.
func (p ClaimPage) TimeIsSettled() bool {
	return p.Picked != nil && (p.Proposed == nil || p.ByMe)
}

// PlaceIsAwaited tells whether the other side waits for the reader to say where.
func (p ClaimPage) PlaceIsAwaited() bool { return p.CanSendPlace && p.Giving() && !p.PlaceSent }

// ProposedRow is the row to propose another time.
func (p ClaimPage) ProposedRow() NumberedRow {
	return NumberedRow{ID: "f-windows", WindowRow: p.ProposeRow}
}

// Message is one private message of a promise.
type Message struct {
	From     string // nickname, or ""
	Mine     bool
	Text     string
	Language string
	At       time.Time
}

// ClaimsPage lists what this member asked for, and what is promised by her:
// GET /claims.
type ClaimsPage struct {
	Waiting  []ClaimCard // asked, not decided
	Promised []ClaimCard // a hand-over to agree on, both ways
	Past     []ClaimCard // until it is erased
}

func (ClaimsPage) template() string { return "sharing/claims" }

// Empty tells whether there is nothing at all.
func (p ClaimsPage) Empty() bool { return len(p.Waiting)+len(p.Promised)+len(p.Past) == 0 }

// ClaimCard is one line of ClaimsPage.
type ClaimCard struct {
	Href     string
	Title    string
	Language string
	Photo    Photo
	Category string
	Home     string // the neighbouring collective, "" at home
	State    string
	Giving   bool
	Until    time.Time // the date that matters in this state: window, hold or hand-over; or zero
}
