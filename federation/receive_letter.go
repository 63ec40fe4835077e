package federation

import (
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// heardLetter keeps what somebody wrote to us for its reader. A reply in public to a thing that its author may see is an outside voice;
// one that asks for a thing for anyone is a wish; everything else is a word to the stewards.
func (f *Federation) heardLetter(tx *store.Tx, h *heard) error {
	l := neighbours.Letter{
		From: h.signer.Actor, Object: h.object, Name: f.nameOf(tx.View, h.signer.Actor),
		Text: plainText(codec.Text(h.embedded, "content"), wordsLength), Language: codec.Language(h.embedded, "content"),
	}
	if l.Text == "" {
		return nil
	}
	if known, err := sharing.HearEdit(tx, l.From, l.Object, l.Text); known || err != nil {
		return err
	}
	if err := f.aboutAThing(tx, h, &l); err != nil {
		return err
	}
	if h.item.PurgeAt == nil && (!h.public() || l.Kind == neighbours.Wish) {
		end := tx.Now.Add(agreeing.Kept) // the letter has a life of its own
		h.item.PurgeAt = &end
	}
	return neighbours.HearLetter(tx, l)
}

// aboutAThing says which thing of ours a letter answers, and what that makes of it.
func (f *Federation) aboutAThing(tx *store.Tx, h *heard, l *neighbours.Letter) error {
	id, err := f.repliedTo(tx.View, h)
	if err != nil || id == "" {
		return err
	}
	o, err := sharing.FindOffer(tx.View, sharing.OfferID(id))
	if err != nil {
		return ignoreUnknown(err)
	}
	viewer, err := neighbours.ViewerOf(tx.View, h.signer.Actor)
	if err != nil || !neighbours.CanView(viewer, o) {
		return err
	}
	l.About = id
	if h.public() {
		l.Kind = neighbours.Voice
	}
	if o.Audience != people.Anyone {
		return nil
	}
	if err := f.alsoReached(tx, o, h.signer.Actor); err != nil {
		return err
	}
	if !o.State.Live() {
		return nil
	}
	asked, err := sharing.HasOutsideClaim(tx.View, o.ID, h.signer.Actor)
	if err != nil || asked {
		return err
	}
	wishes, err := f.wishes(tx.View, l.Text, l.Language)
	if wishes {
		l.Kind, l.AskedBy = neighbours.Wish, neighbours.ByReply
	}
	return err
}

// repliedTo is the offer that something answers: its post, or what was said beside it.
func (f *Federation) repliedTo(v *store.View, h *heard) (string, error) {
	switch kind, id, _ := f.Base.Local(h.of("inReplyTo")); kind {
	case iri.KindOffer:
		return id, nil
	case iri.KindNote:
		a, err := wire.FindActivity(v, wire.ActivityID(id))
		return offerOfNews(a.Object), ignoreUnknown(err)
	}
	return "", nil
}

// alsoReached remembers that the server of whoever replied has the thing, so that its Delete gets there (protocol 8 case 105).
func (f *Federation) alsoReached(tx *store.Tx, o sharing.Offer, actor string) error {
	a, err := neighbours.FindActor(tx.View, actor)
	if err != nil {
		return ignoreUnknown(err)
	}
	return wire.Reached(tx, offerObject(o.ID), a.Mailbox())
}

// wishes reports that a reply holds all the words of a phrase by which people ask for a thing, in its language, in ours or in English.
// That it may be wrong does no harm: a human looks (protocol 8 case 36).
func (f *Federation) wishes(v *store.View, text, language string) (bool, error) {
	c, err := people.FindCollective(v)
	if err != nil {
		return false, err
	}
	words := store.Fold(text)
	for _, language := range []string{language, c.Language, "en"} {
		for phrase := range strings.SplitSeq(f.speaks(language).say("wire.outside.wishes"), ";") {
			wanted := store.Fold(phrase)
			missing := func(w string) bool { return !slices.Contains(words, w) }
			if len(wanted) > 0 && !slices.ContainsFunc(wanted, missing) {
				return true, nil
			}
		}
	}
	return false, nil
}

// strangerAsks takes an Offer of somebody who is no neighbour: for a thing for anyone it waits until a human lets them in (DESIGN 3.6).
func (f *Federation) strangerAsks(tx *store.Tx, h *heard, o sharing.Offer) error {
	if o.Audience != people.Anyone {
		return f.reject(tx, h, ineligible)
	}
	if !o.State.Live() {
		return f.reject(tx, h, reasonOfState(o.State))
	}
	in, why := f.readClaim(h)
	if why == "" && in.Wish.Quantity > min(o.MaxPerClaim, o.Quantity) {
		why = limit
	}
	if why != "" {
		return f.reject(tx, h, why)
	}
	if back, err := sharing.TakenBack(tx.View, in.From, in.Asked); err != nil || back {
		return err
	}
	if err := f.alsoReached(tx, o, in.From); err != nil {
		return err
	}
	end := tx.Now.Add(agreeing.Kept)
	h.item.PurgeAt = &end
	return neighbours.HearLetter(tx, neighbours.Letter{
		Kind: neighbours.Wish, AskedBy: neighbours.ByOffer, From: in.From, Name: f.nameOf(tx.View, in.From), Object: h.ID,
		About: string(o.ID), Quantity: in.Wish.Quantity, Text: in.Wish.Note,
	})
}

// replyGone takes it that a reply is deleted: a wish that was let in goes with it, or else the letter.
func replyGone(tx *store.Tx, h *heard) error {
	known, err := sharing.HearReplyGone(tx, h.signer.Actor, h.object)
	if err != nil || known {
		return err
	}
	return neighbours.ForgetLetter(tx, h.signer.Actor, h.object)
}
