package sharing

import (
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// HeardClaim is a claim that a neighbouring collective sends for one of its members.
type HeardClaim struct {
	From   string // the collective's actor id, as the signature proved it
	Handle string // pots:for
	Asked  string // the id of the Offer activity
	Ticket string
	Wish   Wish
	Area   string
	Apart  []string // ids of agreements here after which a giver did not want to meet this person again
	// CommittedAt is when the inbox row was committed: what counts for the freeze, however late it is applied.
	CommittedAt time.Time
	// Outside is set for somebody whom a human let in; see LetIn.
	Outside neighbours.Manner
}

// HearClaim lets a neighbour's claim in. The caller has made sure that the neighbour may see the offer. The same wish again changes
// nothing; another for the same person says the first one anew; from another person it is another claim.
func HearClaim(tx *store.Tx, id OfferID, in HeardClaim) (c Claim, err error) {
	defer fault.Wrap(&err, "hear claim on offer %s", id)
	o, err := lockOffer(tx, id)
	if err != nil {
		return c, err
	}
	if c, known, err := FindClaimAsked(tx.View, in.From, in.Asked); err != nil || known {
		return c, err
	}
	has, err := liveClaim(tx.View, id, "", in.From, in.Handle)
	if err != nil {
		return c, err
	}
	withdrawn, err := TakenBack(tx.View, in.From, in.Asked)
	if err != nil {
		return c, err
	}
	if withdrawn {
		return c, forgetTakenBack(tx, &o, has)
	}
	if err := in.check(o.Listing); err != nil {
		return c, err
	}
	leftOut, err := keepApart(tx.View, o.Giver, in)
	if err != nil {
		return c, err
	}
	if has != nil {
		if !has.State.Open() {
			return *has, fault.New(fault.Conflict, "claim.already_promised")
		}
		has.Asked, has.Area, has.LeftOut = in.Asked, in.Area, has.LeftOut || leftOut
		return amend(tx, *has, in.Wish)
	}
	c = Claim{Offer: id, Ticket: in.Ticket, Asked: in.Asked, Area: in.Area, LeftOut: leftOut, Outside: in.Outside}
	c.Peer, c.Handle = in.From, in.Handle
	c.wish(in.Wish)
	return c, admit(tx, &o, &c, in.CommittedAt)
}

// forgetTakenBack: the Undo of what says a wish anew came before it, and means the wish as it was, too.
func forgetTakenBack(tx *store.Tx, o *Offer, has *Claim) error {
	if has == nil || !has.State.Open() {
		return fault.New(fault.Gone, "claim.withdrawn")
	}
	return letGo(tx, o, *has)
}

func (in HeardClaim) check(l Listing) error {
	if in.Handle == "" || len(in.Handle) > 128 || in.Asked == "" {
		return fault.New(fault.Invalid, "claim.handle")
	}
	if utf8.RuneCountInString(in.Area) > areaLength {
		return fault.Fields(fault.Field{Name: "area", Key: "claim.area.long"})
	}
	return in.Wish.check(l)
}

// takeBack remembers an Undo that came before its Offer, so that the Offer is ignored when it comes (protocol 3.3).
type takeBack struct {
	Asked string `gorm:"primaryKey"`
	Peer  string
	At    time.Time
}

// TableName is gorm's.
func (takeBack) TableName() string { return "take_backs" }

// takeBacksKept is longer than any peer goes on trying to deliver.
const takeBacksKept = 30 * 24 * time.Hour

// TakenBack reports that an Offer was undone before it came, and is to be ignored.
func TakenBack(v *store.View, peer, asked string) (bool, error) {
	return store.Exists(v.DB().Model(&takeBack{}).Where("asked = ? AND peer = ?", asked, peer))
}

// HearWithdrawal is a neighbour's Undo of its Offer: without trace before the choice, a release after it. One that comes before its
// Offer, or before one that comes again, is remembered.
func HearWithdrawal(tx *store.Tx, from, asked string) (err error) {
	defer fault.Wrap(&err, "hear withdrawal")
	c, known, err := FindClaimAsked(tx.View, from, asked)
	if err != nil {
		return err
	}
	if !known || c.State.Open() {
		back := takeBack{Asked: asked, Peer: from, At: tx.Now}
		if err := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&back).Error; err != nil {
			return err
		}
	}
	if !known {
		return nil
	}
	o, c, err := lockClaim(tx, c.ID)
	if err != nil {
		return err
	}
	switch c.State {
	case agreeing.Released, agreeing.Lapsed, agreeing.DidNotHappen, agreeing.Refused, agreeing.Revoked:
		return nil // it has come to nothing anyhow
	}
	return letGo(tx, &o, c)
}

// Wanted is what the receiver at a neighbour wants a promise to become.
type Wanted struct {
	From      string
	Agreement agreeing.ID
	State     agreeing.State // done, did_not_happen, or empty
	Window    *agreeing.Window
}

// HearWish takes what the receiver at a neighbour picks, proposes or says; the answer is the agreement as it stands then.
func HearWish(tx *store.Tx, want Wanted) (err error) {
	defer fault.Wrap(&err, "hear wish about claim %s", want.Agreement)
	o, c, err := lockClaim(tx, want.Agreement)
	if err != nil {
		return err
	}
	if c.Peer == "" || c.Peer != want.From {
		return unknownClaim()
	}
	switch {
	case want.State == agreeing.Done:
		return handOver(tx, o, c)
	case want.State == agreeing.DidNotHappen:
		if c.State == agreeing.DidNotHappen {
			return nil
		}
		return endPromise(tx, &o, c, agreeing.DidNotHappen, "")
	case want.Window == nil:
		return fault.New(fault.Invalid, "claim.wish")
	case o.offers(*want.Window):
		return pickWindow(tx, o, c, *want.Window)
	}
	if wrong := checkWindows([]agreeing.Window{*want.Window}, tx.Now); len(wrong) > 0 {
		return fault.Fields(wrong...)
	}
	return proposeWindow(tx, o, c, *want.Window)
}

// FindClaimAsked finds a claim by the id of the Offer activity that made it, for a repeated Offer.
func FindClaimAsked(v *store.View, from, asked string) (Claim, bool, error) {
	found, err := store.All[Claim](v.DB().Where("peer = ? AND peer <> '' AND asked = ?", from, asked).Order("id").Limit(1))
	if err != nil || len(found) == 0 {
		return Claim{}, false, err
	}
	return found[0], true, nil
}
