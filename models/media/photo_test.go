package media_test

import (
	"context"
	"io"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// album is an album with one photo in it, whose row is kept for rosa.
func album(t *testing.T, s *store.Store) (*media.Album, media.PhotoID) {
	t.Helper()
	a, err := media.OpenAlbum(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	p := media.Picture{Bytes: []byte("canary"), Width: 4, Height: 3}
	id, err := a.Put(media.Image{Full: p, Thumb: p})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error { return media.Keep(tx, id, "rosa", p) }); err != nil {
		t.Fatal(err)
	}
	return a, id
}

func TestPhoto_canBeAttachedByItsOwnerAloneAndToOneThing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, id := album(t, s)
		for _, c := range []struct {
			owner, subject string
			kind           fault.Kind
		}{{"ben", "offer:a", fault.NotFound}, {"rosa", "offer:a", fault.Internal}, {"rosa", "offer:a", fault.Internal}, {"rosa", "offer:b", fault.NotFound}} {
			err := s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error { return media.Attach(tx, id, c.owner, c.subject) })
			if fault.KindOf(err) != c.kind || (c.kind == fault.Internal && err != nil) {
				t.Errorf("%s to %s: %v", c.owner, c.subject, err)
			}
		}
	})
}

func TestPhoto_thatNoFormCameBackForIsGoneAfterADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := album(t, s)
		for _, after := range []time.Duration{23 * time.Hour, 25 * time.Hour} {
			var dropped []media.PhotoID
			err := s.Update(context.Background(), storetest.Noon.Add(after), func(tx *store.Tx) (err error) {
				if err := media.Purge(tx); err != nil {
					return err
				}
				dropped, err = media.Dropped(tx.View, 10)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if gone := len(dropped) == 1; gone != (after > 24*time.Hour) {
				t.Fatalf("after %v dropped is %v", after, dropped)
			}
			if err := a.Remove(dropped...); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Open(id, media.Full); !fault.Is(err, fault.NotFound) {
			t.Errorf("the file is still there: %v", err)
		}
		err := s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error { return media.Forget(tx, id) })
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAlbum_opensNothingOutsideItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := album(t, s)
		for _, bad := range []media.PhotoID{"", "../manypots", "..", id + "/..", "x\x00"} {
			if f, err := a.Open(bad, media.Thumb); err == nil {
				_ = f.Close()
				t.Errorf("%q opened", bad)
			}
		}
		f, err := a.Open(id, media.Thumb)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got, _ := io.ReadAll(f); string(got) != "canary" {
			t.Errorf("got %q", got)
		}
	})
}
