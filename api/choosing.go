package api

import (
	"net/http"
	"slices"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// chooseInput is whom the giver picked.
type chooseInput struct {
	Claim agreeing.ID `json:"claim"`
}

func showChoose(c *call) error {
	var page web.ChoosePage
	err := c.view(func(v *store.View) (err error) {
		page, err = c.choosePage(v, nil)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func choose(c *call) error {
	var in chooseInput
	err := c.decode(&in)
	id := sharing.OfferID(c.id())
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			var chosen []agreeing.ID
			if in.Claim != "" {
				chosen = append(chosen, in.Claim)
			}
			return result{at: offerPath(id), flash: "flash.chosen"}, sharing.Choose(tx, c.by(), id, chosen...)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) { return c.choosePage(v, wrong) },
	})
}

func (c *call) choosePage(v *store.View, wrong web.Problems) (web.ChoosePage, error) {
	o, err := c.own(v)
	if err != nil {
		return web.ChoosePage{}, err
	}
	page := web.ChoosePage{
		ID: string(o.ID), Title: o.Title, Left: o.Left, Quantity: o.Quantity, Choose: string(o.Choice), Problems: wrong,
	}
	claims, err := sharing.ToChooseFrom(v, c.by(), o.ID)
	if err != nil {
		return page, err
	}
	for _, claim := range claims {
		p, err := partnerOf(v, claim)
		if err != nil {
			return page, err
		}
		page.Asks = append(page.Asks, web.Ask{
			ClaimID: string(claim.ID), Name: p.name, From: p.from, Area: claim.Area, Note: claim.Note, Quantity: claim.Quantity,
			OthersFirst: claim.OthersFirst, Windows: windowsOf(claim.Windows),
		})
	}
	return page, nil
}

// showDraw shows a draw to those who were in it and to the giver: as a page that has rechecked it, and as the sheet with which
// everybody can recheck it themselves.
func showDraw(c *call) error {
	id := sharing.OfferID(c.id())
	var sheet sharing.Sheet
	var seen seenOffer
	err := c.view(func(v *store.View) (err error) {
		if seen, err = c.seeOffer(v, id); err != nil {
			return err
		}
		sheet, err = sharing.SheetOf(v, c.by(), id)
		return err
	})
	if err != nil {
		return err
	}
	if c.json || c.QueryParam("sheet") != "" {
		if !c.json {
			c.Response().Header().Set("Content-Disposition", `attachment; filename="draw.json"`)
		}
		return c.write(http.StatusOK, "application/json", sheet)
	}
	return c.send(http.StatusOK, c.drawPage(seen, sheet))
}

func (c *call) drawPage(seen seenOffer, sheet sharing.Sheet) web.DrawPage {
	page := web.DrawPage{
		ID: string(seen.ID), Title: seen.Title, Round: sheet.Round, Commit: sheet.Commit, Left: sheet.Left,
		Sheet: offerPath(seen.ID) + "/draw?sheet=1",
	}
	for _, secret := range sheet.Secrets {
		text, _ := secret.MarshalText()
		page.Secrets = append(page.Secrets, string(text))
	}
	for i, ticket := range sheet.Order {
		at := slices.IndexFunc(sheet.Claims, func(e sharing.Entry) bool { return e.Ticket == ticket })
		if at < 0 {
			continue // Check says so
		}
		e := sheet.Claims[at]
		page.Tickets = append(page.Tickets, web.Ticket{
			Place: i + 1, Ticket: ticket, Quantity: e.Quantity, OthersFirst: e.OthersFirst,
			Promised: slices.Contains(sheet.Promised, ticket), Mine: seen.mine != nil && seen.mine.ticket == ticket,
		})
	}
	if err := sheet.Check(); err != nil {
		page.Wrong = wrongSheet(err)
	}
	return page
}

// wrongSheet is the sentence of the recheck, which is written for whoever runs draw check.
func wrongSheet(err error) string {
	if e, ok := fault.As(err); ok && e.Cause != nil {
		return e.Cause.Error()
	}
	return err.Error()
}
