package api

import (
	"net/http"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// listAsks shows the giver who asked, from the choice on, in an order that is new at every look.
func listAsks(c *call) error {
	document := list[askDocument]{Items: []askDocument{}}
	err := c.view(func(v *store.View) error {
		claims, err := sharing.ToChooseFrom(v, c.by(), sharing.OfferID(c.id()))
		if err != nil {
			return err
		}
		for _, claim := range claims {
			p, err := partnerOf(v, claim)
			if err != nil {
				return err
			}
			document.Items = append(document.Items, askDocument{
				string(claim.ID), claim.State, p.name, p.from, claim.Area, claim.Note, claim.Quantity, claim.OthersFirst, filled(claim.Windows),
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.write(http.StatusOK, "application/json", document)
}

// agreed is an agreement in a list, with its thing.
type agreed struct {
	agreeing.Agreement
	listing sharing.Listing
	home    string
	giving  bool
}

// agreedBy gathers what a member asked for, here and elsewhere, and what she promised.
func agreedBy(v *store.View, by people.Member) (all []agreed, err error) {
	claims, err := sharing.ClaimsBy(v, by.ID)
	if err != nil {
		return nil, err
	}
	for _, claim := range claims {
		o, err := claimed(v, claim, by)
		if err != nil {
			return nil, err
		}
		all = append(all, agreed{claim.Agreement, o.Listing, "", false})
	}
	askings, err := sharing.AskingsBy(v, by.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range askings {
		m, err := sharing.FindMirror(v, a.Mirror)
		if err != nil {
			return nil, err
		}
		home, err := collectiveName(v, a.Peer)
		if err != nil {
			return nil, err
		}
		all = append(all, agreed{a.Agreement, m.Listing, home, false})
	}
	offers, err := sharing.OffersBy(v, by.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		promises, err := sharing.PromisesOf(v, o.ID)
		if err != nil {
			return nil, err
		}
		for _, claim := range promises {
			all = append(all, agreed{claim.Agreement, o.Listing, "", true})
		}
	}
	return all, nil
}

func listClaims(c *call) error {
	var all []agreed
	document := list[claimDocument]{Items: []claimDocument{}}
	err := c.view(func(v *store.View) (err error) {
		if all, err = agreedBy(v, c.by()); err != nil || !c.json {
			return err
		}
		for _, a := range all {
			if a.giving && c.QueryParam("mine") == "true" {
				continue
			}
			seen, err := c.seeClaimOf(v, a.ID)
			if err != nil {
				return err
			}
			document.Items = append(document.Items, seen.document(c))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.show(func() web.Page { return claimsPage(all) }, func() any { return document })
}

func claimsPage(all []agreed) (p web.ClaimsPage) {
	for _, a := range all {
		card := claimCard(a.Agreement, a.listing, a.home, a.giving)
		switch {
		case a.State == agreeing.Promised:
			p.Promised = append(p.Promised, card)
		case a.State.Live():
			p.Waiting = append(p.Waiting, card)
		default:
			p.Past = append(p.Past, card)
		}
	}
	return p
}
