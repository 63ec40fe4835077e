package agreeing_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

var states = []agreeing.State{
	agreeing.Queued, agreeing.OnItsWay, agreeing.Gathering, agreeing.Waiting, agreeing.Promised, agreeing.Done, agreeing.Released,
	agreeing.Lapsed, agreeing.DidNotHappen, agreeing.Refused, agreeing.Revoked, agreeing.Silent,
}

// The table in Agreement's doc comment, and every other change refused.
func TestAgreement_changesAsItsTableSays(t *testing.T) {
	t.Parallel()
	now := storetest.Noon
	end := func(to agreeing.State) func(a *agreeing.Agreement) error {
		return func(a *agreeing.Agreement) error { return a.End(to, now) }
	}
	open := []agreeing.State{agreeing.Gathering, agreeing.Waiting}
	promised := []agreeing.State{agreeing.Promised}
	for _, c := range []struct {
		what string
		from []agreeing.State
		do   func(a *agreeing.Agreement) error
		to   agreeing.State
	}{
		{"drawn or chosen", open, func(a *agreeing.Agreement) error { return a.Promise(now) }, agreeing.Promised},
		{"not this one", open, (*agreeing.Agreement).Wait, agreeing.Waiting},
		{"the thing is gone", open, end(agreeing.Refused), agreeing.Refused},
		{"handed over", promised, end(agreeing.Done), agreeing.Done},
		{"let go", promised, end(agreeing.Released), agreeing.Released},
		{"no answer", promised, end(agreeing.Lapsed), agreeing.Lapsed},
		{"it didn't happen", promised, end(agreeing.DidNotHappen), agreeing.DidNotHappen},
		{"taken back by the giver", promised, end(agreeing.Revoked), agreeing.Revoked},
		{"a time agreed", promised, func(a *agreeing.Agreement) error { return a.Agree(agreeing.Window{}, now) }, agreeing.Promised},
		{"a time proposed", promised, func(a *agreeing.Agreement) error { return a.Propose(agreeing.Window{}) }, agreeing.Promised},
		{"an end that is none", nil, end(agreeing.Waiting), ""},
	} {
		for _, from := range states {
			var a agreeing.Agreement
			a.Begin(from)
			err := c.do(&a)
			may := false
			for _, s := range c.from {
				may = may || s == from
			}
			switch {
			case may && (err != nil || a.State != c.to):
				t.Errorf("%s, from %s: %s, %v", c.what, from, a.State, err)
			case !may && (fault.KeyOf(err) != "claim.moved_on" || a.State != from):
				t.Errorf("%s, from %s: %s, %v", c.what, from, a.State, err)
			}
			if over := !a.State.Live(); err == nil && over != (a.PurgeAt != nil) {
				t.Errorf("%s: erased at %v", c.what, a.PurgeAt)
			}
		}
	}
}

func TestAgreement_waitsForTheTimeBothHave(t *testing.T) {
	t.Parallel()
	var a agreeing.Agreement
	a.Begin(agreeing.Waiting)
	soon, late := storetest.Noon.Add(time.Hour), storetest.Noon.Add(100*time.Hour)
	for _, err := range []error{a.Promise(late), a.Agree(agreeing.Window{}, soon)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !a.HoldUntil.Equal(late) {
		t.Errorf("held until %v", a.HoldUntil)
	}
	a.HoldAtMost(soon)
	if !a.HoldUntil.Equal(soon) {
		t.Errorf("held until %v", a.HoldUntil)
	}
}

func TestAsking_fallsSilentAndIsHeardAgain(t *testing.T) {
	t.Parallel()
	for _, s := range []agreeing.State{agreeing.Queued, agreeing.OnItsWay, agreeing.Gathering, agreeing.Waiting} {
		var a agreeing.Agreement
		a.Begin(s)
		a.Hush(storetest.Noon)
		if a.State != agreeing.Silent || !a.PurgeAt.Equal(storetest.Noon.Add(agreeing.SilentKept)) {
			t.Errorf("%s became %s and is erased at %v", s, a.State, a.PurgeAt)
		}
		a.SendOff()
		if a.State != agreeing.OnItsWay || a.PurgeAt != nil {
			t.Errorf("%s, sent again, is %s and erased at %v", s, a.State, a.PurgeAt)
		}
	}
}

func TestAsking_thatIsPromisedDoesNotFallSilentBeforeItsTime(t *testing.T) {
	t.Parallel()
	var a agreeing.Agreement
	a.Begin(agreeing.Waiting)
	if err := a.Promise(storetest.Noon); err != nil {
		t.Fatal(err)
	}
	a.Hush(storetest.Noon.Add(agreeing.Kept - time.Second))
	if a.State != agreeing.Promised {
		t.Errorf("it is %s", a.State)
	}
	a.Hush(storetest.Noon.Add(agreeing.Kept))
	if a.State != agreeing.Silent {
		t.Errorf("it is %s", a.State)
	}
}
