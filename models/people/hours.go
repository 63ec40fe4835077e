package people

import (
	"fmt"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// TimeOfDay is what a clock on the wall shows, in minutes after midnight.
type TimeOfDay int

// Hours that a collective has until it chooses others (product 5.8, 7.9).
const (
	QuietFrom TimeOfDay = 21 * 60
	QuietTo   TimeOfDay = 8 * 60
	DailyList TimeOfDay = 17 * 60 // when the day's list is made
)

// ParseTimeOfDay reads "21:00", as a form's time field sends it.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fault.New(fault.Invalid, "hours.time")
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// String writes "21:00".
func (d TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", d/60, d%60) }

// Hours are when a collective sleeps: in quiet hours nothing is drawn, no window ends and nobody is written to (product 4.6, 5.8).
//
// A night goes from the first moment at which the clock shows QuietFrom to the last at which it shows QuietTo, so that of an hour that
// exists twice neither half is awake by surprise. A time that the clock jumps over is the moment of the jump. Equal times mean no
// quiet hours at all.
type Hours struct {
	Zone               *time.Location // nil is UTC
	QuietFrom, QuietTo TimeOfDay
}

// DefaultHours are a collective's hours in its zone until it chooses others.
func DefaultHours(zone *time.Location) Hours {
	return Hours{Zone: zone, QuietFrom: QuietFrom, QuietTo: QuietTo}
}

// NextWaking is t, or the end of the night in which t falls.
func (h Hours) NextWaking(t time.Time) time.Time {
	if h.QuietFrom == h.QuietTo {
		return t
	}
	mornings := 0
	if h.QuietFrom > h.QuietTo {
		mornings = 1 // over midnight
	}
	for day := -1; day <= 1; day++ { // in this order, because where the clock goes back one night may run into the next
		falls, _ := h.clockShows(h.QuietFrom, t, day)
		_, rises := h.clockShows(h.QuietTo, t, day+mornings)
		if !t.Before(falls) && t.Before(rises) {
			return h.NextWaking(rises)
		}
	}
	return t
}

// Quiet reports whether t is in quiet hours.
func (h Hours) Quiet(t time.Time) bool { return h.NextWaking(t).After(t) }

// Next is the first moment after t, and not t itself, at which the clock comes to show at.
func (h Hours) Next(at TimeOfDay, t time.Time) time.Time {
	for day := 0; ; day++ {
		if first, _ := h.clockShows(at, t, day); first.After(t) {
			return first
		}
	}
}

// clockShows is when the clock on the wall shows at, some days after t's: the first and the last time, which differ when it is put back.
func (h Hours) clockShows(at TimeOfDay, t time.Time, days int) (first, last time.Time) {
	zone := h.Zone
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := t.In(zone).Date()
	wanted := time.Date(year, month, day+days, 0, int(at), 0, 0, time.UTC)
	first = time.Date(year, month, day+days, 0, int(at), 0, 0, zone)
	last = first
	start, end := first.ZoneBounds()
	// time.Date answers with a time on either side of a jump over what was asked for.
	_, offset := first.Zone()
	switch shown := first.Add(time.Duration(offset) * time.Second); {
	case shown.After(wanted):
		return start, start
	case shown.Before(wanted):
		return end, end
	}
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if earlier := first.Add(time.Duration(offset-before) * time.Second); earlier.Before(start) {
			first = earlier
		}
	}
	if !end.IsZero() {
		_, after := end.Zone()
		if later := last.Add(time.Duration(offset-after) * time.Second); !later.Before(end) {
			last = later
		}
	}
	return first, last
}
