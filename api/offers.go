package api

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// offerInput is what giving something takes.
type offerInput struct {
	Title        string            `json:"title"`
	Description  string            `json:"description"`
	Category     sharing.Category  `json:"category"`
	Condition    sharing.Condition `json:"condition"`
	Faults       string            `json:"faults"`
	Language     string            `json:"language"`
	Quantity     int               `json:"quantity"`
	MaxPerClaim  int               `json:"max_per_claim"`
	Area         string            `json:"area"`
	Place        string            `json:"place"`
	Windows      []agreeing.Window `json:"windows"`
	Audience     people.Audience   `json:"audience"`
	GoesOffToday bool              `json:"goes_off_today"`
	Choose       sharing.Choice    `json:"choose"`
	Photos       []media.PhotoID   `json:"photos"`
}

func inputOf(o sharing.Offer) offerInput {
	return offerInput{
		o.Title, o.Description, o.Category, o.Condition, o.Faults, o.Language, o.Quantity, o.MaxPerClaim, o.Area, o.Place,
		o.Windows, o.Audience, o.GoesOffToday, o.Choice, o.Photos,
	}
}

func (in offerInput) offer() sharing.NewOffer {
	return sharing.NewOffer{
		Title: in.Title, Description: in.Description, Category: in.Category, Condition: in.Condition, Faults: in.Faults,
		Language: in.Language, Quantity: in.Quantity, MaxPerClaim: in.MaxPerClaim, Area: in.Area, Place: in.Place,
		Windows: in.Windows, Audience: in.Audience, GoesOffToday: in.GoesOffToday, Choice: in.Choose, Photos: in.Photos,
	}
}

// dropPhotos takes out the photos that were ticked to go.
func (c *call) dropPhotos(in *offerInput) {
	in.Photos = slices.DeleteFunc(in.Photos, func(id media.PhotoID) bool { return slices.Contains(c.form["drop_photo"], string(id)) })
}

func showGive(c *call) error { return c.showForm(nil) }

// showForm shows the form of a new offer, or of one that is edited, and says where each audience is before anything is posted.
func (c *call) showForm(o *sharing.Offer) error {
	page := c.givePage(o)
	err := c.view(func(v *store.View) (err error) {
		page.AlsoShownAt, err = shownAt(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

// writeOffer keeps a draft, and publishes it at once where the form says so.
func writeOffer(c *call) error {
	var in offerInput
	err := c.decode(&in)
	c.dropPhotos(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			o, err := sharing.Write(tx, c.by(), in.offer())
			r := result{at: offerPath(o.ID), made: true, flash: "flash.drafted"}
			if err == nil && !c.json && c.form.Get("then") != "draft" {
				r.flash, err = "flash.published", sharing.Publish(tx, c.by(), o.ID, rand.Reader)
			}
			return r, photoGone(err)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			kept, err := c.keptPhotos(v, in.Photos, "")
			page := c.typedGivePage(nil, kept, wrong)
			if err == nil {
				page.AlsoShownAt, err = shownAt(v)
			}
			return page, err
		},
	})
}

// pageGone says of a page of a list that it is no longer there: where it began is nothing that anybody typed.
func pageGone(err error) error {
	if e, ok := fault.As(err); ok && len(e.Fields) == 1 && e.Fields[0].Key == "list.after" {
		return fault.New(fault.Gone, "list.after")
	}
	return err
}

// photoGone says beside the field that a photo is no longer there.
func photoGone(err error) error { return beside("photos", "photo.unknown", err) }

// beside moves a refusal with this key to the field that it is about.
func beside(field, key string, err error) error {
	if e, ok := fault.As(err); ok && e.Key == key {
		return fault.Fields(fault.Field{Name: field, Key: key, Args: e.Args})
	}
	return err
}

// keptPhotos are those that a refused form comes back with: the member's own, free or already part of this offer.
func (c *call) keptPhotos(v *store.View, ids []media.PhotoID, of sharing.OfferID) ([]media.PhotoID, error) {
	var kept []media.PhotoID
	for _, id := range ids {
		p, err := media.FindPhoto(v, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.Owner == string(c.by().ID) && (p.Subject == "" || p.Subject == photoOf(of)) {
			kept = append(kept, id)
		}
	}
	return kept, nil
}

// own finds an offer for its giver alone; to others there is no such page.
func (c *call) own(v *store.View) (sharing.Offer, error) {
	o, err := sharing.FindOffer(v, sharing.OfferID(c.id()))
	if err == nil && !o.GivenBy(c.by().ID) {
		return sharing.Offer{}, fault.New(fault.NotFound, "offer.unknown")
	}
	return o, err
}

func (c *call) findOwn() (o sharing.Offer, err error) {
	err = c.view(func(v *store.View) (err error) {
		o, err = c.own(v)
		return err
	})
	return o, err
}

func showEdit(c *call) error {
	o, err := c.findOwn()
	if err != nil {
		return err
	}
	if o.State.Ended() {
		return fault.New(fault.Conflict, "offer.moved_on")
	}
	return c.showForm(&o)
}

// editOffer changes what was sent and leaves the rest, for both faces. A form says of each photo whether it stays, and of a tick
// that is not there that it is taken away.
func editOffer(c *call) error {
	o, err := c.findOwn()
	if err != nil {
		return err
	}
	in := inputOf(o)
	if !c.json {
		in.Photos, in.GoesOffToday = nil, false
	}
	err = c.decode(&in)
	c.dropPhotos(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			_, err := sharing.Edit(tx, c.by(), o.ID, in.offer())
			r := result{at: offerPath(o.ID), flash: "flash.saved"}
			if err == nil && c.form.Get("then") == "publish" && o.State == sharing.Draft {
				r.flash, err = "flash.published", sharing.Publish(tx, c.by(), o.ID, rand.Reader)
			}
			return r, photoGone(err)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			kept, err := c.keptPhotos(v, in.Photos, o.ID)
			page := c.typedGivePage(&o, kept, wrong)
			if err == nil {
				page.AlsoShownAt, err = shownAt(v)
			}
			return page, err
		},
	})
}

func listOffers(c *call) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	var rows []sharing.Row
	var next string
	var names listNames
	err = c.view(func(v *store.View) (err error) {
		if rows, next, err = sharing.List(v, c.viewer(), f); err != nil {
			return pageGone(err)
		}
		names, err = c.namesIn(v, rows)
		return err
	})
	if err != nil {
		return err
	}
	return c.show(
		func() web.Page { return c.thingsPage(f, rows, next, names) },
		func() any { return c.offersDocument(rows, next, names) },
	)
}

