package federation

import (
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// messageSent sends a private message about an agreement to the other collective, which shows it to the one person concerned
// (DESIGN 3.5). It is an ordinary direct message with a Mention, so that other software shows it too, and is never served.
func (f *Federation) messageSent(tx *store.Tx, e store.Event) ([]letter, error) {
	m, err := agreeing.FindMessage(tx.View, agreeing.MessageID(e.Subject))
	if err != nil {
		return nil, err
	}
	about, context, err := f.talk(tx.View, m.Agreement)
	if err != nil {
		return nil, err
	}
	to, err := neighbours.FindActor(tx.View, about.Peer)
	if err != nil {
		return nil, err
	}
	ends := talkEnds(about, tx.Now)
	note := codec.Note{
		ID: f.Base.Message(string(m.ID)), AttributedTo: f.Base.Collective(), Content: paragraphs(m.Text), Context: context,
		Published: m.SentAt, To: []string{to.IRI}, Mentions: mention(to),
		Terms: map[string]any{"pots:private": true, "pots:nickname": m.Nickname, "endTime": codec.Stamp(ends)},
	}
	doc, err := note.Document()
	if err != nil {
		return nil, err
	}
	out, err := privately(tx.View, letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: "Create", Object: string(m.ID)},
		says: codec.Activity{Object: doc, Context: context, Published: e.At},
	}, about.Peer, ends)
	return []letter{out}, err
}

// talk finds what a message is about, and the agreement's id at its home.
func (f *Federation) talk(v *store.View, id agreeing.ID) (agreeing.Agreement, string, error) {
	c, err := sharing.FindClaim(v, id)
	if err == nil {
		return c.Agreement, f.Base.Agreement(string(id)), nil
	}
	if !fault.Is(err, fault.NotFound) {
		return agreeing.Agreement{}, "", err
	}
	a, err := sharing.FindAsking(v, id)
	return a.Agreement, a.Theirs, err
}

// talkEnds is when both nodes erase a message: with the agreement where that has ended, else a week after the promise runs out.
func talkEnds(a agreeing.Agreement, now time.Time) time.Time {
	switch {
	case a.PurgeAt != nil:
		return *a.PurgeAt
	case a.HoldUntil != nil && a.HoldUntil.After(now):
		return a.HoldUntil.Add(agreeing.Kept)
	}
	return now.Add(agreeing.Kept)
}
