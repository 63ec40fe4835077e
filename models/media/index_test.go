package media_test

import (
	"testing"

	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Every list has an index on both databases (DESIGN 5).
func TestFinders_haveAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, find := range map[string]func(v *store.View) error{
			"Dropped": func(v *store.View) error {
				_, err := media.Dropped(v, 10)
				return err
			},
			"Strays": func(v *store.View) error {
				_, err := media.Strays(v, []media.PhotoID{"one", "two"})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) { storetest.IndexedFinder(t, s, find) })
		}
	})
}
