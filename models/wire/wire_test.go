package wire_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

var noon = storetest.Noon

const (
	birch = "https://birch.example"
	cedar = "https://cedar.example"
)

func update(t *testing.T, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	updateAt(t, s, noon, fn)
}

func updateAt(t *testing.T, s *store.Store, now time.Time, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), now, fn); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *store.Store, fn func(v *store.View) error) {
	t.Helper()
	if err := s.View(context.Background(), noon, fn); err != nil {
		t.Fatal(err)
	}
}

// note is a public activity about an object of its own.
func note(n int) wire.Activity {
	return about(n, "Create", fmt.Sprintf("offers/%d", n))
}

func about(n int, kind, object string) wire.Activity {
	return wire.Activity{
		ID: wire.ActivityID(fmt.Sprintf("a%05d", n)), Actor: wire.Collective, Type: kind, Object: object,
		Body: fmt.Appendf(nil, `{"n":%d}`, n), Public: true,
	}
}

func post(t *testing.T, s *store.Store, wall time.Time, a wire.Activity, inboxes ...string) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error { return wire.Post(tx, wall, a, inboxes...) })
}

func lease(t *testing.T, s *store.Store, wall time.Time) (parcels []wire.Parcel) {
	t.Helper()
	update(t, s, func(tx *store.Tx) (err error) {
		parcels, err = wire.Lease(tx, wall, time.Minute, 100)
		return err
	})
	return parcels
}

func sent(t *testing.T, s *store.Store, wall time.Time, p wire.Parcel) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error { return wire.Sent(tx, wall, p.Delivery, 202) })
}

func failed(t *testing.T, s *store.Store, wall time.Time, p wire.Parcel, f wire.Failure) (d wire.Delivery) {
	t.Helper()
	update(t, s, func(tx *store.Tx) (err error) {
		d, err = wire.Failed(tx, wall, p.Delivery, f)
		return err
	})
	return d
}

func peer(t *testing.T, s *store.Store, origin string) (p wire.Peer) {
	t.Helper()
	view(t, s, func(v *store.View) (err error) {
		p, err = wire.FindPeer(v, origin)
		return err
	})
	return p
}

func ids(parcels []wire.Parcel) (ids []wire.ActivityID) {
	for _, p := range parcels {
		ids = append(ids, p.Activity.ID)
	}
	return ids
}
