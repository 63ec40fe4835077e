package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// full lets SQLite's file grow no further, as a full disk does; free gives it room again.
func full(t *testing.T, s *store.Store) { t.Helper(); roomFor(t, s, "1") }
func free(t *testing.T, s *store.Store) { t.Helper(); roomFor(t, s, "1000000") }

func roomFor(t *testing.T, s *store.Store, pages string) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		var bound int
		return tx.DB().Raw("PRAGMA max_page_count = " + pages).Scan(&bound).Error
	})
}

func fill(tx *store.Tx) error {
	return tx.Remember(store.Result{Key: store.RandomID[string](), BodyHash: strings.Repeat("x", 100_000)})
}

// A worker that takes a full disk for the fault of one item counts it against that item, and gives it up in the end.
func TestSavepoint_saysThatTheDatabaseIsAwayAndNotThatTheItemIsWrong(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	full(t, s)
	err := s.Update(context.Background(), noon, func(tx *store.Tx) error {
		inside := tx.Savepoint(fill)
		if !fault.Is(inside, fault.Busy) {
			t.Errorf("inside the transaction it is %v", inside)
		}
		return inside
	})
	if fault.KeyOf(err) != "store.unavailable" || strings.Count(err.Error(), "store.unavailable") != 1 {
		t.Errorf("outside it is %v", err)
	}
}

func TestSavepoint_leavesOtherErrorsAsTheyAre(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	mine := errors.New("mine")
	if err := s.Update(context.Background(), noon, func(tx *store.Tx) error {
		return tx.Savepoint(func(*store.Tx) error { return mine })
	}); err != mine {
		t.Errorf("got %v", err)
	}
}

func TestWell_isSoUntilAWriteIsRefusedAndAgainOnceThereIsRoom(t *testing.T) {
	s, ctx := storetest.Open(t, "sqlite"), context.Background()
	well := func(want bool) {
		t.Helper()
		if err := s.Well(ctx, noon); (err == nil) != want {
			t.Errorf("well: %v, want %t", err, want)
		}
	}
	well(true)
	full(t, s)
	well(true) // nobody has wanted to write yet
	if err := s.Update(ctx, noon, fill); !fault.Is(err, fault.Busy) {
		t.Fatalf("a full disk took it: %v", err)
	}
	well(false)
	well(false)
	free(t, s)
	well(true)
	view(t, s, func(v *store.View) error {
		var rows int64
		err := v.DB().Model(&store.Result{}).Count(&rows).Error
		if rows != 0 {
			t.Errorf("trying left %d rows behind", rows)
		}
		return err
	})
}

func TestWell_isNotSoWithoutADatabase(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		s, err := store.Open(context.Background(), storetest.Config(t, dialect))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Well(context.Background(), noon); err == nil {
			t.Errorf("%s is well when closed", dialect)
		}
	}
}
