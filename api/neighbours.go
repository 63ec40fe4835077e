package api

import (
	"context"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
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
	// Suggestion is what one of two stewards suggests, which happens when another agrees.
	Suggestion *suggestionDocument `json:"suggestion,omitempty"`
}

type suggestionDocument struct {
	Act   neighbours.Act `json:"act"`
	By    string         `json:"by"`
	Until time.Time      `json:"until"`
}

func documentOfNeighbour(n neighbours.Neighbour) neighbourDocument {
	document := neighbourDocument{
		ID: string(n.Edge.ID), Actor: n.Actor.IRI, Name: n.Actor.Name, Host: hostOf(n.Actor.IRI), URL: n.Actor.URL,
		About: n.Actor.Summary, State: n.Edge.State, Since: n.Edge.Since, LastHeardAt: n.Peer.LastHeardAt,
	}
	if s := n.Suggestion; s != nil {
		document.Suggestion = &suggestionDocument{Act: s.Act, By: n.Suggester.Nickname, Until: s.Until()}
	}
	return document
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
		page, err = c.neighboursPage(v, around)
		return err
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
			return result{at: neighbourPath(e.ID), made: true, flash: yesFlash(e)}, atAddress(err)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			around, err := neighbours.ListNeighbours(v, "", neighboursShown)
			if err != nil {
				return nil, err
			}
			page, err := c.neighboursPage(v, around)
			page.Address, page.Problems = in.Address, wrong
			return page, err
		},
	})
}

func acceptNeighbour(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		e, err := neighbours.AcceptNeighbour(tx, c.by(), neighbours.EdgeID(c.id()))
		return result{at: neighbourPath(e.ID), flash: yesFlash(e)}, err
	}})
}

// yesFlash says what a yes has come to: theirs, ours, or a suggestion to another steward.
func yesFlash(e neighbours.Edge) string {
	switch {
	case e.Suggests != "":
		return "flash.suggested"
	case e.State == neighbours.AskedByUs:
		return "flash.neighbour_asked"
	}
	return "flash.neighbour_accepted"
}

// setAside takes a suggestion back, or sets another steward's aside.
func setAside(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/neighbours", gone: c.json, flash: "flash.set_aside"}, neighbours.SetAside(tx, c.by(), neighbours.EdgeID(c.id()))
	}})
}

// partNeighbour ends it with everything that is open between the two.
func partNeighbour(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		e, err := neighbours.PartNeighbour(tx, c.by(), neighbours.EdgeID(c.id()))
		if err != nil || e.Suggests != "" {
			return result{at: neighbourPath(e.ID), flash: "flash.suggested"}, err
		}
		return result{at: neighbourPath(e.ID), flash: "flash.parted"}, models.Part(tx, e.Actor)
	}})
}

func neighbourPath(id neighbours.EdgeID) string { return "/neighbours#" + string(id) }

func (c *call) neighboursPage(v *store.View, around []neighbours.Neighbour) (page web.NeighboursPage, err error) {
	page.Steward = c.steward
	if page.Stewards, page.Two, err = c.whoDecides(v); err != nil {
		return page, err
	}
	for _, n := range around {
		card := c.neighbourCard(n, page.Two)
		switch {
		case n.Edge.State == neighbours.Neighbours:
			page.Friends = append(page.Friends, card)
		case n.Edge.Over() && n.Suggestion == nil:
			page.Parted = append(page.Parted, card)
		case followed(n):
			page.Followed = append(page.Followed, card)
		default:
			page.Asking = append(page.Asking, card)
		}
	}
	return page, nil
}

// whoDecides says how many stewards there are, as far as it matters; two reports that what the reader presses needs another's yes.
func (c *call) whoDecides(v *store.View) (word string, two bool, err error) {
	stewards, err := people.Stewards(v)
	if err != nil {
		return "", false, err
	}
	words := []string{"none", "one", "two"}
	word = words[min(len(stewards), len(words)-1)]
	if !c.steward {
		return word, false, nil
	}
	two, err = people.AnotherSteward(v, c.by().ID)
	return word, two, err
}

// neighbourCard is a collective as the reader sees it; two is whether another steward has to agree to what she presses.
func (c *call) neighbourCard(n neighbours.Neighbour, two bool) web.Neighbour {
	friends := n.Edge.State == neighbours.Neighbours && !n.Blocked
	suggested := c.suggestion(n, two)
	decides := c.steward && suggested == nil // where something is suggested, its own verbs stand there
	trouble := c.trouble(n.Peer)
	if since := n.Edge.ForgottenAt; since != nil {
		trouble = c.locale().Sentence("trouble.forgotten", map[string]any{"Day": c.locale().Day(*since)})
	}
	return web.Neighbour{
		ID: string(n.Edge.ID), Name: n.Actor.Name, Host: hostOf(n.Actor.IRI), Href: n.Actor.URL, About: n.Actor.Summary,
		State: neighbourWord(n), Since: n.Edge.Since, LastHeard: dated(n.Peer.LastHeardAt), Trouble: trouble,
		CanAccept: decides && n.Edge.State == neighbours.AskedByThem,
		CanPart:   !n.Edge.Over() && (decides || c.steward && n.Edge.State == neighbours.AskedByThem),
		Two:       two, Suggestion: suggested, Ours: n.Actor.OpenURL != "",
		FriendsSee: friends && n.Edge.Sends.Has(neighbours.Offers), WeSee: friends && n.Edge.Shows.Has(neighbours.Offers),
	}
}

// suggestion is what one of two stewards suggests, and what the reader can do about it.
func (c *call) suggestion(n neighbours.Neighbour, two bool) *web.Suggestion {
	if n.Suggestion == nil {
		return nil
	}
	s := web.Suggestion{
		Act: string(n.Suggestion.Act), Who: n.Suggester.Nickname, Mine: n.Suggester.ID == c.by().ID, Until: n.Suggestion.Until(),
		CanSetAside: c.steward, Of: web.Link{Name: n.Actor.Name, Href: neighbourPath(n.Edge.ID)},
	}
	s.Alone = c.steward && !two
	s.CanAgree = c.steward && (s.Alone || !s.Mine) && (!n.Blocked || n.Suggestion.Act == neighbours.Parting)
	return &s
}

// followed reports other software that lets us follow it. It will not ask us, so nothing more is waited for.
func followed(n neighbours.Neighbour) bool {
	return n.Edge.State == neighbours.Agreed && n.Edge.OursAccepted && n.Actor.OpenURL == ""
}

// neighbourWord is the page's word for the state of an edge. While two nodes still tell each other what people agreed on, an
// answer is still to come.
func neighbourWord(n neighbours.Neighbour) string {
	switch {
	case n.Blocked:
		return "blocked"
	case followed(n):
		return "followed"
	}
	if n.Suggestion != nil && n.Suggestion.Act == neighbours.Asking {
		return "suggested"
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
