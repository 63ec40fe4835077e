package api

import (
	"net/http"
	"slices"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// showNeighbour shows all about one collective around us: what flows, and how word passes.
func showNeighbour(c *call) error {
	var page web.NeighbourPage
	err := c.view(func(v *store.View) (err error) {
		page, err = c.neighbourPage(v, neighbours.EdgeID(c.id()))
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func (c *call) neighbourPage(v *store.View, id neighbours.EdgeID) (page web.NeighbourPage, err error) {
	n, err := neighbours.FindNeighbour(v, id)
	if err != nil {
		return page, err
	}
	_, two, err := c.whoDecides(v)
	if err != nil {
		return page, err
	}
	page = web.NeighbourPage{
		Of: c.neighbourCard(n, two), Steward: c.steward, Sends: c.flowOptions(n.Edge.Sends), Shows: c.flowOptions(n.Edge.Shows),
		Next: dated(n.Peer.ProbeAt),
	}
	waits, err := wire.WaitingFor(v, n.Edge.Origin)
	if err != nil {
		return page, err
	}
	unanswered, err := sharing.UnansweredBy(v, n.Actor.IRI)
	if err != nil {
		return page, err
	}
	if n.Edge.State == neighbours.AskedByUs && (unanswered == nil || n.Edge.Since.Before(*unanswered)) {
		unanswered = &n.Edge.Since
	}
	page.WaitsSince, page.AwaitedSince = dated(waits), dated(unanswered)
	return page, nil
}

// flowOptions are the flows that can be chosen, those ticked that flow.
func (c *call) flowOptions(chosen neighbours.Flows) (all []web.Option) {
	for _, flow := range neighbours.Choosable() {
		all = append(all, web.Option{Value: string(flow), Label: c.locale().Word("flow", string(flow)), Chosen: chosen.Has(flow)})
	}
	return all
}

// flowInput is what is ticked; what is not among it does not flow.
type flowInput struct {
	Sends []neighbours.Flow `json:"sends"`
	Shows []neighbours.Flow `json:"shows"`
}

func chooseFlow(c *call) error {
	var in flowInput
	err := c.decode(&in)
	id := neighbours.EdgeID(c.id())
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			e, err := neighbours.ChooseFlow(tx, c.by(), id, neighbours.Choice{Sends: in.Sends, Shows: in.Shows})
			if err != nil {
				return result{}, err
			}
			return result{at: "/neighbours/" + string(e.ID), flash: "flash.flow_chosen"}, models.Reflow(tx, e)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.neighbourPage(v, id)
			page.Problems, page.Sends, page.Shows = wrong, ticked(page.Sends, in.Sends), ticked(page.Shows, in.Shows)
			return page, err
		},
	})
}

func ticked(options []web.Option, chosen []neighbours.Flow) []web.Option {
	for i, o := range options {
		options[i].Chosen = slices.Contains(chosen, neighbours.Flow(o.Value))
	}
	return options
}
