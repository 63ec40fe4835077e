package neighbours

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// HearFollow takes the Follow of a collective that wants to be neighbours. Unless somebody here has asked them already, the stewards are
// told and decide; who has suggested to ask them has said yes. follow is the id of their activity. Refusals: Forbidden
// "neighbour.blocked", Conflict "neighbour.already" for a second collective of a node, and from one that we asked to follow and not to be
// a neighbour.
func HearFollow(tx *store.Tx, a Actor, follow string) (e Edge, err error) {
	defer fault.Wrap(&err, "hear a Follow")
	if follow == "" {
		return e, fault.New(fault.Invalid, "neighbour.follow")
	}
	if e, err = edgeWith(tx, a); err != nil {
		return e, err
	}
	if e.onlyFollowed() {
		return e, fault.New(fault.Conflict, "neighbour.already")
	}
	asks := e.heardFollow(follow, tx.Now)
	if err := save(tx, &e); err != nil || !asks {
		return e, err
	}
	return e, tellStewards(tx, NoticeAsked, e)
}

func tellStewards(tx *store.Tx, kind people.NoticeKind, e Edge) error {
	stewards, err := people.Stewards(tx.View)
	for _, s := range stewards {
		if err := people.Notify(tx, s.Member, kind, string(e.ID)); err != nil {
			return err
		}
	}
	return err
}

// HearForgotten takes it that the node of a neighbour counts us as one no more: stewards are told, once, and their collective is asked
// again. NotFound "neighbour.unknown" without an edge.
func HearForgotten(tx *store.Tx, actor string) error {
	news := false
	e, err := hear(tx, actor, func(e *Edge) { news = e.heardForgotten(tx.Now) })
	if err != nil || !news {
		return err
	}
	return tellStewards(tx, NoticeForgotten, e)
}

// HearRemembered takes it that the node of a neighbour counts us as one. NotFound "neighbour.unknown" without an edge.
func HearRemembered(tx *store.Tx, actor string) error {
	e, err := FindEdgeTo(tx.View, actor)
	if err != nil || e.ForgottenAt == nil {
		return err
	}
	e.ForgottenAt = nil
	return save(tx, &e)
}

// HearAccept takes a collective's yes to our Follow; follow is its local id, or empty when the message names only the pair
// (protocol 8 case 27). A yes to what was never asked changes nothing. NotFound "neighbour.unknown" without an edge.
func HearAccept(tx *store.Tx, actor string, follow wire.ActivityID) (Edge, error) {
	return hear(tx, actor, func(e *Edge) { e.heardAccept(follow, tx.Now) })
}

// HearReject takes a collective's no to our Follow, at once or later. When the edge is over then, the caller calls
// models.Part in the same transaction. NotFound "neighbour.unknown" without an edge.
func HearReject(tx *store.Tx, actor string, follow wire.ActivityID) (Edge, error) {
	return hear(tx, actor, func(e *Edge) { e.heardReject(follow, tx.Now) })
}

// HearUndo takes it that a collective follows us no more; follow is the id of its Follow, or empty when the message names only
// the pair. When the edge is over then, the caller calls models.Part in the same transaction. NotFound "neighbour.unknown"
// without an edge.
func HearUndo(tx *store.Tx, actor, follow string) (Edge, error) {
	return hear(tx, actor, func(e *Edge) { e.heardUndo(follow, tx.Now) })
}

// HearDelete takes it that an actor is gone: it follows nobody, is nobody's neighbour, signs nothing and has said nothing any more. When there
// was an edge, the caller calls models.Part in the same transaction.
func HearDelete(tx *store.Tx, actor string) (err error) {
	defer fault.Wrap(&err, "hear a Delete")
	if err := wire.ForgetKeys(tx, actor); err != nil {
		return err
	}
	if err := tx.DB().Where("actor = ?", actor).Delete(&Follower{}).Error; err != nil {
		return err
	}
	if err := forgetLettersOf(tx, actor); err != nil {
		return err
	}
	edges, err := store.All[Edge](tx.DB().Where("actor = ?", actor))
	for _, e := range edges {
		e.heardDelete(tx.Now)
		if err := save(tx, &e); err != nil {
			return err
		}
	}
	return err
}

func hear(tx *store.Tx, actor string, step func(*Edge)) (Edge, error) {
	e, err := FindEdgeTo(tx.View, actor)
	if err != nil {
		return e, err
	}
	step(&e)
	return e, save(tx, &e)
}
