package web

import "time"

// ShutOutPage says whom we keep away from and why: GET /shut-out. Members
// read it; stewards decide.
type ShutOutPage struct {
	Problems Problems
	Steward  bool
	Two      bool // there are two stewards or more
	Rows     []ShutOut
	More     bool // there are more than the page shows
	// The form of a new one.
	Subject, Severity, Reason, Review string
	// A list as typed, and what it would change; Looked is set once somebody asked.
	List    string
	Looked  bool
	Changes []ShutOutChange
}

func (ShutOutPage) template() string { return "neighbours/shut_out" }

// ShutOut is one host or actor that we keep away from.
type ShutOut struct {
	Subject  string
	Severity string // limit, block
	Reason   string
	Since    time.Time
	Review   time.Time // zero: never
	Due      bool      // the day of review has come
	CanAct   bool
	OfOne    bool // a block of one steward's, until another says that it stands
	Mine     bool // the reader is that one
}

// ShutOutChange is what one line of a list would do.
type ShutOutChange struct {
	Subject, Severity, Reason string
	Stricter                  bool // it stands already, and milder
	Neighbour                 bool // it is a neighbour, and stays as it is
}
