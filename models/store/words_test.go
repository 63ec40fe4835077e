package store_test

import (
	"fmt"
	"slices"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

func TestSearch_foldsMarksCaseAndArabicForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		update(t, s, func(tx *store.Tx) error {
			for id, text := range map[string]string{"bike": "Blaues Fahrrad für Kinder", "tent": "Grünes Zelt", "book": "كتاب أحمد القديم"} {
				if err := tx.Save(&pot{ID: id, Words: text}); err != nil {
					return err
				}
				if err := tx.Index("pot", id, text); err != nil {
					return err
				}
			}
			return nil
		})
		for search, want := range map[string][]string{"fahr": {"bike"}, "FUR kinder": {"bike"}, "grunes": {"tent"}, "احمد": {"book"}, "zelt fahrrad": nil, "%": {"bike", "book", "tent"}} {
			view(t, s, func(v *store.View) error {
				found, err := store.All[pot](v.Matching(v.DB().Order("id"), "id", "pot", search))
				var got []string
				for _, p := range found {
					got = append(got, p.ID)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%q finds %v, want %v", search, got, want)
				}
				return err
			})
		}
	})
}

// More than a thousand things with a word are looked for in another way than a few.
func TestSearch_findsAWordThatManyThingsHave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		const many = 1100
		update(t, s, func(tx *store.Tx) error {
			for i := range many {
				id, text := fmt.Sprintf("lamp%04d", i), "A lamp"
				if i%500 == 7 {
					text = "A lamp of brass"
				}
				if err := tx.Save(&pot{ID: id, Words: text}); err != nil {
					return err
				}
				if err := tx.Index("pot", id, text); err != nil {
					return err
				}
			}
			return tx.Save(&pot{ID: "tub", Words: "A tub of brass"})
		})
		for search, want := range map[string]int{"lamp": many, "brass lamp": 3, "lamps": 0} {
			view(t, s, func(v *store.View) error {
				found, err := store.All[pot](v.Matching(v.DB().Order("id"), "id", "pot", search))
				if len(found) != want || want > 0 && found[0].ID > found[want-1].ID {
					t.Errorf("%q finds %d things, want %d", search, len(found), want)
				}
				return err
			})
		}
	})
}
