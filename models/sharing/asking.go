package sharing

import (
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Asking is our member's wish for a thing that lives at a neighbour. It shows what the home said and never decides anything:
// "yours" is never read from local state.
type Asking struct {
	agreeing.Agreement
	Mirror      OfferID
	Ticket      string
	Quantity    int
	OthersFirst bool
	Note        string
	Windows     []agreeing.Window `gorm:"serializer:json"`
	// Theirs is the id of the agreement at home, known from the receipt on; Seq is the last pots:seq heard.
	Theirs string
	Seq    int64
	// Wished is what the receiver wants the agreement to become (done, did_not_happen); the home answers.
	Wished agreeing.State
	// WishedWindow is the time she picked or proposed.
	WishedWindow *agreeing.Window `gorm:"serializer:json"`
	// Offered are the times that the giver named. They come with the promise and are nowhere in the listing: when somebody is at home
	// is for the one person who comes.
	Offered []agreeing.Window `gorm:"serializer:json"`
	AskedAt time.Time
}

// TableName is gorm's.
func (Asking) TableName() string { return "askings" }

// silence is how long a home may leave a wish unanswered before the page says so.
const silence = 3 * 24 * time.Hour

// AskAcross writes down that a member would like a neighbour's thing; the relay sends it. Asking again changes the wish. What is no
// gift, or is asked for at home only, is refused with Conflict "listing.not_a_gift" or "listing.ask_there".
func AskAcross(tx *store.Tx, by people.Member, id OfferID, wish Wish, ticket string) (a Asking, err error) {
	defer fault.Wrap(&err, "ask across for %s", id)
	m, err := FindMirror(tx.View, id)
	if err != nil {
		return a, err
	}
	if !m.Listed() {
		return a, fault.New(fault.Conflict, "offer.moved_on", fault.Args{"State": string(m.State)})
	}
	if err := m.mustBeAskable(); err != nil {
		return a, err
	}
	if !ticketShape.MatchString(ticket) {
		return a, badTicket()
	}
	if err := wish.check(m.Listing); err != nil {
		return a, err
	}
	has, err := AskingOf(tx.View, id, by.ID)
	if err != nil {
		return a, err
	}
	if has != nil {
		if has.State == agreeing.Promised {
			return *has, fault.New(fault.Conflict, "claim.already_promised")
		}
		has.wish(wish)
		has.Record(AskingAsked, string(has.ID))
		return *has, tx.Save(has)
	}
	if a.Handle, err = people.Handle(tx.View, by.ID, m.IRI); err != nil {
		return a, err
	}
	a.Begin(agreeing.Queued)
	a.Asker, a.Peer, a.Mirror, a.Ticket, a.AskedAt = by.ID, m.Home, m.ID, ticket, tx.Now
	a.wish(wish)
	a.Record(AskingAsked, string(a.ID))
	return a, tx.Save(&a)
}

func (a *Asking) wish(w Wish) {
	a.Note, a.Quantity, a.Windows, a.OthersFirst = strings.TrimSpace(w.Note), max(w.Quantity, 1), w.Windows, w.OthersFirst
}

// SentOff notes that the wish is with the courier.
func SentOff(tx *store.Tx, a Asking) error {
	was := a.State
	if a.SendOff(); a.State == was {
		return nil
	}
	return tx.Save(&a)
}

// WithdrawAcross takes the wish back, or lets a promise go. One that was never sent goes without trace; another stays, ended, until
// the home has been told.
func WithdrawAcross(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "withdraw asking %s", id)
	a, err := ownAsking(tx.View, by, id)
	if err != nil {
		return err
	}
	return a.leave(tx)
}

func (a Asking) leave(tx *store.Tx) error {
	if !a.State.Live() {
		return fault.New(fault.Conflict, "claim.moved_on")
	}
	if a.State == agreeing.Queued {
		return tx.Delete(&a)
	}
	a.Hear(agreeing.Released, tx.Now)
	a.Record(AskingWithdrew, string(a.ID))
	return a.keep(tx)
}

// keep stores an asking that has ended.
func (a Asking) keep(tx *store.Tx) error {
	if err := tx.Save(&a); err != nil {
		return err
	}
	if err := forgetNotices(tx, a.ID); err != nil {
		return err
	}
	return agreeing.PurgeOnTheWire(tx, a.Agreement)
}

// WishWindow picks one of the giver's windows or proposes another; the home answers.
func WishWindow(tx *store.Tx, by people.Member, id agreeing.ID, w agreeing.Window) (err error) {
	defer fault.Wrap(&err, "wish window of asking %s", id)
	if wrong := checkWindows([]agreeing.Window{w}, tx.Now); len(wrong) > 0 {
		wrong[0].Name = "window"
		return fault.Fields(wrong...)
	}
	return wishFor(tx, by, id, func(a *Asking) { a.WishedWindow, a.Wished = &w, "" })
}

// WishDone says that the thing was handed over; the home answers and sends the receipt.
func WishDone(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "wish asking %s done", id)
	return wishFor(tx, by, id, func(a *Asking) { a.WishedWindow, a.Wished = nil, agreeing.Done })
}

