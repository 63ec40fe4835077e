package api

import (
	"net/url"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

const lettersShown = 50

func (c *call) letters(v *store.View) ([]web.Letter, error) {
	letters, err := neighbours.Letters(v, lettersShown)
	var shown []web.Letter
	for _, l := range letters {
		shown = append(shown, c.letter(v, l))
	}
	return shown, err
}

// letter is a letter with the thing that it answers, as far as this steward may see that.
func (c *call) letter(v *store.View, l neighbours.Letter) web.Letter {
	shown := web.Letter{
		ID: string(l.ID), Kind: string(l.Kind), From: l.Name, Host: hostOf(l.Origin), Text: l.Text, Language: l.Language, At: l.ReceivedAt,
		Read: l.ReadAt != nil, Shown: l.ShownAt != nil, CanPassOn: l.FromMember() && l.ReadAt == nil,
	}
	if l.Kind == neighbours.Move && len(l.Objects) == 1 {
		shown.MovedTo = "/neighbours?" + url.Values{"address": l.Objects}.Encode()
	}
	if shown.From == "" {
		shown.From = l.From
	}
	if l.About != "" {
		if seen, err := c.seeOffer(v, sharing.OfferID(l.About)); err == nil {
			shown.About = web.Link{Name: seen.Title, Href: offerPath(seen.ID)}
			shown.CanLetIn = seen.offer != nil && seen.State.Live() && seen.Audience == people.Anyone &&
				l.Kind != neighbours.Report
		}
	}
	return shown
}

// onLetter is the shape of what stewards do with a letter.
func (c *call) onLetter(flash string, verb func(*store.Tx, people.Member, neighbours.LetterID) error) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/stewards", flash: flash}, verb(tx, c.by(), neighbours.LetterID(c.id()))
	}})
}

func readLetter(c *call) error { return c.onLetter("flash.letter_read", neighbours.ReadLetter) }

func letThrough(c *call) error { return c.onLetter("flash.voice_shown", neighbours.LetThrough) }

func takeOff(c *call) error { return c.onLetter("flash.voice_off", neighbours.TakeOff) }

func passOn(c *call) error { return c.onLetter("flash.passed_on", neighbours.PassOn) }

// reportVoice tells the stewards that something is wrong with what was said from outside. What is not on a page is like nothing.
func reportVoice(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		l, err := neighbours.FindLetter(tx.View, neighbours.LetterID(c.id()))
		if err == nil && l.ShownAt == nil {
			err = fault.New(fault.NotFound, "letter.unknown")
		}
		if err != nil {
			return result{}, err
		}
		seen, err := c.seeOffer(tx.View, sharing.OfferID(l.About))
		if err != nil {
			return result{}, err
		}
		return result{at: offerPath(seen.ID), flash: "flash.reported"}, neighbours.TellStewards(tx, neighbours.Reported{
			Author: l.From, Object: l.Object, About: l.About, Words: l.Text,
		})
	}})
}

type reportInput struct {
	Words string `json:"words"`
}

// reportOffer tells the stewards that something is wrong with a neighbour's thing. With a thing of ours they have ways of their own.
func reportOffer(c *call) error {
	var in reportInput
	err := c.decode(&in)
	id := sharing.OfferID(c.id())
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			seen, err := c.seeOffer(tx.View, id)
			if err != nil {
				return result{}, err
			}
			about := neighbours.Reported{About: string(id), Words: in.Words}
			if seen.mirror != nil {
				about.Author, about.Object = seen.mirror.Home, seen.mirror.IRI
			}
			return result{at: offerPath(id), flash: "flash.reported"}, neighbours.TellStewards(tx, about)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			seen, err := c.seeOffer(v, id)
			if err != nil {
				return nil, err
			}
			page := seen.page(c, nil)
			page.Report = &web.ReportForm{Words: in.Words, Problems: wrong}
			return page, nil
		},
	})
}

// letIn lets whoever wrote a letter in for the thing that it is about.
func letIn(c *call) error {
	ticket := newTicket()
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		claim, err := sharing.LetIn(tx, c.by(), neighbours.LetterID(c.id()), ticket)
		r := result{at: "/stewards", flash: "flash.let_in"}
		if !c.steward {
			r.at = offerPath(claim.Offer)
		}
		return r, err
	}})
}

// voices are what was said from outside about a thing, for members.
func (s seenOffer) voices(c *call) []web.Voice {
	var shown []web.Voice
	for _, l := range s.outside {
		shown = append(shown, web.Voice{
			ID: string(l.ID), From: l.Name, Host: hostOf(l.Origin), Text: l.Text, Language: l.Language, At: l.ReceivedAt,
			CanLetIn: (s.given || c.steward) && s.State.Live() && s.Audience == people.Anyone, CanTakeOff: c.steward,
		})
	}
	return shown
}
