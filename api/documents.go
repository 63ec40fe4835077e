package api

import (
	"strings"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// documentAt is the document of a result, by the path that is remembered of it: what a form is led to, a program is given.
func (c *call) documentAt(v *store.View, at string) (any, error) {
	path, part, _ := strings.Cut(at, "#")
	noun, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch noun {
	case "offers":
		seen, err := c.seeOffer(v, sharing.OfferID(id))
		return seen.document(c), err
	case "claims":
		seen, err := c.seeClaimOf(v, agreeing.ID(id))
		if err != nil || part == "" {
			return seen.document(c), err
		}
		return seen.messageDocument(agreeing.MessageID(part))
	case "neighbours":
		n, err := neighbours.FindNeighbour(v, neighbours.EdgeID(part))
		return documentOfNeighbour(n), err
	case "invites":
		return list[inviteDocument]{Items: []inviteDocument{}}, nil // its code was shown once
	case "media":
		p, err := media.FindPhoto(v, media.PhotoID(strings.TrimSuffix(id, photoEnding)))
		return c.photoDocument(p.ID, p.Width, p.Height), err
	}
	return nil, fault.New(fault.NotFound, "page.unknown")
}

func (s seenClaim) messageDocument(id agreeing.MessageID) (any, error) {
	for _, d := range s.messageDocuments() {
		if d.ID == string(id) {
			return d, nil
		}
	}
	return nil, fault.New(fault.NotFound, "message.unknown")
}
