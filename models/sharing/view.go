package sharing

import (
	"slices"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Flow is the kind that offers and mirrors are among neighbours.
func (l Listing) Flow() neighbours.Flow { return neighbours.Offers }

// VisibleTo names the audience of a listing, for neighbours.CanView.
func (l Listing) VisibleTo() people.Audience { return l.Audience }

// Shown reports that others than its giver may see it: not a draft, and not withdrawn or hidden.
func (l Listing) Shown() bool { return l.State != Draft && l.State != Withdrawn }

// Involves reports that the viewer is the giver, who sees it in every state.
func (o Offer) Involves(v neighbours.Viewer) bool { return v.Member != nil && o.GivenBy(v.Member.ID) }

// Awaited is an offer together with those elsewhere who have asked for it: they see it through to its end, whatever else flows to
// them from then on.
type Awaited struct {
	Offer
	by []string // the origins
}

// AwaitedBy finds who waits for an offer elsewhere.
func AwaitedBy(v *store.View, o Offer) (Awaited, error) {
	claims, err := store.All[Claim](v.DB().Where("offer = ? AND state IN ?", o.ID, waitingStates).Order("id"))
	a := Awaited{Offer: o}
	for _, c := range claims {
		if origin, err := wire.OriginOf(c.Peer); err == nil {
			a.by = append(a.by, origin)
		}
	}
	return a, err
}

// Involves reports that the viewer is the giver, or a neighbour where somebody waits for it.
func (a Awaited) Involves(v neighbours.Viewer) bool {
	return a.Offer.Involves(v) || v.Neighbour && a.Shown() && slices.Contains(a.by, v.Origin)
}

var waitingStates = append([]agreeing.State{agreeing.Promised}, openStates...)

// Involves reports nobody: a mirror has no giver here.
func (m Mirror) Involves(neighbours.Viewer) bool { return false }