func showOffer(c *call) error {
	id := sharing.OfferID(c.id())
	var seen seenOffer
	err := c.view(func(v *store.View) (err error) {
		seen, err = c.seeOffer(v, id)
		return err
	})
	if err != nil {
		return c.orItsSuccessor(id, err)
	}
	if c.json {
		return c.write(http.StatusOK, "application/json", seen.document(c))
	}
	frame := c.frame()
	if seen.offer != nil && seen.Audience.Leaves() && seen.Shown() {
		frame.Alternate = c.url("/ap" + offerPath(id))
	}
	return c.sendIn(http.StatusOK, frame, seen.page(c, nil))
}

// orItsSuccessor leads from the page of a thing that was hidden to the one under which it is shown again, for those who may see
// that: an id that was deleted on the wire is burnt (DESIGN 2).
func (c *call) orItsSuccessor(id sharing.OfferID, unseen error) error {
	if c.json || !fault.Is(unseen, fault.NotFound) {
		return unseen
	}
	var successor sharing.OfferID
	err := c.view(func(v *store.View) error {
		old, err := sharing.FindOffer(v, id)
		if err != nil || old.ReplacedBy == "" {
			return unseen
		}
		successor = old.ReplacedBy
		_, err = c.seeOffer(v, successor)
		return err
	})
	if err != nil {
		return unseen
	}
	return c.seeOther(offerPath(successor))
}

// verbOn is the shape of the giver's verbs that take no words.
func verbOn(flash string, verb func(*store.Tx, people.Member, sharing.OfferID) error) func(*call) error {
	return func(c *call) error {
		id := sharing.OfferID(c.id())
		return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
			return result{at: offerPath(id), flash: flash}, verb(tx, c.by(), id)
		}})
	}
}

func publishOffer(c *call) error {
	return verbOn("flash.published", func(tx *store.Tx, by people.Member, id sharing.OfferID) error {
		return sharing.Publish(tx, by, id, rand.Reader)
	})(c)
}

func lengthenOffer(c *call) error { return verbOn("flash.lengthened", sharing.Lengthen)(c) }
func restOffer(c *call) error     { return verbOn("flash.rested", sharing.Rest)(c) }
func resumeOffer(c *call) error   { return verbOn("flash.saved", sharing.Resume)(c) }

func relistOffer(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		fresh, err := sharing.Relist(tx, c.by(), sharing.OfferID(c.id()), rand.Reader)
		return result{at: offerPath(fresh), made: true, flash: "flash.relisted"}, err
	}})
}

func withdrawOffer(c *call) error { return verbOn("flash.withdrawn", sharing.WithdrawOffer)(c) }
func drawOffer(c *call) error     { return verbOn("flash.drawn", sharing.DrawNow)(c) }

type hideInput struct {
	Words string `json:"words"`
}

func hideOffer(c *call) error {
	var in hideInput
	err := c.decode(&in)
	id := sharing.OfferID(c.id())
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			return result{at: "/offers", flash: "flash.hidden"}, sharing.Hide(tx, c.by(), id, in.Words)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			seen, err := c.seeOffer(v, id)
			if err != nil {
				return nil, err
			}
			page := seen.page(c, nil)
			page.Hide = &web.HideForm{Words: in.Words, Problems: wrong}
			return page, nil
		},
	})
}

func showAgain(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		fresh, err := sharing.ShowAgain(tx, c.by(), sharing.OfferID(c.id()), rand.Reader)
		return result{at: offerPath(fresh), flash: "flash.shown_again"}, err
	}})
}

// newTicket makes the lot of a claim: 16 random bytes, the asker's own (DESIGN 4).
func newTicket() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func photoOf(id sharing.OfferID) string { return photoSubject + string(id) }

func offerOf(subject string) (sharing.OfferID, bool) {
	id, ok := strings.CutPrefix(subject, photoSubject)
	return sharing.OfferID(id), ok
}

const photoSubject = "offer:"
