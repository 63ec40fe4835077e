package web

import (
	"net/url"
	"slices"
	"time"
)

// ThingCard is a thing in a list: the thing first, then words.
type ThingCard struct {
	Href         string
	Kind         string // one of Kinds
	There        bool   // it is asked for at its home only
	Title        string
	Language     string // of the giver's words, "" when unknown
	Photo        Photo  // zero when there is none: the category's sign is shown
	Category     string
	Area         string
	From         string    // the neighbouring collective it lives at, "" at home
	State        string    // a word of DESIGN 7
	Until        time.Time // end of the gathering window
	Left         int       // how many are left, where it is more than one thing
	GoesOffToday bool
	Mine         bool
}

// ThingsPage is the list of things: GET /offers?q=&category=&from=&after=.
type ThingsPage struct {
	Query      string
	Category   string   // "" for all
	From       string   // "all", "home" or a neighbour's value
	Neighbours []Option // the neighbours that can be chosen in From
	Items      []ThingCard
	Next       string // opaque value of after, "" on the last page
	CanGive    bool
	Plain      bool // pictures off: the small list
}

func (ThingsPage) template() string { return "sharing/things" }

// Filtered tells whether the list is narrowed, so that an empty one says so.
func (p ThingsPage) Filtered() bool {
	return p.Query != "" || p.Category != "" || (p.From != "" && p.From != "all")
}

// Mixed tells whether a neighbour shows something here that is no gift: then the page does not promise that all is free.
func (p ThingsPage) Mixed() bool {
	return slices.ContainsFunc(p.Items, func(c ThingCard) bool { return c.Kind != "gift" })
}

// Link is the list with one filter changed and the others kept.
func (p ThingsPage) Link(name, value string) string {
	q := url.Values{}
	set := func(k, v, none string) {
		if k == name {
			v = value
		}
		if v != none && v != "" {
			q.Set(k, v)
		}
	}
	set("q", p.Query, "")
	set("category", p.Category, "")
	set("from", p.From, "all")
	plain := ""
	if p.Plain {
		plain = "1"
	}
	set("plain", plain, "")
	set("after", "", "")
	if len(q) == 0 {
		return "/offers"
	}
	return "/offers?" + q.Encode()
}

// Categories are the category filters, the chosen one marked.
func (p ThingsPage) Categories() []Option {
	var all []Option
	for _, c := range Categories() {
		all = append(all, Option{Value: c, Chosen: c == p.Category})
	}
	return all
}

// GivePage is the form to give something: GET /offers/new, GET
// /offers/{id}/edit, and both again when the form was refused.
type GivePage struct {
	ID       string // of the offer that is edited, "" for a new one
	Problems Problems

	Title, Description string
	Category           string
	Condition          string
	Faults             string // what is wrong with it (product A3)
	Language           string
	Quantity           string
	MaxPerClaim        string
	Area, Place        string
	Windows            []WindowRow
	Audience           string
	GoesOffToday       bool
	Choose             string  // "draw" or "giver"
	Photos             []Photo // kept ones, sent again as hidden "photos"

	Languages []Option // languages a text may be in
	Published bool     // whether people see it already: the window and the draw stay as they are

	AlsoShownAt    []string // the neighbours who see what is for friends
	OnlyNeighbours bool     // strangers see nothing, whatever is chosen
}

func (GivePage) template() string { return "sharing/give" }

// Action is where the form goes.
func (p GivePage) Action() string {
	if p.ID == "" {
		return "/offers"
	}
	return "/offers/" + p.ID
}

// Unfolded tells whether the details are open: when editing, and when one of
// them has a problem.
func (p GivePage) Unfolded() bool {
	return p.ID != "" || p.Problems.In("quantity", "max_per_claim", "windows", "audience", "goes_off_today", "choose", "language")
}

// Window is a pick-up window to show or to pick.
type Window struct {
	ID       string // what pick_window sends in "window"
	From, To time.Time
}

// OfferPage is one offer: GET /offers/{id}. For a mirror, Home is set and the
// giver's tools never are.
type OfferPage struct {
	ID                 string
	Kind               string // one of Kinds
	Title, Description string
	Faults             string // what is wrong with it, in words
	Language           string // of those words
	Category           string
	Condition          string
	Photos             []Photo
	State              string // a word of DESIGN 7
	Collective         string // whose thing it is
	Giver              string // nickname, "" when this reader may not know it
	Area               string
	Place              string // only for those who may know it
	Audience           string
	Windows            []Window
	Quantity, Left     int
	MaxPerClaim        int
	Published          time.Time // zero for a draft
	GatherUntil        time.Time // end of the window, zero when there is none
	GoesOffToday       bool
	Choose             string // "draw" or "giver"
	DrawCommit         string // hex, "" before publication
	MovedTo            string // path of the offer that took this one's place
	AlsoShownAt        []string
	Rounds             []Round // draw sheets this reader may see

	Home  *Home       // for a mirror: where it lives
	Ask   *AskForm    // nil when this reader cannot ask
	Why   string      // then a sentence says why, or ""
	Mine  *MyClaim    // what this reader said
	Tools *GiverTools // nil for everybody but the giver
	Hide  *HideForm   // nil for everybody but stewards
	Hid   *Hidden     // set for giver and stewards while it is hidden

	Report *ReportForm // nil for the giver and for who is no member
	Voices []Voice     // what was said about it from outside, and was let through
}

