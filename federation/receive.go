package federation

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveBatch is how many items share a transaction.
const receiveBatch = 64

// Receive applies a batch of what has come in, in one transaction and each item under a savepoint of its own. worked says that
// there may be more.
func (f *Federation) Receive(ctx context.Context) (worked bool, err error) {
	defer fault.Wrap(&err, "receive")
	err = f.update(ctx, func(tx *store.Tx) error {
		items, err := wire.Pending(tx, receiveBatch)
		if err != nil {
			return err
		}
		worked = len(items) > 0
		var done []wire.ItemID
		for _, item := range items {
			marked, err := f.receive(ctx, tx, item)
			if err != nil {
				return err
			}
			if !marked {
				done = append(done, item.ID)
			}
		}
		return wire.DoneTogether(tx, done...)
	})
	return worked && err == nil, err
}

// receive applies one item. What is refused is done with: the same would be refused tomorrow. What fails otherwise is tried again
// and parked in the end, where people see it; the others flow on (security P11). Most are marked as done at the end of the batch,
// together; marked says that this one is already.
func (f *Federation) receive(ctx context.Context, tx *store.Tx, item wire.InboxItem) (marked bool, err error) {
	err = tx.Savepoint(func(tx *store.Tx) (err error) {
		marked, err = f.applyItem(tx, item)
		return err
	})
	var wait *notYet
	switch {
	case err == nil:
		return marked, nil
	case errors.As(err, &wait):
		f.Log.InfoContext(ctx, "federation: an activity waits for another", "item", item.ID, "type", item.Type, "peer", item.Origin, "error", err)
	case fault.Is(err, fault.Busy), ctx.Err() != nil:
		return false, err // the database, or we stop: and so everything
	case refused(err):
		f.Log.InfoContext(ctx, "federation: refused", "item", item.ID, "type", item.Type, "peer", item.Origin, "error", err)
		return false, nil
	default:
		f.Log.ErrorContext(ctx, "federation: an activity was not applied", "item", item.ID, "type", item.Type, "peer", item.Origin, "error", err)
	}
	return true, wire.Fail(tx, item, cause(err))
}

// applyItem does what an item says. What it turns out to be about is noted at once: the next item may end that, and with it this one's
// bytes.
func (f *Federation) applyItem(tx *store.Tx, item wire.InboxItem) (marked bool, err error) {
	defer f.survive(context.Background(), item.Type, &err) // it fails alone, and not with its neighbours in the batch
	h, err := hearing(item.Body)
	if err != nil {
		return false, err
	}
	h.signer = Signer{Actor: item.Signer, Origin: item.Origin}
	h.item = &item
	if err := f.apply(tx, h); err != nil || item.About == "" && item.PurgeAt == nil {
		return false, err
	}
	return true, wire.Done(tx, item)
}

// survive turns a panic into an error of the one thing that was being done: of what strangers send, something will one day do what
// nobody thought of. It is deferred.
func (f *Federation) survive(ctx context.Context, what string, err *error) {
	if p := recover(); p != nil {
		f.Log.ErrorContext(ctx, "federation: panic", "in", what, "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic in %s", what)
	}
}

// apply does what an activity says.
func (f *Federation) apply(tx *store.Tx, h *heard) error {
	switch h.Type {
	case "Follow":
		return f.receiveFollow(tx, h)
	case "Accept", "TentativeAccept", "Reject":
		return f.receiveAnswer(tx, h)
	case "Undo":
		return f.receiveUndo(tx, h)
	case "Block":
		return f.receiveBlock(tx, h)
	case "Offer":
		return f.receiveOffer(tx, h)
	case "Create":
		return f.receiveCreate(tx, h)
	case "Update":
		return f.receiveUpdate(tx, h)
	case "Delete":
		return f.receiveDelete(tx, h)
	case "Flag":
		return f.receiveFlag(tx, h)
	case "Move":
		return f.receiveMove(tx, h)
	}
	return nil
}

// refused reports an answer that will not change by asking again.
func refused(err error) bool {
	if fault.KeyOf(err) == "store.moved_on" || fault.KeyOf(err) == "store.unavailable" {
		return false
	}
	var no *refusal
	return errors.As(err, &no) || fault.KindOf(err) != fault.Internal
}

// notYet wraps a refusal that may turn into a yes: what it builds on has been overtaken on its way.
type notYet struct{ error }

func (n *notYet) Unwrap() error { return n.error }

// overtaken is how often an activity waits for the one that it builds on, over some ten minutes.
const overtakenTries = 3

func (h *heard) notYet(err error) error {
	if h.item.Attempts >= overtakenTries {
		return err
	}
	return &notYet{err}
}

// cause is what operators read about a failed item: a key of ours, or the first words of an internal error. Neither holds what the
// peer sent.
func cause(err error) string {
	if key := fault.KeyOf(err); key != "" {
		return key
	}
	return cut(err.Error(), 200)
}
