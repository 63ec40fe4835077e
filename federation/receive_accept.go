package federation

import (
	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveAnswer hears a yes, a receipt or a no to something of ours: a Follow, or what a member asked for.
func (f *Federation) receiveAnswer(tx *store.Tx, h *heard) error {
	id, ours := f.ourActivity(h.object)
	if !ours {
		return f.followAnswered(tx, h, "")
	}
	a, err := wire.FindActivity(tx.View, id)
	if fault.Is(err, fault.NotFound) {
		return f.followAnswered(tx, h, "")
	}
	if err != nil || a.Recipient != h.signer.Actor {
		return err
	}
	switch a.Type {
	case "Follow":
		return f.followAnswered(tx, h, id)
	case "Offer":
		return f.offerAnswered(tx, h, a)
	}
	return nil
}

// followAnswered: an empty id stands for whichever Follow we sent.
func (f *Federation) followAnswered(tx *store.Tx, h *heard, id wire.ActivityID) error {
	switch h.Type {
	case "Accept":
		edge, err := neighbours.HearAccept(tx, h.signer.Actor, id)
		if err != nil {
			return err
		}
		return f.befriended(tx, edge)
	case "Reject":
		edge, err := neighbours.HearReject(tx, h.signer.Actor, id)
		return parted(tx, edge, err)
	}
	return nil
}

// offerAnswered hears what a home says about what a member asked for (DESIGN 3.6).
func (f *Federation) offerAnswered(tx *store.Tx, h *heard, offer wire.Activity) error {
	asking, err := sharing.FindAsking(tx.View, agreeing.ID(offer.Object))
	if err != nil {
		return err
	}
	agreement := codec.Object(h.Result)
	if h.Type == "Reject" {
		if wish := wishIn(offer); wish != nil { // one wish cannot be; the agreement that we know of stands as it is
			if err := f.wishRefused(tx, h, asking, offer, wish); err != nil || agreement == nil {
				return err
			}
		}
	}
	if agreement == nil {
		if h.Type == "Reject" && asking.Theirs != "" && h.term("pots:seq") == nil {
			return nil // as a new wish for a thing that is promised already
		}
		return f.concern(tx, h, asking, sharing.HearVerdict(tx, asking.ID, bareVerdict(h)))
	}
	return f.heardAgreement(tx, h, asking, agreement)
}

// wishRefused: the no is to this wish, and not to another that was said since.
func (f *Federation) wishRefused(tx *store.Tx, h *heard, asking sharing.Asking, offer wire.Activity, wish map[string]any) error {
	last, err := wire.LastTo(tx.View, offer.Object, offer.Recipient)
	if err != nil || last.ID != offer.ID {
		return err
	}
	no := bareVerdict(h)
	no.Window = readWindow(codec.Get(wish, "pots:window"))
	return f.concern(tx, h, asking, sharing.HearWishRefused(tx, asking.ID, no))
}

// wishIn gives the agreement that an Offer of ours wants changed; nil when the Offer asked for a new one.
func wishIn(offer wire.Activity) map[string]any {
	doc, err := codec.Decode(offer.Body)
	if err != nil {
		return nil
	}
	wish := codec.Object(codec.Get(doc, "object"))
	if codec.ID(wish) == "" {
		return nil
	}
	return wish
}

// bareVerdict is an answer without the agreement, as a refusal has it and other software may send it.
func bareVerdict(h *heard) sharing.Verdict {
	says := sharing.Verdict{Home: h.signer.Actor}
	says.Seq, _ = codec.Seq(h.term("pots:seq"))
	says.State = map[string]agreeing.State{
		"Accept": agreeing.Promised, "TentativeAccept": agreeing.Gathering, "Reject": agreeing.Refused,
	}[h.Type]
	if h.Type == "Reject" {
		says.Reason = word(h.term("pots:reason"))
		if says.Reason == string(agreeing.Revoked) {
			says.State = agreeing.Revoked
		}
	}
	return says
}

// heardAgreement takes over an agreement as its home tells it.
func (f *Federation) heardAgreement(tx *store.Tx, h *heard, asking sharing.Asking, doc map[string]any) error {
	says, err := readAgreement(h, doc)
	if err != nil {
		return err
	}
	mirror, err := sharing.FindMirror(tx.View, asking.Mirror)
	if err != nil {
		return err
	}
	if err := f.sameTerms(doc, mirror); err != nil {
		return err
	}
	return f.concern(tx, h, asking, sharing.HearVerdict(tx, asking.ID, says))
}

// sameTerms: a home moves an agreement through its states, and cannot make it one about another thing or with another party
// (protocol 8 case 77).
func (f *Federation) sameTerms(agreement map[string]any, m sharing.Mirror) error {
	commitment := codec.Object(codec.Get(agreement, "stipulates"))
	satisfies, receiver := canonicalID(codec.Get(commitment, "satisfies")), canonicalID(codec.Get(commitment, "receiver"))
	if satisfies != "" && satisfies != intentOf(m.IRI) || receiver != "" && receiver != f.Base.Collective() {
		return fault.New(fault.Forbidden, "agreement.other_terms")
	}
	return nil
}

// intentOf is the id of what a thing elsewhere publishes (FEP-0837).
func intentOf(thing string) string { return thing + "#primary" }

// concern notes which asking an item was about, so that its bytes go when the asking does.
func (f *Federation) concern(tx *store.Tx, h *heard, asking sharing.Asking, err error) error {
	if err != nil {
		return err
	}
	if asking, err = sharing.FindAsking(tx.View, asking.ID); err != nil {
		return err
	}
	h.item.About, h.item.PurgeAt = string(asking.ID), asking.PurgeAt
	if asking.PurgeAt == nil {
		return nil
	}
	return wire.PurgeAbout(tx, h.item.About, *asking.PurgeAt)
}

// readAgreement reads an agreement that lives at whoever sent it.
func readAgreement(h *heard, doc map[string]any) (says sharing.Verdict, err error) {
	says.Home, says.Agreement = h.signer.Actor, canonicalID(doc)
	if owner := codec.Get(doc, "attributedTo"); !h.sameOrigin(says.Agreement) || owner != nil && canonicalID(owner) != h.signer.Actor {
		return says, fault.New(fault.Forbidden, "agreement.not_home")
	}
	says.Seq, _ = codec.Seq(codec.Get(doc, "pots:seq"))
	state := codec.String(codec.Get(doc, "pots:state"))
	if state == "" { // FEP-0837 knows no states: what is accepted is promised
		says.State = bareVerdict(h).State
	} else if says.State, err = readState(state); err != nil {
		return says, err
	}
	says.Reason = word(codec.Get(doc, "pots:reason"))
	says.Window = readWindow(codec.Get(doc, "pots:window"))
	says.Offered = readWindows(codec.Get(doc, "pots:windows"))
	if hold, ok := codec.Time(codec.Get(doc, "pots:holdUntil")); ok {
		says.HoldUntil = &hold
	}
	says.Apart = canonicalID(codec.Get(doc, "pots:apart")) == says.Agreement
	return says, nil
}

// readState takes the words that a home may say; the others are about what only the asking side knows.
func readState(s string) (agreeing.State, error) {
	switch state := agreeing.State(s); state {
	case agreeing.Gathering, agreeing.Waiting, agreeing.Promised, agreeing.Done, agreeing.Released, agreeing.Lapsed,
		agreeing.DidNotHappen, agreeing.Refused, agreeing.Revoked:
		return state, nil
	}
	return "", fault.New(fault.Invalid, "agreement.state")
}

// word reads one of our words, such as a reason: never a person's.
func word(v any) string {
	const longest = 32
	s := codec.String(v)
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '-' && r != '_' {
			return ""
		}
	}
	if len(s) > longest {
		return ""
	}
	return s
}

// readWindow reads a stretch of time; nil for everything else.
func readWindow(v any) *agreeing.Window {
	doc := codec.Object(v)
	from, ok := codec.Time(codec.Get(doc, "hasBeginning"))
	to, okay := codec.Time(codec.Get(doc, "hasEnd"))
	if !ok || !okay || !to.After(from) {
		return nil
	}
	return &agreeing.Window{From: from, To: to}
}

// readWindows reads up to six.
func readWindows(v any) (all []agreeing.Window) {
	const most = 6
	for _, doc := range codec.Objects(v) {
		if w := readWindow(doc); w != nil && len(all) < most {
			all = append(all, *w)
		}
	}
	return all
}
