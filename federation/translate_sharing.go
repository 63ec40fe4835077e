package federation

import (
	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func (f *Federation) offerPublished(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.listed(tx, e, "Create")
}

func (f *Federation) offerChanged(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.listed(tx, e, "Update")
}

// listed says an offer as it stands. A receiver that does not know it takes an Update for a Create (protocol 8 case 30).
func (f *Federation) listed(tx *store.Tx, e store.Event, kind string) ([]letter, error) {
	l, err := findListing(tx.View, sharing.OfferID(e.Subject))
	if err != nil || !l.Shown() || !l.Audience.Leaves() {
		return nil, err
	}
	note, err := f.note(l)
	if err != nil {
		return nil, err
	}
	out := f.aboutOffer(tx, e, kind, l.Offer)
	out.says.Object, out.reaches = note, true
	if out.inboxes, err = listeners(tx.View, wire.Collective, l.Audience, l.Flow()); err != nil {
		return nil, err
	}
	return []letter{out}, nil
}

// offerWithdrawn deletes an offer wherever it was sent, with those who have parted or unfollowed since.
func (f *Federation) offerWithdrawn(tx *store.Tx, e store.Event) ([]letter, error) {
	o, err := sharing.FindOffer(tx.View, sharing.OfferID(e.Subject))
	if err != nil || !o.Audience.Leaves() {
		return nil, err
	}
	if _, err := wire.LastTo(tx.View, offerObject(o.ID), ""); err != nil {
		return nil, err // NotFound: nobody ever heard of it
	}
	out := f.aboutOffer(tx, e, "Delete", o)
	out.row.Farewell = true
	if out.says.Object, err = f.tombstone(o); err != nil {
		return nil, err
	}
	if out.inboxes, err = wire.ReachOf(tx.View, out.row.Object); err != nil {
		return nil, err
	}
	if err := wire.EndReach(tx, out.row.Object); err != nil {
		return nil, err
	}
	letters, err := f.newsDeleted(tx, e, o)
	if err != nil {
		return nil, err
	}
	return append(letters, out), wire.PurgeSaid(tx, out.row.Object)
}

func (f *Federation) aboutOffer(tx *store.Tx, e store.Event, kind string, o sharing.Offer) letter {
	purge := tx.Now.Add(publicAtMost)
	out := letter{
		row: wire.Activity{
			ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: kind, Object: offerObject(o.ID), Public: o.Audience == people.Anyone, PurgeAt: &purge,
		},
		says: codec.Activity{Published: e.At},
	}
	out.says.To, out.says.CC = f.addressing(o.Audience)
	return out
}

// offerObject is how wire knows an offer: its id without the base URL.
func offerObject(id sharing.OfferID) string { return "offers/" + string(id) }

// What a claim from another collective comes to is told to that collective alone (DESIGN 3.6).

func (f *Federation) claimReceived(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "TentativeAccept")
}

func (f *Federation) claimPromised(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "Accept")
}

func (f *Federation) claimChanged(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "Update")
}

func (f *Federation) claimRefused(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "Reject")
}

// claimRevoked is an Update, and a Reject for those who know nothing else (protocol 3.2).
func (f *Federation) claimRevoked(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "Update", "Reject")
}

// claimDone is an Update and the receipt that FEP-0837 wants.
func (f *Federation) claimDone(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.answer(tx, e, "Update", "Create")
}

// answer tells the collective that asked how the claim stands, in one activity of each kind. What is said once it has ended passes
// after parting too. Somebody on other software is told in words, and in activities only if they asked in one.
func (f *Federation) answer(tx *store.Tx, e store.Event, kinds ...string) (letters []letter, err error) {
	p, err := findAgreement(tx.View, e.Subject)
	if err != nil {
		return nil, err
	}
	if p.Outside != "" {
		if letters, err = f.outsideAnswer(tx, e, p); err != nil {
			return nil, err
		}
	}
	if p.Outside == neighbours.ByReply {
		kinds = nil
	}
	for i, kind := range kinds {
		out := letter{
			row: wire.Activity{
				ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: kind, Object: string(p.ID), Farewell: !p.State.Live(),
			},
			says: codec.Activity{Published: e.At},
		}
		if i > 0 {
			out.row.ID += map[string]wire.ActivityID{"Reject": "-reject", "Create": "-receipt"}[kind]
		}
		f.say(&out.says, kind, p)
		if out, err = privately(tx.View, out, p.Peer, purgeDate(p.Agreement, tx.Now)); err != nil {
			return nil, err
		}
		letters = append(letters, out)
	}
	if p.PurgeAt != nil {
		return letters, wire.PurgeAbout(tx, string(p.ID), *p.PurgeAt)
	}
	return letters, nil
}

// say fills in what an answer of a kind holds.
func (f *Federation) say(says *codec.Activity, kind string, p promised) {
	switch kind {
	case "TentativeAccept", "Accept":
		says.Object, says.Result = p.Asked, f.agreement(p)
		says.Terms = map[string]any{"pots:seq": p.Version}
	case "Update":
		says.Object = f.agreement(p)
	case "Create":
		says.Object, says.Context = f.receipt(p), f.Base.Agreement(string(p.ID))
	case "Reject":
		reason := p.Reason
		if reason == "" {
			reason = string(p.State)
		}
		says.Object = p.Asked
		says.Terms = map[string]any{
			"pots:seq": p.Version, "pots:reason": reason, "content": paragraphs(f.ours(p.by).say("claim.state." + string(p.State))),
		}
	}
}

