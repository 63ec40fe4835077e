package api

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
)

// claimDocument is an agreement as one of its two sides sees it (DESIGN 7).
type claimDocument struct {
	ID          string            `json:"id"`
	URL         string            `json:"url"`
	Offer       string            `json:"offer"`
	Title       string            `json:"title"`
	Home        string            `json:"home,omitempty"` // name of the neighbouring collective where the thing lives
	Side        string            `json:"side"`           // giver or receiver
	State       agreeing.State    `json:"state"`
	Reason      string            `json:"reason,omitempty"`
	Ticket      string            `json:"ticket,omitempty"` // the asker's own
	Note        string            `json:"note"`
	Quantity    int               `json:"quantity"`
	OthersFirst bool              `json:"others_first"`
	Windows     []agreeing.Window `json:"windows"` // when the asker could come
	Offered     []agreeing.Window `json:"offered"` // what can be picked
	Window      *agreeing.Window  `json:"window,omitempty"`
	Proposed    *agreeing.Window  `json:"proposed,omitempty"`
	HoldUntil   *time.Time        `json:"hold_until,omitempty"`
	PurgeAt     *time.Time        `json:"purge_at,omitempty"`
	Other       string            `json:"other,omitempty"`
	From        string            `json:"from,omitempty"`
	Area        string            `json:"area,omitempty"`
	Place       string            `json:"place,omitempty"`
	Messages    []messageDocument `json:"messages"`
}

type messageDocument struct {
	ID   string    `json:"id"`
	Mine bool      `json:"mine"`
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

func (s seenClaim) document(c *call) claimDocument {
	d := claimDocument{
		ID: string(s.ID), URL: c.url(claimPath(s.ID)), Offer: string(s.listing.ID), Title: s.listing.Title, Home: s.home,
		Side: "receiver", State: s.state, Reason: s.Reason, Ticket: s.ticket, Note: s.note, Quantity: s.quantity,
		OthersFirst: s.othersFirst, Windows: filled(s.windows), Offered: filled(s.offered), Window: s.Window, Proposed: s.Proposed,
		HoldUntil: s.HoldUntil, PurgeAt: s.PurgeAt, Other: s.other, From: s.from, Area: s.area, Place: s.place,
		Messages: s.messageDocuments(),
	}
	if s.side == agreeing.Giver {
		d.Side, d.Place = "giver", s.myPlace
	}
	return d
}

func (s seenClaim) messageDocuments() []messageDocument {
	all := []messageDocument{}
	for _, m := range s.messages {
		all = append(all, messageDocument{string(m.ID), m.From == s.side, m.Nickname, m.Text, m.SentAt})
	}
	return all
}

// filled is a list that is [] in JSON when nothing is in it.
func filled[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// askDocument is what the giver sees of somebody who asked, from the choice on.
type askDocument struct {
	ID          string            `json:"id"`
	State       agreeing.State    `json:"state"`
	Name        string            `json:"name,omitempty"` // nickname of a member of ours
	From        string            `json:"from,omitempty"` // the neighbouring collective
	Area        string            `json:"area,omitempty"`
	Note        string            `json:"note"`
	Quantity    int               `json:"quantity"`
	OthersFirst bool              `json:"others_first"`
	Windows     []agreeing.Window `json:"windows"`
}
