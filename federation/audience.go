package federation

import (
	"strings"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// audiencePage is how many are read at a time.
const audiencePage = 500

// aboutUs is the flow of what is said about ourselves: every neighbour hears it.
const aboutUs neighbours.Flow = ""

// listeners are the inboxes that get what one of our actors says to an audience (DESIGN 3): friends' things go to those neighbours
// to whom things of the kind flow and to nobody else, things for anyone to followers too, and the rest never leaves.
func listeners(v *store.View, of wire.Actor, a people.Audience, kind neighbours.Flow) ([]string, error) {
	if !a.Leaves() {
		return nil, nil
	}
	inboxes, err := friendsInboxes(v, kind)
	if err != nil || a != people.Anyone {
		return inboxes, err
	}
	followers, err := followersInboxes(v, of)
	return append(inboxes, followers...), err
}

func followersInboxes(v *store.View, of wire.Actor) (inboxes []string, err error) {
	if closed, err := onlyNeighbours(v); err != nil || closed {
		return nil, err
	}
	for after := ""; ; {
		page, err := neighbours.FollowerInboxes(v, of, after, audiencePage)
		if err != nil {
			return nil, err
		}
		inboxes = append(inboxes, page...)
		if len(page) < audiencePage {
			return inboxes, nil
		}
		after = page[len(page)-1]
	}
}

func friendsInboxes(v *store.View, kind neighbours.Flow) (inboxes []string, err error) {
	for after := neighbours.EdgeID(""); ; {
		page, err := neighbours.Friends(v, after, audiencePage)
		if err != nil {
			return nil, err
		}
		for _, n := range page {
			if !n.Blocked && (kind == aboutUs || n.Edge.Sends.Has(kind)) {
				inboxes = append(inboxes, n.Actor.Mailbox())
			}
		}
		if len(page) < audiencePage {
			return inboxes, nil
		}
		after = page[len(page)-1].Edge.ID
	}
}

// privately addresses a letter to one actor: it goes nowhere else, and its body is blanked at a date.
func privately(v *store.View, l letter, to string, purge time.Time) (letter, error) {
	actor, err := neighbours.FindActor(v, to)
	if err != nil {
		return l, err
	}
	l.row.Recipient, l.row.PurgeAt = actor.IRI, &purge
	l.says.To, l.inboxes = []string{actor.IRI}, []string{actor.Mailbox()}
	return l, nil
}

// Bounds of how long a body stays, for what has no end yet or never gets one.
const (
	privateAtMost = 60 * 24 * time.Hour // longer than any promise lasts
	publicAtMost  = 90 * 24 * time.Hour // longer than any listing's words stay (product 6)
)

// purgeDate is when what was said about an agreement is blanked: with the agreement once that has ended, else at the bound.
func purgeDate(a agreeing.Agreement, now time.Time) time.Time {
	if a.PurgeAt != nil {
		return *a.PurgeAt
	}
	return now.Add(privateAtMost)
}

// flowOf is the kind of thing that an activity of ours is about, from the id of its object; empty when it is about no such thing.
func flowOf(object string) neighbours.Flow {
	if strings.HasPrefix(object, offerObject("")) {
		return neighbours.Offers
	}
	return aboutUs
}

func (f *Federation) actorID(as wire.Actor) string { return f.Base.Actor(iri.Actor(as)) }
