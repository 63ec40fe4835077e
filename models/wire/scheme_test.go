package wire_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestPeer_remembersItsClock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		update(t, s, func(tx *store.Tx) error { return wire.Skewed(tx, birch, -40*time.Minute) })
		if p := peer(t, s, birch); p.ClockSkew != -40*time.Minute {
			t.Errorf("got %+v", p)
		}
	})
}

func TestScheme_isWhatThePeerWasLatelySeenToTake(t *testing.T) {
	says := func(at time.Duration, scheme wire.Scheme) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return wire.Speaks(tx, noon.Add(at), birch, scheme) }
	}
	refuses := func(at time.Duration, took wire.Scheme) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return wire.Refused(tx, noon.Add(at), birch, took) }
	}
	for name, c := range map[string]struct {
		story []func(tx *store.Tx) error
		at    time.Duration
		want  wire.Scheme
	}{
		"nothing known":            {nil, 0, wire.Unknown},
		"it said so":               {[]func(*store.Tx) error{says(0, wire.RFC9421)}, 29 * day, wire.RFC9421},
		"it said so long ago":      {[]func(*store.Tx) error{says(0, wire.RFC9421)}, 30 * day, wire.Unknown},
		"it said so again":         {[]func(*store.Tx) error{says(0, wire.RFC9421), says(20*day, wire.RFC9421)}, 40 * day, wire.RFC9421},
		"a better one":             {[]func(*store.Tx) error{says(0, wire.RFC9421), says(0, wire.Ed25519)}, 0, wire.Ed25519},
		"a lesser one":             {[]func(*store.Tx) error{says(0, wire.Ed25519), says(day, wire.RFC9421)}, day, wire.Ed25519},
		"a lesser one in the end":  {[]func(*store.Tx) error{says(0, wire.Ed25519), says(30*day, wire.RFC9421)}, 30 * day, wire.RFC9421},
		"it refused":               {[]func(*store.Tx) error{says(0, wire.Ed25519), refuses(day, wire.Cavage)}, day, wire.Cavage},
		"it says so, yet refused":  {[]func(*store.Tx) error{refuses(0, wire.Cavage), says(6*day, wire.RFC9421)}, 6 * day, wire.Cavage},
		"it refused a week ago":    {[]func(*store.Tx) error{refuses(0, wire.Cavage), says(7*day, wire.RFC9421)}, 7 * day, wire.RFC9421},
		"it refused the other one": {[]func(*store.Tx) error{refuses(0, wire.Cavage), refuses(day, wire.RFC9421)}, day, wire.RFC9421},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				post(t, s, noon, note(1), birch+"/inbox")
				for _, step := range c.story {
					update(t, s, step)
				}
				if got := peer(t, s, birch).Takes(noon.Add(c.at)); got != c.want {
					t.Errorf("it takes %q, want %q", got, c.want)
				}
				if got := lease(t, s, noon.Add(c.at)); len(got) == 1 && got[0].Scheme != c.want {
					t.Errorf("the courier is told %q, want %q", got[0].Scheme, c.want)
				}
			})
		})
	}
}
