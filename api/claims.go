package api

import (
	"net/http"
	"strings"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// wishInput is "I'd like this".
type wishInput struct {
	Note        string            `json:"note"`
	Quantity    int               `json:"quantity"`
	Windows     []agreeing.Window `json:"windows"`
	OthersFirst bool              `json:"others_first"`
}

func (in wishInput) wish() sharing.Wish {
	return sharing.Wish{Note: in.Note, Quantity: in.Quantity, Windows: in.Windows, OthersFirst: in.OthersFirst}
}

// ask writes down a wish, for a thing of ours or a neighbour's. What somebody may not see cannot be asked for.
func ask(c *call) error {
	var in wishInput
	err := c.decode(&in)
	id, ticket := sharing.OfferID(c.id()), newTicket()
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			seen, err := c.seeOffer(tx.View, id)
			if err != nil {
				return result{}, err
			}
			r := result{made: true, flash: "flash.asked"}
			if seen.mirror != nil {
				a, err := sharing.AskAcross(tx, c.by(), id, in.wish(), ticket)
				r.at = claimPath(a.ID)
				return r, err
			}
			claim, err := sharing.Ask(tx, c.by(), id, in.wish(), ticket)
			r.at = claimPath(claim.ID)
			return r, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			seen, err := c.seeOffer(v, id)
			if err != nil {
				return nil, err
			}
			return seen.page(c, &web.AskForm{
				Problems: wrong, Note: c.form.Get("note"), Quantity: c.form.Get("quantity"), Most: seen.most(),
				Windows: c.typedRows(), OthersFirst: in.OthersFirst,
			}), nil
		},
	})
}

func (c *call) findClaim() (seen seenClaim, err error) {
	err = c.view(func(v *store.View) (err error) {
		seen, err = c.seeClaimOf(v, agreeing.ID(c.id()))
		return err
	})
	return seen, err
}

func showClaim(c *call) error {
	seen, err := c.findClaim()
	if err != nil {
		return err
	}
	return c.show(func() web.Page { return seen.page(c) }, func() any { return seen.document(c) })
}

// onClaim is the shape of the verbs about an agreement: one for a claim on a thing of ours, another for an asking elsewhere.
// Where there is no verb for an asking, to the asker there is no such thing to do.
type onClaim struct {
	flash  string
	claim  func(*store.Tx, people.Member, agreeing.ID) error
	asking func(*store.Tx, people.Member, agreeing.ID) error
	// giver is what it means when the giver says it, where that is something else.
	giver func(*store.Tx, seenClaim) error
	// typed sets what was typed into the page of a refused form.
	typed func(*web.ClaimPage)
	// to is where it leads when not to the agreement; gone says that there may be no agreement any more.
	to   func(seenClaim) string
	gone bool
}

func (c *call) onClaim(wrong error, verb onClaim) error {
	id := agreeing.ID(c.id())
	return c.do(wrong, act{
		verb: func(tx *store.Tx) (result, error) {
			seen, err := c.seeClaimOf(tx.View, id)
			if err != nil {
				return result{}, err
			}
			r := result{at: claimPath(id), flash: verb.flash, gone: verb.gone && c.json}
			if verb.to != nil {
				r.at = verb.to(seen)
			}
			do := verb.claim
			if seen.asking != nil {
				do = verb.asking
			}
			switch {
			case verb.giver != nil && seen.side == agreeing.Giver:
				return r, verb.giver(tx, seen)
			case do == nil:
				return r, fault.New(fault.NotFound, "claim.unknown")
			}
			return r, do(tx, c.by(), id)
		},
		again: func(v *store.View, problems web.Problems) (web.Page, error) {
			seen, err := c.seeClaimOf(v, id)
			page := seen.page(c)
			page.Problems = problems
			if verb.typed != nil {
				verb.typed(&page)
			}
			return page, err
		},
	})
}

// withdrawClaim takes a wish back without trace.
func withdrawClaim(c *call) error {
	return c.onClaim(c.decode(&struct{}{}), onClaim{
		flash: "flash.taken_back", claim: sharing.Withdraw, asking: sharing.WithdrawAcross, gone: true,
		to: func(s seenClaim) string { return offerPath(s.listing.ID) },
	})
}

type windowInput struct {
	Window agreeing.Window `json:"window"`
}

