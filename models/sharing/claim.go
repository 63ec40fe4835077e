package sharing

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Wish is what somebody says when they ask for a thing: the input of a form, of JSON and of the wire.
type Wish struct {
	// Note is for the giver, at most 280 characters. Nobody needs to tell their story.
	Note     string
	Quantity int
	// Windows are times at which the asker could come.
	Windows []agreeing.Window
	// OthersFirst lets everybody else go first this time.
	OthersFirst bool
}

// Claim is somebody's wish for a thing that lives here: one of our members', or that of somebody at a neighbour, known only
// by a handle. Its time of arrival is kept for the freeze and never selected by anything that a person sees.
type Claim struct {
	agreeing.Agreement
	Offer       OfferID
	Ticket      string // 16 random bytes in lower-case hex; orders the draw
	Quantity    int
	OthersFirst bool
	Note        string
	Area        string            // an area word of a remote asker
	Windows     []agreeing.Window `gorm:"serializer:json"`
	// Asked is the id of the Offer activity of a remote asker, which every answer names; or of the reply of one who is no neighbour.
	Asked string
	// Outside is set when the asker is no neighbour but somebody on other software whom a human let in: how they asked, and so how
	// they are answered. Peer is then the person, and not a collective that asks for one.
	Outside neighbours.Manner
	// LeftOut keeps a claim out of every draw because the giver does not want to meet this person again; nobody is told.
	LeftOut bool
	// Late keeps a claim that came after the freeze out of the round that is being closed; it is in the next.
	Late bool
	// Round is the round in which it was promised; 0 before.
	Round int
}

// TableName is gorm's.
func (Claim) TableName() string { return "claims" }

const (
	noteLength  = 280
	areaLength  = 60
	windowsKept = 6
)

var ticketShape = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Ask writes down that a member would like a thing of ours. Asking again while the first wish is live changes the wish: one live
// wish per person. The ticket is shown at once, so that the asker can find it on the sheet of the draw.
func Ask(tx *store.Tx, by people.Member, id OfferID, wish Wish, ticket string) (c Claim, err error) {
	defer fault.Wrap(&err, "ask for offer %s", id)
	o, err := lockOffer(tx, id)
	if err != nil {
		return c, err
	}
	apart, err := people.Apart(tx.View, o.Giver, by.ID)
	if err != nil {
		return c, err
	}
	if apart || !o.Shown() {
		return c, unknownOffer()
	}
	if o.GivenBy(by.ID) {
		return c, fault.New(fault.Forbidden, "claim.own")
	}
	if err := wish.check(o.Listing); err != nil {
		return c, err
	}
	has, err := liveClaim(tx.View, id, by.ID, "", "")
	if err != nil {
		return c, err
	}
	if has != nil {
		return amend(tx, *has, wish)
	}
	c = Claim{Offer: id, Ticket: ticket}
	c.Asker = by.ID
	c.wish(wish)
	return c, admit(tx, &o, &c, tx.Now)
}

// admit lets a new claim in, which was safe here at a time: into the window while it is open, onto the list after it, opening a
// window where there is none. While a window is open nothing of the offer changes, so that nobody can tell that somebody asked.
func admit(tx *store.Tx, o *Offer, c *Claim, at time.Time) error {
	if !ticketShape.MatchString(c.Ticket) {
		return badTicket()
	}
	switch o.State {
	case Gathering:
		if at.Before(o.Freeze()) {
			c.Begin(agreeing.Gathering)
			break
		}
		c.Begin(agreeing.Waiting)
		c.Late = true
	case Choosing:
		c.Begin(agreeing.Waiting)
		c.Late = true
	case Open, Promised, AllPromised:
		if c.Quantity > o.Left {
			c.Begin(agreeing.Waiting)
			break
		}
		c.Begin(agreeing.Gathering)
		if err := openMiniWindow(tx, o); err != nil {
			return err
		}
	case Resting:
		if c.Peer == "" {
			return o.movedOn()
		}
		// It was asked for where it was still shown, or before a restore here: the list is kept for its giver.
		if o.windowLeft() > 0 {
			c.Begin(agreeing.Gathering)
			break
		}
		c.Begin(agreeing.Waiting)
	default:
		return o.movedOn()
	}
	if c.Peer != "" {
		c.Record(ClaimReceived, string(c.ID))
	}
	err := tx.Save(c)
	if store.Duplicate(err) {
		return badTicket()
	}
	return err
}

