package api

import (
	"net/http"
	"slices"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// settingsInput is what a member says about herself; her nickname stays.
type settingsInput struct {
	Language string `json:"language"`
	Contact  string `json:"contact"`
}

func showSettings(c *call) error {
	var page web.SettingsPage
	err := c.view(func(v *store.View) (err error) {
		page, err = c.settingsPage(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func changeSettings(c *call) error {
	in := settingsInput{Language: c.by().Language, Contact: c.by().Contact}
	err := c.decode(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			_, err := people.ChangeProfile(tx, c.by(), people.Profile{Nickname: c.by().Nickname, Language: in.Language, Contact: in.Contact})
			return result{at: "/settings", flash: "flash.saved"}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.settingsPage(v)
			page.Language, page.Contact, page.Problems = in.Language, in.Contact, wrong
			page.Languages = c.languages(in.Language)
			return page, err
		},
	})
}

func (c *call) settingsPage(v *store.View) (web.SettingsPage, error) {
	m := c.by()
	page := web.SettingsPage{
		Nickname: m.Nickname, Language: m.Language, Contact: m.Contact, Languages: c.languages(m.Language), TokenScopes: c.scopes(nil),
	}
	restored, err := c.restoredOn(v)
	if err != nil {
		return page, err
	}
	page.RestoredOn = restored
	if m.Reachable() {
		page.FeedURL, page.CalendarURL = c.feedURL(m.Feed, atomEnding), c.feedURL(m.Feed, icsEnding)
	}
	sessions, err := people.Sessions(v, c.s.Wall(), m)
	if err != nil {
		return page, err
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, web.Session{ID: string(s.ID), Label: s.Label, Since: s.CreatedOn, Current: s.ID == c.session.ID})
	}
	tokens, err := people.Tokens(v, c.s.Wall(), m)
	if err != nil {
		return page, err
	}
	for _, t := range tokens {
		page.Tokens = append(page.Tokens, web.Token{ID: string(t.ID), Name: t.Name, Scopes: words(t.Scopes), Expires: dated(t.ExpiresAt)})
	}
	notices, err := people.Notices(v, m.ID, noticesRead)
	for _, n := range notices {
		if n.Kind == people.NoticeLinkMade || n.Kind == people.NoticeRecovered {
			page.RecoveredOn = n.At
		}
	}
	return page, err
}

const noticesRead = 100

func (c *call) scopes(chosen []string) []web.Option {
	var options []web.Option
	for _, s := range people.Scopes() {
		value := string(s)
		options = append(options, web.Option{Value: value, Label: c.locale().Word("scope", value), Chosen: slices.Contains(chosen, value)})
	}
	return options
}

// words are the values of a vocabulary as plain strings, for pages and documents.
func words[T ~string](values []T) []string {
	plain := make([]string, 0, len(values))
	for _, v := range values {
		plain = append(plain, string(v))
	}
	return plain
}

// sessionDocument is a device on which the member is signed in.
type sessionDocument struct {
	ID    string    `json:"id"`
	Label string    `json:"label"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

func showSessions(c *call) error {
	var document any
	err := c.view(func(v *store.View) (err error) {
		document, err = c.sessionsDocument(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.write(http.StatusOK, "application/json", document)
}

func (c *call) sessionsDocument(v *store.View) (any, error) {
	sessions, err := people.Sessions(v, c.s.Wall(), c.by())
	items := []sessionDocument{}
	for _, s := range sessions {
		items = append(items, sessionDocument{string(s.ID), s.Label, s.CreatedOn, s.IdleUntil})
	}
	return list[sessionDocument]{Items: items}, err
}

// list is a page of a list; Next is opaque and absent on the last page.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

func endSession(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/settings", flash: "flash.session_ended"}, people.EndSession(tx, c.by(), people.SessionID(c.id()))
	}})
}

func endSessions(c *call) error {
	return c.do(c.decode(&struct{}{}), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/", gone: c.json, flash: "flash.signed_out", out: true}, people.EndSessions(tx, c.by())
	}})
}

// tokenInput is what making a token asks for.
type tokenInput struct {
	Name   string         `json:"name"`
	Scopes []people.Scope `json:"scopes"`
}

const tokenDays = 365

func makeToken(c *call) error {
	var in tokenInput
	err := c.decode(&in)
	page := func(v *store.View, secret people.Secret, wrong web.Problems) (web.SettingsPage, error) {
		page, err := c.settingsPage(v)
		page.FreshToken, page.Problems = string(secret), wrong
		if secret == "" {
			page.TokenName, page.TokenScopes = in.Name, c.scopes(words(in.Scopes))
		}
		return page, err
	}
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			_, secret, err := people.MakeToken(tx, c.s.Wall(), c.by(), people.NewToken{Name: in.Name, Scopes: in.Scopes, Days: tokenDays})
			if err != nil {
				return result{}, err
			}
			fresh, err := page(tx.View, secret, nil)
			return result{at: "/settings", shown: &shown{page: fresh}}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) { return page(v, "", wrong) },
	})
}

func revokeToken(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/settings", flash: "flash.token_revoked"}, people.RevokeToken(tx, c.by(), people.TokenID(c.id()))
	}})
}

func renewFeed(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		_, err := people.RenewFeed(tx, c.by())
		return result{at: "/settings#feed", flash: "flash.feed_renewed"}, err
	}})
}

// export is everything that the node holds of a member, for herself (product 6: subject rights).
func export(c *call) error {
	var all models.Exported
	err := c.view(func(v *store.View) (err error) {
		all, err = models.Export(v, c.by())
		return err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="manypots.json"`)
	return c.write(http.StatusOK, "application/json", all)
}

type leaveInput struct {
	Sure bool `json:"sure"`
}

func leave(c *call) error {
	var in leaveInput
	err := c.decode(&in)
	if err == nil && !in.Sure {
		err = fault.Fields(fault.Field{Name: "sure", Key: "leave.unsure"})
	}
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			return result{at: "/", flash: "flash.left", out: true}, models.Leave(tx, c.by())
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.settingsPage(v)
			page.Problems = wrong
			return page, err
		},
	})
}

// meDocument is who a token acts for, and what it may.
type meDocument struct {
	Nickname  string   `json:"nickname"`
	Language  string   `json:"language"`
	Steward   bool     `json:"steward"`
	Reachable bool     `json:"reachable"`
	Scopes    []string `json:"scopes"`
}

func showMe(c *call) error {
	m := c.by()
	return c.write(http.StatusOK, "application/json", meDocument{m.Nickname, m.Language, c.steward, m.Reachable(), words(c.token.Scopes)})
}
