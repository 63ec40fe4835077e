package sharing

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// OfferID names an offer or a mirror of one; it is time-ordered.
type OfferID string

// State is where an offer stands: the same word in the database, in JSON and in pots:state (DESIGN 7).
type State string

// The states of an offer; Offer's doc comment has the table.
const (
	Draft       State = "draft"
	Gathering   State = "gathering"
	Choosing    State = "choosing"
	Open        State = "open"
	Promised    State = "promised"     // some of it is promised, some is left
	AllPromised State = "all_promised" // all of it is promised
	Resting     State = "resting"
	Gone        State = "gone"
	Withdrawn   State = "withdrawn"
	Expired     State = "expired"
)

// Live reports that the thing can still be asked for, or is on its way to somebody.
func (s State) Live() bool {
	switch s {
	case Gathering, Choosing, Open, Promised, AllPromised:
		return true
	}
	return false
}

// Ended reports that nothing more will happen to it.
func (s State) Ended() bool { return s == Gone || s == Withdrawn || s == Expired }

// Category is what sort of thing it is.
type Category string

// Categories are the sorts of things, in the order in which they are shown.
func Categories() []Category {
	return []Category{"furniture", "kitchen", "clothes", "children", "books", "tools", "garden", "food", "electronics", "other"}
}

// Condition is one of four words; what is wrong with the thing is said in Faults.
type Condition string

// Conditions are the four words, best first.
func Conditions() []Condition { return []Condition{"new", "good", "worn", "needs_repair"} }

// Listing is what an offer and the mirror of a neighbour's offer have in common: what people may see of it.
type Listing struct {
	ID OfferID `gorm:"primaryKey"`
	store.Root
	// Home is the actor id of the collective where the thing lives; empty when that is us.
	Home  string
	State State
	// Kind is what it is where it is no gift, and AskThere that its home takes no wishes from here: of a neighbour's thing only.
	Kind     Kind
	AskThere bool

	Title, Description string
	Category           Category
	Condition          Condition
	Faults             string
	Language           string
	Area               string
	Windows            []agreeing.Window `gorm:"serializer:json"`
	Audience           people.Audience
	GoesOffToday       bool
	// Quantity is how many there are, Left how many are neither promised nor gone.
	Quantity, Left, MaxPerClaim int
	Photos                      []media.PhotoID `gorm:"serializer:json"`

	PublishedAt *time.Time
	// GatherUntil is the end of the window that the page shows. Claims count until Freeze.
	GatherUntil *time.Time
	// DrawCommit is SHA-256(s₁) in hex, published before the first claim.
	DrawCommit string
	// UpdatedAt is when others saw it change; a mirror's is its home's.
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	ExpiresAt *time.Time
}

// Listed reports that it belongs into lists.
func (l Listing) Listed() bool { return l.State.Live() }
