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
	var sheet sharing.Sheet
	var page web.DrawPage
	err := c.view(func(v *store.View) (err error) {
		sheet, page, err = c.seeDraw(v, sharing.OfferID(c.id()))
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
	return c.send(http.StatusOK, page)
}

// seeDraw looks at the last draw that the caller was in, or that was made of her own thing. It is hers to see whatever has happened
// between the two since (DESIGN 4): it names nobody. A thing that she no longer sees is called what her claim's page calls it, and
// the page leads back there.
func (c *call) seeDraw(v *store.View, id sharing.OfferID) (sheet sharing.Sheet, page web.DrawPage, err error) {
	sheet, err = sharing.SheetOf(v, c.by(), id)
	seen, hidden := c.seeOffer(v, id)
	if hidden != nil && (err != nil || !fault.Is(hidden, fault.NotFound)) {
		return sheet, page, hidden // where there is nothing to see there is no draw either
	}
	if err != nil {
		return sheet, page, err
	}
	mine, err := sharing.ClaimIn(v, c.by(), id, sheet)
	if err != nil {
		return sheet, page, err
	}
	page = drawPage(sheet, mine)
	page.Title, page.Back, page.Sheet = seen.Title, offerPath(id), offerPath(id)+"/draw?sheet=1"
	if hidden == nil || mine == nil {
		return sheet, page, nil
	}
	o, err := claimed(v, *mine, c.by())
	page.Title, page.Back = o.Title, claimPath(mine.ID)
	return sheet, page, err
}

// drawPage is a sheet with its recheck. mine is the reader's claim in it, nil for none.
func drawPage(sheet sharing.Sheet, mine *sharing.Claim) web.DrawPage {
	page := web.DrawPage{Round: sheet.Round, Commit: sheet.Commit, Left: sheet.Left}
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
			Promised: slices.Contains(sheet.Promised, ticket), Mine: mine != nil && mine.Ticket == ticket,
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