// askingAsked asks a neighbour for a thing on behalf of a member, who is a handle there (DESIGN 3.5).
func (f *Federation) askingAsked(tx *store.Tx, e store.Event) ([]letter, error) {
	a, m, err := findAsking(tx.View, e.Subject)
	if err != nil || !askable(a) {
		return nil, err
	}
	out, err := f.offer(tx, e, a, f.wish(a, m))
	if err != nil {
		return nil, err
	}
	c, err := people.FindCollective(tx.View)
	if err != nil {
		return nil, err
	}
	apart, err := sharing.ApartFrom(tx.View, a.Asker, a.Peer)
	if err != nil {
		return nil, err
	}
	out.says.Terms = map[string]any{
		"pots:for": a.Handle, "pots:ticket": a.Ticket, "pots:othersFirst": a.OthersFirst,
		"location": map[string]any{"type": "Place", "name": c.Area},
	}
	if a.Note != "" {
		out.says.Terms["content"] = paragraphs(a.Note)
	}
	if len(a.Windows) > 0 {
		out.says.Terms["pots:windows"] = windows(a.Windows)
	}
	if len(apart) > 0 {
		out.says.Terms["pots:apart"] = apart
	}
	return []letter{out}, sharing.SentOff(tx, a)
}

// askable reports that asking still makes sense: it has not ended, and nothing is promised, which no new wish would change.
func askable(a sharing.Asking) bool { return a.State.Live() && a.State != agreeing.Promised }

// askingWished says what the receiver picks, proposes or says about a promise. It names the Offer that it belongs to, so that an
// Undo after it still finds that one.
func (f *Federation) askingWished(tx *store.Tx, e store.Event) ([]letter, error) {
	a, m, err := findAsking(tx.View, e.Subject)
	if err != nil || a.Theirs == "" || a.Wished == "" && a.WishedWindow == nil {
		return nil, err
	}
	offered, err := f.lastOffer(tx.View, a)
	if err != nil {
		return nil, err
	}
	agreement := f.wish(a, m)
	agreement["id"] = a.Theirs
	if a.Wished != "" {
		agreement["pots:state"] = string(a.Wished)
	}
	if a.WishedWindow != nil {
		agreement["pots:window"] = window(*a.WishedWindow)
	}
	out, err := f.offer(tx, e, a, agreement)
	out.says.Terms = map[string]any{"pots:for": a.Handle, "inReplyTo": offered}
	return []letter{out}, err
}

// askingWithdrew takes back the last Offer. One that was never sent needs nothing.
func (f *Federation) askingWithdrew(tx *store.Tx, e store.Event) ([]letter, error) {
	a, err := sharing.FindAsking(tx.View, agreeing.ID(e.Subject))
	if err != nil {
		return nil, err
	}
	offered, err := f.lastOffer(tx.View, a)
	if err != nil {
		return nil, err
	}
	out := letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: "Undo", Object: string(a.ID)},
		says: codec.Activity{Object: offered, Published: e.At},
	}
	if out, err = privately(tx.View, out, a.Peer, purgeDate(a.Agreement, tx.Now)); err != nil {
		return nil, err
	}
	if a.PurgeAt != nil {
		return []letter{out}, wire.PurgeAbout(tx, string(a.ID), *a.PurgeAt)
	}
	return []letter{out}, nil
}

// offer is an Offer to the home of the thing and to nobody else.
func (f *Federation) offer(tx *store.Tx, e store.Event, a sharing.Asking, agreement map[string]any) (letter, error) {
	return privately(tx.View, letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Collective, Type: "Offer", Object: string(a.ID)},
		says: codec.Activity{Object: agreement, Published: e.At},
	}, a.Peer, purgeDate(a.Agreement, tx.Now))
}

// lastOffer is the id of the Offer that the home knows the asking by: NotFound when none was sent.
func (f *Federation) lastOffer(v *store.View, a sharing.Asking) (string, error) {
	last, err := wire.LastTo(v, string(a.ID), a.Peer)
	if err != nil {
		return "", err
	}
	if last.Blank() {
		return "", fault.New(fault.NotFound, "activity.unknown")
	}
	doc, err := codec.Decode(last.Body)
	if err != nil {
		return "", err
	}
	if last.Type == "Undo" {
		return codec.ID(codec.Get(doc, "object")), nil
	}
	if first := codec.ID(codec.Get(doc, "inReplyTo")); first != "" {
		return first, nil
	}
	return codec.ID(doc), nil
}

func findAsking(v *store.View, id string) (a sharing.Asking, m sharing.Mirror, err error) {
	if a, err = sharing.FindAsking(v, agreeing.ID(id)); err != nil {
		return a, m, err
	}
	m, err = sharing.FindMirror(v, a.Mirror)
	return a, m, err
}
