package federation

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	couriers     = 32               // deliveries under way at a time, at most two of them to one host (wire.Lease)
	carryLease   = time.Minute      // longer than fetch waits for an answer
	skewWorthIt  = 5 * time.Minute  // a clock that is off by less bothers nobody
	skewMeasured = 10 * time.Second // what a slow answer makes of a right clock
)

// parcel is what goes on a trip.
type parcel struct {
	wire.Parcel
	followers []string // of who speaks, at the server that it goes to, where it is for followers
}

// trip is a delivery that was attempted.
type trip struct {
	parcel
	answer fetch.Response
	took   wire.Scheme // the peer refused another and took this
	failed error       // nobody answered, or we do not go there
}

// Deliver carries what is due until nothing is, or ctx ends. Whoever comes home hands in the answer and takes the next parcel in
// one transaction. First all who set out have signed, which costs us and takes no peer; by then the quick ones are back and share
// a commit, and a slow one holds up nobody. A trip that the end of ctx cut short is not held against the peer: its lease runs out
// and it is made again.
func (f *Federation) Deliver(ctx context.Context) (worked bool, err error) {
	defer fault.Wrap(&err, "deliver")
	if err := f.update(ctx, func(tx *store.Tx) error { return wire.GiveUp(tx, f.Wall()) }); err != nil {
		return false, err
	}
	home, signed := make(chan trip, couriers), make(chan struct{}, couriers)
	var back []trip
	for under := 0; ; {
		parcels, leased, err := f.handOver(ctx, back, couriers-under)
		if err != nil {
			return worked, err
		}
		worked = worked || leased > 0
		for _, p := range parcels {
			go func() { home <- f.carry(ctx, p, signed) }()
		}
		for range parcels {
			<-signed
		}
		back, under = nil, under+len(parcels)
		switch {
		case under == 0 && leased == 0:
			return worked, nil
		case under == 0: // all that was leased is withheld, and there may be more
		case ctx.Err() != nil:
			for range under {
				back = append(back, <-home)
			}
			_, _, err := f.handOver(context.WithoutCancel(ctx), back, 0)
			return worked, errors.Join(ctx.Err(), err)
		default:
			back = f.await(home, under == couriers)
			under -= len(back)
		}
	}
}

// await gives the trips that have ended, at least one, unless new deliveries come in first and somebody is free to take them.
func (f *Federation) await(home <-chan trip, allBusy bool) (back []trip) {
	more := f.Store.Bell(store.BellDeliveries)
	if allBusy {
		more = nil
	}
	select {
	case t := <-home:
		back = append(back, t)
	case <-more:
	}
	for {
		select {
		case t := <-home:
			back = append(back, t)
		default:
			return back
		}
	}
}

// handOver records trips and leases up to free new parcels; leased counts those among them, too, that may not be delivered any
// more.
func (f *Federation) handOver(ctx context.Context, back []trip, free int) (parcels []parcel, leased int, err error) {
	err = f.update(ctx, func(tx *store.Tx) error {
		parcels, leased = nil, 0
		if err := f.recordAll(ctx, tx, back); err != nil {
			return err
		}
		if free == 0 {
			return nil
		}
		all, err := wire.Lease(tx, f.Wall(), carryLease, free)
		if err != nil {
			return err
		}
		leased = len(all)
		if all, err = f.deliverable(tx, all); err != nil {
			return err
		}
		parcels, err = withFollowers(tx.View, all)
		return err
	})
	return parcels, leased, err
}

// deliverable holds parcels against edges and blocks as they are now, not as they were when something was said, and withholds
// what may not pass (DESIGN 2).
func (f *Federation) deliverable(tx *store.Tx, all []wire.Parcel) (parcels []wire.Parcel, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	var to []string // nodes, and actors on them
	for _, p := range all {
		to = append(to, p.Delivery.Host)
		if p.Activity.Recipient != "" {
			to = append(to, p.Activity.Recipient)
		}
	}
	passage, err := neighbours.PassageTo(tx.View, to...)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		may, err := passage.May(p.Delivery.Host, p.Activity, flowOf(p.Activity.Object))
		if err != nil {
			return nil, err
		}
		if may && !p.Activity.Blank() {
			parcels = append(parcels, p)
			continue
		}
		if err := wire.Withhold(tx, p.Delivery, wire.Withheld); err != nil {
			return nil, err
		}
	}
	return parcels, nil
}

// carry makes one trip, signed anew by the actor who speaks, and says once when it has signed, or will not.
func (f *Federation) carry(ctx context.Context, p parcel, signed chan<- struct{}) trip {
	said := sync.OnceFunc(func() { signed <- struct{}{} })
	defer said()
	t := trip{parcel: p}
	t.answer, t.took, t.failed = f.deliver(ctx, p, said)
	return t
}