func (OfferPage) template() string { return "sharing/offer" }

// Steps tells whether the steps to a home are shown: not of what is asked for elsewhere, unless this reader has asked here.
func (p OfferPage) Steps() bool { return p.Live() && (p.Home == nil || !p.Home.There || p.Mine != nil) }

// Live tells whether it is on its way to a home.
func (p OfferPage) Live() bool {
	switch p.State {
	case "gathering", "choosing", "open", "promised", "all_promised", "gone":
		return true
	}
	return false
}

// Voice is what somebody on another server said in public about a thing.
type Voice struct {
	ID         string
	From, Host string // who, and where they said it
	Text       string // plain words
	Language   string
	At         time.Time
	CanLetIn   bool // the giver and stewards may take it for "I'd like this"
	CanTakeOff bool // stewards
}

// Round links to a draw sheet: GET /offers/{id}/draw?round=.
type Round struct {
	Number int
	Href   string
}

// Home says where a mirror lives and how fresh our copy is.
type Home struct {
	Collective  string
	Href        string    // its page at home
	There       bool      // it is asked for there, or no gift at all
	LeaseUntil  time.Time // when our copy goes unless it is renewed
	SilentSince time.Time // zero while the home answers
}

// AskForm is "I'd like this": POST /offers/{id}/claims.
type AskForm struct {
	Problems    Problems
	Note        string
	Quantity    string
	Most        int // the largest quantity; the field is left out when it is 1
	Windows     []WindowRow
	OthersFirst bool
}

// Several tells whether a quantity is asked for.
func (f AskForm) Several() bool { return f.Most > 1 }

// MyClaim is what this reader said to an offer.
type MyClaim struct {
	ID          string
	State       string
	Ticket      string // hex, shown at once (DESIGN 4)
	CanWithdraw bool
}

// GiverTools are the giver's verbs; each field opens one.
type GiverTools struct {
	Publish  bool
	Edit     bool
	Choose   bool // the window has closed and someone asked
	Lengthen bool
	Rest     bool
	Resume   bool
	Relist   bool // its draws are used up
	Withdraw bool
	Promises []ClaimLink // the promises that stand
	Problems Problems
}

// Any tells whether there is anything to look after.
func (g GiverTools) Any() bool {
	return g.Publish || g.Edit || g.Choose || g.Lengthen || g.Rest || g.Resume || g.Relist || g.Withdraw || len(g.Promises) > 0 || len(g.Problems) > 0
}

// ClaimLink leads to a claim's page.
type ClaimLink struct {
	ID    string
	Name  string // nickname, or "" for someone of a neighbouring collective
	From  string // that collective, "" at home
	State string
}

// HideForm lets a steward hide a thing for seven days: POST /offers/{id}/hide.
type HideForm struct {
	Words    string
	Problems Problems
}

// ReportForm tells the stewards that something is wrong with a thing: POST /offers/{id}/report. Nobody learns who told them.
type ReportForm struct {
	Words    string
	Problems Problems
}

// Hidden says why and for how long a thing is hidden.
type Hidden struct {
	Words   string
	Until   time.Time
	CanShow bool // the giver, after Until or when the steward takes it back
}

// ChoosePage is the giver's choice: GET /offers/{id}/choose. Asks come
// shuffled anew for each rendering (DESIGN 4).
type ChoosePage struct {
	ID       string
	Title    string
	Left     int
	Quantity int
	Choose   string // "draw" or "giver": what was said at publication
	Asks     []Ask
	Problems Problems
}

func (ChoosePage) template() string { return "sharing/choose" }

// Ask is what the giver sees of somebody who asked.
type Ask struct {
	ClaimID     string
	Name        string // nickname, "" for someone of a neighbouring collective
	From        string // that collective, "" at home
	Area        string
	Note        string
	Language    string
	Quantity    int
	OthersFirst bool
	Windows     []Window
}

// DrawPage is a draw's sheet, rechecked: GET /offers/{id}/draw.
type DrawPage struct {
	Title   string
	Back    string // path of the thing; of the reader's own claim where she no longer sees the thing
	Round   int
	Commit  string
	Secrets []string // s₁ to s_r
	Left    int      // what there was to give in this round
	Tickets []Ticket // in the drawn order
	Sheet   string   // path of the sheet as JSON
	Wrong   string   // why the sheet does not hold, "" when it does
	Rounds  []Round
}

func (DrawPage) template() string { return "sharing/draw" }

// Ticket is one line of a draw's sheet.
type Ticket struct {
	Place       int
	Ticket      string
	Quantity    int
	OthersFirst bool
	Promised    bool
	Mine        bool
}
