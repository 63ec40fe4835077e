package api

import (
	"context"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// addressInput is where another collective is: a host, an acct or a URL.
type addressInput struct {
	Address string `json:"address"`
}

// neighbourDocument is a collective around us.
type neighbourDocument struct {
	ID          string           `json:"id"`
	Actor       string           `json:"actor"`
	Name        string           `json:"name"`
	Host        string           `json:"host"`
	URL         string           `json:"url,omitempty"`
	About       string           `json:"about"`
	State       neighbours.State `json:"state"`
	Since       time.Time        `json:"since"`
	LastHeardAt *time.Time       `json:"last_heard_at,omitempty"`
}

func documentOfNeighbour(n neighbours.Neighbour) neighbourDocument {
	return neighbourDocument{
		ID: string(n.Edge.ID), Actor: n.Actor.IRI, Name: n.Actor.Name, Host: hostOf(n.Actor.IRI), URL: n.Actor.URL,
		About: n.Actor.Summary, State: n.Edge.State, Since: n.Edge.Since, LastHeardAt: n.Peer.LastHeardAt,
	}
}

const neighboursShown = 200

// showNeighbours shows the collectives around us. With an address the page first shows a steward who answers there.
func showNeighbours(c *call) error {
	address := strings.TrimSpace(c.QueryParam("address"))
	preview, wrong := c.preview(address)
	var page web.NeighboursPage
	document := list[neighbourDocument]{Items: []neighbourDocument{}}
	err := c.view(func(v *store.View) error {
		around, err := neighbours.ListNeighbours(v, "", neighboursShown)
		if err != nil {
			return err
		}
		for _, n := range around {
			document.Items = append(document.Items, documentOfNeighbour(n))
		}
		page = c.neighboursPage(around)
		return nil
	})
	if err != nil {
		return err
	}
	page.Address, page.Preview, page.Problems = address, preview, wrong
	return c.show(func() web.Page { return page }, func() any { return document })
}

// preview asks who answers at an address, before anybody is asked anything.
func (c *call) preview(address string) (*web.NeighbourPreview, web.Problems) {
	if c.json || address == "" || !c.steward {
		return nil, nil
	}
	actor, err := c.lookup(c.Request().Context(), address)
	if err != nil {
		return nil, c.problems(atAddress(err))
	}
	return &web.NeighbourPreview{
		Address: actor.IRI, Name: actor.Name, Host: hostOf(actor.IRI), About: actor.Summary, Ours: actor.OpenURL != "",
	}, nil
}

// lookup asks the network, within the limits.
func (c *call) lookup(ctx context.Context, address string) (neighbours.Actor, error) {
	address, ok := cleanText(strings.TrimSpace(address))
	switch {
	case address == "":
		return neighbours.Actor{}, fault.Fields(fault.Field{Name: "address", Key: "neighbour.address.missing"})
	case !ok || len(address) > addressMost:
		return neighbours.Actor{}, fault.Fields(fault.Field{Name: "address", Key: "neighbour.address.unreadable"})
	}
	if err := c.s.limits.take(lookups, c.who()); err != nil {
		return neighbours.Actor{}, err
	}
	actor, err := c.s.Directory.Lookup(ctx, address)
	if err != nil && fault.KindOf(err) == fault.Internal {
		err = fault.New(fault.Invalid, "neighbour.unreachable").Because(err)
	}
	return actor, err
}

const addressMost = 500

// atAddress puts a refusal beside the address, which is all that can be mended. That nobody answers there is no trouble of ours.
func atAddress(err error) error {
	e, ok := fault.As(err)
	mends := ok && (e.Kind == fault.Invalid || e.Kind == fault.NotFound || e.Key == "neighbour.unreachable")
	if !mends || len(e.Fields) > 0 {
		return err
	}
	return fault.Fields(fault.Field{Name: "address", Key: e.Key, Args: e.Args})
}

func addNeighbour(c *call) error {
	var in addressInput
	err := c.decode(&in)
	var actor neighbours.Actor
	return c.do(err, act{
		ready: func(ctx context.Context) (err error) {
			actor, err = c.lookup(ctx, in.Address)
			return atAddress(err)
		},
		verb: func(tx *store.Tx) (result, error) {
			e, err := neighbours.AddNeighbour(tx, c.by(), actor)
			return result{at: neighbourPath(e.ID), made: true, flash: "flash.neighbour_asked"}, atAddress(err)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			around, err := neighbours.ListNeighbours(v, "", neighboursShown)
			page := c.neighboursPage(around)
			page.Address, page.Problems = in.Address, wrong
			return page, err
		},
	})
}

func acceptNeighbour(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		e, err := neighbours.AcceptNeighbour(tx, c.by(), neighbours.EdgeID(c.id()))
		return result{at: neighbourPath(e.ID), flash: "flash.neighbour_accepted"}, err
	}})
}

// partNeighbour ends it with everything that is open between the two.
func partNeighbour(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		e, err := neighbours.PartNeighbour(tx, c.by(), neighbours.EdgeID(c.id()))
		if err != nil {
			return result{}, err
		}
		return result{at: neighbourPath(e.ID), flash: "flash.parted"}, models.Part(tx, e.Actor)
	}})
}

func neighbourPath(id neighbours.EdgeID) string { return "/neighbours#" + string(id) }

func (c *call) neighboursPage(around []neighbours.Neighbour) web.NeighboursPage {
	page := web.NeighboursPage{Steward: c.steward}
	for _, n := range around {
		card := c.neighbourCard(n)
		switch n.Edge.State {
		case neighbours.Neighbours:
			page.Friends = append(page.Friends, card)
		case neighbours.Declined, neighbours.Parted:
			page.Parted = append(page.Parted, card)
		default:
			page.Asking = append(page.Asking, card)
		}
	}
	return page
}

func (c *call) neighbourCard(n neighbours.Neighbour) web.Neighbour {
	friends := n.Edge.State == neighbours.Neighbours && !n.Blocked
	trouble := c.trouble(n.Peer)
	if since := n.Edge.ForgottenAt; since != nil {
		trouble = c.locale().Sentence("trouble.forgotten", map[string]any{"Day": c.locale().Day(*since)})
	}
	return web.Neighbour{
		ID: string(n.Edge.ID), Name: n.Actor.Name, Host: hostOf(n.Actor.IRI), Href: n.Actor.URL, About: n.Actor.Summary,
		State: neighbourWord(n), Since: n.Edge.Since, LastHeard: dated(n.Peer.LastHeardAt), Trouble: trouble,
		CanAccept: c.steward && n.Edge.State == neighbours.AskedByThem, CanPart: c.steward && !n.Edge.Over(),
		FriendsSee: friends && n.Edge.Sends.Has(neighbours.Offers), WeSee: friends && n.Edge.Shows.Has(neighbours.Offers),
	}
}

// neighbourWord is the page's word for the state of an edge. While two nodes still tell each other what people agreed on, an
// answer is still to come.
func neighbourWord(n neighbours.Neighbour) string {
	if n.Blocked {
		return "blocked"
	}
	switch n.Edge.State {
	case neighbours.AskedByThem:
		return "asked_us"
	case neighbours.AskedByUs, neighbours.Agreed:
		return "we_asked"
	case neighbours.Neighbours:
		return "friends"
	}
	return "parted"
}