// recordAll writes down how trips ended. Most were welcome, and are written down together unless one of them came home too late.
func (f *Federation) recordAll(ctx context.Context, tx *store.Tx, back []trip) error {
	welcome, single := map[int][]trip{}, []trip{}
	for _, t := range back {
		switch {
		case t.cutShort():
		case t.welcome():
			welcome[t.answer.Status] = append(welcome[t.answer.Status], t)
		default:
			single = append(single, t)
		}
	}
	for status, trips := range welcome {
		var sent []wire.Delivery
		for _, t := range trips {
			sent = append(sent, t.Delivery)
		}
		err := tx.Savepoint(func(tx *store.Tx) error { return wire.SentTogether(tx, f.Wall(), status, sent...) })
		if fault.KeyOf(err) == "delivery.lease_lost" {
			single = append(single, trips...)
			continue
		}
		if err != nil {
			return err
		}
		for _, t := range trips {
			if err := f.conclude(ctx, tx, t); err != nil {
				return err
			}
		}
	}
	for _, t := range single {
		if err := f.record(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

// record writes down how one trip ended. If its lease was lost meanwhile it is another courier's now.
func (f *Federation) record(ctx context.Context, tx *store.Tx, t trip) (err error) {
	d := t.Delivery
	if t.welcome() {
		err = wire.Sent(tx, f.Wall(), d, t.answer.Status)
	} else {
		if d, err = wire.Failed(tx, f.Wall(), d, t.failure()); err == nil && d.State == wire.DeliveryGone && d.LastStatus != 0 {
			err = f.inboxGone(tx, d)
		}
	}
	if fault.KeyOf(err) == "delivery.lease_lost" {
		f.Log.WarnContext(ctx, "delivery: too late to say so", "peer", d.Host, "activity", d.ActivityID)
		return nil
	}
	if err != nil {
		return err
	}
	return f.conclude(ctx, tx, t)
}

// welcome reports that the peer took it.
func (t trip) welcome() bool { return t.failed == nil && t.answer.OK() }

// cutShort reports that we gave the trip up ourselves.
func (t trip) cutShort() bool { return errors.Is(t.failed, context.Canceled) }

// failure says in wire's words why nothing was delivered.
func (t trip) failure() wire.Failure {
	if t.failed == nil {
		return wire.Failure{Status: t.answer.Status, RetryAfter: t.answer.RetryAfter, Class: "status"}
	}
	return wire.Failure{Class: classOf(t.failed)}
}

// classOf is a word for the queue page.
func classOf(err error) string {
	var failure *fetch.Failure
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "dns"
	case errors.As(err, &certificate):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.As(err, &failure):
		switch failure.Cause {
		case fetch.TooSlow:
			return "timeout"
		case fetch.Refused, fetch.BadRequest:
			return "forbidden_address"
		case fetch.NotSigned:
			return "not_signed"
		}
	}
	return "unreachable"
}

// inboxGone stops saying anything to followers behind an inbox that has answered 404 or 410 for a week.
func (f *Federation) inboxGone(tx *store.Tx, d wire.Delivery) error {
	if d.LastStatus != http.StatusNotFound && d.LastStatus != http.StatusGone {
		return nil
	}
	return neighbours.ForgetInbox(tx, d.Inbox)
}

// conclude is what is left to do about a trip that is recorded.
func (f *Federation) conclude(ctx context.Context, tx *store.Tx, t trip) error {
	if t.took != "" {
		if err := wire.Refused(tx, f.Wall(), t.Delivery.Host, t.took); err != nil {
			return err
		}
	}
	f.logTrip(ctx, t)
	return f.clock(tx, t)
}

// clock notes how far a peer's clock is off, when that may be why it refuses us, and when it no longer is.
func (f *Federation) clock(tx *store.Tx, t trip) error {
	if t.answer.Date.IsZero() {
		return nil
	}
	by := t.answer.Date.Sub(f.Wall())
	if by.Abs() <= skewMeasured {
		by = 0
	}
	if t.answer.OK() && by.Abs() < skewWorthIt && t.Delivery.Attempt == 1 {
		return nil
	}
	return wire.Skewed(tx, t.Delivery.Host, by)
}

// logTrip is the one line of each attempt.
func (f *Federation) logTrip(ctx context.Context, t trip) {
	level, class := slog.LevelDebug, ""
	if t.failed != nil || !t.answer.OK() {
		level, class = slog.LevelInfo, t.failure().Class
	}
	f.Log.LogAttrs(ctx, level, "delivery", slog.String("peer", t.Delivery.Host), slog.String("activity", string(t.Delivery.ActivityID)),
		slog.Int("attempt", t.Delivery.Attempt), slog.Int("status", t.answer.Status), slog.String("error", class))
}
