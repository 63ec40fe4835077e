package sharing

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Choice says how a taker is found once the window is over.
type Choice string

// The two ways. Neither asks for a reason.
const (
	ByDraw  Choice = "draw"
	ByGiver Choice = "giver"
)

// Offer is a thing that a member gives away. This node is its home: only here does it change.
//
//	from                     what happens                                       to
//	(none)                   written                                            draft
//	draft                    published                                          gathering
//	gathering                window over, drawn                                 promised, all_promised
//	gathering                window over, the giver chooses                     choosing
//	gathering                window over, nobody asked                          open, promised (goes off today: expired)
//	gathering, choosing      round over, and what is left fits a late wish      gathering
//	choosing                 chosen, drawn, or the giver silent for 48 h        promised, all_promised
//	choosing                 chosen, and what is left fits another wish         choosing
//	open, promised           somebody asks: a window of 2 hours                 gathering
//	promised, all_promised   handed over                                        gone, open, promised
//	resting                  the last of it handed over                         gone
//	promised, all_promised   receiver lets go, silence, it didn't happen        next round: promised, choosing, open
//	promised, all_promised   giver lets go, or is not heard of                  resting
//	any live                 giver lets it rest, or 64 rounds are used up       resting
//	any live                 the node comes back from a backup                  resting
//	resting                  giver shows it again                               gathering, choosing, open, promised, all_promised
//	draft, live, resting     withdrawn, or hidden by a steward                  withdrawn
//	resting                  listed anew, without promises                      withdrawn
//	open, resting            thirty days after publication, nothing promised    expired
//
// Every other change is refused with Conflict "offer.moved_on". A thing that ended is never offered again under its id.
type Offer struct {
	Listing
	Giver people.MemberID
	// Place is where exactly; only the giver and whoever has the promise read it.
	Place  string
	Choice Choice
	// Secret is s₆₄, from which every round's secret follows; Round is the last round drawn. It is empty when one of the secrets may
	// be known to somebody, as after a restore: then there is no other round.
	Secret string
	Round  int
	// ChooseBy is when the giver's silence means: draw. GiverSilent says that it came to that and that she has not been heard of
	// since: what comes back then rests instead of going to one after another in vain (product 4.6).
	ChooseBy    *time.Time
	GiverSilent bool
	// RestedAt is since when it rests; a window that was open then goes on for as long as it still had.
	RestedAt *time.Time
	// NextAt is when the clock has something to do with this offer; Advance does it.
	NextAt *time.Time
	// EndedAt is when it was gone, withdrawn or expired.
	EndedAt *time.Time
	// HiddenBy and HiddenWords are set when a steward hid it; HiddenUntil is when the giver decides again.
	HiddenBy    people.MemberID
	HiddenWords string
	HiddenUntil *time.Time
	// ReplacedBy is the new offer that took over its words; the old page leads there.
	ReplacedBy OfferID
	// PurgeAt is when something of it must be erased next; PurgedAt is when its words were, the last of it.
	PurgeAt, PurgedAt *time.Time
}

// TableName is gorm's; mirrors live in the same table.
func (Offer) TableName() string { return "offers" }

// Spans of an offer's life.
const (
	giverSilence = 48 * time.Hour
	lifetime     = 30 * 24 * time.Hour
	lifetimeFood = 24 * time.Hour // what goes off today is gone tomorrow
)

// newOffer begins with a draft.
func newOffer(giver people.MemberID) (o Offer) {
	o.ID, o.State, o.Giver = store.NewID[OfferID](), Draft, giver
	return o
}

// again begins with a draft that takes over the words of an offer that ended, under an id of its own.
func (o Offer) again() Offer {
	fresh := Offer{Listing: o.Listing, Giver: o.Giver, Place: o.Place, Choice: o.Choice}
	fresh.ID, fresh.State, fresh.Root = store.NewID[OfferID](), Draft, store.Root{}
	fresh.Quantity = max(o.Left, 1)
	fresh.Left, fresh.MaxPerClaim = fresh.Quantity, min(o.MaxPerClaim, fresh.Quantity)
	fresh.PublishedAt, fresh.GatherUntil, fresh.ExpiresAt, fresh.DrawCommit = nil, nil, nil, ""
	return fresh
}

