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
	return allot(tx, &o, claims, func(c Claim) bool { return slices.Contains(chosen, c.ID) })
}

// draw makes the next round among everybody who is in, and keeps its sheet. An offer whose chain is used up rests.
func draw(tx *store.Tx, o *Offer) error {
	if !o.RoundsLeft() {
		if err := o.rest(); err != nil {
			return err
		}
		return saveOffer(tx, o)
	}
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	iri, err := offerIRI(tx.View, o.ID)
	if err != nil {
		return err
	}
	chain, err := ParseChain(o.Secret)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, c := range claims {
		entries = append(entries, Entry{Ticket: c.Ticket, Quantity: c.Quantity, OthersFirst: c.OthersFirst})
	}
	o.Round++
	sheet, err := Draw(chain, iri, o.Round, o.Left, entries)
	if err != nil {
		return err
	}
	if err := tx.DB().Create(&round{Offer: o.ID, Round: o.Round, Sheet: sheet, DrawnAt: tx.Now}).Error; err != nil {
		return err
	}
	return allot(tx, o, claims, func(c Claim) bool { return slices.Contains(sheet.Promised, c.Ticket) })
}

// allot promises to those who were drawn or chosen and keeps the others on the list.
func allot(tx *store.Tx, o *Offer, claims []Claim, chosen func(Claim) bool) error {
	for i := range claims {
		c := &claims[i]
		if !chosen(*c) {
			if c.State == agreeing.Waiting {
				continue
			}
			if err := c.Wait(); err != nil {
				return err
			}
			c.tell(ClaimChanged)
			if err := tx.Save(c); err != nil {
				return err
			}
			continue
		}
		if err := promise(tx, o, c); err != nil {
			return err
		}
	}
	return settle(tx, o)
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
	return hold(v.Now, o.lastWindow(), o.GoesOffToday, reached), nil
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

// next goes on after a promise came back: to another round, to another choice, or to an open offer.
func next(tx *store.Tx, o *Offer) error {
	claims, err := openClaims(tx.View, o.ID)
	if err != nil {
		return err
	}
	fits := slices.ContainsFunc(claims, func(c Claim) bool { return c.Quantity <= o.Left })
	switch {
	case o.State == Resting || o.State == Gathering:
		return saveOffer(tx, o) // the waiting goes on by itself
	case !fits:
		return settle(tx, o)
	case o.Choice == ByGiver:
		return letGiverChoose(tx, o)
	}
	return draw(tx, o)
}

func letGiverChoose(tx *store.Tx, o *Offer) error {
	o.choose(tx.Now.Add(giverSilence))
	if err := people.Notify(tx, o.Giver, NoticeChoose, string(o.ID)); err != nil {
		return err
	}
	return saveOffer(tx, o)
}
