package federation

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// hear is every inbox of ours: it answers 202 once the activity is safe here or is none of our business, and says why not
// otherwise. What is cheap to find out comes first; nothing is fetched for what would be refused anyway.
func (f *Federation) hear(r *http.Request) (a answer, err error) {
	defer f.survive(r.Context(), "inbox", &err)
	body, err := readBody(r)
	if err != nil {
		return answer{}, err
	}
	c, err := f.credential(r, body)
	if err != nil {
		return answer{}, err
	}
	h, err := hearing(body)
	switch {
	case errors.Is(err, codec.ErrUnknownType):
		return taken(), nil
	case err != nil:
		return answer{}, err
	case !iri.SameOrigin(h.Actor, c.origin): // security I2
		return answer{}, unproved(errors.New("the key is on another origin than the actor"))
	}
	ctx := r.Context()
	if stranger, err := f.partingStranger(ctx, h, c); err != nil || stranger {
		return taken(), err
	}
	h.roll = c.readRoll(r)
	h.signer, err = f.prove(r, body, c)
	if gone := new(keyGone); errors.As(err, &gone) && h.Type == "Delete" && h.ofItself() {
		return taken(), f.lookAgain(ctx, h.Actor) // the document says so itself (protocol 4.13)
	}
	if err != nil {
		return answer{}, err
	}
	return f.hearProved(ctx, h, c, body)
}

// neverKept reports that nothing of a kind is ever kept. It is answered at once: however much of it comes, none of it waits for a commit.
func (f *Federation) neverKept(kind string) bool {
	return !slices.ContainsFunc(f.rules(), func(r rule) bool { return r.says == kind && !r.never })
}

// hearProved goes on once it is known who speaks.
func (f *Federation) hearProved(ctx context.Context, h *heard, c credential, body []byte) (answer, error) {
	if wait := f.pace(h, len(body)); wait > 0 {
		return answer{}, slowDown(wait)
	}
	if f.neverKept(h.Type) {
		_, err := f.admitNow(ctx, h)
		return taken(), err
	}
	f.noteScheme(ctx, c.origin, c.takes())
	if f.wantsAnswer(h) { // who must be answered must be known, and the receiver cannot ask
		if v, err := f.admitNow(ctx, h); err != nil || v == pass {
			return taken(), err
		}
		if err := f.acquaint(ctx, h.signer.Actor); err != nil {
			return answer{}, err
		}
	}
	item := wire.InboxItem{ActivityID: h.ID, Signer: h.signer.Actor, Origin: h.signer.Origin, Type: h.Type, Body: body}
	if h.ID == "" {
		sum := sha256.Sum256(body)
		item.ActivityID = "sha256:" + hex.EncodeToString(sum[:])
	}
	return taken(), f.keep(ctx, h, item)
}

// wantsAnswer reports that its sender may hear from us. Whoever replies to a thing may have asked for it.
func (f *Federation) wantsAnswer(h *heard) bool {
	switch h.Type {
	case "Follow", "Offer":
		return true
	case "Create":
		kind, _, ours := f.Base.Local(h.of("inReplyTo"))
		return ours && (kind == iri.KindOffer || kind == iri.KindNote)
	}
	return false
}

func taken() answer { return answer{status: http.StatusAccepted, private: true} }

// readBody reads what was posted, within bounds (security S8; protocol 2.4: no other media type).
func readBody(r *http.Request) ([]byte, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, &refusal{status: http.StatusUnsupportedMediaType, detail: "send it without Content-Encoding"}
	}
	if !fetch.IsActivityStreams(r.Header.Get("Content-Type")) {
		return nil, &refusal{status: http.StatusUnsupportedMediaType, detail: "send application/activity+json"}
	}
	if r.ContentLength > codec.MaxBytes {
		return nil, &http.MaxBytesError{Limit: codec.MaxBytes}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, codec.MaxBytes))
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return nil, &refusal{status: http.StatusBadRequest, detail: "the body ended early"}
	}
	return body, err
}