// pickWindow picks one of the giver's times; for the giver it is the yes to the time that was proposed.
func pickWindow(c *call) error {
	var in windowInput
	return c.onClaim(c.decode(&in), onClaim{
		flash: "flash.picked",
		claim: func(tx *store.Tx, by people.Member, id agreeing.ID) error {
			return sharing.PickWindow(tx, by, id, in.Window)
		},
		asking: func(tx *store.Tx, by people.Member, id agreeing.ID) error {
			return sharing.WishWindow(tx, by, id, in.Window)
		},
		giver: func(tx *store.Tx, seen seenClaim) error {
			if at := seen.Proposed; at == nil || !at.From.Equal(in.Window.From) || !at.To.Equal(in.Window.To) {
				return fault.New(fault.Conflict, "claim.moved_on")
			}
			return sharing.AgreeWindow(tx, c.by(), seen.ID)
		},
	})
}

func proposeWindow(c *call) error {
	var in windowInput
	return c.onClaim(c.decode(&in), onClaim{
		flash: "flash.proposed",
		claim: func(tx *store.Tx, by people.Member, id agreeing.ID) error {
			return sharing.ProposeWindow(tx, by, id, in.Window)
		},
		asking: func(tx *store.Tx, by people.Member, id agreeing.ID) error {
			return sharing.WishWindow(tx, by, id, in.Window)
		},
		typed: func(p *web.ClaimPage) {
			if rows := c.typedRows(); len(rows) > 0 {
				p.ProposeRow = rows[0]
			}
			for i := range p.Problems {
				if p.Problems[i].Field == "window" {
					p.Problems[i].Field = "windows" // the row's name on the page
				}
			}
		},
	})
}

// placeInput is what one side sends with a tap: nothing exact is sent by itself (DESIGN 3.5).
type placeInput struct {
	Place   string `json:"place"`
	Contact string `json:"contact"`
}

func sendPlace(c *call) error {
	var in placeInput
	return c.onClaim(c.decode(&in), onClaim{
		flash: "flash.sent",
		claim: func(tx *store.Tx, by people.Member, id agreeing.ID) error {
			return in.send(tx, by, id, sharing.SendPlace)
		},
		asking: func(tx *store.Tx, by people.Member, id agreeing.ID) error { return in.send(tx, by, id, nothingToSend) },
		typed:  func(p *web.ClaimPage) { p.MyPlace, p.MyContact = in.Place, in.Contact },
	})
}

// send writes what was typed; when nothing was, whole sends the place of the offer.
func (in placeInput) send(tx *store.Tx, by people.Member, id agreeing.ID, whole func(*store.Tx, people.Member, agreeing.ID) error) error {
	if strings.TrimSpace(in.Place+in.Contact) == "" {
		return whole(tx, by, id)
	}
	for _, text := range []string{in.Place, in.Contact} {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if _, err := sharing.WriteTo(tx, by, id, text); err != nil {
			return err
		}
	}
	return nil
}

func nothingToSend(*store.Tx, people.Member, agreeing.ID) error {
	return fault.Fields(fault.Field{Name: "contact", Key: "message.text.missing"})
}

func release(c *call) error {
	return c.onClaim(c.decode(&struct{}{}), onClaim{flash: "flash.released", claim: sharing.Release, asking: releaseAcross})
}

// releaseAcross lets a promise at a neighbour go. A wish that is none yet is withdrawn, which is another verb.
func releaseAcross(tx *store.Tx, by people.Member, id agreeing.ID) error {
	a, err := sharing.FindAsking(tx.View, id)
	if err == nil && a.State != agreeing.Promised {
		err = fault.New(fault.Conflict, "claim.moved_on")
	}
	if err != nil {
		return err
	}
	return sharing.WithdrawAcross(tx, by, id)
}

func handedOver(c *call) error {
	return c.onClaim(c.decode(&struct{}{}), onClaim{flash: "flash.handed_over", claim: sharing.HandOver, asking: sharing.WishDone})
}

func didNotHappen(c *call) error {
	return c.onClaim(c.decode(&struct{}{}), onClaim{flash: "flash.did_not_happen", claim: sharing.ItDidNotHappen, asking: sharing.WishDidNotHappen})
}

func keepApart(c *call) error {
	return c.onClaim(c.decode(&struct{}{}), onClaim{flash: "flash.apart", claim: sharing.ReleaseApart})
}

type messageInput struct {
	Text string `json:"text"`
}

func sendMessage(c *call) error {
	var in messageInput
	err := c.decode(&in)
	id := agreeing.ID(c.id())
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			m, err := sharing.WriteTo(tx, c.by(), id, in.Text)
			return result{at: claimPath(id) + "#" + string(m.ID), made: true, flash: "flash.sent"}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			seen, err := c.seeClaimOf(v, id)
			page := seen.page(c)
			page.Text, page.Problems = in.Text, wrong
			return page, err
		},
	})
}

func listMessages(c *call) error {
	seen, err := c.findClaim()
	if err != nil {
		return err
	}
	return c.write(http.StatusOK, "application/json", list[messageDocument]{Items: seen.messageDocuments()})
}
