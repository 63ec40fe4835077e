package api

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
)

// offerDocument is a thing as its viewer sees it (DESIGN 7). Place is there for the giver and for whom it is promised to; who
// asked, and whether anybody did, is in none.
type offerDocument struct {
	ID           string            `json:"id"`
	URL          string            `json:"url"`
	State        sharing.State     `json:"state"`
	Home         string            `json:"home,omitempty"` // actor id of the collective it lives at; absent at home
	Kind         sharing.Kind      `json:"kind,omitempty"` // what it is where it is no gift: of a neighbour's thing only
	Title        string            `json:"title"`
	Description  string            `json:"description"`
	Category     sharing.Category  `json:"category"`
	Condition    sharing.Condition `json:"condition"`
	Faults       string            `json:"faults"`
	Language     string            `json:"language"`
	Quantity     int               `json:"quantity"`
	Left         int               `json:"left"`
	MaxPerClaim  int               `json:"max_per_claim"`
	Area         string            `json:"area"`
	Place        string            `json:"place,omitempty"`
	Windows      []agreeing.Window `json:"windows"`
	Audience     people.Audience   `json:"audience"`
	GoesOffToday bool              `json:"goes_off_today"`
	Choose       sharing.Choice    `json:"choose,omitempty"`
	Photos       []photoDocument   `json:"photos"`
	Giver        string            `json:"giver,omitempty"` // nickname, for members
	PublishedAt  *time.Time        `json:"published_at,omitempty"`
	GatherUntil  *time.Time        `json:"gather_until,omitempty"`
	ExpiresAt    *time.Time        `json:"expires_at,omitempty"`
	DrawCommit   string            `json:"draw_commit,omitempty"`
	MovedTo      string            `json:"moved_to,omitempty"`
	AskAt        string            `json:"ask_at,omitempty"` // its page at home, where it cannot be asked for from here
	Mine         *mineDocument     `json:"mine,omitempty"`
	Promises     []promiseDocument `json:"promises,omitempty"` // for the giver
}

// mineDocument is what the viewer has to do with it.
type mineDocument struct {
	Giving bool           `json:"giving"`
	Claim  string         `json:"claim,omitempty"`
	State  agreeing.State `json:"state,omitempty"`
	Ticket string         `json:"ticket,omitempty"`
}

type promiseDocument struct {
	Claim string         `json:"claim"`
	State agreeing.State `json:"state"`
	Name  string         `json:"name,omitempty"`
	From  string         `json:"from,omitempty"`
}

type photoDocument struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Thumb string `json:"thumb"`
}

func (c *call) photoDocuments(ids []media.PhotoID) []photoDocument {
	all := []photoDocument{}
	for _, id := range ids {
		all = append(all, photoDocument{string(id), c.url(photoPath(id, media.Full)), c.url(photoPath(id, media.Thumb))})
	}
	return all
}

func (s seenOffer) document(c *call) offerDocument {
	at := ""
	if s.mirror != nil {
		at = s.mirror.URL
	}
	d := c.listingDocument(s.Listing, at)
	d.Place, d.Giver = s.place, s.giver
	if s.offer != nil {
		d.Choose = s.offer.Choice
	}
	if s.mine != nil {
		d.Mine = &mineDocument{Claim: string(s.mine.id), State: s.mine.state, Ticket: s.mine.ticket}
	}
	if s.given {
		d.Mine = &mineDocument{Giving: true}
		if s.offer.ReplacedBy != "" {
			d.MovedTo = string(s.offer.ReplacedBy)
		}
	}
	for _, p := range s.promises {
		d.Promises = append(d.Promises, promiseDocument{string(p.claim), p.state, p.name, p.from})
	}
	return d
}

// listingDocument is what everybody who sees it sees of it. at is its page at home, for a neighbour's.
func (c *call) listingDocument(l sharing.Listing, at string) offerDocument {
	if l.Askable() {
		at = ""
	}
	windows := l.Windows
	if windows == nil {
		windows = []agreeing.Window{}
	}
	return offerDocument{
		ID: string(l.ID), URL: c.url(offerPath(l.ID)), State: l.State, Home: l.Home, Kind: l.Kind, Title: l.Title, Description: l.Description,
		Category: l.Category, Condition: l.Condition, Faults: l.Faults, Language: l.Language, Quantity: l.Quantity, Left: l.Left,
		MaxPerClaim: l.MaxPerClaim, Area: l.Area, Windows: windows, Audience: l.Audience, GoesOffToday: l.GoesOffToday,
		Photos: c.photoDocuments(l.Photos), PublishedAt: l.PublishedAt, GatherUntil: l.GatherUntil, ExpiresAt: l.ExpiresAt,
		DrawCommit: l.DrawCommit, AskAt: at,
	}
}