// publish opens the gathering window and commits to every draw that will follow, before the first claim.
func (o *Offer) publish(now, until time.Time, chain Chain) error {
	if o.State != Draft {
		return o.movedOn()
	}
	expires := now.Add(lifetime)
	if o.GoesOffToday {
		expires = now.Add(lifetimeFood)
	}
	o.State, o.PublishedAt, o.GatherUntil, o.ExpiresAt = Gathering, &now, &until, &expires
	o.Secret, o.DrawCommit = chain.Hex(), chain.Commit()
	o.UpdatedAt = time.Time{} // nobody has seen the draft
	o.Record(OfferPublished, string(o.ID))
	return nil
}

// gather opens another window: for whoever asks first after a round, or came too late for it.
func (o *Offer) gather(until time.Time) error {
	if !o.State.Live() || o.Left == 0 {
		return o.movedOn()
	}
	o.State, o.GatherUntil, o.ChooseBy = Gathering, &until, nil
	o.changed()
	return nil
}

// choose lets the giver choose until by.
func (o *Offer) choose(by time.Time) {
	o.State, o.ChooseBy = Choosing, &by
	o.changed()
}

// take sets aside what was promised to somebody. The constraint in the schema says the same.
func (o *Offer) take(quantity int) error {
	if quantity < 1 || quantity > o.Left {
		return fault.New(fault.Conflict, "offer.not_enough_left")
	}
	o.Left -= quantity
	return nil
}

// giveBack returns what a promise no longer needs.
func (o *Offer) giveBack(quantity int) { o.Left = min(o.Left+quantity, o.Quantity) }

// letGoOfRest leaves of it what is promised or was handed over.
func (o *Offer) letGoOfRest() {
	o.Quantity, o.Left = o.Quantity-o.Left, 0
	o.MaxPerClaim = min(o.MaxPerClaim, o.Quantity)
	o.changed()
}

// settle says where the offer stands once promises were made or ended, from what is left and what is still promised.
func (o *Offer) settle(promisesOpen bool, now time.Time) {
	o.ChooseBy = nil
	switch {
	case o.Left > 0 && promisesOpen:
		o.State = Promised
	case o.Left > 0:
		o.State = Open
	case promisesOpen:
		o.State = AllPromised
	default:
		o.end(Gone, now)
		o.Record(OfferTaken, string(o.ID))
	}
	o.changed()
}

// rest hides the offer without ending it.
func (o *Offer) rest(now time.Time) error {
	if !o.State.Live() {
		return o.movedOn()
	}
	o.State, o.ChooseBy, o.RestedAt = Resting, nil, &now
	o.changed()
	return nil
}

// windowLeft is how much of its gathering window a resting offer still had.
func (o Offer) windowLeft() time.Duration {
	if o.RestedAt == nil || o.GatherUntil == nil {
		return 0
	}
	return max(o.GatherUntil.Sub(*o.RestedAt), 0)
}

// wake ends the rest. With a window that was open it goes on until then; a zero until says that the window is over.
func (o *Offer) wake(until time.Time, promisesOpen bool, now time.Time) error {
	if o.State != Resting {
		return o.movedOn()
	}
	if o.DrawnOut() {
		return fault.New(fault.Conflict, "offer.drawn_out")
	}
	o.settle(promisesOpen, now)
	o.RestedAt = nil
	if until.IsZero() || o.Left == 0 {
		return nil
	}
	return o.gather(until)
}

// withdraw ends it from any state in which it has not ended.
func (o *Offer) withdraw(now time.Time) error {
	if o.State.Ended() {
		return o.movedOn()
	}
	public := o.State != Draft
	o.end(Withdrawn, now)
	if public {
		o.Record(OfferWithdrawn, string(o.ID))
	}
	return nil
}