// openMiniWindow gives everybody two hours once somebody asks for a thing that nobody asked for in time, so that two who come
// at nearly the same moment are equal. They begin when others can see it, however late the first wish was applied.
func openMiniWindow(tx *store.Tx, o *Offer) error {
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return err
	}
	if err := o.gather(miniWindow(tx.Now, o.GoesOffToday, collective.Hours())); err != nil {
		return err
	}
	return saveOffer(tx, o)
}

// amend changes a live wish. Once something is promised the promise stands as it is.
func amend(tx *store.Tx, c Claim, wish Wish) (Claim, error) {
	if !c.State.Open() {
		return c, fault.New(fault.Conflict, "claim.already_promised")
	}
	c.wish(wish)
	if c.Peer != "" {
		c.Record(ClaimReceived, string(c.ID))
	}
	return c, tx.Save(&c)
}

func (c *Claim) wish(w Wish) {
	c.Note, c.Quantity, c.Windows, c.OthersFirst = strings.TrimSpace(w.Note), max(w.Quantity, 1), w.Windows, w.OthersFirst
}

// check holds a wish against the thing.
func (w Wish) check(l Listing) error {
	var wrong []fault.Field
	if utf8.RuneCountInString(w.Note) > noteLength {
		wrong = append(wrong, fault.Field{Name: "note", Key: "claim.note.long", Args: fault.Args{"Max": noteLength}})
	}
	if w.Quantity < 0 || w.Quantity > min(l.MaxPerClaim, l.Quantity) {
		wrong = append(wrong, fault.Field{Name: "quantity", Key: "claim.quantity", Args: fault.Args{"Max": min(l.MaxPerClaim, l.Quantity)}})
	}
	wrong = append(wrong, checkWindows(w.Windows, time.Time{})...)
	return fault.Fields(wrong...)
}

func checkWindows(windows []agreeing.Window, now time.Time) []fault.Field {
	if len(windows) > windowsKept {
		return []fault.Field{{Name: "windows", Key: "windows.many", Args: fault.Args{"Max": windowsKept}}}
	}
	for _, w := range windows {
		switch {
		case !w.To.After(w.From):
			return []fault.Field{{Name: "windows", Key: "windows.backwards"}}
		case w.To.Before(now):
			return []fault.Field{{Name: "windows", Key: "windows.past"}}
		}
	}
	return nil
}

// Withdraw takes a wish back without trace; a promise that was made already is let go instead.
func Withdraw(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "withdraw claim %s", id)
	o, c, err := lockClaim(tx, id)
	if err != nil {
		return err
	}
	if c.Asker == "" || c.Asker != by.ID {
		return unknownClaim()
	}
	return letGo(tx, &o, c)
}

// letGo is withdrawing and releasing in one: what the asker's side means by "not any more" depends on where the claim stands.
func letGo(tx *store.Tx, o *Offer, c Claim) error {
	if !c.State.Open() {
		return endPromise(tx, o, c, agreeing.Released, c.Asker)
	}
	if err := agreeing.PurgeOnTheWire(tx, c.Agreement); err != nil {
		return err
	}
	if err := tx.Delete(&c); err != nil {
		return err
	}
	if o.State != Choosing {
		return nil
	}
	left, err := openClaims(tx.View, o.ID)
	if err != nil || fits(left, o.Left) {
		return err
	}
	return closeRound(tx, o) // there is nobody to choose any more
}

// end brings a claim to one of its last states, has the other collective told, and sets when everything about it is erased.
func (c *Claim) end(tx *store.Tx, to agreeing.State, reason string, tell store.EventKind) error {
	if err := c.End(to, tx.Now); err != nil {
		return err
	}
	c.Reason, c.Late = reason, false
	c.tell(tell)
	if err := tx.Save(c); err != nil {
		return err
	}
	if err := agreeing.PurgeOnTheWire(tx, c.Agreement); err != nil {
		return err
	}
	return forgetNotices(tx, c.ID)
}

func badTicket() error    { return fault.New(fault.Conflict, "claim.ticket") }
func unknownClaim() error { return fault.New(fault.NotFound, "claim.unknown") }
func unknownOffer() error { return fault.New(fault.NotFound, "offer.unknown") }
