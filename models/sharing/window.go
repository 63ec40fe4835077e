package sharing

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
)

// Spans of the gathering window and of a promise (DESIGN 4, product 4.1).
const (
	gatherAtLeast  = 24 * time.Hour
	afterDailyList = 18 * time.Hour // so that who reads one list a day is never late
	goesOffWindow  = time.Hour      // hot food: 30 to 60 minutes, and nobody is hurried without need
	laterWindow    = 2 * time.Hour
	lengthenBy     = 24 * time.Hour
	gatherAtMost   = 7 * 24 * time.Hour
	grace          = 15 * time.Minute // for clocks and couriers between nodes
	silenceReached = 48 * time.Hour
	silenceUnheard = 7 * 24 * time.Hour
)

// gatherUntil is the end of the window of an offer published now. Being awake at the right moment must not decide, so it takes in a
// whole day and a daily list, and never ends at night.
func gatherUntil(published time.Time, hours people.Hours) time.Time {
	day := published.Add(gatherAtLeast)
	list := hours.Next(people.DailyList, published).Add(afterDailyList)
	return hours.NextWaking(later(day, list))
}

// goesOffUntil is the end of the window of what goes off today: soon, and also at night.
func goesOffUntil(published time.Time) time.Time { return published.Add(goesOffWindow) }

// miniWindow is the end of the window that the first claim opens when nobody asked in time.
func miniWindow(asked time.Time, goesOffToday bool, hours people.Hours) time.Time {
	end := asked.Add(laterWindow)
	if goesOffToday {
		return end
	}
	return hours.NextWaking(end)
}

// freeze is from when on a claim counts no more. The page shows the end of the window, not this.
func freeze(end time.Time, goesOffToday bool) time.Time {
	if goesOffToday {
		return end
	}
	return end.Add(grace)
}

// lengthen moves the end of a window by a day, at most to seven days after publication or to the morning after that, and only while
// the window is open. Whoever counts on an end can count on it being no earlier.
func lengthen(now, published, end time.Time, hours people.Hours) (time.Time, error) {
	if !now.Before(end) {
		return end, fault.New(fault.Conflict, "offer.window_over")
	}
	longer := hours.NextWaking(earlier(end.Add(lengthenBy), published.Add(gatherAtMost)))
	if !longer.After(end) {
		return end, fault.New(fault.Conflict, "offer.window_longest")
	}
	return longer, nil
}

// hold is until when a promise waits for its receiver. reached says that she has a channel that tells her: then silence counts after 48 hours.
// Without one, and always between nodes, it counts after seven days or the last pick-up window, whichever is first. What goes off today
// waits for its last window. A window that is over when the promise is made counts for nothing: the two agree on another.
func hold(promised time.Time, lastWindow *time.Time, goesOffToday, reached bool) time.Time {
	pickUp := lastWindow != nil && lastWindow.After(promised)
	switch {
	case pickUp && goesOffToday:
		return *lastWindow
	case reached:
		return promised.Add(silenceReached)
	case pickUp:
		return earlier(promised.Add(silenceUnheard), *lastWindow)
	}
	return promised.Add(silenceUnheard)
}

// holdAfter is until when a promise waits once the two have agreed on a time: who comes home with a chair says so in the evening.
func holdAfter(w agreeing.Window, goesOffToday bool) time.Time {
	if goesOffToday {
		return w.To
	}
	return w.To.Add(silenceReached)
}

// stillAhead leaves away the windows that are over.
func stillAhead(windows []agreeing.Window, now time.Time) []agreeing.Window {
	return slices.DeleteFunc(slices.Clone(windows), func(w agreeing.Window) bool { return !w.To.After(now) })
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
