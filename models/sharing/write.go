package sharing

import (
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// NewOffer is what a member writes: the input of a form and of JSON. Zero values mean the defaults that Write names.
type NewOffer struct {
	Title, Description string
	Category           Category
	Condition          Condition
	Faults             string
	Language           string
	Quantity           int
	MaxPerClaim        int
	Area, Place        string
	Windows            []agreeing.Window
	Audience           people.Audience
	GoesOffToday       bool
	Choice             Choice
	Photos             []media.PhotoID
}

const (
	searchKind        = "offer"
	titleLength       = 100
	descriptionLength = 2000
	faultsLength      = 500
	placeLength       = 300
	quantityMost      = 999
	photosKept        = 4
)

// Write keeps a draft. Only the title is needed: the audience is friends, there is one of it, and one name is drawn.
func Write(tx *store.Tx, by people.Member, in NewOffer) (o Offer, err error) {
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return o, err
	}
	in.defaults(collective)
	if err := in.check(tx.Now); err != nil {
		return o, err
	}
	o = newOffer(by.ID)
	o.fill(in)
	o.Left = o.Quantity
	if err := attach(tx, by, o, o.ID); err != nil {
		return o, err
	}
	return o, saveOffer(tx, &o)
}

// Publish opens the gathering window. random is where the draw's secret comes from.
func Publish(tx *store.Tx, by people.Member, id OfferID, random io.Reader) (err error) {
	defer fault.Wrap(&err, "publish offer %s", id)
	o, err := lockOwn(tx, by, id)
	if err != nil {
		return err
	}
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return err
	}
	chain, err := NewChain(random)
	if err != nil {
		return err
	}
	until := gatherUntil(tx.Now, collective.Hours())
	if o.GoesOffToday {
		until = goesOffUntil(tx.Now)
	}
	o.Windows = stillAhead(o.Windows, tx.Now)
	if err := o.publish(tx.Now, until, chain); err != nil {
		return err
	}
	if err := index(tx, o.Listing); err != nil {
		return err
	}
	return saveOffer(tx, &o)
}

// Edit changes the words of an offer. What is already promised cannot be edited away, and pick-up windows that are over fall away
// by themselves.
func Edit(tx *store.Tx, by people.Member, id OfferID, in NewOffer) (o Offer, err error) {
	defer fault.Wrap(&err, "edit offer %s", id)
	if o, err = lockOwn(tx, by, id); err != nil {
		return o, err
	}
	if o.State.Ended() {
		return o, o.movedOn()
	}
	collective, err := people.FindCollective(tx.View)
	if err != nil {
		return o, err
	}
	in.defaults(collective)
	// What people asked on the strength of does not change under them.
	if o.State != Draft {
		in.GoesOffToday, in.Audience, in.Choice = o.GoesOffToday, o.Audience, o.Choice
	}
	in.Windows = slices.DeleteFunc(slices.Clone(in.Windows), func(w agreeing.Window) bool { return o.offers(w) && !w.To.After(tx.Now) })
	if err := in.check(tx.Now); err != nil {
		return o, err
	}
	taken := o.Quantity - o.Left
	if in.Quantity < taken {
		return o, fault.Fields(fault.Field{Name: "quantity", Key: "offer.quantity.promised", Args: fault.Args{"Min": taken}})
	}
	gone := slices.DeleteFunc(slices.Clone(o.Photos), func(p media.PhotoID) bool { return slices.Contains(in.Photos, p) })
	before := o.Quantity
	o.fill(in)
	o.Left = o.Quantity - taken
	if err := attach(tx, by, o, o.ID); err != nil {
		return o, err
	}
	if err := media.Detach(tx, gone...); err != nil {
		return o, err
	}
	if o.State != Draft {
		o.changed()
		if err := index(tx, o.Listing); err != nil {
			return o, err
		}
	}
	if o.Quantity == before || o.State == Draft {
		return o, saveOffer(tx, &o)
	}
	return o, stockChanged(tx, &o)
}

// stockChanged goes on from another quantity: there may be some for who waits, or none any more.
func stockChanged(tx *store.Tx, o *Offer) error {
	promised, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	switch {
	case o.Left == 0 && !promised: // all of it has been handed over
		return settle(tx, o)
	case o.Left == 0 && (o.State == Gathering || o.State == Choosing):
		return closeRound(tx, o)
	}
	return next(tx, o)
}

