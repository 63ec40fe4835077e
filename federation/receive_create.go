package federation

import (
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveCreate takes what somebody made: a neighbour's listing, a private word about an agreement, the receipt of a hand-over, or a
// letter. The door has made sure that it is theirs.
func (f *Federation) receiveCreate(tx *store.Tx, h *heard) error {
	context := h.context()
	_, listing := proposalIn(h.embedded)
	switch {
	case h.embedded == nil:
		return f.fetchSoon(tx, h)
	case listing:
		return f.takeIn(tx, h.embedded, h.object, h.signer.Actor)
	case codec.Is(h.embedded, "Document") && context != "":
		return f.receipted(tx, h, context)
	}
	if agreement := f.privateWordAbout(tx.View, h); agreement != "" {
		return f.heardWord(tx, h, agreement)
	}
	if f.toUs(h) {
		return f.heardLetter(tx, h)
	}
	return nil
}

// context is what the object, or else the activity, says it belongs to.
func (h *heard) context() string {
	if id := h.of("context"); id != "" {
		return id
	}
	return canonicalID(h.Context)
}

// privateWordAbout names the agreement with the sender that a word not meant for others belongs to; empty when there is none. Other
// software has a context of its own and answers what we wrote.
func (f *Federation) privateWordAbout(v *store.View, h *heard) string {
	if h.public() {
		return ""
	}
	if context := h.context(); context != "" && f.isTalk(v, h, context) {
		return context
	}
	kind, id, ok := f.Base.Local(h.of("inReplyTo"))
	if !ok || kind != iri.KindMessage {
		return ""
	}
	about := ""
	if m, err := agreeing.FindMessage(v, agreeing.MessageID(id)); err == nil {
		about = string(m.Agreement)
	} else if a, err := wire.FindActivity(v, wire.ActivityID(id)); err == nil && a.Recipient == h.signer.Actor {
		about = a.Object
	}
	if context := f.Base.Agreement(about); about != "" && f.isTalk(v, h, context) {
		return context
	}
	return ""
}

// takeIn mirrors a thing as its home tells it. Of an actor who is no neighbour that is what everybody may see; what is that no more is
// forgotten.
func (f *Federation) takeIn(tx *store.Tx, doc map[string]any, id, home string) error {
	if ok, err := mirrored(tx.View, home, id); err != nil || !ok {
		return err
	}
	l, err := readListing(doc, id, home, tx.Now)
	if err != nil {
		return err
	}
	actor, err := neighbours.FindActor(tx.View, home)
	if err != nil {
		return err
	}
	friends, err := friend(tx.View, home)
	if err != nil {
		return err
	}
	if !friends && l.Audience != people.Anyone {
		return forgetThing(tx, id)
	}
	if full, err := fullOf(tx.View, home, id, friends); err != nil || full {
		return err
	}
	l.AskThere = !actor.TakesWishes()
	_, err = sharing.Learn(tx, l)
	return err
}

// shownAtMost is how many things of one account are shown: as many as are asked for again while a lease runs (pullEach).
const shownAtMost = 7 * proposalsAtMost

// fullOf reports that no more is shown of an account that we only follow, however fast it speaks (security S10).
func fullOf(v *store.View, home, id string, friends bool) (bool, error) {
	if friends {
		return false, nil
	}
	if _, err := sharing.FindMirrorByIRI(v, id); !fault.Is(err, fault.NotFound) {
		return false, err
	}
	return sharing.Full(v, home, shownAtMost)
}

func forgetThing(tx *store.Tx, id string) error {
	mirror, err := sharing.FindMirrorByIRI(tx.View, id)
	if err != nil {
		return ignoreUnknown(err)
	}
	return sharing.Forget(tx, mirror)
}

// fetchSoon has a thing fetched that was only named.
func (f *Federation) fetchSoon(tx *store.Tx, h *heard) error {
	if ok, err := mirrored(tx.View, h.signer.Actor, h.object); err != nil || !ok {
		return err
	}
	return tx.Enqueue(f.objectJob(h.object))
}

// receipted: FEP-0837's confirmation says the same as the Update before it, and is enough where that was lost.
func (f *Federation) receipted(tx *store.Tx, h *heard, agreement string) error {
	a, err := sharing.FindAskingTheirs(tx.View, agreement)
	if fault.Is(err, fault.NotFound) || err == nil && (a.Peer != h.signer.Actor || a.State != agreeing.Promised) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.concern(tx, h, a, sharing.HearVerdict(tx, a.ID, sharing.Verdict{Home: h.signer.Actor, State: agreeing.Done}))
}

// The longest private word that is read, in characters; what may be said is the district's rule.
const wordsLength = 4000

// talk is what a private word is about.
type talk struct {
	ours   agreeing.ID // a claim here
	theirs string      // or the agreement's id at the home of what one of us asked for
	agreeing.Agreement
	outside bool // the other is somebody whom a human let in
}

// isTalk reports that there is an agreement with the sender: to everybody else there is none.
func (f *Federation) isTalk(v *store.View, h *heard, context string) bool {
	_, err := f.findTalk(v, h, context)
	return err == nil
}

func (f *Federation) findTalk(v *store.View, h *heard, context string) (t talk, err error) {
	if kind, id, ok := f.Base.Local(context); ok && kind == iri.KindAgreement {
		c, err := sharing.FindClaim(v, agreeing.ID(id))
		if err != nil {
			return t, err
		}
		t = talk{ours: c.ID, Agreement: c.Agreement, outside: c.Outside != ""}
	} else {
		a, err := sharing.FindAskingTheirs(v, context)
		if err != nil {
			return t, err
		}
		t = talk{theirs: context, Agreement: a.Agreement}
	}
	if t.Peer != h.signer.Actor {
		return t, notThere()
	}
	return t, nil
}

// heardWord hands a private word to the one member concerned. One that has overtaken the promise waits for it: nobody else is to
// read it. One that comes long after is a letter to the stewards (DESIGN 3.5).
func (f *Federation) heardWord(tx *store.Tx, h *heard, context string) error {
	t, err := f.findTalk(tx.View, h, context)
	if err != nil {
		return err
	}
	h.item.About = string(t.ID)
	h.item.PurgeAt = f.wordsEnd(h, t.Agreement, tx.Now)
	err = tx.Savepoint(func(tx *store.Tx) error {
		return sharing.HearMessage(tx, t.ours, t.theirs, sharing.HeardMessage{
			From: h.signer.Actor, Activity: h.ID,
			Nickname: f.nickname(tx.View, h, t),
			Text:     plainText(codec.Text(h.embedded, "content"), wordsLength),
		})
	})
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	if t.State.Live() && !t.outside {
		return h.notYet(err)
	}
	return f.heardLetter(tx, h)
}

// nickname is what the sender of a private word is called: at a neighbour as it says, elsewhere by name.
func (f *Federation) nickname(v *store.View, h *heard, t talk) string {
	if t.outside {
		return f.nameOf(v, h.signer.Actor)
	}
	return plainLine(codec.String(h.term("pots:nickname")), nameLength)
}

// wordsEnd is when the bytes of a private word go: when its sender says, and with the agreement at the latest.
func (f *Federation) wordsEnd(h *heard, a agreeing.Agreement, now time.Time) *time.Time {
	end := now.Add(privateAtMost)
	if said, ok := codec.Time(h.term("endTime")); ok && said.After(now) && said.Before(end) {
		end = said
	}
	if a.PurgeAt != nil && a.PurgeAt.Before(end) {
		end = *a.PurgeAt
	}
	return &end
}

// nameOf is what to call an actor: its checked handle, or else where it is.
func (f *Federation) nameOf(v *store.View, actor string) string {
	if a, err := neighbours.FindActor(v, actor); err == nil && a.Handle != "" {
		return "@" + a.Handle
	}
	return unchecked(actor)
}
