package sharing

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// FindOffer finds an offer of ours; whoever shows it asks neighbours.CanView first.
func FindOffer(v *store.View, id OfferID) (Offer, error) {
	return store.First[Offer](v.DB().Where("id = ? AND home = ''", id), "offer.unknown")
}

// FindClaim finds a claim on a thing of ours.
func FindClaim(v *store.View, id agreeing.ID) (Claim, error) {
	return store.First[Claim](v.DB().Where("id = ?", id), "claim.unknown")
}

// ClaimOf finds a member's live claim on an offer of ours; nil when there is none.
func ClaimOf(v *store.View, id OfferID, m people.MemberID) (*Claim, error) {
	return liveClaim(v, id, m, "", "")
}

// ClaimsBy lists a member's claims on things of ours, for herself alone.
func ClaimsBy(v *store.View, m people.MemberID) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("asker = ? AND asker <> ''", m).Order("id"))
}

// ToChooseFrom lists the open claims for the giver once the window is over, in an order that is new at every look.
func ToChooseFrom(v *store.View, by people.Member, id OfferID) ([]Claim, error) {
	o, err := FindOffer(v, id)
	if err != nil {
		return nil, err
	}
	if !o.GivenBy(by.ID) {
		return nil, unknownOffer()
	}
	if o.State != Choosing {
		return nil, fault.New(fault.Conflict, "choose.too_early")
	}
	claims, err := openClaims(v, id)
	rand.Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
	return claims, err
}

// PromisesOf lists what is promised or was handed over of an offer, for its giver.
func PromisesOf(v *store.View, id OfferID) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("offer = ? AND state NOT IN ?", id,
		[]agreeing.State{agreeing.Gathering, agreeing.Waiting, agreeing.Refused}).Order("id"))
}

// OffersBy lists what a member gives, newest first, for herself alone.
func OffersBy(v *store.View, m people.MemberID) ([]Offer, error) {
	return store.All[Offer](v.DB().Where("giver = ? AND home = '' AND purged_at IS NULL", m).Order("id DESC"))
}

// SheetOf gives the last sheet of an offer to its giver, and to whoever asked for it the last one that she was in, whether or not she
// still sees the offer; to nobody else (DESIGN 4).
func SheetOf(v *store.View, by people.Member, id OfferID) (Sheet, error) {
	o, err := FindOffer(v, id)
	if err != nil {
		return Sheet{}, err
	}
	r, err := store.First[round](v.DB().Where("offer = ?", id).Order("round DESC"), "draw.none")
	if err != nil || o.GivenBy(by.ID) {
		return r.Sheet, err
	}
	mine, err := claimsOn(v, id, by.ID)
	if err != nil {
		return Sheet{}, err
	}
	return roundWith(v, id, mine)
}

// ClaimIn finds the claim with which a member took part in a draw; nil when she did not.
func ClaimIn(v *store.View, by people.Member, id OfferID, s Sheet) (*Claim, error) {
	mine, err := claimsOn(v, id, by.ID)
	if i := slices.IndexFunc(mine, func(c Claim) bool { return s.Has(c.Ticket) }); i >= 0 {
		return &mine[i], err
	}
	return nil, err
}

// claimsOn lists what a member asked of an offer, live and ended.
func claimsOn(v *store.View, id OfferID, m people.MemberID) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("offer = ? AND asker = ?", id, m).Order("id"))
}

// SheetFor gives the sheet of the last round that a remote claim took part in.
func SheetFor(v *store.View, c Claim) (Sheet, error) { return roundWith(v, c.Offer, []Claim{c}) }

func roundWith(v *store.View, id OfferID, mine []Claim) (Sheet, error) {
	rounds, err := store.All[round](v.DB().Where("offer = ?", id).Order("round DESC"))
	if err != nil {
		return Sheet{}, err
	}
	for _, r := range rounds {
		for _, c := range mine {
			if r.Sheet.Has(c.Ticket) {
				return r.Sheet, nil
			}
		}
	}
	return Sheet{}, fault.New(fault.NotFound, "draw.none")
}

// openClaims are those that the next draw or choice is made among.
func openClaims(v *store.View, id OfferID) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("offer = ? AND state IN ? AND NOT left_out AND NOT late", id, openStates).Order("id"))
}