// expire ends an offer that nobody took.
func (o *Offer) expire(now time.Time) {
	o.end(Expired, now)
	o.changed()
}

func (o *Offer) end(s State, now time.Time) {
	purge := now.Add(asksKept)
	o.State, o.EndedAt, o.PurgeAt, o.ChooseBy, o.RestedAt = s, &now, &purge, nil, nil
}

// erase leaves nothing but the id, so that it is never used again, and has the offer deleted wherever it was sent.
func (o *Offer) erase(now time.Time) {
	sent := o.PublishedAt != nil && o.State != Withdrawn
	listing := Listing{ID: o.ID, Root: o.Root, State: Withdrawn, Audience: o.Audience, PublishedAt: o.PublishedAt}
	listing.Category, listing.Condition, listing.Quantity, listing.MaxPerClaim = o.Category, o.Condition, 1, 1
	*o = Offer{Listing: listing, EndedAt: o.EndedAt, ReplacedBy: o.ReplacedBy, PurgedAt: &now, Choice: ByDraw}
	if sent {
		o.Record(OfferWithdrawn, string(o.ID))
	}
}

// changed notes that what others see of the offer is new.
func (o *Offer) changed() { o.Record(OfferChanged, string(o.ID)) }

// touch dates what others see. Each version is a second later than the one before, at least: dates on the wire have no fraction,
// and Mastodon takes no edit for one that is not later.
func (o *Offer) touch(now time.Time) {
	o.UpdatedAt = later(now, o.UpdatedAt.Add(time.Second))
}

// Freeze is until when claims count: the end of the window and the grace (DESIGN 4).
func (o Offer) Freeze() time.Time {
	if o.GatherUntil == nil {
		return time.Time{}
	}
	return freeze(*o.GatherUntil, o.GoesOffToday)
}

// RoundsLeft reports that the chain of secrets has one for another round.
func (o Offer) RoundsLeft() bool { return o.Round < Rounds && o.Secret != "" }

// DrawnOut reports that what is left can find nobody under this id any more: it would have to be drawn, and there is no secret for that.
// Its giver lists it anew.
func (o Offer) DrawnOut() bool { return o.Choice == ByDraw && o.Left > 0 && !o.RoundsLeft() }

// GivenBy reports whether the member gives it.
func (o Offer) GivenBy(m people.MemberID) bool { return m != "" && o.Giver == m }

// schedule sets when the clock must look at the offer again. The earliest hold of its promises is passed in. Nothing expires
// while it is promised.
func (o *Offer) schedule(hold *time.Time) {
	var at []time.Time
	add := func(t *time.Time) {
		if t != nil {
			at = append(at, *t)
		}
	}
	switch o.State {
	case Gathering:
		freeze := o.Freeze()
		add(&freeze)
	case Choosing:
		add(o.ChooseBy)
	case Open, Resting:
		if hold == nil {
			add(o.ExpiresAt)
		}
	}
	if o.State.Live() || o.State == Resting {
		add(hold)
	}
	if len(at) == 0 {
		o.NextAt = nil
		return
	}
	next := slices.MinFunc(at, time.Time.Compare)
	o.NextAt = &next
}

func (o Offer) movedOn() error {
	return fault.New(fault.Conflict, "offer.moved_on", fault.Args{"State": string(o.State)})
}

// lastWindow is the end of the last pick-up window; nil without one.
func (o Offer) lastWindow() *time.Time {
	var last *time.Time
	for i, w := range o.Windows {
		if last == nil || w.To.After(*last) {
			last = &o.Windows[i].To
		}
	}
	return last
}

// offers reports whether w is one of the windows that the giver named.
func (o Offer) offers(w agreeing.Window) bool {
	return slices.ContainsFunc(o.Windows, func(has agreeing.Window) bool { return has.From.Equal(w.From) && has.To.Equal(w.To) })
}
