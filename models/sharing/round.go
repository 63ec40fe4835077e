package sharing

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// round is a draw that was made: the sheet is the whole proof.
type round struct {
	Offer   OfferID `gorm:"primaryKey"`
	Round   int     `gorm:"primaryKey"`
	Sheet   Sheet   `gorm:"serializer:json"`
	DrawnAt time.Time
}

// TableName is gorm's.
func (round) TableName() string { return "rounds" }

// DrawNow draws at the giver's word, once the window is over and before the clock does it.
func DrawNow(tx *store.Tx, by people.Member, id OfferID) (err error) {
	defer fault.Wrap(&err, "draw offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if o.State != Choosing {
		return o.movedOn()
	}
	return draw(tx, &o)
}

// Choose promises the thing to claims that the giver picked. No reason is asked and none is kept.
func Choose(tx *store.Tx, by people.Member, id OfferID, chosen ...agreeing.ID) (err error) {
	defer fault.Wrap(&err, "choose for offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	if o.State != Choosing {
		return o.movedOn()
	}
	if len(chosen) == 0 {
		return fault.Fields(fault.Field{Name: "claim", Key: "choose.nobody"})
	}
	claims, err := openClaims(tx.View, id)
	if err != nil {
		return err
	}
	for _, want := range chosen {
		if !slices.ContainsFunc(claims, func(c Claim) bool { return c.ID == want }) {
			return fault.New(fault.Conflict, "choose.not_there")
		}
	}
	if err := promiseAll(tx, &o, claims, func(c Claim) bool { return slices.Contains(chosen, c.ID) }); err != nil {
		return err
	}
	left, err := openClaims(tx.View, id)
	if err != nil {
		return err
	}
	if fits(left, o.Left) {
		return saveOffer(tx, &o) // she goes on choosing: what is left is for those who asked, too
	}
	return closeRound(tx, &o)
}

// draw makes the next round among everybody who is in, and keeps its sheet. An offer whose chain is used up rests.
func draw(tx *store.Tx, o *Offer) error {
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	if !fits(claims, o.Left) {
		return closeRound(tx, o)
	}
	if !o.RoundsLeft() {
		return restUnasked(tx, o)
	}
	sheet, err := drawSheet(tx.View, o, claims)
	if err != nil {
		return err
	}
	o.Round++
	if err := tx.DB().Create(&round{Offer: o.ID, Round: o.Round, Sheet: sheet, DrawnAt: tx.Now}).Error; err != nil {
		return err
	}
	if err := promiseAll(tx, o, claims, func(c Claim) bool { return slices.Contains(sheet.Promised, c.Ticket) }); err != nil {
		return err
	}
	return closeRound(tx, o)
}

func drawSheet(v *store.View, o *Offer, claims []Claim) (Sheet, error) {
	iri, err := offerIRI(v, o.ID)
	if err != nil {
		return Sheet{}, err
	}
	chain, err := ParseChain(o.Secret)
	if err != nil {
		return Sheet{}, err
	}
	entries := make([]Entry, len(claims))
	for i, c := range claims {
		entries[i] = Entry{Ticket: c.Ticket, Quantity: c.Quantity, OthersFirst: c.OthersFirst}
	}
	return Draw(chain, iri, o.Round+1, o.Left, entries)
}

// restUnasked ends a round without a draw or a choice: the offer rests because it cannot go on by itself.
func restUnasked(tx *store.Tx, o *Offer) error {
	if err := keepWaiting(tx, o); err != nil {
		return err
	}
	return restTold(tx, o)
}

// restTold lets an offer rest and tells its giver, who did not ask for it.
func restTold(tx *store.Tx, o *Offer) error {
	if err := rest(tx, o); err != nil {
		return err
	}
	if err := people.Notify(tx, o.Giver, NoticeResting, string(o.ID)); err != nil {
		return err
	}
	return saveOffer(tx, o)
}

// closeRound ends what a window or a choice began. Whoever was in it and has no promise stays on the list and is told so; whoever
// was left out is told the same. Those who came too late for it are in the next round, and if something is left for them it opens
// now, with a window in which others can ask as well.
func closeRound(tx *store.Tx, o *Offer) error {
	if err := keepWaiting(tx, o); err != nil {
		return err
	}
	if err := people.Settle(tx, NoticeChoose, string(o.ID)); err != nil {
		return err
	}
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	if fits(claims, o.Left) {
		return openMiniWindow(tx, o)
	}
	return settle(tx, o)
}

