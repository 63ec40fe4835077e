package api

import (
	"net/url"
	"strconv"
	"strings"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// fromAll is the filter that filters nothing.
const fromAll = "all"

// searchMost is the longest search; what is longer is nobody's question.
const searchMost = 200

// filter reads the query of a list. A neighbour is named by the id of its edge (DESIGN 7), or by its actor's.
func (c *call) filter() (f sharing.Filter, err error) {
	for _, name := range []string{"q", "category", "from", "state", "after", "limit"} {
		if _, ok := cleanText(c.QueryParam(name)); !ok {
			return f, fault.Fields(fault.Field{Name: name, Key: "text.control"})
		}
	}
	f = sharing.Filter{
		Search: c.QueryParam("q"), Category: sharing.Category(c.QueryParam("category")), From: c.QueryParam("from"),
		State: sharing.State(c.QueryParam("state")), After: c.QueryParam("after"),
	}
	if len(f.Search) > searchMost {
		f.Search = strings.ToValidUTF8(f.Search[:searchMost], "")
	}
	if limit := c.QueryParam("limit"); limit != "" {
		if f.Limit, err = strconv.Atoi(limit); err != nil || f.Limit < 1 {
			return f, fault.Fields(fault.Field{Name: "limit", Key: "number.unreadable"})
		}
	}
	if f.From == fromAll {
		f.From = ""
	}
	if f.From == "" || f.From == sharing.FromHome {
		return f, nil
	}
	err = c.view(func(v *store.View) error {
		e, err := neighbours.FindEdge(v, neighbours.EdgeID(f.From))
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		f.From = e.Actor
		return err
	})
	return f, err
}

// listNames are the names that a list needs, found once for all its rows.
type listNames struct {
	givers  map[people.MemberID]people.Member
	homes   map[string]string
	friends []neighbours.Neighbour
}

func (c *call) namesIn(v *store.View, rows []sharing.Row) (n listNames, err error) {
	n.homes = map[string]string{}
	if c.member == nil {
		return n, nil
	}
	var givers []people.MemberID
	for _, r := range rows {
		if r.Home == "" {
			givers = append(givers, r.Giver)
		} else if _, known := n.homes[r.Home]; !known {
			if n.homes[r.Home], err = collectiveName(v, r.Home); err != nil {
				return n, err
			}
		}
	}
	if n.givers, err = people.FindMembers(v, givers...); err != nil {
		return n, err
	}
	n.friends, err = neighbours.Followed(v, "", friendsNamed)
	return n, err
}

func (c *call) thingsPage(f sharing.Filter, rows []sharing.Row, next string, names listNames) web.ThingsPage {
	p := web.ThingsPage{
		Query: f.Search, Category: string(f.Category), From: c.QueryParam("from"), Next: next,
		CanGive: c.member != nil, Plain: c.QueryParam("plain") != "",
	}
	for _, n := range names.friends {
		if n.Blocked {
			continue
		}
		id := string(n.Edge.ID)
		p.Neighbours = append(p.Neighbours, web.Option{Value: id, Label: n.Actor.Name, Chosen: id == p.From})
	}
	for _, r := range rows {
		card := c.card(r, names)
		if p.Plain {
			card.Photo = web.Photo{}
		}
		p.Items = append(p.Items, card)
	}
	return p
}

func (c *call) card(r sharing.Row, names listNames) web.ThingCard {
	return web.ThingCard{
		Href: offerPath(r.ID), Kind: kindWord(r.Listing), There: !r.Askable(), Title: r.Title, Language: r.Language, Photo: firstPicture(r.Photos), Category: string(r.Category),
		Area: r.Area, From: names.homes[r.Home], State: string(r.State), Until: dated(r.GatherUntil), Left: r.Left,
		GoesOffToday: r.GoesOffToday, Mine: c.member != nil && r.Home == "" && r.Giver == c.member.ID,
	}
}

func (c *call) offersDocument(rows []sharing.Row, next string, names listNames) list[offerDocument] {
	document := list[offerDocument]{Items: []offerDocument{}, Next: next}
	for _, r := range rows {
		d := c.listingDocument(r.Listing, r.URL)
		d.Giver = names.givers[r.Giver].Nickname
		document.Items = append(document.Items, d)
	}
	return document
}

// hostOf is what is left to call somebody by who has no name.
func hostOf(actor string) string {
	u, err := url.Parse(actor)
	if err != nil {
		return actor
	}
	return u.Host
}
