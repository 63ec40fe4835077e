package wire_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// up is a node's story of being there and not, told by the minute.
type up struct {
	*testing.T
	*store.Store
}

func at(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }

func (u up) wakes(minute int)  { u.Helper(); updateAt(u.T, u.Store, at(minute), wire.Wake) }
func (u up) sleeps(minute int) { u.Helper(); updateAt(u.T, u.Store, at(minute), wire.Beat) }

func (u up) known() (uptime wire.Uptime) {
	u.Helper()
	view(u.T, u.Store, func(v *store.View) (err error) {
		uptime, err = wire.FindUptime(v)
		return err
	})
	return uptime
}

func (u up) reached(until, now int, want bool) {
	u.Helper()
	if got := u.known().Reached(at(until), at(now)); got != want {
		u.Errorf("reached until minute %d, asked at %d: %v", until, now, got)
	}
}

func TestUptime_aNodeThatWasDownAcrossATimeWaitsAQuarterOfAnHour(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		u := up{t, s}
		u.reached(5, 5, true) // nothing is known before the first start
		u.wakes(0)
		u.reached(0, 0, true)
		u.sleeps(60)
		u.wakes(120)
		u.reached(59, 120, true)
		u.reached(60, 120, true) // still up
		u.reached(90, 120, false)
		u.reached(120, 134, false)
		u.reached(90, 135, true)
		u.reached(121, 121, true)
	})
}

func TestUptime_aSecondAbsenceSoonAfterTheFirstIsPartOfIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		u := up{t, s}
		u.wakes(0)
		u.sleeps(60)
		u.wakes(120)
		u.sleeps(125)
		u.wakes(130)
		u.reached(90, 135, false)
		u.reached(90, 145, true)
		u.sleeps(150)
		u.wakes(160)
		u.reached(90, 160, true) // peers had their time before this one
		u.reached(155, 160, false)
	})
}