var openStates = []agreeing.State{agreeing.Gathering, agreeing.Waiting}

func hasPromises(v *store.View, id OfferID) (bool, error) {
	return store.Exists(v.DB().Model(&Claim{}).Where("offer = ? AND state = ?", id, agreeing.Promised))
}

func promises(v *store.View, id OfferID) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("offer = ? AND state = ?", id, agreeing.Promised).Order("id"))
}

func liveClaim(v *store.View, id OfferID, asker people.MemberID, peer, handle string) (*Claim, error) {
	var c Claim
	err := v.DB().Where("offer = ? AND asker = ? AND peer = ? AND handle = ? AND state IN ?", id, asker, peer, handle,
		append([]agreeing.State{agreeing.Promised}, openStates...)).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// lockOffer reads an offer of ours for changing. PostgreSQL locks the row, so that two who change one offer follow one another;
// SQLite has one writer anyway.
func lockOffer(tx *store.Tx, id OfferID) (Offer, error) {
	return store.First[Offer](tx.DB().Clauses(store.ForUpdate()).Where("id = ? AND home = ''", id), "offer.unknown")
}

func lockOwn(tx *store.Tx, by people.Member, id OfferID) (Offer, error) {
	o, err := lockOffer(tx, id)
	if err != nil {
		return o, err
	}
	if !o.GivenBy(by.ID) {
		return Offer{}, unknownOffer()
	}
	return o, heard(tx, &o)
}

// heard notes that a silent giver is back. Nobody sees it, and so it is no new version of the offer.
func heard(tx *store.Tx, o *Offer) error {
	if !o.GiverSilent {
		return nil
	}
	o.GiverSilent = false
	return tx.DB().Model(&Offer{}).Where("id = ?", o.ID).UpdateColumn("giver_silent", false).Error
}

// lockClaim locks the offer first and then reads the claim, so that everything about one thing happens in one order.
func lockClaim(tx *store.Tx, id agreeing.ID) (Offer, Claim, error) {
	c, err := FindClaim(tx.View, id)
	if err != nil {
		return Offer{}, c, err
	}
	o, err := lockOffer(tx, c.Offer)
	if err != nil {
		return o, c, err
	}
	c, err = FindClaim(tx.View, id)
	return o, c, err
}

// saveOffer stores an offer together with the time at which the clock must look at it again.
func saveOffer(tx *store.Tx, o *Offer) error {
	if err := setNext(tx.View, o); err != nil {
		return err
	}
	o.touch(tx.Now)
	return tx.Save(o)
}

// reschedule stores only when the clock must look again: nothing that anybody sees has changed.
func reschedule(tx *store.Tx, o *Offer) error {
	if err := setNext(tx.View, o); err != nil {
		return err
	}
	return tx.DB().Model(&Offer{}).Where("id = ?", o.ID).UpdateColumn("next_at", o.NextAt).Error
}

func setNext(v *store.View, o *Offer) error {
	var first struct{ HoldUntil *time.Time }
	err := v.DB().Model(&Claim{}).Select("hold_until").
		Where("offer = ? AND state = 'promised'", o.ID).Order("hold_until").Limit(1).Scan(&first).Error
	o.schedule(first.HoldUntil)
	return err
}

// offerIRI is the id of an offer on the wire, which the draw hashes. Ids are stored without the base URL (DESIGN 2).
func offerIRI(v *store.View, id OfferID) (string, error) {
	c, err := people.FindCollective(v)
	return c.BaseURL + "/ap/offers/" + string(id), err
}

// ClaimsFrom lists what another collective has asked for here, a page at a time after an id: what it may hold its own askings
// against. Ids are random, so the order tells nothing.
func ClaimsFrom(v *store.View, peer string, after agreeing.ID, limit int) ([]Claim, error) {
	return store.All[Claim](v.DB().Where("peer = ? AND peer <> '' AND id > ?", peer, after).Order("id").Limit(limit))
}

// HiddenNow lists what stewards have hidden and nobody has shown again or forgotten, the latest first, for the stewards' page.
func HiddenNow(v *store.View, limit int) ([]Offer, error) {
	return store.All[Offer](v.DB().
		Where("hidden_until IS NOT NULL AND replaced_by = '' AND purged_at IS NULL").Order("hidden_until DESC, id DESC").Limit(limit))
}
