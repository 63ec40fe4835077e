package federation

import (
	"context"
	"net/http"
	"slices"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// rule says who may speak in one way, and about what. What it decides on is the row that we have, never what the message says
// about itself (security I9).
type rule struct {
	says  string // the type of the activity
	judge func(v *store.View, h *heard) (verdict, error)
	// passing is set for what may come without an id: it is applied once and nothing refers to it (security I8).
	passing bool
	// never is set for what is never kept, whoever says it: its judge may refuse it, and asks no row.
	never bool
}

// verdict is what becomes of an activity whose signer is proved.
type verdict bool

// An activity is kept for the receiver, or it is none of our business: then the answer is 202 as well, and nothing happens. What
// its signer has no right to say is an error instead: 403.
const (
	keep verdict = true
	pass verdict = false
)

// rules are the whole of what others may do here. What is not in this table passes without effect.
func (f *Federation) rules() []rule {
	return []rule{
		// what is said; who may: about what
		{says: "Follow", judge: f.admitFollow},                         // anybody: our collective, or its decisions
		{says: "Accept", judge: f.admitAnswer, passing: true},          // whom we asked: the Follow or Offer that we sent to them
		{says: "TentativeAccept", judge: f.admitAnswer, passing: true}, // the same
		{says: "Reject", judge: f.admitAnswer, passing: true},          // the same
		{says: "Undo", judge: f.admitUndo, passing: true},              // whom we know: what they did themselves
		{says: "Block", judge: f.admitBlock, passing: true},            // whom we know: an actor of ours
		{says: "Offer", judge: f.admitOffer},                           // anybody: an Agreement; a stranger waits for a human
		{says: "Create", judge: f.admitWork},                           // its author: a neighbour's listing, or a word to us
		{says: "Update", judge: f.admitUpdate},                         // its owner: an agreement, themselves, or as with Create
		{says: "Delete", judge: f.admitDelete},                         // its owner by our row: a mirror, a letter, a wish, themselves
		{says: "Add", judge: f.onlyTheirOwn(target), never: true},      // nobody: our collections are ours (security I26)
		{says: "Remove", judge: f.onlyTheirOwn(target), never: true},   // nobody
		{says: "Move", judge: f.admitMove},                             // itself: a neighbour, whom people then meet again by hand
		{says: "Announce", judge: passing, never: true},                // nobody: what others do with what is public is theirs
		{says: "Like", judge: passing, never: true},                    // nobody
		{says: "Flag", judge: f.admitFlag},                             // anybody: what is ours; stewards read it
	}
}

// admitNow decides about an activity before anything is fetched for it.
func (f *Federation) admitNow(ctx context.Context, h *heard) (v verdict, err error) {
	err = f.view(ctx, func(view *store.View) (err error) {
		v, err = f.admit(view, h)
		return err
	})
	return v, err
}

// admit decides about an activity whose signer is proved (security 1.1). An error with status 401 or 403 is a refusal.
func (f *Federation) admit(v *store.View, h *heard) (verdict, error) {
	at := slices.IndexFunc(f.rules(), func(r rule) bool { return r.says == h.Type })
	if at < 0 {
		return pass, nil
	}
	r := f.rules()[at]
	switch {
	case h.Actor != h.signer.Actor:
		return pass, &refusal{status: http.StatusUnauthorized, detail: "the actor is not the owner of the key that signed"} // I4
	case h.ID == "" && !r.passing:
		return pass, unreadableID()
	case h.ID != "" && !h.sameOrigin(h.ID):
		return pass, mayNot("the id of the activity is on another origin than its actor") // I8
	}
	if err := notShutOut(v, h.signer.Actor); err != nil {
		return pass, err
	}
	if outside, err := outside(v, h); err != nil || outside {
		return pass, err
	}
	return r.judge(v, h)
}

// outside reports, where only neighbours may see us, that a stranger says something to us: only that it would be a neighbour, or what
// ends something, is heard (product H12).
func outside(v *store.View, h *heard) (bool, error) {
	if closed, err := onlyNeighbours(v); err != nil || !closed {
		return false, err
	}
	switch h.Type {
	case "Undo", "Block", "Delete":
		return false, nil
	case "Follow":
		if codec.String(codec.Get(h.doc, "pots:relation")) == "neighbour" {
			return false, nil
		}
	}
	edge, err := neighbours.FindEdgeAt(v, h.signer.Origin)
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	// Where one account of many is followed, the others are strangers.
	return edge.State != neighbours.Neighbours && edge.Actor != h.signer.Actor, err
}

func unreadableID() error {
	return &refusal{status: http.StatusBadRequest, detail: "the activity has no id"}
}

func mayNot(why string) error { return &refusal{status: http.StatusForbidden, detail: why} }

func passing(*store.View, *heard) (verdict, error) { return pass, nil }

// admitFollow: the two actors of ours that can be followed.
func (f *Federation) admitFollow(_ *store.View, h *heard) (verdict, error) {
	_, ok := f.followed(h.object)
	return verdict(ok), nil
}

// followed reads which of our actors a Follow is about.
func (f *Federation) followed(object string) (wire.Actor, bool) {
	kind, id, ok := f.Base.Local(object)
	actor := wire.Actor(id)
	return actor, ok && kind == iri.KindActor && (actor == wire.Collective || actor == wire.Decisions)
}

// admitAnswer: an Accept creates nothing. It changes a row of ours, which is found by what we sent, and to whom (security I14;
// protocol 8 cases 76 and 78).
func (f *Federation) admitAnswer(v *store.View, h *heard) (verdict, error) {
	if id, ours := f.ourActivity(h.object); ours {
		a, err := wire.FindActivity(v, id)
		if fault.Is(err, fault.NotFound) {
			return f.admitOurFollow(v, h)
		}
		return verdict(a.Recipient == h.signer.Actor), err
	}
	return f.admitOurFollow(v, h)
}

// ourActivity reads the id of an activity of ours.
func (f *Federation) ourActivity(id string) (wire.ActivityID, bool) {
	kind, local, ok := f.Base.Local(id)
	return wire.ActivityID(local), ok && kind == iri.KindActivity
}

// admitOurFollow: some name our Follow only by its two ends (protocol 8 case 27).
func (f *Federation) admitOurFollow(v *store.View, h *heard) (verdict, error) {
	if !codec.Is(h.embedded, "Follow") || h.of("object") != h.signer.Actor {
		return pass, nil
	}
	if actor := h.of("actor"); actor != "" && actor != f.Base.Collective() {
		return pass, nil
	}
	return found(neighbours.FindEdgeTo(v, h.signer.Actor))
}

// admitUndo: what they did is on their origin and, if it came along, says that they did it.
func (f *Federation) admitUndo(v *store.View, h *heard) (verdict, error) {
	if actor := codec.Get(h.embedded, "actor"); actor != nil && canonicalID(actor) != h.signer.Actor {
		return pass, mayNot("one may undo only what one did oneself")
	}
	if h.object != "" && !h.sameOrigin(h.object) {
		return pass, mayNot("what is undone is on another origin")
	}
	if h.object == "" && h.embedded == nil {
		return pass, nil
	}
	if kind := codec.Type(h.embedded); h.embedded != nil && kind != "Follow" && kind != "Offer" {
		return pass, nil
	}
	return found(neighbours.FindActor(v, h.signer.Actor))
}

func (f *Federation) admitBlock(v *store.View, h *heard) (verdict, error) {
	if kind, _, ok := f.Base.Local(h.object); !ok || kind != iri.KindActor {
		return pass, nil
	}
	return found(neighbours.FindActor(v, h.signer.Actor))
}

func (f *Federation) admitOffer(v *store.View, h *heard) (verdict, error) {
	if !codec.Is(h.embedded, "Agreement") {
		return pass, nil
	}
	return f.roomFor(v, h) // unless it is a neighbour's it waits for a human
}

// admitWork: only what its author made, under an id of its own (security I5-I7).
func (f *Federation) admitWork(v *store.View, h *heard) (verdict, error) {
	if err := h.mustBeTheirs(); err != nil {
		return pass, err
	}
	if h.embedded != nil {
		if owners := codec.IDs(codec.Get(h.embedded, "attributedTo")); len(owners) != 1 || canonicalID(owners[0]) != h.signer.Actor {
			return pass, mayNot("it is not attributed to the actor who sends it, and to nobody else")
		}
	}
	if shut, err := hearsay(v, h); err != nil || shut {
		return pass, err
	}
	mirror, err := sharing.FindMirrorByIRI(v, h.object)
	switch {
	case err == nil:
		return keep, homeOnly(mirror, h)
	case !fault.Is(err, fault.NotFound):
		return pass, err
	case f.toUs(h):
		return f.admitLetter(v, h)
	}
	if _, listing := proposalIn(h.embedded); h.embedded != nil && !listing {
		return pass, nil
	}
	takesIn, err := shown(v, h.signer.Actor, neighbours.Offers)
	return verdict(takesIn), err
}

// admitLetter: anybody may write to us, until too much of theirs lies unread. What changes a letter, or belongs to an agreement, is none.
func (f *Federation) admitLetter(v *store.View, h *heard) (verdict, error) {
	if _, err := neighbours.FindLetterByObject(v, h.object); !fault.Is(err, fault.NotFound) {
		return verdict(err == nil), err
	}
	if f.privateWordAbout(v, h) != "" {
		return keep, nil
	}
	return f.roomFor(v, h)
}

// roomFor refuses for now what would only lie on a full desk. Nothing that was answered 202 is thrown away. A neighbour's collective is
// always heard.
func (f *Federation) roomFor(v *store.View, h *heard) (verdict, error) {
	if friends, err := friend(v, h.signer.Actor); err != nil || friends {
		return keep, err
	}
	full, err := neighbours.DeskFull(v, h.signer.Actor, h.signer.Origin)
	if err == nil && full {
		err = slowDown(time.Hour)
	}
	return verdict(err == nil), err
}

// toUs reports that somebody speaks to us and not only where we might hear it.
func (f *Federation) toUs(h *heard) bool {
	ours := func(id string) bool {
		kind, _, ok := f.Base.Local(id)
		return ok && (kind == iri.KindActor || kind == iri.KindOffer || kind == iri.KindNote || kind == iri.KindMessage)
	}
	return h.embedded != nil && (ours(h.of("inReplyTo")) || slices.ContainsFunc(h.names(), ours))
}

// admitUpdate: the owner is who we know as the owner; on other rows the rule for new ones holds (protocol 8 case 30).
func (f *Federation) admitUpdate(v *store.View, h *heard) (verdict, error) {
	if err := h.mustBeTheirs(); err != nil {
		return pass, err
	}
	if h.ofItself() {
		return found(neighbours.FindActor(v, h.signer.Actor))
	}
	if !codec.Is(h.embedded, "Agreement") {
		return f.admitWork(v, h)
	}
	asking, err := sharing.FindAskingTheirs(v, h.object)
	switch {
	case fault.Is(err, fault.NotFound): // it may have overtaken the answer that tells its id
		return found(neighbours.FindEdgeTo(v, h.signer.Actor))
	case err == nil && asking.Peer != h.signer.Actor:
		return pass, mayNot("the agreement has its home elsewhere")
	}
	return verdict(err == nil), err
}

// admitDelete: of themselves, or of what we have from them.
func (f *Federation) admitDelete(v *store.View, h *heard) (verdict, error) {
	if err := h.mustBeTheirs(); err != nil {
		return pass, err
	}
	if h.ofItself() {
		return keep, nil
	}
	mirror, err := sharing.FindMirrorByIRI(v, h.object)
	if err == nil {
		return keep, homeOnly(mirror, h)
	}
	if !fault.Is(err, fault.NotFound) {
		return pass, err
	}
	letter, err := neighbours.FindLetterByObject(v, h.object)
	switch {
	case fault.Is(err, fault.NotFound):
		_, claimed, err := sharing.FindClaimAsked(v, h.signer.Actor, h.object)
		return verdict(claimed), err
	case err == nil && letter.From != h.signer.Actor:
		return pass, mayNot("it is another's")
	}
	return verdict(err == nil), err
}

// admitFlag: a report about something of ours, which people read and which does nothing by itself (security I27).
func (f *Federation) admitFlag(v *store.View, h *heard) (verdict, error) {
	about, err := f.flagged(h)
	if err != nil || len(about) == 0 {
		return pass, err
	}
	full, err := neighbours.DeskFull(v, h.signer.Origin, h.signer.Origin)
	if err == nil && full {
		err = slowDown(time.Hour)
	}
	return verdict(err == nil), err
}

// admitMove: a neighbour's collective speaks of itself, and of nobody else (security I25).
func (f *Federation) admitMove(v *store.View, h *heard) (verdict, error) {
	if !h.sameOrigin(h.object) {
		return pass, mayNot("it is not theirs")
	}
	if !h.ofItself() {
		return pass, nil
	}
	return found(neighbours.FindEdgeTo(v, h.signer.Actor))
}

// mustBeTheirs: the object has an id, on the origin of whoever signed, and so never on ours (security I6, I7, I9).
func (h *heard) mustBeTheirs() error {
	if !h.sameOrigin(h.object) {
		return mayNot("the object is on another origin than its actor")
	}
	return nil
}

func homeOnly(m sharing.Mirror, h *heard) error {
	if m.Home != h.signer.Actor {
		return mayNot("only its home changes a thing") // I10
	}
	return nil
}

func target(h *heard) string { return canonicalID(h.Target) }

// onlyTheirOwn passes what others do among themselves and refuses it about anything else.
func (f *Federation) onlyTheirOwn(of func(*heard) string) func(*store.View, *heard) (verdict, error) {
	return func(_ *store.View, h *heard) (verdict, error) {
		if !h.sameOrigin(of(h)) {
			return pass, mayNot("it is not theirs")
		}
		return pass, nil
	}
}

// friend reports whether an actor is the collective of a neighbour now.
func friend(v *store.View, actor string) (bool, error) {
	return neighbours.IsNeighbourly(v, actor)
}

// shown reports whether we take in things of a kind from an actor now: those of whom we show them, neighbours or not.
func shown(v *store.View, actor string, kind neighbours.Flow) (bool, error) {
	edge, err := neighbours.FindEdgeTo(v, actor)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil || !edge.OursAccepted || !edge.Shows.Has(kind) {
		return false, err
	}
	shut, err := neighbours.Blocked(v, actor)
	return !shut, err
}

// mirrored reports whether a neighbour's thing may be mirrored: it is shown, or somebody here has asked for it and sees it through.
func mirrored(v *store.View, home, id string) (bool, error) {
	if ok, err := shown(v, home, neighbours.Offers); err != nil || ok {
		return ok, err
	}
	if ok, err := friend(v, home); err != nil || !ok {
		return false, err
	}
	_, err := sharing.FindMirrorByIRI(v, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// found keeps what is about a row that we have, and passes the rest.
func found[T any](_ T, err error) (verdict, error) {
	if fault.Is(err, fault.NotFound) {
		return pass, nil
	}
	return verdict(err == nil), err
}
