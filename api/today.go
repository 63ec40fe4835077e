package api

import (
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	thingsOnToday = 6
	termEndsSoon  = 14 * 24 * time.Hour
	deedIsNews    = 7 * 24 * time.Hour
	peerIsLate    = 24 * time.Hour
	backupIsLate  = 3 * 24 * time.Hour // product J9
	// restoredIsNews is longer than anything lasts that may have been agreed on in the lost days.
	restoredIsNews = 14 * 24 * time.Hour
	lanesShown     = 50
)

func showToday(c *call) error {
	page := web.TodayPage{CanGive: true}
	err := c.view(func(v *store.View) (err error) {
		if page.Cards, err = c.cards(v); err != nil {
			return err
		}
		rows, _, err := sharing.List(v, c.viewer(), sharing.Filter{Gifts: true, Limit: thingsOnToday})
		if err != nil {
			return err
		}
		names, err := c.namesIn(v, rows)
		for _, r := range rows {
			page.Things = append(page.Things, c.card(r, names))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

// cards are what waits for a member: first how word reaches her, then what she has with others, then what is news, then what
// is a steward's.
func (c *call) cards(v *store.View) (cards []web.TodayCard, err error) {
	if !c.by().Reachable() {
		cards = append(cards, web.TodayCard{Kind: web.TodayFeed, Href: "/settings#feed"})
	}
	waiting, err := models.Today(v, c.by())
	if err != nil {
		return nil, err
	}
	for _, w := range waiting.Sharing {
		card, err := c.sharingCard(v, w)
		if err != nil {
			return nil, err
		}
		cards = append(cards, card)
	}
	for _, n := range waiting.Notices {
		card, err := c.noticeCard(v, n)
		if err != nil {
			return nil, err
		}
		if card.Kind != "" {
			cards = append(cards, card)
		}
	}
	news, err := c.newsCards(v)
	if err != nil || !c.steward {
		return append(cards, news...), err
	}
	duties, err := c.stewardCards(v)
	return append(append(cards, news...), duties...), err
}

// sharingCard says what waits about a thing.
func (c *call) sharingCard(v *store.View, w sharing.Card) (web.TodayCard, error) {
	card := web.TodayCard{Href: offerPath(w.Offer), Title: w.Title, When: dated(w.When)}
	switch w.Need {
	case sharing.NeedChoose:
		card.Kind, card.Href = web.TodayChoose, offerPath(w.Offer)+"/choose"
	case sharing.NeedResting:
		card.Kind = web.TodayResting
	case sharing.NeedHidden:
		card.Kind = web.TodayHidden
	}
	if w.Claim == "" {
		return card, nil
	}
	seen, err := c.seeClaimOf(v, w.Claim)
	if err != nil {
		return card, err
	}
	card.Href, card.Who, card.Photo = claimPath(w.Claim), seen.other, firstPicture(seen.listing.Photos)
	if card.Who == "" {
		card.Who = seen.from
	}
	card.Kind = seen.kind(w, v.Now)
	return card, nil
}

// kind is what a promise asks of this side now.
func (s seenClaim) kind(w sharing.Card, now time.Time) string {
	switch {
	case w.Need == sharing.NeedAnswer:
		return web.TodayProposed
	case s.Window != nil && s.Window.To.Before(now):
		return web.TodayHappened
	case s.side == agreeing.Giver && s.Peer != "" && s.myPlace != "" && !s.said(s.myPlace):
		return web.TodaySendPlace
	case s.Window != nil:
		return web.TodayAgreed
	case s.side == agreeing.Giver:
		return web.TodayTheirs
	}
	return web.TodayPromised
}

func (s seenClaim) said(text string) bool {
	for _, m := range s.messages {
		if m.From == s.side && m.Text == text {
			return true
		}
	}
	return false
}

// noticeCard is the card of a notice that no card of a district covers; its Kind is empty otherwise.
func (c *call) noticeCard(v *store.View, n people.Notice) (web.TodayCard, error) {
	card := web.TodayCard{When: n.At, Notice: string(n.ID)}
	switch n.Kind {
	case people.NoticeLinkMade:
		card.Kind, card.Href = web.TodayLinkMade, "/settings"
	case people.NoticeRecovered:
		card.Kind, card.Href = web.TodayRecovered, "/settings"
	case neighbours.NoticeLetter:
		l, err := neighbours.FindLetter(v, neighbours.LetterID(n.Subject))
		if fault.Is(err, fault.NotFound) {
			return web.TodayCard{}, nil
		}
		card.Kind, card.Href, card.Who, card.Notice = web.TodayLetter, "/stewards", l.Name, ""
		return card, err
	case neighbours.NoticeReview:
		if _, err := neighbours.FindShutOut(v, n.Subject); fault.Is(err, fault.NotFound) {
			return web.TodayCard{}, nil
		}
		card.Kind, card.Href, card.Title, card.Notice = web.TodayReview, "/shut-out", n.Subject, ""
	case neighbours.NoticeAsked:
		found, err := neighbours.FindNeighbour(v, neighbours.EdgeID(n.Subject))
		if fault.Is(err, fault.NotFound) {
			return web.TodayCard{}, nil
		}
		if found.Suggestion != nil { // that is another card, of those who have not said yes
			return web.TodayCard{}, err
		}
		card.Kind, card.Href, card.Title, card.Notice = web.TodayNeighbour, "/neighbours", found.Actor.Name, ""
		return card, err
	case neighbours.NoticeSuggested:
		return c.suggestedCard(v, neighbours.EdgeID(n.Subject))
	case neighbours.NoticeForgotten:
		found, err := neighbours.FindNeighbour(v, neighbours.EdgeID(n.Subject))
		if fault.Is(err, fault.NotFound) {
			return web.TodayCard{}, nil
		}
		card.Kind, card.Href, card.Title = web.TodayForgotten, neighbourPath(found.Edge.ID), found.Actor.Name
		return card, err
	case sharing.NoticeChanged:
		seen, err := c.seeClaimOf(v, agreeing.ID(n.Subject))
		if fault.Is(err, fault.NotFound) {
			return web.TodayCard{}, nil
		}
		if err != nil {
			return card, err
		}
		card.Kind, card.Href, card.Title, card.Who = web.TodayChanged, claimPath(seen.ID), seen.listing.Title, seen.other
		if last := len(seen.messages) - 1; last >= 0 && seen.messages[last].From != seen.side && !seen.messages[last].SentAt.Before(n.At) {
			card.Kind = web.TodayMessage
		}
	}
	return card, nil
}

// suggestedCard asks another steward for her yes; its Kind is empty where that is not needed any more.
func (c *call) suggestedCard(v *store.View, id neighbours.EdgeID) (web.TodayCard, error) {
	found, err := neighbours.FindNeighbour(v, id)
	if fault.Is(err, fault.NotFound) || err == nil && (found.Suggestion == nil || found.Suggester.ID == c.by().ID || !c.steward) {
		return web.TodayCard{}, nil
	}
	if err != nil {
		return web.TodayCard{}, err
	}
	kinds := map[neighbours.Act]string{neighbours.Asking: web.TodayAsk, neighbours.Accepting: web.TodayAccept, neighbours.Parting: web.TodayPart}
	return web.TodayCard{
		Kind: kinds[found.Suggestion.Act], Href: neighbourPath(id), Title: found.Actor.Name, Who: found.Suggester.Nickname, When: found.Suggestion.At,
	}, nil
}

// newsCards are for every member: there is no silent admin (DESIGN 8).
func (c *call) newsCards(v *store.View) ([]web.TodayCard, error) {
	k, err := c.restoredLately(v)
	if err != nil {
		return nil, err
	}
	if k != nil {
		return []web.TodayCard{{Kind: web.TodayRestored, Href: "/keeping", When: dated(k.RestoredFrom)}}, nil
	}
	deeds, err := people.Deeds(v, nil, 1)
	if err != nil || len(deeds) == 0 || deeds[0].MadeBy != nil || v.Now.Sub(deeds[0].At) > deedIsNews {
		return nil, err
	}
	return []web.TodayCard{{Kind: web.TodayCommand, Href: "/us", When: deeds[0].At}}, nil
}

// restoredLately is what is known of a restore that is still news; nil when there was none.
func (c *call) restoredLately(v *store.View) (*store.Safekeeping, error) {
	k, err := store.FindSafekeeping(v)
	if err != nil || k.RestoredAt == nil || c.s.Wall().Sub(*k.RestoredAt) >= restoredIsNews {
		return nil, err
	}
	return &k, nil
}

// restoredOn is the day of that restore, for pages on which something has to be made anew.
func (c *call) restoredOn(v *store.View) (time.Time, error) {
	k, err := c.restoredLately(v)
	if err != nil || k == nil {
		return time.Time{}, err
	}
	return *k.RestoredAt, nil
}

func (c *call) stewardCards(v *store.View) (cards []web.TodayCard, err error) {
	roles, err := people.Stewards(v)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		if r.Member == c.by().ID && r.Until.Sub(v.Now) < termEndsSoon {
			cards = append(cards, web.TodayCard{Kind: web.TodayTerm, Href: "/stewards", When: r.Until})
		}
	}
	if len(roles) == 1 {
		cards = append(cards, web.TodayCard{Kind: web.TodaySecond, Href: "/invites"})
	}
	k, err := store.FindSafekeeping(v)
	if err != nil {
		return nil, err
	}
	if c.s.Wall().Sub(*latest(k.BackedUpAt, &c.collective.SetUpAt)) > backupIsLate {
		cards = append(cards, web.TodayCard{Kind: web.TodayBackup, Href: "/keeping"})
	}
	lanes, err := wire.Lanes(v, "", lanesShown)
	for _, l := range lanes {
		if c.s.Wall().Sub(l.Since) > peerIsLate {
			cards = append(cards, web.TodayCard{Kind: web.TodayQueue, Href: "/queue", Title: hostOf(l.Peer.Origin), When: l.Since})
			break // one card; the page has them all
		}
	}
	return cards, err
}

// latest is the backup, or the day from which there could have been one.
func latest(backup, since *time.Time) *time.Time {
	if backup == nil {
		return since
	}
	return backup
}

// seeNotice puts a notice away because its reader goes to see what it is about.
func seeNotice(c *call) error {
	id := people.NoticeID(c.id())
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		notices, err := people.Notices(tx.View, c.by().ID, noticesRead)
		if err != nil {
			return result{}, err
		}
		r := result{at: "/today"}
		for _, n := range notices {
			if n.ID != id {
				continue
			}
			card, err := c.noticeCard(tx.View, n)
			if err != nil {
				return r, err
			}
			if card.Href != "" {
				r.at = card.Href
			}
		}
		return r, people.Dismiss(tx, c.by(), id)
	}})
}
