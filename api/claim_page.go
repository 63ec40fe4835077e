package api

import (
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/sharing"
)

func (s seenClaim) page(c *call) web.ClaimPage {
	p := web.ClaimPage{
		ID: string(s.ID), Side: "receiver", State: string(s.state), OfferHref: offerPath(s.listing.ID), Title: s.listing.Title,
		Language: s.listing.Language, Photo: firstPicture(s.listing.Photos), Category: string(s.listing.Category), Home: s.home,
		Other: s.other, OtherFrom: s.from, Area: s.area, Note: s.note, Quantity: s.quantity, Ticket: s.ticket,
		HoldUntil: dated(s.HoldUntil), PurgeOn: dated(s.PurgeAt), Picked: windowAt(s.Window), Proposed: windowAt(s.Proposed),
		ByMe: s.side == agreeing.Asker, Place: s.place, MyPlace: s.myPlace, MyContact: c.by().Contact,
	}
	if s.State == agreeing.Gathering {
		p.GatherUntil = dated(s.listing.GatherUntil)
	}
	if s.side == agreeing.Giver {
		p.Side = "giver"
	}
	if s.round > 0 {
		p.Rounds = []web.Round{{Number: s.round, Href: p.OfferHref + "/draw"}}
	}
	p.TimeRefused = s.asking != nil && s.asking.TimeRefused()
	for _, m := range s.messages {
		mine := m.From == s.side
		p.Messages = append(p.Messages, web.Message{From: m.Nickname, Mine: mine, Text: m.Text, At: m.SentAt})
		p.PlaceSent = p.PlaceSent || mine && s.myPlace != "" && m.Text == s.myPlace
	}
	s.ways(c.s.Now(), &p)
	return p
}

// ways are what this side can do now; the verbs decide again.
func (s seenClaim) ways(now time.Time, p *web.ClaimPage) {
	promised, giver := s.State == agreeing.Promised, s.side == agreeing.Giver
	for _, w := range s.offered {
		if w.To.After(now) {
			p.Windows = append(p.Windows, windowOf(w))
		}
	}
	p.CanWithdraw = !giver && s.State.Live() && !promised
	if giver {
		p.Windows = nil
		if s.Proposed != nil {
			p.Windows = []web.Window{windowOf(*s.Proposed)} // to say yes to
		}
	}
	p.CanPick = promised && len(p.Windows) > 0
	p.CanPropose, p.CanRelease, p.CanHandOver, p.CanNotHappen = promised, promised, promised, promised
	p.CanPropose = p.CanPropose && !s.outside // a time is agreed on in words there
	// At home the receiver reads the place on this page; only across nodes is it sent, and only with a tap (DESIGN 3.5).
	p.CanSendPlace = promised && (!giver || s.Peer != "")
	// A giver may also look back at a promise that has ended; whoever asked never learns which it was.
	ended := s.State == agreeing.Done || s.State == agreeing.DidNotHappen
	p.CanKeepApart = giver && !s.Apart && (promised || ended || s.State == agreeing.Released || s.State == agreeing.Lapsed)
	p.CanWrite = (promised || ended) && !s.Apart
}

// claimCard is a line of the list of what a member asked for and promised.
func claimCard(a agreeing.Agreement, l sharing.Listing, home string, giving bool) web.ClaimCard {
	card := web.ClaimCard{
		Href: claimPath(a.ID), Title: l.Title, Language: l.Language, Photo: firstPicture(l.Photos), Category: string(l.Category),
		Home: home, State: string(a.State), Giving: giving, Until: dated(a.HoldUntil),
	}
	switch {
	case a.Window != nil:
		card.Until = a.Window.From
	case a.State == agreeing.Gathering:
		card.Until = dated(l.GatherUntil)
	}
	return card
}
