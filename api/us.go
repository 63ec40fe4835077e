package api

import (
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	thingsOnWelcome = 12
	deedsShown      = 30
	stuckShown      = 50
)

// showWelcome is the public face: who we are, what there is, and how to reach us.
func showWelcome(c *call) error {
	page := web.WelcomePage{
		About: c.collective.About, Language: c.collective.Language, Area: c.collective.Area, Handle: c.handle(), Open: c.collective.Open,
	}
	err := c.view(func(v *store.View) error {
		anybody, err := neighbours.ViewerOf(v, "")
		if err != nil || anybody.Outside {
			return err
		}
		rows, _, err := sharing.List(v, anybody, sharing.Filter{Limit: thingsOnWelcome})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if apart, err := c.apartFrom(v, r.Giver); err != nil {
				return err
			} else if !apart {
				page.Things = append(page.Things, c.card(r, listNames{}))
			}
		}
		friends, err := neighbours.Friends(v, "", friendsNamed)
		for _, n := range friends {
			if n.Blocked {
				continue
			}
			page.Neighbours = append(page.Neighbours, web.Link{Name: n.Actor.Name, Href: n.Actor.URL})
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

// apartFrom reports that the viewer is a member who is kept apart from a giver: the public face is everybody's but for that.
func (c *call) apartFrom(v *store.View, giver people.MemberID) (bool, error) {
	if c.member == nil {
		return false, nil
	}
	return people.Apart(v, giver, c.member.ID)
}

// handle is what people type to find us (DESIGN 3.3).
func (c *call) handle() string { return "collective@" + c.s.base.Host }

func showUs(c *call) error {
	page := web.UsPage{
		About: c.collective.About, Language: c.collective.Language, Area: c.collective.Area, Handle: c.handle(),
	}
	err := c.view(func(v *store.View) (err error) {
		if page.Stewards, err = c.stewards(v); err != nil {
			return err
		}
		deeds, err := people.Deeds(v, nil, deedsShown)
		if err != nil {
			return err
		}
		for _, d := range deeds {
			sentence, err := c.deed(v, d)
			if err != nil {
				return err
			}
			page.Written = append(page.Written, web.Note{At: d.At, Sentence: sentence})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

// deed says what was done, and to whom: a member by nickname, a neighbour by name.
func (c *call) deed(v *store.View, d people.Deed) (string, error) {
	args := map[string]any{}
	key := "note." + string(d.Kind)
	var err error
	switch d.Kind {
	case people.DeedToken, people.DeedLetBackIn:
		args["Name"], err = nickname(v, people.MemberID(d.Subject))
	case neighbours.DeedAsked, neighbours.DeedAccepted, neighbours.DeedParted, neighbours.DeedFlow:
		var n neighbours.Neighbour
		n, err = neighbours.FindNeighbour(v, neighbours.EdgeID(d.Subject))
		args["Name"] = n.Actor.Name
	case neighbours.DeedShutOut, neighbours.DeedLetIn:
		args["Name"] = d.Subject
	case people.DeedInvite:
		if d.Subject == string(people.ForMember) {
			key += ".member"
		}
	case models.DeedRestored, models.DeedRehearsed:
		day, _ := time.Parse(time.DateOnly, d.Subject)
		args["Day"] = c.locale().Date(day)
	case models.DeedBackupKey, people.DeedKeys, neighbours.DeedList:
	default:
		key = "note.other"
	}
	if err == nil && d.MadeBy != nil {
		key += ".by"
		args["By"], err = nickname(v, *d.MadeBy)
	}
	if err != nil && !fault.Is(err, fault.NotFound) { // a neighbour that is forgotten by now
		return "", err
	}
	return c.locale().Sentence(key, args), nil
}

// nickname is what a member is called; somebody who left has no name any more.
func nickname(v *store.View, id people.MemberID) (string, error) {
	m, err := people.FindMember(v, id)
	return m.Nickname, err
}

// showKeeping is the retention table of product 6, as this node keeps it.
func showKeeping(c *call) error {
	rows := []web.Kept{{What: "yours", Here: true}}
	for _, span := range models.Spans() {
		rows = append(rows, web.Kept{What: span.What, Days: int(span.For / (24 * time.Hour))})
	}
	page := web.KeepingPage{Rows: append(rows, web.Kept{What: "logs"})}
	if c.member != nil {
		err := c.view(func(v *store.View) error {
			k, err := store.FindSafekeeping(v)
			if err != nil {
				return err
			}
			page.Safe = &web.Safe{BackedUp: dated(k.BackedUpAt), Checked: dated(k.CheckedAt), Well: k.Well, Restored: dated(k.RestoredAt), From: dated(k.RestoredFrom)}
			page.Safe.Late = c.s.Wall().Sub(*latest(k.BackedUpAt, &c.collective.SetUpAt)) > backupIsLate
			page.Safe.Rehearsed, page.Safe.RehearsedOf, err = models.Rehearsed(v)
			return err
		})
		if err != nil {
			return err
		}
	}
	return c.send(http.StatusOK, page)
}

// showQueue says what waits for whom and since when. Every member may read it; a steward may do something about it.
func showQueue(c *call) error {
	page := web.QueuePage{Steward: c.steward}
	if c.s.Health != nil {
		for _, reason := range c.s.Health(c.Request().Context()) {
			page.Health = append(page.Health, c.locale().Sentence("queue.health", map[string]any{"Reason": reason}))
		}
	}
	err := c.view(func(v *store.View) error {
		lanes, err := wire.Lanes(v, "", lanesShown)
		if err != nil {
			return err
		}
		for _, l := range lanes {
			page.Peers = append(page.Peers, c.waitingPeer(l))
		}
		page.Parked, err = c.parked(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func (c *call) waitingPeer(l wire.Lane) web.WaitingPeer {
	host := hostOf(l.Peer.Origin)
	p := web.WaitingPeer{Name: host, Host: host, Since: l.Since, LastHeard: dated(l.Peer.LastHeardAt), Trouble: c.trouble(l.Peer)}
	if l.Peer.ProbeAt != nil {
		p.Next = *l.Peer.ProbeAt
	}
	return p
}

// clockMind is by how much a clock may be wrong before anybody is told.
const clockMind = 5 * time.Minute

// trouble says in words why a peer cannot be reached; it is empty when all is well.
func (c *call) trouble(p wire.Peer) string {
	says := c.locale().Sentence
	switch {
	case p.ClockSkew <= -clockMind:
		return says("trouble.clock.behind", map[string]any{"Count": int(-p.ClockSkew.Minutes())})
	case p.ClockSkew >= clockMind:
		return says("trouble.clock.ahead", map[string]any{"Count": int(p.ClockSkew.Minutes())})
	case p.Open() && p.LastHeardAt != nil:
		return says("trouble.silent", map[string]any{"Day": c.locale().Day(*p.LastHeardAt)})
	case p.LastError == "":
		return ""
	}
	switch p.LastError {
	case "dns", "tls", "timeout", "refused":
		return says("trouble."+p.LastError, nil)
	case "status":
		return says("trouble.denied", nil)
	}
	return says("trouble.unreachable", nil)
}

func (c *call) parked(v *store.View) ([]web.QueueItem, error) {
	var items []web.QueueItem
	deliveries, err := wire.StuckDeliveries(v, "", stuckShown)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		items = append(items, web.QueueItem{
			ID: string(d.ID), What: c.locale().Sentence("queue.what.out", map[string]any{"Host": hostOf(d.Host)}), Since: d.QueuedAt,
			CanRequeue: c.steward, CanDrop: c.steward,
		})
	}
	received, err := wire.StuckItems(v, "", stuckShown)
	for _, i := range received {
		items = append(items, web.QueueItem{
			ID: string(i.ID), What: c.locale().Sentence("queue.what.in", map[string]any{"Host": hostOf(i.Origin)}), Since: i.CommittedAt,
			CanRequeue: c.steward, CanDrop: c.steward,
		})
	}
	return items, err
}

func requeue(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/queue", flash: "flash.requeued"}, wire.Requeue(tx, c.s.Wall(), c.id())
	}})
}

func dropQueued(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/queue", flash: "flash.dropped"}, wire.Drop(tx, c.id())
	}})
}