func (o *Offer) fill(in NewOffer) {
	o.Title, o.Description, o.Category, o.Condition, o.Faults = in.Title, in.Description, in.Category, in.Condition, in.Faults
	o.Language, o.Quantity, o.MaxPerClaim, o.Area, o.Place = in.Language, in.Quantity, in.MaxPerClaim, in.Area, in.Place
	o.Windows, o.Audience, o.GoesOffToday, o.Choice, o.Photos = in.Windows, in.Audience, in.GoesOffToday, in.Choice, in.Photos
}

func (in *NewOffer) defaults(c people.Collective) {
	for _, s := range []*string{&in.Title, &in.Description, &in.Faults, &in.Area, &in.Place} {
		*s = strings.TrimSpace(*s)
	}
	orElse(&in.Category, "other")
	orElse(&in.Condition, "good")
	orElse(&in.Language, c.Language)
	orElse(&in.Area, c.Area)
	orElse(&in.Audience, people.Friends)
	orElse(&in.Choice, ByDraw)
	orElse(&in.Quantity, 1)
	orElse(&in.MaxPerClaim, 1)
}

func orElse[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// check says what is wrong, beside each field.
func (in NewOffer) check(now time.Time) error {
	var wrong []fault.Field
	refuse := func(bad bool, name, key string, args fault.Args) {
		if bad {
			wrong = append(wrong, fault.Field{Name: name, Key: key, Args: args})
		}
	}
	long := func(s string, most int) bool { return utf8.RuneCountInString(s) > most }
	refuse(in.Title == "", "title", "offer.title.missing", nil)
	refuse(long(in.Title, titleLength), "title", "offer.title.long", fault.Args{"Max": titleLength})
	refuse(long(in.Description, descriptionLength), "description", "offer.description.long", fault.Args{"Max": descriptionLength})
	refuse(long(in.Faults, faultsLength), "faults", "offer.faults.long", fault.Args{"Max": faultsLength})
	refuse(long(in.Area, areaLength), "area", "offer.area.long", fault.Args{"Max": areaLength})
	refuse(long(in.Place, placeLength), "place", "offer.place.long", fault.Args{"Max": placeLength})
	refuse(!slices.Contains(Categories(), in.Category), "category", "offer.category.unknown", nil)
	refuse(!slices.Contains(Conditions(), in.Condition), "condition", "offer.condition.unknown", nil)
	refuse(in.Quantity < 1 || in.Quantity > quantityMost, "quantity", "offer.quantity.range", fault.Args{"Max": quantityMost})
	refuse(in.MaxPerClaim < 1 || in.MaxPerClaim > in.Quantity, "max_per_claim", "offer.max_per_claim.range", nil)
	refuse(!slices.Contains([]people.Audience{people.Members, people.Friends, people.Anyone}, in.Audience), "audience", "offer.audience.unknown", nil)
	refuse(in.Choice != ByDraw && in.Choice != ByGiver, "choose", "offer.choose.unknown", nil)
	refuse(len(in.Photos) > photosKept, "photos", "offer.photos.many", fault.Args{"Max": photosKept})
	refuse(!languageTag(in.Language), "language", "offer.language.unknown", nil)
	wrong = append(wrong, checkWindows(in.Windows, now)...)
	return fault.Fields(wrong...)
}

// languageTag accepts a BCP 47 primary language with at most one subtag, which is all that contentMap needs.
func languageTag(s string) bool {
	head, tail, _ := strings.Cut(s, "-")
	letters := func(s string) bool {
		return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
	}
	return len(head) >= 2 && len(head) <= 3 && letters(head) && len(tail) <= 8 && letters(tail)
}

// attach makes the photos the offer's; they may come from the offer that it takes over from.
func attach(tx *store.Tx, by people.Member, o Offer, from OfferID) error {
	for _, p := range o.Photos {
		if err := media.Attach(tx, p, string(by.ID), photoSubject(o.ID), photoSubject(from)); err != nil {
			return err
		}
	}
	return nil
}

func index(tx *store.Tx, l Listing) error {
	return tx.Index(searchKind, string(l.ID), l.Title, l.Description, string(l.Category), l.Area)
}

func photoSubject(id OfferID) string { return "offer:" + string(id) }
