package web

import "time"

// SetupPage asks the seven questions of product J8: GET /setup?key=….
type SetupPage struct {
	Key      string // of the one-time link, sent again as hidden "key"
	Problems Problems

	Name               string // 1 the collective's name
	Area               string // 2 where it is, as a word
	Language           string // 3
	Zone               string // 4 IANA name
	QuietFrom, QuietTo string // 5 "21:00" and "08:00"
	Nickname           string // 6 the first steward; the passphrase is never shown again
	Joining            string // 7 "invite" or "open"
	Languages          []Option
	Zones              []string // suggestions for Zone
}

func (SetupPage) template() string { return "people/setup" }

// JoinPage is joining by an invite: GET /join?invite=….
type JoinPage struct {
	Invite    string // hidden "invite"
	Kind      string // "member" or "steward"
	About     string // the collective's own words
	Problems  Problems
	Nickname  string
	Language  string
	Languages []Option
}

func (JoinPage) template() string { return "people/join" }

// SignInPage is GET /sign-in.
type SignInPage struct {
	Nickname string
	Next     string  // path to go on to, hidden "next"
	Unsent   *Unsent // what was typed when the session had ended; nil when nothing was
	Problems Problems
}

// Unsent is a form that waits inside the sign-in form, to be shown again.
type Unsent struct {
	Fields    []HiddenField
	PhotoLost bool // a photo was among it, which has to be chosen again
}

// HiddenField is a value that a form carries along unseen.
type HiddenField struct{ Name, Value string }

func (SignInPage) template() string { return "people/sign_in" }

// RecoverPage lets a member back in, with her recovery words or by a link the
// stewards made: GET /recover[?key=…].
type RecoverPage struct {
	Key      string // of the link, hidden "key"; then no words are asked for
	Nickname string
	Problems Problems
}

func (RecoverPage) template() string { return "people/recover" }

// RecoveryWordsPage shows the recovery words once, to be printed or written
// down.
type RecoveryWordsPage struct {
	Nickname string
	Words    []string
	Next     string // path to go on to
	// BackupKey opens the backups of the node; the first steward sees it once, at set-up.
	BackupKey string
}

func (RecoveryWordsPage) template() string { return "people/recovery_words" }

// UsPage is who we are and what can be done: GET /us.
type UsPage struct {
	About    string
	Language string
	Area     string
	Handle   string
	Stewards []Steward
	Written  []Note // what was done on the command line or by stewards, newest first
}

func (UsPage) template() string { return "people/us" }

// Steward is somebody with a term.
type Steward struct {
	Nickname string
	Until    time.Time
	Me       bool
}

// Note is a sentence about something that was done.
type Note struct {
	At       time.Time
	Sentence string
}

// SettingsPage is a member's own: GET /settings.
type SettingsPage struct {
	Problems  Problems // of whichever form was refused
	Nickname  string
	Language  string
	Contact   string // one free line: how people can reach her
	Languages []Option

	FeedURL, CalendarURL string // the personal feed, "" until one is made
	Sessions             []Session
	Tokens               []Token
	FreshToken           string // a token that was just made, shown once
	TokenName            string // as typed
	TokenScopes          []Option
	RecoveredOn          time.Time // zero unless stewards recovered the account lately
	RestoredOn           time.Time // zero unless the node came back from a backup lately
}

func (SettingsPage) template() string { return "people/settings" }

// Session is a device on which the member is signed in.
type Session struct {
	ID      string
	Label   string // what the member calls it, or ""
	Since   time.Time
	Current bool
}

// Token is a program that may act for the member.
type Token struct {
	ID      string
	Name    string
	Scopes  []string
	Expires time.Time // zero: never
}

// InvitesPage makes and lists invites: GET /invites.
type InvitesPage struct {
	Problems Problems
	Uses     string
	Days     string // until it expires
	Kind     string // "member" or "steward"
	Steward  bool   // whether the reader may invite a steward
	// RestoredOn is zero unless the node came back from a backup lately.
	RestoredOn time.Time
	Fresh      string // the link that was just made, shown once
	Invites    []Invite
}

func (InvitesPage) template() string { return "people/invites" }

// Invite is one that can still be used.
type Invite struct {
	ID       string
	Kind     string
	UsesLeft int
	Expires  time.Time
	By       string // inviter, for stewards only
}

// StewardsPage is what stewards do: GET /stewards.
type StewardsPage struct {
	Problems    Problems
	Until       time.Time // end of the reader's own term
	Stewards    []Steward
	Nickname    string // of the member to recover, as typed
	RecoverLink string // the link that was just made, shown once
	RecoverFor  string
	Suggestions []Suggestion
	Hidden      []HiddenThing
	Letters     []Letter
	Collective  *CollectiveForm // nil: left out
}

func (StewardsPage) template() string { return "people/stewards" }

// CollectiveForm changes the answers given at set-up: POST /collective.
type CollectiveForm struct {
	Problems           Problems
	Name, About, Area  string
	Language, Zone     string
	QuietFrom, QuietTo string
	Joining            string // "invite" or "open"
	Voices             string // "held" or "shown"
	SeenBy             string // "anyone" or "neighbours"
	Languages          []Option
	Zones              []string
}

// HiddenThing is a thing that is hidden now.
type HiddenThing struct {
	Title string
	Href  string
	Words string
	Until time.Time
}

// Letter is something a person on another server wrote to the collective.
type Letter struct {
	ID       string
	Kind     string // "word", "voice", "wish", "report" or "move"
	From     string // their address
	Host     string // where they wrote it
	Text     string // plain words
	Language string
	About    Link // the thing it answers, or zero
	At       time.Time
	Read     bool
	Shown    bool // it is on the page of that thing
	CanLetIn bool // its author can be let in for that thing
	// CanPassOn says that the stewards of another server can be told; MovedTo is where to ask a collective that has moved.
	CanPassOn bool
	MovedTo   string
}

// Voice tells whether it can be shown on the page of a thing.
func (l Letter) Voice() bool { return l.Kind == "voice" }

// Wish tells whether its author asks for a thing and waits for an answer.
func (l Letter) Wish() bool { return l.Kind == "wish" && !l.Read }
