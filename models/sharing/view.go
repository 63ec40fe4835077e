package sharing

import (
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
)

// VisibleTo names the audience of a listing, for neighbours.CanView.
func (l Listing) VisibleTo() people.Audience { return l.Audience }

// Shown reports that others than its giver may see it: not a draft, and not withdrawn or hidden.
func (l Listing) Shown() bool { return l.State != Draft && l.State != Withdrawn }

// Involves reports that the viewer is the giver, who sees it in every state.
func (o Offer) Involves(v neighbours.Viewer) bool { return v.Member != nil && o.GivenBy(v.Member.ID) }

// Involves reports nobody: a mirror has no giver here.
func (m Mirror) Involves(neighbours.Viewer) bool { return false }
