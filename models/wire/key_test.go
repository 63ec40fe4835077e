package wire_test

import (
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestReserveFetch_causesOneFetchInFiveMinutes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		id := birch + "/ap/collective#main-key"
		storm := func(wall time.Time) (fetches int) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					err := s.Update(t.Context(), noon, func(tx *store.Tx) error {
						mine, err := wire.ReserveFetch(tx, wall, id, birch)
						if mine {
							mu.Lock()
							fetches++
							mu.Unlock()
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			return fetches
		}
		for _, c := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {4 * time.Minute, 0}, {5 * time.Minute, 1}, {6 * time.Minute, 0}} {
			if got := storm(noon.Add(c.after)); got != c.want {
				t.Errorf("after %v: %d fetches, want %d", c.after, got, c.want)
			}
		}
		view(t, s, func(v *store.View) error {
			k, err := wire.FindKey(v, id)
			if k.Known() {
				t.Error("a key that was never had is known")
			}
			return err
		})
	})
}

func TestLearnKeys_forgetsTheKeysBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := wire.RemoteKey{ID: birch + "/k", Owner: birch + "/ap/collective", Origin: birch}
		old, other := k, k
		old.ID, old.PEM, other.ID, other.PEM, other.Owner = birch+"/old", "old", birch+"/other", "other", birch+"/ap/node"
		update(t, s, func(tx *store.Tx) error { return wire.LearnKeys(tx, noon, other.Owner, other) })
		for _, pem := range []string{"first", "second"} {
			k.PEM = pem
			update(t, s, func(tx *store.Tx) error { return wire.LearnKeys(tx, noon, k.Owner, k, old) })
		}
		update(t, s, func(tx *store.Tx) error { return wire.LearnKeys(tx, noon, k.Owner, k) })
		view(t, s, func(v *store.View) error {
			if _, err := wire.FindKey(v, old.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("a key that is no longer named: %v", err)
			}
			_, err := wire.FindKey(v, other.ID)
			return err
		})
		view(t, s, func(v *store.View) error {
			got, err := wire.FindKey(v, k.ID)
			if got.PEM != "second" || got.Owner != k.Owner || !got.FetchedAt.Equal(noon) {
				t.Errorf("got %+v", got)
			}
			return err
		})
		update(t, s, func(tx *store.Tx) error { return wire.ForgetKeys(tx, k.Owner) })
		view(t, s, func(v *store.View) error {
			if _, err := wire.FindKey(v, k.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v", err)
			}
			return nil
		})
	})
}

func TestOriginOf_refusesWhatHasTwoReadings(t *testing.T) {
	for iri, want := range map[string]string{
		"https://birch.example/ap/inbox":      birch,
		"https://Birch.example":               birch,
		"https://birch.example?x":             birch,
		"http://birch.localhost:8081/inbox":   "http://birch.localhost:8081",
		"https://[::1]:8080/inbox":            "https://[::1]:8080",
		"https://u@birch.example/":            "",
		`https://birch.example\@evil.example`: "",
		"https://birch%2Eexample/":            "",
		"https:///inbox":                      "",
		"birch.example":                       "",
		"ftp://birch.example/":                "",
	} {
		got, err := wire.OriginOf(iri)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v", iri, got, err)
		}
	}
}

func FuzzOriginOf(f *testing.F) {
	f.Add("https://birch.example/ap/inbox")
	f.Add(`http://[::1]:8080\@x?#`)
	f.Fuzz(func(t *testing.T, iri string) {
		origin, err := wire.OriginOf(iri)
		if err != nil {
			return
		}
		if again, err := wire.OriginOf(origin + "/x"); err != nil || again != origin {
			t.Errorf("%q has the origin %q, and that has %q, %v", iri, origin, again, err)
		}
	})
}
