package models

import (
	"cmp"
	"slices"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// district is what the roof asks of every district. A nil entry says that there is nothing of the kind there, on purpose: the
// test of this package asks for a reason.
type district struct {
	name   string
	leave  func(*store.Tx, people.Member) error
	part   func(tx *store.Tx, peer string) error
	apart  func(tx *store.Tx, by people.Member, other people.MemberID) error
	purge  func(*store.Tx) error
	events func() []store.EventKind
	check  func(*store.View) (wrong []string, err error)
	spans  func() []store.Span
}

// districts are in the order in which they are called: those that still need a person's name come before people.
func districts() []district {
	return []district{
		{name: "sharing", leave: sharing.Leave, part: sharing.Part, apart: sharing.Separate, purge: sharing.Purge, events: sharing.Events, check: sharing.Check, spans: sharing.Spans},
		{name: "agreeing", events: agreeing.Events, spans: agreeing.Spans},
		{name: "neighbours", leave: neighbours.Leave, purge: neighbours.Purge, events: neighbours.Events, spans: neighbours.Spans},
		{name: "media", leave: leaveMedia, purge: media.Purge, spans: media.Spans},
		{name: "people", leave: people.Leave, purge: people.Purge, events: people.Events, spans: people.Spans},
		{name: "wire", purge: wire.Purge, events: wire.Events, check: wire.Check, spans: wire.Spans},
		{name: "store", purge: (*store.Tx).Purge, check: store.Check, spans: store.Spans},
	}
}

func leaveMedia(tx *store.Tx, m people.Member) error { return media.Leave(tx, string(m.ID)) }

// Leave takes a member out of everything in one transaction: wishes here and elsewhere are taken back, things are withdrawn,
// promises stand for their week, and who she was is erased.
func Leave(tx *store.Tx, m people.Member) (err error) {
	defer fault.Wrap(&err, "leave %s", m.ID)
	for _, d := range districts() {
		if d.leave == nil {
			continue
		}
		if err := d.leave(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// Part ends what is open with another collective, after the edge to it ended: peer is its actor id.
func Part(tx *store.Tx, peer string) (err error) {
	defer fault.Wrap(&err, "part")
	for _, d := range districts() {
		if d.part == nil {
			continue
		}
		if err := d.part(tx, peer); err != nil {
			return err
		}
	}
	return nil
}

// Reflow forgets what we no longer show of a neighbour's, after neighbours.ChooseFlow. Things to give are all that flows yet.
func Reflow(tx *store.Tx, e neighbours.Edge) error { return sharing.Reflow(tx, e) }

// KeepApart keeps two members apart from now on and ends what they have between them, without a reason and without telling the
// other (product 4.6, F6).
func KeepApart(tx *store.Tx, by people.Member, other people.MemberID) (err error) {
	defer fault.Wrap(&err, "keep apart")
	if err := people.KeepApart(tx, by.ID, other); err != nil {
		return err
	}
	for _, d := range districts() {
		if d.apart == nil {
			continue
		}
		if err := d.apart(tx, by, other); err != nil {
			return err
		}
	}
	return nil
}

// Purge erases everything whose date has come.
func Purge(tx *store.Tx) (err error) {
	for _, d := range districts() {
		if d.purge == nil {
			continue
		}
		if err := d.purge(tx); err != nil {
			fault.Wrap(&err, "purge %s", d.name)
			return err
		}
	}
	return nil
}

// Events are the kinds that any district records, for the guard that each has a translation or is local.
func Events() []store.EventKind {
	var kinds []store.EventKind
	for _, d := range districts() {
		if d.events != nil {
			kinds = append(kinds, d.events()...)
		}
	}
	return kinds
}

// Spans tell how long everything is kept, the shortest first.
func Spans() (all []store.Span) {
	for _, d := range districts() {
		if d.spans != nil {
			all = append(all, d.spans()...)
		}
	}
	slices.SortStableFunc(all, func(a, b store.Span) int { return cmp.Compare(a.For, b.For) })
	return all
}

// Exported is everything that this node holds of a member.
type Exported struct {
	People     people.Exported     `json:"people"`
	Sharing    sharing.Exported    `json:"sharing"`
	Neighbours neighbours.Exported `json:"neighbours"`
}

// Export gives a member what is hers.
func Export(v *store.View, m people.Member) (out Exported, err error) {
	if out.People, err = people.Export(v, m.ID); err != nil {
		return out, err
	}
	if out.Neighbours, err = neighbours.Export(v, m); err != nil {
		return out, err
	}
	out.Sharing, err = sharing.Export(v, m)
	return out, err
}

// Waiting is what Today shows a member: the cards of the districts, and notices that no card covers.
type Waiting struct {
	Sharing []sharing.Card
	Notices []people.Notice
}

// noticesShown is more than a calm page holds.
const noticesShown = 7

// Today gathers what waits for a member.
func Today(v *store.View, m people.Member) (w Waiting, err error) {
	if w.Sharing, err = sharing.Today(v, m); err != nil {
		return w, err
	}
	w.Notices, err = people.Notices(v, m.ID, noticesShown)
	return w, err
}
