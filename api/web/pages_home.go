package web

import (
	"net/http"
	"time"
)

// WelcomePage is the public face: GET /.
type WelcomePage struct {
	About           string // the collective's own words
	Language        string
	Area            string
	Handle          string      // collective@host
	DecisionsHandle string      // decisions@host, "" until there are decisions
	Things          []ThingCard // public ones
	Neighbours      []Link
	Contact         string // how to reach us, in one line, or ""
	Open            bool   // whether anyone may join; otherwise by invite only
}

func (WelcomePage) template() string { return "home/welcome" }

// Link is a name that leads somewhere.
type Link struct{ Name, Href string }

// TodayPage is the first view of a member: GET /today. More than seven cards
// are never shown.
type TodayPage struct {
	Cards   []TodayCard
	Things  []ThingCard
	CanGive bool
}

func (TodayPage) template() string { return "home/today" }

// Shown are the cards that fit.
func (p TodayPage) Shown() []TodayCard {
	const most = 7 // product 7.2
	return p.Cards[:min(most, len(p.Cards))]
}

// TodayCard is one thing that waits for the reader, with one verb. Its words
// are the sentences today.<kind>, today.<kind>.line and today.<kind>.verb.
type TodayCard struct {
	Kind  string // one of the kinds in todayKinds
	Href  string // where the verb leads
	Title string // the thing's title or a collective's name, "" where the kind has none
	Who   string // a nickname or a collective, "" becomes "someone"
	When  time.Time
	Photo Photo

	Notice string // id of the notice that following the verb puts away, "" where it goes by itself
}

// The kinds of today's cards.
const (
	TodayFeed      = "feed"             // no channel chosen yet
	TodayPromised  = "promised"         // a thing is promised to the reader; When: until when it waits
	TodayChanged   = "changed"          // a hand-over changed
	TodayAgreed    = "agreed"           // a hand-over is agreed; When: its beginning
	TodayHappened  = "happened"         // the agreed time has passed
	TodayChoose    = "choose"           // the window of the reader's thing has closed
	TodayTheirs    = "theirs"           // the reader's thing is promised to Who
	TodaySendPlace = "send_place"       // Who needs to know where
	TodayProposed  = "proposed"         // Who asks for another time; When
	TodayMessage   = "message"          // Who wrote
	TodayResting   = "resting"          // the reader's thing rests
	TodayHidden    = "hidden"           // a steward hid the reader's thing
	TodaySilent    = "silent"           // a neighbouring node does not answer; When: since
	TodayRecovered = "recovered"        // the reader's account was recovered by Who; When
	TodayLinkMade  = "link_made"        // Who made a link into the account of the reader; When
	TodayNeighbour = "neighbour"        // stewards: Title asks to be neighbours
	TodayForgotten = "forgotten"        // stewards: Title counts us as a neighbour no more; When: since
	TodayAsk       = "suggested_ask"    // stewards: Who suggests to ask Title
	TodayAccept    = "suggested_accept" // stewards: Who suggests to say yes to Title
	TodayPart      = "suggested_part"   // stewards: Who suggests to part from Title
	TodayLetter    = "letter"           // stewards: a letter came
	TodayReview    = "review"           // the day has come to look at a shut-out, Title, again
	TodayTerm      = "term"             // the reader's term as steward ends; When
	TodaySecond    = "second"           // there is only one steward
	TodayQueue     = "queue"            // stewards: Title cannot be reached; When: since
	TodayRestored  = "restored"         // the node is back from a backup of When
	TodayBackup    = "backup"           // stewards: there has been no backup for days
	TodayCommand   = "command"          // something was done on the command line; When
)

func todayKinds() []string {
	return []string{
		TodayFeed, TodayPromised, TodayChanged, TodayAgreed, TodayHappened, TodayChoose, TodayTheirs, TodaySendPlace, TodayProposed,
		TodayMessage, TodayResting, TodayHidden, TodaySilent, TodayRecovered, TodayLinkMade, TodayNeighbour, TodayLetter, TodayTerm,
		TodaySecond, TodayQueue, TodayRestored, TodayBackup, TodayReview, TodayCommand, TodayForgotten,
		TodayAsk, TodayAccept, TodayPart,
	}
}

// ErrorPage says what went wrong and what to do next.
type ErrorPage struct {
	Status    int    // as answered
	Sentence  string // the fault's own sentence, or "" for the plain one
	Next      Link   // where to go on; the front page when empty
	RequestID string // shown with an apology only
}

func (ErrorPage) template() string { return "home/error" }

// Known is the status whose words are used: its own, or the plain 500 or 404.
func (p ErrorPage) Known() int {
	switch {
	case errorStatuses()[p.Status]:
		return p.Status
	case p.Status >= 400 && p.Status < 500:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// errorStatuses have words of their own, error.<status> and
// error.<status>.title.
func errorStatuses() map[int]bool {
	return map[int]bool{
		http.StatusBadRequest: true, http.StatusUnauthorized: true, http.StatusForbidden: true, http.StatusNotFound: true, http.StatusMethodNotAllowed: true,
		http.StatusConflict: true, http.StatusGone: true, http.StatusRequestEntityTooLarge: true,
		http.StatusUnsupportedMediaType: true, http.StatusMisdirectedRequest: true, http.StatusUnprocessableEntity: true, http.StatusTooManyRequests: true,
		http.StatusInternalServerError: true, http.StatusServiceUnavailable: true,
	}
}
