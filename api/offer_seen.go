package api

import (
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// seenOffer is a thing as one viewer sees it: page and document are made of nothing else, so that neither can say more than the
// other.
type seenOffer struct {
	sharing.Listing
	offer  *sharing.Offer  // nil for a neighbour's
	mirror *sharing.Mirror // nil for one of ours
	silent *time.Time      // since when its home is not heard of, while it cannot be reached
	home   string          // the neighbouring collective's name; empty at home
	giver  string          // nickname, for members
	given  bool            // by the viewer
	place  string          // for the giver, and for whom it is promised to
	mine   *mine           // what the viewer said
	drawn  bool            // there is a sheet that the viewer may see
	// For the giver alone:
	promises []partner
	// For members:
	outside []neighbours.Letter // what was let through
	friends []string            // the neighbours who see it
}

// mine is the viewer's live wish.
type mine struct {
	id     agreeing.ID
	state  agreeing.State
	ticket string
}

// partner is the other side of an agreement, as far as the viewer may know.
type partner struct {
	claim agreeing.ID
	state agreeing.State
	name  string // nickname; empty for somebody at a neighbour
	from  string // the neighbouring collective; empty at home
}

// seeOffer looks at a thing with the caller's eyes: NotFound "offer.unknown" for what they may not see and what is not there.
func (c *call) seeOffer(v *store.View, id sharing.OfferID) (seen seenOffer, err error) {
	o, err := sharing.FindOffer(v, id)
	if fault.Is(err, fault.NotFound) {
		return c.seeMirror(v, id)
	}
	if err != nil {
		return seen, err
	}
	if may, err := c.maySee(v, o); err != nil {
		return seen, err
	} else if !may {
		return seen, fault.New(fault.NotFound, "offer.unknown")
	}
	seen = seenOffer{Listing: o.Listing, offer: &o}
	if c.member == nil {
		return seen, nil
	}
	giver, err := people.FindMember(v, o.Giver)
	if err != nil {
		return seen, err
	}
	seen.giver, seen.given = giver.Nickname, o.GivenBy(c.member.ID)
	if err := c.seeClaim(v, &seen); err != nil {
		return seen, err
	}
	if seen.outside, err = neighbours.Voices(v, string(o.ID)); err != nil {
		return seen, err
	}
	if _, err = sharing.SheetOf(v, c.by(), id); err == nil {
		seen.drawn = true
	} else if !fault.Is(err, fault.NotFound) {
		return seen, err
	}
	if !seen.given {
		return seen, nil
	}
	seen.place = o.Place
	return seen, c.seeAsGiver(v, &seen)
}

// maySee asks CanView, and of a thing of ours whether its giver and the viewer are kept apart (product F6).
func (c *call) maySee(v *store.View, t neighbours.Thing) (bool, error) {
	if !neighbours.CanView(c.viewer(), t) {
		return false, nil
	}
	o, ours := t.(sharing.Offer)
	if !ours || c.member == nil {
		return true, nil
	}
	hidden, err := o.HiddenFrom(v, c.member.ID)
	return !hidden, err
}

// claimed is the thing of a claim, as one of the two knows it. When they are kept apart meanwhile, it has no pictures any more.
func claimed(v *store.View, claim sharing.Claim, by people.Member) (sharing.Offer, error) {
	o, err := sharing.FindOffer(v, claim.Offer)
	if err != nil {
		return o, err
	}
	hidden, err := o.HiddenFrom(v, by.ID)
	if hidden {
		o.Photos = nil
	}
	return o, err
}

// seeClaim adds the viewer's own wish, and the place once the thing is hers.
func (c *call) seeClaim(v *store.View, seen *seenOffer) error {
	claim, err := sharing.ClaimOf(v, seen.ID, c.member.ID)
	if err != nil || claim == nil {
		return err
	}
	seen.mine = &mine{claim.ID, claim.State, claim.Ticket}
	if claim.State == agreeing.Promised {
		seen.place = seen.offer.Place
	}
	return nil
}

// seeAsGiver adds to whom it is promised and, while it is offered, where it can be seen. Who asked is not among it: that is on
// the page of the choice.
func (c *call) seeAsGiver(v *store.View, seen *seenOffer) error {
	claims, err := sharing.PromisesOf(v, seen.ID)
	if err != nil {
		return err
	}
	for _, claim := range claims {
		p, err := partnerOf(v, claim)
		if err != nil {
			return err
		}
		seen.promises = append(seen.promises, p)
	}
	if !seen.Audience.Leaves() || seen.State == sharing.Withdrawn {
		return nil
	}
	seen.friends, err = shownAt(v)
	return err
}

// shownAt names the neighbours who see what is for friends (product: "also shown at").
func shownAt(v *store.View) (names []string, err error) {
	friends, err := neighbours.Friends(v, "", friendsNamed)
	for _, n := range friends {
		if !n.Blocked && n.Edge.Sends.Has(neighbours.Offers) {
			names = append(names, n.Actor.Name)
		}
	}
	return names, err
}

const friendsNamed = 50

// partnerOf names who asked: a member by nickname, somebody at a neighbour by their collective, somebody on other software by the
// name they have there.
func partnerOf(v *store.View, claim sharing.Claim) (p partner, err error) {
	p = partner{claim: claim.ID, state: claim.State}
	if claim.Outside != "" {
		p.from = hostOf(claim.Peer)
		if a, err := neighbours.FindActor(v, claim.Peer); err == nil && a.Handle != "" {
			p.name = "@" + a.Handle
			return p, nil
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return p, err
		}
		p.name = claim.Peer
		return p, nil
	}
	if claim.Peer != "" {
		p.from, err = collectiveName(v, claim.Peer)
		return p, err
	}
	m, err := people.FindMember(v, claim.Asker)
	p.name = m.Nickname
	return p, err
}

// collectiveName names another collective as it calls itself.
func collectiveName(v *store.View, actor string) (string, error) {
	a, err := neighbours.FindActor(v, actor)
	switch {
	case fault.Is(err, fault.NotFound):
		return hostOf(actor), nil
	case err != nil:
		return "", err
	case a.Name == "":
		return hostOf(actor), nil
	}
	return a.Name, nil
}

// seeMirror looks at a neighbour's thing. Mirrors are for our members; everybody else asks its home.
func (c *call) seeMirror(v *store.View, id sharing.OfferID) (seen seenOffer, err error) {
	m, err := sharing.FindMirror(v, id)
	if err != nil {
		return seen, err
	}
	if c.member == nil || !neighbours.CanView(c.viewer(), m) {
		return seen, fault.New(fault.NotFound, "offer.unknown")
	}
	seen = seenOffer{Listing: m.Listing, mirror: &m}
	if seen.home, err = collectiveName(v, m.Home); err != nil {
		return seen, err
	}
	if seen.silent, err = silentSince(v, m.Home); err != nil {
		return seen, err
	}
	asking, err := sharing.AskingOf(v, id, c.member.ID)
	if asking != nil {
		seen.mine = &mine{asking.ID, asking.State, asking.Ticket}
	}
	return seen, err
}

// silentSince is when an actor's server was heard of last, where it cannot be reached any more; else nil.
func silentSince(v *store.View, actor string) (*time.Time, error) {
	origin, err := wire.OriginOf(actor)
	if err != nil {
		return nil, err
	}
	peer, err := wire.FindPeer(v, origin)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil || !peer.Open() {
		return nil, err
	}
	return peer.LastHeardAt, nil
}

// choice says how a taker is found. A neighbour's way is not told; theirs is a draw as far as we know.
func (s seenOffer) choice() sharing.Choice {
	if s.offer != nil {
		return s.offer.Choice
	}
	return sharing.ByDraw
}