// partingStranger reports a Delete of an actor that we never saw: when an account on a large server goes, every inbox it knows
// hears of it, and the key can no longer be had (security S15).
func (f *Federation) partingStranger(ctx context.Context, h *heard, c credential) (stranger bool, err error) {
	if h.Type != "Delete" || !h.ofItself() {
		return false, nil
	}
	err = f.view(ctx, func(v *store.View) error {
		key, err := wire.FindKey(v, c.key)
		if err == nil && key.Known() {
			return nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if _, err = neighbours.FindActor(v, h.Actor); fault.Is(err, fault.NotFound) {
			stranger, err = true, nil
		}
		return err
	})
	return stranger, err
}

func (f *Federation) pace(h *heard, size int) time.Duration {
	if h.Type == "Offer" {
		if wait := f.in.offers.take(f.Wall(), h.signer.Origin, 1, tempoOfOffers()); wait > 0 {
			return wait
		}
	}
	return f.in.activities.take(f.Wall(), h.signer.Origin, 1+size/unit, tempoOfActivities())
}

// collector lets requests that arrive together share one commit, which is what a commit costs most: the disk. It never waits for
// more: what is there when the commit before is done goes into the next. Its zero value is ready.
type collector struct {
	mu      sync.Mutex
	waiting []*arrival
	running bool
}

// arrival is an activity whose sender waits for the answer.
type arrival struct {
	heard   *heard
	item    wire.InboxItem
	refused error // by the rules
	done    chan error
}

// Bounds of one commit.
const (
	commitItems   = 128
	commitBytes   = 8 << 20
	commitTimeout = 20 * time.Second
)

// keep makes an activity safe if it may be said and is our business, and returns when it is, or with Busy when it cannot be.
func (f *Federation) keep(ctx context.Context, h *heard, item wire.InboxItem) error {
	a := &arrival{heard: h, item: item, done: make(chan error, 1)}
	c := &f.in.collector
	c.mu.Lock()
	c.waiting = append(c.waiting, a)
	start := !c.running
	c.running = true
	c.mu.Unlock()
	if start {
		go f.collect(context.WithoutCancel(ctx))
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done(): // nobody listens any more; it is kept all the same, and comes again
		return busy()
	}
}

// collect commits until nobody waits.
func (f *Federation) collect(ctx context.Context) {
	for batch := f.in.collector.next(); len(batch) > 0; batch = f.in.collector.next() {
		err := f.commit(ctx, batch)
		if err == nil || len(batch) == 1 || fault.Is(err, fault.Busy) {
			tell(batch, err)
			continue
		}
		for i := range batch { // one of them cannot be kept: the others can
			tell(batch[i:i+1], f.commit(ctx, batch[i:i+1]))
		}
	}
}

func (c *collector) next() (batch []*arrival) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, size := 0, 0
	for n < len(c.waiting) && n < commitItems && (n == 0 || size+len(c.waiting[n].item.Body) <= commitBytes) {
		size += len(c.waiting[n].item.Body)
		n++
	}
	batch, c.waiting = c.waiting[:n:n], c.waiting[n:]
	c.running = n > 0
	return batch
}

func tell(batch []*arrival, err error) {
	if err != nil && !fault.Is(err, fault.Busy) {
		err = fault.New(fault.Busy, "inbox.not_kept").Because(err) // whatever the reason: 503, and it comes again
	}
	for _, a := range batch {
		a.done <- cmp.Or(a.refused, err)
	}
}

func (f *Federation) commit(ctx context.Context, batch []*arrival) (err error) {
	ctx, cancel := context.WithTimeout(ctx, commitTimeout)
	defer cancel()
	defer f.survive(ctx, "inbox", &err)
	var items []wire.InboxItem
	var receptions []wire.Reception
	err = f.update(ctx, func(tx *store.Tx) (err error) {
		if items, err = f.admitted(tx.View, batch); err != nil {
			return err
		}
		if receptions, err = wire.Receive(tx, f.Wall(), items); err != nil {
			return err
		}
		for _, a := range batch {
			if a.refused == nil {
				if err := f.holdRoll(tx, a.heard); err != nil {
					return err
				}
			}
		}
		for i, reception := range receptions {
			if reception != wire.Repeated {
				continue
			}
			if err := f.answerAgain(tx, items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for i, reception := range receptions {
		if err == nil && reception == wire.Altered { // protocol 8 case 42: the first holds
			f.Log.WarnContext(ctx, "federation: an id came again with another body", "peer", items[i].Origin, "type", items[i].Type)
		}
	}
	return err
}

// admitted gives those of a batch that are to be kept, and notes which are refused. The rows that decide about them are read in the
// transaction that keeps them.
func (f *Federation) admitted(v *store.View, batch []*arrival) (items []wire.InboxItem, err error) {
	for _, a := range batch {
		verdict, err := f.admit(v, a.heard)
		if a.refused = nil; refused(err) {
			a.refused, verdict, err = err, pass, nil
		}
		if err != nil {
			return nil, err
		}
		if verdict == keep {
			items = append(items, a.item)
		}
	}
	return items, nil
}

// answerAgain answers once more what was asked before: whoever asks twice has not heard it.
func (f *Federation) answerAgain(tx *store.Tx, item wire.InboxItem) error {
	switch item.Type {
	case "Offer":
		return f.answerOfferAgain(tx, item)
	case "Follow":
		return f.answerFollowAgain(tx, item)
	}
	return nil
}

// answerFollowAgain answers the Follow by which a collective became our neighbour, or did not.
func (f *Federation) answerFollowAgain(tx *store.Tx, item wire.InboxItem) error {
	edge, err := neighbours.FindEdgeTo(tx.View, item.Signer)
	if err != nil || edge.TheirFollow != item.ActivityID {
		return ignoreUnknown(err)
	}
	them, err := neighbours.FindActor(tx.View, item.Signer)
	if err != nil {
		return err
	}
	if edge, err = neighbours.HearFollow(tx, them, item.ActivityID); err != nil {
		return err
	}
	return f.befriended(tx, edge)
}

// answerOfferAgain sends the last answer to an Offer once more, under its old id (DESIGN 2).
func (f *Federation) answerOfferAgain(tx *store.Tx, item wire.InboxItem) error {
	about := item.ActivityID // of a refusal that left no claim
	c, claimed, err := sharing.FindClaimAsked(tx.View, item.Signer, item.ActivityID)
	if err != nil {
		return err
	}
	if claimed {
		about = string(c.ID)
	} else if l, err := neighbours.FindLetterByObject(tx.View, item.ActivityID); err == nil && l.From == item.Signer {
		about = string(l.ID) // it waits for a human
	}
	return f.sayAgain(tx, about, item.Signer)
}
