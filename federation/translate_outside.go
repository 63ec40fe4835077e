package federation

import (
	"html"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Whoever asks for a thing from other software is answered on their own server, in a direct message to them alone, in the public words
// about the thing. What of the giver reaches them is what the giver sends with a tap (DESIGN 3.5).

// inWords marks what says in words what an activity beside it says to machines.
const inWords = "-words"

// wishHeard says that somebody will look.
func (f *Federation) wishHeard(tx *store.Tx, e store.Event) ([]letter, error) {
	l, err := neighbours.FindLetter(tx.View, neighbours.LetterID(e.Subject))
	if err != nil || l.ReadAt != nil {
		return nil, err
	}
	out, err := f.wordAbout(tx, e, l, "wire.outside.heard")
	return []letter{out}, err
}

// wishDeclined says that it is not this time, without a reason.
func (f *Federation) wishDeclined(tx *store.Tx, e store.Event) (letters []letter, err error) {
	l, err := neighbours.FindLetter(tx.View, neighbours.LetterID(e.Subject))
	if err != nil {
		return nil, err
	}
	out, err := f.wordAbout(tx, e, l, "wire.outside.declined")
	if err != nil {
		return nil, err
	}
	if l.AskedBy == neighbours.ByOffer {
		no, err := privately(tx.View, letter{
			row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: "Reject", Object: string(l.ID)},
			says: codec.Activity{Object: l.Object, Published: e.At, Terms: map[string]any{"pots:reason": ineligible}},
		}, l.From, tx.Now.Add(agreeing.Kept))
		if err != nil {
			return nil, err
		}
		out.row.ID += inWords
		letters = append(letters, no)
	}
	return append(letters, out), nil
}

func (f *Federation) wordAbout(tx *store.Tx, e store.Event, l neighbours.Letter, key string) (letter, error) {
	o, err := findListing(tx.View, sharing.OfferID(l.About))
	if err != nil {
		return letter{}, err
	}
	out := letter{row: wire.Activity{ID: wire.ActivityID(e.ID), Object: string(l.ID)}}
	return f.directly(tx, e, out, outsideWord{
		to: l.From, answers: l.Object, by: l.AskedBy, about: o, says: f.ours(o.by).say(key, "Title", o.Title), until: tx.Now.Add(agreeing.Kept),
	})
}

// outsideAnswer says how a claim stands to somebody who was let in. About what is news to nobody it says nothing.
func (f *Federation) outsideAnswer(tx *store.Tx, e store.Event, p promised) (letters []letter, err error) {
	key := outsideKey(e.Kind, p)
	if key == "" {
		return nil, nil
	}
	o, err := findListing(tx.View, p.Offer)
	if err != nil {
		return nil, err
	}
	args := []any{"Title", o.Title}
	if p.Window != nil {
		args = append(args, "From", p.Window.From.In(p.by.Location()), "To", p.Window.To.In(p.by.Location()))
	}
	out := letter{row: wire.Activity{ID: wire.ActivityID(e.ID), Object: string(p.ID), Farewell: !p.State.Live()}}
	if p.Outside == neighbours.ByOffer {
		out.row.ID += inWords
	}
	out, err = f.directly(tx, e, out, outsideWord{
		to: p.Peer, answers: p.Asked, by: p.Outside, about: o, context: f.Base.Agreement(string(p.ID)),
		says: f.ours(p.by).say(key, args...), until: purgeDate(p.Agreement, tx.Now),
	})
	return []letter{out}, err
}

// outsideKey is the sentence for what has happened to a claim; empty where nothing is to be said.
func outsideKey(kind store.EventKind, p promised) string {
	switch {
	case kind == sharing.ClaimReceived && p.State == agreeing.Waiting:
		return "wire.outside.listed"
	case kind == sharing.ClaimChanged && p.State == agreeing.Promised && p.Window == nil:
		return ""
	case kind == sharing.ClaimChanged && p.State == agreeing.Promised:
		return "wire.outside.time"
	}
	return "wire.outside." + string(p.State)
}

// outsideWord is a direct message to somebody on other software.
type outsideWord struct {
	to, answers string            // who, and what they wrote
	by          neighbours.Manner // how that was said; only a post can be replied to
	about       listing
	context     string
	says        string
	until       time.Time
}

// directly writes a post that one person sees: addressed to nobody else, with a mention, without which some servers drop it.
func (f *Federation) directly(tx *store.Tx, e store.Event, out letter, w outsideWord) (letter, error) {
	to, err := neighbours.FindActor(tx.View, w.to)
	if err != nil {
		return out, err
	}
	page := f.Base.OfferPage(string(w.about.ID))
	note := codec.Note{
		ID: f.Base.Message(string(out.row.ID)), AttributedTo: f.Base.Collective(), Context: w.context, Language: w.about.by.Language,
		Content:   paragraphs(w.says) + `<p><a href="` + html.EscapeString(page) + `">` + html.EscapeString(w.about.Title) + "</a></p>",
		Published: e.At, To: []string{to.IRI}, Mentions: mention(to),
	}
	if w.by != neighbours.ByOffer {
		note.InReplyTo = w.answers
	}
	doc, err := note.Document()
	if err != nil {
		return out, err
	}
	out.row.Actor, out.row.Type = wire.Collective, "Create"
	out.says = codec.Activity{Object: doc, Context: w.context, Published: e.At}
	return privately(tx.View, out, w.to, w.until)
}

// mention addresses an actor in words, by a checked handle where there is one.
func mention(to neighbours.Actor) []codec.Mention {
	name := to.Handle
	if name == "" {
		name = unchecked(to.IRI)
	}
	return []codec.Mention{{Name: "@" + name, Href: to.IRI}}
}