// WishDidNotHappen says that it came to nothing; nobody is asked why.
func WishDidNotHappen(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "wish asking %s did not happen", id)
	return wishFor(tx, by, id, func(a *Asking) { a.WishedWindow, a.Wished = nil, agreeing.DidNotHappen })
}

func wishFor(tx *store.Tx, by people.Member, id agreeing.ID, change func(*Asking)) error {
	a, err := ownAsking(tx.View, by, id)
	if err != nil {
		return err
	}
	if a.State != agreeing.Promised {
		return fault.New(fault.Conflict, "claim.moved_on")
	}
	change(&a)
	a.Reason = ""
	a.Record(AskingWished, string(a.ID))
	return tx.Save(&a)
}

// HearWishRefused takes back what the receiver picked, proposed or said, since the home does not agree; the promise stands, and its
// page says that there is another try. no.Window is the time that is refused; nil when the wish was about something else, and then a
// time that they still think about is left as it is. Only the last wish is waited for: whoever hears a no to one before it does not
// call this.
func HearWishRefused(tx *store.Tx, id agreeing.ID, no Verdict) (err error) {
	defer fault.Wrap(&err, "hear refused wish of asking %s", id)
	a, err := FindAsking(tx.View, id)
	if err != nil {
		return err
	}
	if a.Peer != no.Home {
		return fault.New(fault.Forbidden, "asking.not_home")
	}
	timed := no.Window != nil && (a.WishedWindow != nil || a.Proposed != nil)
	switch {
	case a.State != agreeing.Promised, a.Wished == "" && !timed:
		return nil
	case timed:
		a.WishedWindow, a.Proposed, a.Reason = nil, nil, refusedWindow
	}
	a.Wished = ""
	if err := tx.Save(&a); err != nil {
		return err
	}
	return people.Notify(tx, a.Asker, NoticeChanged, string(a.ID))
}

// refusedWindow is pots:reason's word for a time that does not suit (DESIGN 3.2).
const refusedWindow = "window"

// TimeRefused reports that the home did not agree to the time that was proposed last.
func (a Asking) TimeRefused() bool { return a.State == agreeing.Promised && a.Reason == refusedWindow }

// lose ends an asking because the thing or the neighbour is gone.
func (a Asking) lose(tx *store.Tx, reason string) error {
	if !a.State.Live() {
		return nil
	}
	was := a.State
	a.Reason = reason
	a.Hear(agreeing.Refused, tx.Now)
	if err := a.keep(tx); err != nil {
		return err
	}
	return a.notify(tx, was)
}

// hush says on the asking's page that the home does not answer any more. It has not ended: only its home ends it, or the date after
// which we keep nothing (product 4.5).
func (a Asking) hush(tx *store.Tx) error {
	was := a.State
	if a.Hush(tx.Now); a.State == was {
		return nil
	}
	return tx.Save(&a)
}

// Quiet reports that the home has not answered for long.
func (a Asking) Quiet(now time.Time) bool {
	return (a.State == agreeing.Queued || a.State == agreeing.OnItsWay) && now.Sub(a.AskedAt) > silence
}

// FindAsking finds an asking by our id of it.
func FindAsking(v *store.View, id agreeing.ID) (Asking, error) {
	return store.First[Asking](v.DB().Where("id = ?", id), "claim.unknown")
}

// FindAskingTheirs finds an asking by the agreement's id at home.
func FindAskingTheirs(v *store.View, theirs string) (Asking, error) {
	return store.First[Asking](v.DB().Where("theirs = ? AND theirs <> ''", theirs), "claim.unknown")
}

// AskingOf finds a member's live wish for a mirror; nil when there is none.
func AskingOf(v *store.View, id OfferID, m people.MemberID) (*Asking, error) {
	found, err := store.All[Asking](v.DB().Where("mirror = ? AND asker = ? AND state IN ?", id, m, liveStates).Order("id").Limit(1))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// UnansweredBy is since when a home owes an answer to a wish of ours; nil when it owes none. Whose wish it is stays out of it.
func UnansweredBy(v *store.View, home string) (*time.Time, error) {
	waiting, err := store.All[Asking](v.DB().Where("peer = ? AND state IN ?", home,
		[]agreeing.State{agreeing.Queued, agreeing.OnItsWay, agreeing.Silent}).Order("id").Limit(200))
	var since *time.Time
	for _, a := range waiting {
		if since == nil || a.AskedAt.Before(*since) {
			since = &a.AskedAt
		}
	}
	return since, err
}

// AskingsBy lists a member's wishes for things at neighbours, for herself alone.
func AskingsBy(v *store.View, m people.MemberID) ([]Asking, error) {
	return store.All[Asking](v.DB().Where("asker = ?", m).Order("id"))
}

var liveStates = []agreeing.State{
	agreeing.Queued, agreeing.OnItsWay, agreeing.Gathering, agreeing.Waiting, agreeing.Promised, agreeing.Silent,
}

func askingsFor(v *store.View, id OfferID) ([]Asking, error) {
	return store.All[Asking](v.DB().Where("mirror = ?", id).Order("id"))
}

func ownAsking(v *store.View, by people.Member, id agreeing.ID) (Asking, error) {
	a, err := FindAsking(v, id)
	if err == nil && (by.ID == "" || a.Asker != by.ID) {
		return Asking{}, unknownClaim()
	}
	return a, err
}