// keepWaiting says "not this time" to everybody who was in the round.
func keepWaiting(tx *store.Tx, o *Offer) error {
	claims, err := store.All[Claim](tx.DB().Where("offer = ? AND state = ?", o.ID, agreeing.Gathering).Order("id"))
	if err != nil {
		return err
	}
	for i := range claims {
		c := &claims[i]
		if err := c.Wait(); err != nil {
			return err
		}
		c.tell(ClaimChanged)
		if err := tx.Save(c); err != nil {
			return err
		}
	}
	return nobodyLate(tx, o.ID)
}

// nobodyLate begins the next round for those who came too late for the last. It changes nothing that anybody sees.
func nobodyLate(tx *store.Tx, id OfferID) error {
	return tx.DB().Model(&Claim{}).Where("offer = ? AND late", id).UpdateColumn("late", false).Error
}

// fits reports that what is left is enough for one of the claims.
func fits(claims []Claim, left int) bool {
	return slices.ContainsFunc(claims, func(c Claim) bool { return c.Quantity <= left })
}

func promiseAll(tx *store.Tx, o *Offer, claims []Claim, chosen func(Claim) bool) error {
	for i := range claims {
		if !chosen(claims[i]) {
			continue
		}
		if err := promise(tx, o, &claims[i]); err != nil {
			return err
		}
	}
	return nil
}

func promise(tx *store.Tx, o *Offer, c *Claim) error {
	if err := o.take(c.Quantity); err != nil {
		return err
	}
	hold, err := holdFor(tx.View, *o, *c)
	if err != nil {
		return err
	}
	if err := c.Promise(hold); err != nil {
		return err
	}
	c.Round = o.Round
	c.tell(ClaimPromised)
	if err := tx.Save(c); err != nil {
		return err
	}
	if c.Asker != "" {
		if err := people.Notify(tx, c.Asker, NoticePromised, string(c.ID)); err != nil {
			return err
		}
	}
	return people.Notify(tx, o.Giver, NoticeTaker, string(c.ID))
}

// holdFor is until when a promise waits for its receiver (DESIGN 4).
func holdFor(v *store.View, o Offer, c Claim) (time.Time, error) {
	reached := false
	if c.Asker != "" {
		m, err := people.FindMember(v, c.Asker)
		if err != nil {
			return time.Time{}, err
		}
		reached = m.Reachable()
	}
	until := hold(v.Now, o.lastWindow(), o.GoesOffToday, reached)
	if o.GoesOffToday {
		return until, nil
	}
	collective, err := people.FindCollective(v)
	return collective.Hours().NextWaking(until), err // nobody has to answer in the night
}

// tell records what the other collective must hear; for our own members the page is enough.
func (c *Claim) tell(kind store.EventKind) {
	if c.Peer != "" {
		c.Record(kind, string(c.ID))
	}
}

// settle brings the offer to where its stock and its promises say, and saves it.
func settle(tx *store.Tx, o *Offer) error {
	open, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	o.settle(open, tx.Now)
	if o.State == Gone {
		if err := finish(tx, o); err != nil {
			return err
		}
	}
	return saveOffer(tx, o)
}

// next goes on after a promise came back: to another round, to another choice, or to an open offer. While a window is open, a
// choice is being made, or the offer rests, it goes on by itself. An offer whose giver is not heard of rests (product 4.6).
func next(tx *store.Tx, o *Offer) error {
	switch o.State {
	case Resting, Gathering, Choosing:
		return saveOffer(tx, o)
	}
	if o.GiverSilent {
		return restUnasked(tx, o)
	}
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	if o.Choice == ByGiver && fits(claims, o.Left) {
		return letGiverChoose(tx, o)
	}
	return draw(tx, o)
}

// letGiverChoose waits for the giver, whose silence is never counted at night.
func letGiverChoose(tx *store.Tx, o *Offer) error {
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return err
	}
	o.choose(collective.Hours().NextWaking(tx.Now.Add(giverSilence)))
	if err := people.Notify(tx, o.Giver, NoticeChoose, string(o.ID)); err != nil {
		return err
	}
	return saveOffer(tx, o)
}
