package api

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/gorilla/feeds"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// The personal feed says that something waits, and the calendar that somebody meets, and neither says what, with whom or where:
// readers and calendars keep what they get on other people's machines (product T3).
const (
	atomEnding = ".atom"
	icsEnding  = ".ics"
)

func (c *call) feedURL(secret people.Secret, ending string) string {
	return c.url("/feed/" + string(secret) + ending)
}

func showFeed(c *call) error {
	file := c.Param("file")
	if secret, ok := strings.CutSuffix(file, atomEnding); ok {
		return c.showAtom(people.Secret(secret))
	}
	if secret, ok := strings.CutSuffix(file, icsEnding); ok {
		return c.showCalendar(people.Secret(secret))
	}
	return unknownFeed()
}

func unknownFeed() error { return fault.New(fault.NotFound, "feed.unknown") }

func (c *call) showAtom(secret people.Secret) error {
	var m people.Member
	var notices []people.Notice
	err := c.view(func(v *store.View) (err error) {
		if m, err = people.FindByFeed(v, secret); err != nil {
			return err
		}
		notices, err = people.Notices(v, m.ID, noticesRead)
		return err
	})
	if err != nil {
		return err
	}
	says := c.s.Pages.Locale(c.zone(), m.Language, c.collective.Language)
	feed := c.atom(says, m, notices)
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), body...))
}

func (c *call) atom(says web.Locale, m people.Member, notices []people.Notice) *feeds.AtomFeed {
	self := c.feedURL(m.Feed, atomEnding)
	feed := &feeds.AtomFeed{
		Xmlns: "http://www.w3.org/2005/Atom", Id: self, Title: c.feedTitle(says), Updated: dated(m.JoinedAt).Format(time.RFC3339),
		Link: &feeds.AtomLink{Href: self, Rel: "self"}, Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: plainXML(c.collective.Name)}},
	}
	for i, n := range notices {
		at := n.At.UTC().Format(time.RFC3339)
		if i == 0 {
			feed.Updated = at
		}
		feed.Entries = append(feed.Entries, &feeds.AtomEntry{
			Id: "urn:manypots:notice:" + string(n.ID), Title: says.Sentence(neutral(n.Kind), nil), Updated: at,
			Links: []feeds.AtomLink{{Href: c.url("/today"), Rel: "alternate"}},
		})
	}
	return feed
}

// neutral is all that the feed says of a notice.
func neutral(kind people.NoticeKind) string {
	switch kind {
	case sharing.NoticePromised, sharing.NoticeChoose, sharing.NoticeTaker:
		return "wire.feed.waits"
	}
	return "wire.feed.changed"
}

func (c *call) feedTitle(says web.Locale) string {
	return plainXML(says.Sentence("wire.feed.title", map[string]any{"Collective": c.collective.Name}))
}

// plainXML drops what XML cannot hold (security B10).
func plainXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

func (c *call) showCalendar(secret people.Secret) error {
	var m people.Member
	meetings := map[agreeing.ID]agreeing.Window{}
	err := c.view(func(v *store.View) (err error) {
		if m, err = people.FindByFeed(v, secret); err != nil {
			return err
		}
		meetings, err = meetingsOf(v, m)
		return err
	})
	if err != nil {
		return err
	}
	says := c.s.Pages.Locale(c.zone(), m.Language, c.collective.Language)
	calendar := ics.NewCalendarFor("manypots")
	calendar.SetName(c.feedTitle(says))
	for _, id := range slices.Sorted(maps.Keys(meetings)) {
		w := meetings[id]
		event := calendar.AddEvent(string(id) + "@" + c.s.base.Hostname())
		event.SetDtStampTime(w.From)
		event.SetStartAt(w.From)
		event.SetEndAt(w.To)
		event.SetSummary(says.Sentence("wire.feed.meeting", nil))
		event.SetURL(c.url("/today"))
	}
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(calendar.Serialize(ics.WithNewLineWindows)))
}

// meetingsOf are the hand-overs for which a time is agreed.
func meetingsOf(v *store.View, m people.Member) (map[agreeing.ID]agreeing.Window, error) {
	cards, err := sharing.Today(v, m)
	if err != nil {
		return nil, err
	}
	found := map[agreeing.ID]agreeing.Window{}
	for _, card := range cards {
		if card.Claim == "" {
			continue
		}
		a, err := agreementOf(v, card.Claim)
		if err != nil {
			return nil, err
		}
		if a.Window != nil {
			found[a.ID] = *a.Window
		}
	}
	return found, nil
}

// agreementOf finds what a claim here and an asking elsewhere have in common.
func agreementOf(v *store.View, id agreeing.ID) (agreeing.Agreement, error) {
	a, err := sharing.FindAsking(v, id)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return a.Agreement, err
	}
	claim, err := sharing.FindClaim(v, id)
	return claim.Agreement, err
}
