package api

import (
	"net/http"
	"net/url"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func showStewards(c *call) error {
	var page web.StewardsPage
	err := c.view(func(v *store.View) (err error) {
		page, err = c.stewardsPage(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func (c *call) stewardsPage(v *store.View) (page web.StewardsPage, err error) {
	if page.Stewards, err = c.stewards(v); err != nil {
		return page, err
	}
	for _, s := range page.Stewards {
		if s.Me {
			page.Until = s.Until
		}
	}
	if page.Suggestions, err = c.suggestions(v); err != nil {
		return page, err
	}
	page.Collective = c.collectiveForm(inputOfCollective(c.collective), nil)
	hidden, err := sharing.HiddenNow(v, hiddenShown)
	if err != nil {
		return page, err
	}
	for _, o := range hidden {
		page.Hidden = append(page.Hidden, web.HiddenThing{Title: o.Title, Href: offerPath(o.ID), Words: o.HiddenWords, Until: *o.HiddenUntil})
	}
	page.Letters, err = c.letters(v)
	return page, err
}

const hiddenShown = 50

// suggestions are those that wait for another steward's yes.
func (c *call) suggestions(v *store.View) (all []web.Suggestion, err error) {
	_, two, err := c.whoDecides(v)
	if err != nil {
		return nil, err
	}
	around, err := neighbours.ListNeighbours(v, "", neighboursShown)
	for _, n := range around {
		if s := c.suggestion(n, two); s != nil {
			all = append(all, *s)
		}
	}
	return all, err
}

// collectiveInput are the answers of set-up, given anew, and the collective's own words about itself.
type collectiveInput struct {
	Name      string `json:"name"`
	About     string `json:"about"`
	Area      string `json:"area"`
	Language  string `json:"language"`
	Zone      string `json:"zone"`
	QuietFrom string `json:"quiet_from"`
	QuietTo   string `json:"quiet_to"`
	Joining   string `json:"joining"`
	Voices    string `json:"voices"`
	SeenBy    string `json:"seen_by"`
}

// Who may see what is for anyone, as a form says it.
const (
	seenByAnyone     = "anyone"
	seenByNeighbours = "neighbours"
)

func inputOfCollective(our people.Collective) collectiveInput {
	in := collectiveInput{
		our.Name, our.About, our.Area, our.Language, our.Zone, our.QuietFrom.String(), our.QuietTo.String(), joinByInvite, voicesHeld, seenByAnyone,
	}
	if our.Open {
		in.Joining = joinOpenly
	}
	if !our.HoldVoices {
		in.Voices = voicesShown
	}
	if our.OnlyNeighbours {
		in.SeenBy = seenByNeighbours
	}
	return in
}

// What becomes of what strangers say in public about a thing.
const (
	voicesHeld  = "held"
	voicesShown = "shown"
)

func changeCollective(c *call) error {
	in := inputOfCollective(c.collective)
	err := c.decode(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			_, err := people.ChangeCollective(tx, c.by(), people.Answers{
				Name: in.Name, About: in.About, Area: in.Area, Language: in.Language, Zone: in.Zone,
				QuietFrom: in.QuietFrom, QuietTo: in.QuietTo, Open: in.Joining == joinOpenly, ShowVoices: in.Voices == voicesShown,
				OnlyNeighbours: in.SeenBy == seenByNeighbours,
			})
			return result{at: "/stewards", flash: "flash.saved"}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.stewardsPage(v)
			page.Collective = c.collectiveForm(in, wrong)
			return page, err
		},
	})
}

func (c *call) collectiveForm(in collectiveInput, wrong web.Problems) *web.CollectiveForm {
	return &web.CollectiveForm{
		Problems: wrong, Name: in.Name, About: in.About, Area: in.Area, Language: in.Language, Zone: in.Zone,
		QuietFrom: in.QuietFrom, QuietTo: in.QuietTo, Joining: in.Joining, Voices: in.Voices, SeenBy: in.SeenBy, Languages: c.languages(in.Language), Zones: zones(),
	}
}

// stewards are those in their term. A role is public among members; who else is a member is not (product T1).
func (c *call) stewards(v *store.View) ([]web.Steward, error) {
	roles, err := people.Stewards(v)
	if err != nil {
		return nil, err
	}
	var lines []web.Steward
	for _, r := range roles {
		m, err := people.FindMember(v, r.Member)
		if err != nil {
			return nil, err
		}
		lines = append(lines, web.Steward{Nickname: m.Nickname, Until: r.Until, Me: r.Member == c.by().ID})
	}
	return lines, nil
}

type letBackInInput struct {
	Nickname string `json:"nickname"`
}

func letBackIn(c *call) error {
	var in letBackInInput
	err := c.decode(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			m, code, err := people.LetBackIn(tx, c.by(), in.Nickname)
			if err != nil {
				return result{}, beside("nickname", "member.unknown", err)
			}
			page, err := c.stewardsPage(tx.View)
			page.RecoverFor, page.RecoverLink = m.Nickname, c.url("/recover?"+url.Values{"key": {string(code)}}.Encode())
			return result{at: "/stewards", shown: &shown{page: page}}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.stewardsPage(v)
			page.Nickname, page.Problems = in.Nickname, wrong
			return page, err
		},
	})
}
