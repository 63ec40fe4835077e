package api

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// seenClaim is an agreement as one of its two sides sees it: a claim on a thing of ours, or an asking at a neighbour.
type seenClaim struct {
	agreeing.Agreement
	state       agreeing.State // as it is shown: a home that does not answer is silent
	listing     sharing.Listing
	side        agreeing.Side
	asking      *sharing.Asking // nil for a claim
	outside     bool            // the other is on other software, where only words are understood
	quantity    int
	othersFirst bool
	note        string
	area        string
	ticket      string // the asker's own
	windows     []agreeing.Window
	offered     []agreeing.Window // the giver's
	place       string            // for the receiver at home, once it is hers
	myPlace     string            // for the giver
	home        string            // the collective where the thing lives; empty at home
	other       string            // the other's nickname, once it may be known
	from        string            // the other's collective; empty when it is ours
	round       int               // the last that the asker's claim was in at home; 0 when none was
	messages    []agreeing.Message
}

// between makes a claim a thing for CanView: it is for those involved. The giver is one of them from the promise on, and until
// then knows of no claim (DESIGN 4).
type between struct {
	claim sharing.Claim
	giver people.MemberID
}

// Flow is none: what is between two flows to nobody else.
func (between) Flow() neighbours.Flow { return "" }

// VisibleTo names the two.
func (between) VisibleTo() people.Audience { return people.Involved }

// Shown is always so: between two there is no draft.
func (between) Shown() bool { return true }

// Involves reports that the viewer is one of the two.
func (b between) Involves(v neighbours.Viewer) bool {
	if v.Member == nil {
		return false
	}
	return b.claim.Asker == v.Member.ID || b.giver == v.Member.ID && !b.claim.State.Open() && b.claim.State != agreeing.Refused
}

// seeClaimOf looks at a claim or an asking with the caller's eyes: NotFound "claim.unknown" for everybody but its two sides.
func (c *call) seeClaimOf(v *store.View, id agreeing.ID) (seen seenClaim, err error) {
	if a, err := sharing.FindAsking(v, id); err == nil {
		return c.seeAsking(v, a)
	} else if !fault.Is(err, fault.NotFound) {
		return seen, err
	}
	claim, err := sharing.FindClaim(v, id)
	if err != nil {
		return seen, err
	}
	if c.member == nil {
		return seen, fault.New(fault.NotFound, "claim.unknown")
	}
	o, err := claimed(v, claim, c.by())
	if err != nil {
		return seen, err
	}
	if !neighbours.CanView(c.viewer(), between{claim, o.Giver}) {
		return seen, fault.New(fault.NotFound, "claim.unknown")
	}
	seen = seenClaim{
		Agreement: claim.Agreement, state: claim.State, listing: o.Listing, quantity: claim.Quantity, othersFirst: claim.OthersFirst,
		note: claim.Note, area: claim.Area, windows: claim.Windows, offered: o.Windows, outside: claim.Outside != "",
	}
	if seen.messages, err = agreeing.Messages(v, id); err != nil {
		return seen, err
	}
	if o.GivenBy(c.by().ID) {
		return seen, seen.asGiver(v, claim, o)
	}
	seen.side, seen.ticket = agreeing.Asker, claim.Ticket
	sheet, err := sharing.SheetFor(v, claim)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return seen, err
	}
	seen.round = sheet.Round
	if claim.State != agreeing.Promised {
		return seen, nil
	}
	giver, err := people.FindMember(v, o.Giver)
	seen.other, seen.place = giver.Nickname, o.Place
	return seen, err
}

func (s *seenClaim) asGiver(v *store.View, claim sharing.Claim, o sharing.Offer) error {
	s.side, s.myPlace = agreeing.Giver, o.Place
	p, err := partnerOf(v, claim)
	s.other, s.from = p.name, p.from
	if s.from != "" && claim.Outside == "" {
		s.other = s.theirName(agreeing.Asker)
	}
	return err
}

// seeAsking looks at what our member asked for elsewhere; nobody else sees it.
func (c *call) seeAsking(v *store.View, a sharing.Asking) (seen seenClaim, err error) {
	if c.member == nil || a.Asker != c.member.ID {
		return seen, fault.New(fault.NotFound, "claim.unknown")
	}
	m, err := sharing.FindMirror(v, a.Mirror)
	if err != nil {
		return seen, err
	}
	seen = seenClaim{
		Agreement: a.Agreement, state: a.State, listing: m.Listing, asking: &a, side: agreeing.Asker, quantity: a.Quantity,
		othersFirst: a.OthersFirst, note: a.Note, ticket: a.Ticket, windows: a.Windows, offered: a.Offered,
	}
	if a.Quiet(v.Now) {
		seen.state = agreeing.Silent
	}
	if a.WishedWindow != nil {
		seen.Proposed = a.WishedWindow
	}
	if seen.home, err = collectiveName(v, a.Peer); err != nil {
		return seen, err
	}
	if seen.messages, err = agreeing.Messages(v, a.ID); err != nil {
		return seen, err
	}
	seen.from, seen.other = seen.home, seen.theirName(agreeing.Giver)
	return seen, nil
}

// theirName is what the other side calls itself: across nodes the nickname comes with the first message.
func (s seenClaim) theirName(side agreeing.Side) string {
	for _, m := range s.messages {
		if m.From == side {
			return m.Nickname
		}
	}
	return ""
}
