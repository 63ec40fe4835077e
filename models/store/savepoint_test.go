package store_test

import (
	"errors"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

func TestSavepoint_undoesOnlyItsOwnWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		update(t, s, func(tx *store.Tx) error {
			if err := tx.Save(&pot{ID: "a"}); err != nil {
				return err
			}
			twice := tx.Savepoint(func(tx *store.Tx) error {
				if err := tx.Save(&pot{ID: "b"}); err != nil {
					return err
				}
				return tx.Save(&pot{ID: "a"})
			})
			if !store.Duplicate(twice) {
				t.Errorf("got %v", twice)
			}
			return nil
		})
		view(t, s, func(v *store.View) error {
			pots, err := store.All[pot](v.DB().Order("id"))
			if len(pots) != 1 || pots[0].ID != "a" {
				t.Errorf("got %v", pots)
			}
			return err
		})
	})
}

// All savepoints have one name, and the innermost is meant.
func TestSavepoint_insideAnotherUndoesOnlyTheInnerOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		save := func(tx *store.Tx, id string) {
			if err := tx.Save(&pot{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
		update(t, s, func(tx *store.Tx) error {
			save(tx, "a")
			err := tx.Savepoint(func(tx *store.Tx) error {
				save(tx, "b")
				inner := tx.Savepoint(func(tx *store.Tx) error {
					save(tx, "c")
					return errors.New("no")
				})
				if inner == nil {
					t.Error("the inner one did not fail")
				}
				save(tx, "d")
				return nil
			})
			if err != nil {
				return err
			}
			func() {
				defer func() { _ = recover() }()
				_ = tx.Savepoint(func(tx *store.Tx) error {
					save(tx, "e")
					panic("a bug")
				})
			}()
			save(tx, "f")
			return nil
		})
		view(t, s, func(v *store.View) error {
			var ids []string
			err := v.DB().Model(&pot{}).Order("id").Pluck("id", &ids).Error
			if got := strings.Join(ids, ""); got != "abdf" {
				t.Errorf("got %s", got)
			}
			return err
		})
	})
}
