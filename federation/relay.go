package federation

import (
	"context"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// translation says what the world outside hears of an event. It reads the row as it is now, not as it was (DESIGN 2); a row
// that is gone is NotFound, and nobody hears of it.
type translation func(f *Federation, tx *store.Tx, e store.Event) ([]letter, error)

// translations has a line for every event that leaves the node.
func translations() map[store.EventKind]translation {
	return map[store.EventKind]translation{
		people.CollectiveChanged: (*Federation).collectiveChanged,

		sharing.OfferPublished:  (*Federation).offerPublished,
		sharing.OfferChanged:    (*Federation).offerChanged,
		sharing.OfferWithdrawn:  (*Federation).offerWithdrawn,
		sharing.OfferLengthened: (*Federation).offerLengthened,
		sharing.OfferTaken:      (*Federation).offerTaken,
		sharing.ClaimReceived:   (*Federation).claimReceived,
		sharing.ClaimPromised:   (*Federation).claimPromised,
		sharing.ClaimChanged:    (*Federation).claimChanged,
		sharing.ClaimRefused:    (*Federation).claimRefused,
		sharing.ClaimRevoked:    (*Federation).claimRevoked,
		sharing.ClaimDone:       (*Federation).claimDone,
		sharing.AskingAsked:     (*Federation).askingAsked,
		sharing.AskingWished:    (*Federation).askingWished,
		sharing.AskingWithdrew:  (*Federation).askingWithdrew,

		agreeing.MessageSent: (*Federation).messageSent,

		wire.KeyRolled: (*Federation).keyRolled,

		neighbours.NeighbourAsked:    (*Federation).neighbourAsked,
		neighbours.NeighbourAccepted: (*Federation).neighbourAccepted,
		neighbours.NeighbourDeclined: (*Federation).neighbourDeclined,
		neighbours.NeighbourParted:   (*Federation).neighbourParted,
		neighbours.FollowerAccepted:  (*Federation).followerAccepted,
		neighbours.WishHeard:         (*Federation).wishHeard,
		neighbours.WishDeclined:      (*Federation).wishDeclined,
		neighbours.ReportPassedOn:    (*Federation).reportPassedOn,

		neighbours.NeighbourFlowChosen: (*Federation).flowChosen,
	}
}

// localEvents are those that nobody elsewhere hears of, each for a reason.
func localEvents() []store.EventKind {
	return []store.EventKind{
		neighbours.NeighbourBefriended, // both sides know it from their two Accepts
	}
}

// letter is an activity that is to be sent.
type letter struct {
	row     wire.Activity  // without ID's base URL and without Body
	says    codec.Activity // without ID, Type and Actor, which are the row's
	inboxes []string
	reaches bool // the inboxes are remembered, so that a Delete finds them
}

// relayBatch is how many events share a transaction.
const relayBatch = 200

// Relay turns a batch of events into activities and one delivery for each inbox, in one transaction. worked says that there may be
// more. An event that cannot be translated holds up no other: it stays, is logged, and is tried again.
func (f *Federation) Relay(ctx context.Context) (worked bool, err error) {
	defer fault.Wrap(&err, "relay")
	err = f.update(ctx, func(tx *store.Tx) error {
		worked = false
		if err := tx.Lock("federation.relay"); err != nil { // or two processes would say one thing in two orders
			return err
		}
		events, err := tx.Unpublished(relayBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		over, table := overtaken(events), translations()
		var done []store.Event
		for _, e := range events {
			translate := table[e.Kind]
			if over[e.ID] {
				translate = nil
			}
			told, err := f.tell(ctx, tx, translate, e)
			if err != nil {
				return err
			}
			if told {
				done = append(done, e)
			}
		}
		worked = len(done) > 0
		return tx.Publish(done)
	})
	return worked && err == nil, err
}

// tell sends what an event means, all of it or nothing, and reports whether that is done with. What is local or
// overtaken has no translation. An error is the database's, or we stop, and so everything's.
func (f *Federation) tell(ctx context.Context, tx *store.Tx, translate translation, e store.Event) (done bool, err error) {
	if translate == nil {
		return true, nil
	}
	err = tx.Savepoint(func(tx *store.Tx) error {
		letters, err := translate(f, tx, e)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if err := f.post(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		return true, nil
	case fault.Is(err, fault.Busy), ctx.Err() != nil:
		return false, err
	case fault.Is(err, fault.NotFound):
		f.Log.InfoContext(ctx, "relay: nothing to say any more", "event", e.ID, "kind", e.Kind, "error", err)
		return true, nil
	}
	f.Log.ErrorContext(ctx, "relay: not translated", "event", e.ID, "kind", e.Kind, "error", err)
	return false, nil
}

// post writes the letter's bytes, once for all inboxes, and queues a delivery for each.
func (f *Federation) post(tx *store.Tx, l letter) error {
	l.says.ID, l.says.Type, l.says.Actor = f.Base.Activity(string(l.row.ID)), l.row.Type, f.actorID(l.row.Actor)
	doc, err := l.says.Document()
	if err != nil {
		return err
	}
	if l.row.Body, err = codec.Encode(doc); err != nil {
		return err
	}
	if err := wire.Post(tx, f.Wall(), l.row, l.inboxes...); err != nil {
		return err
	}
	if l.reaches {
		if err := wire.Reached(tx, l.row.Object, l.inboxes...); err != nil {
			return err
		}
	}
	return wire.Coalesce(tx, f.Wall(), l.row)
}

// overtaken are the events of a batch that a later one makes needless, since both would say the same row: of one kind about one
// subject the last counts, a Delete counts alone, and a Create says what the changes after it would.
func overtaken(events []store.Event) map[string]bool {
	type about struct {
		kind    store.EventKind
		subject string
	}
	last := map[about]string{}
	for _, e := range events {
		last[about{e.Kind, e.Subject}] = e.ID
	}
	over := map[string]bool{}
	for _, e := range events {
		gone := last[about{sharing.OfferWithdrawn, e.Subject}] != ""
		created := last[about{sharing.OfferPublished, e.Subject}] != ""
		over[e.ID] = last[about{e.Kind, e.Subject}] != e.ID ||
			e.Kind == sharing.OfferPublished && gone ||
			e.Kind == sharing.OfferChanged && (gone || created)
	}
	return over
}
