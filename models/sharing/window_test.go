package sharing

import (
	"testing"
	"time"
	_ "time/tzdata"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
)

func hoursIn(t testing.TB, name string) people.Hours {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return people.DefaultHours(zone)
}

// at reads a time with its offset, so that the two halves of a repeated hour have different names.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	i, err := time.Parse("2006-01-02 15:04 -0700", s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestWindow_takesInADayAndADailyListAndEndsAwake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, published, want, why string }{
		{"Europe/Berlin", "2026-06-10 10:00 +0200", "2026-06-11 11:00 +0200", "the list of 17:00 and 18 hours"},
		{"Europe/Berlin", "2026-06-10 16:59 +0200", "2026-06-11 16:59 +0200", "24 hours"},
		{"Europe/Berlin", "2026-06-10 17:00 +0200", "2026-06-12 11:00 +0200", "the list of 17:00 was made without it"},
		{"Europe/Berlin", "2026-06-10 20:30 +0200", "2026-06-12 11:00 +0200", "tomorrow's list"},
		{"Europe/Berlin", "2026-06-10 23:30 +0200", "2026-06-12 11:00 +0200", "tomorrow's list"},
		{"Europe/Berlin", "2026-06-11 03:00 +0200", "2026-06-12 11:00 +0200", "today's list"},
		{"Europe/Berlin", "2026-03-28 16:00 +0100", "2026-03-29 17:00 +0200", "24 hours that pass, not a day by the clock"},
		{"Europe/Berlin", "2026-10-24 16:00 +0200", "2026-10-25 15:00 +0100", "24 hours that pass, not a day by the clock"},
		{"Europe/Berlin", "2026-10-23 18:00 +0200", "2026-10-25 10:00 +0100", "18 hours after the list pass through 25"},
		{"America/New_York", "2026-03-07 10:00 -0500", "2026-03-08 12:00 -0400", "18 hours after the list pass through 23"},
		{"Africa/Casablanca", "2026-02-14 10:00 +0100", "2026-02-15 10:00 +0000", "18 hours after the list, 24 would be 09:00"},
		{"Australia/Lord_Howe", "2026-10-03 10:00 +1030", "2026-10-04 11:30 +1100", "half an hour of summer time"},
	} {
		hours := hoursIn(t, c.zone)
		if got := gatherUntil(at(t, c.published), hours); !got.Equal(at(t, c.want)) {
			t.Errorf("%s, published %s: ends %s, want %s (%s)", c.zone, c.published, got.In(hours.Zone), c.want, c.why)
		}
	}
	// A collective that sleeps in the day.
	night := people.Hours{Zone: hoursIn(t, "Europe/Berlin").Zone, QuietFrom: 10 * 60, QuietTo: 18 * 60}
	if got, want := gatherUntil(at(t, "2026-06-10 10:00 +0200"), night), at(t, "2026-06-11 18:00 +0200"); !got.Equal(want) {
		t.Errorf("ends %s, want %s", got, want)
	}
}

func TestWindow_isNeverShorterThanADayNorTooEarlyForTheList(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe"} {
		hours := hoursIn(t, name)
		var last time.Time
		for published := at(t, "2026-01-01 00:00 +0000"); published.Year() == 2026; published = published.Add(17 * time.Minute) {
			end := gatherUntil(published, hours)
			list := hours.Next(people.DailyList, published)
			switch {
			case end.Sub(published) < gatherAtLeast || end.Sub(list) < afterDailyList:
				t.Fatalf("%s: %s ends %s", name, published, end)
			case hours.Quiet(end):
				t.Fatalf("%s: %s ends at night, %s", name, published, end)
			case end.Before(last):
				t.Fatalf("%s: published later, %s ends earlier", name, published)
			}
			last = end
		}
	}
}

func TestWindow_ofWhatGoesOffTodayIsShortAndHasNoGrace(t *testing.T) {
	t.Parallel()
	late := at(t, "2026-06-10 22:30 +0200")
	end := goesOffUntil(late)
	if got := end.Sub(late); got < 30*time.Minute || got > time.Hour {
		t.Errorf("takes %s", got)
	}
	if !freeze(end, true).Equal(end) {
		t.Error("has a grace")
	}
	if got := freeze(end, false).Sub(end); got != 15*time.Minute {
		t.Errorf("every other window has a grace of %s", got)
	}
}

func TestWindow_opensForTwoHoursOnALateClaim(t *testing.T) {
	t.Parallel()
	hours := hoursIn(t, "Europe/Berlin")
	for _, c := range []struct {
		asked   string
		goesOff bool
		want    string
	}{
		{"2026-06-10 12:00 +0200", false, "2026-06-10 14:00 +0200"},
		{"2026-06-10 18:59 +0200", false, "2026-06-10 20:59 +0200"},
		{"2026-06-10 19:00 +0200", false, "2026-06-11 08:00 +0200"},
		{"2026-06-11 05:00 +0200", false, "2026-06-11 08:00 +0200"},
		{"2026-06-11 06:30 +0200", false, "2026-06-11 08:30 +0200"},
		{"2026-10-24 23:00 +0200", false, "2026-10-25 08:00 +0100"},
		{"2026-06-10 20:00 +0200", true, "2026-06-10 22:00 +0200"},
	} {
		if got := miniWindow(at(t, c.asked), c.goesOff, hours); !got.Equal(at(t, c.want)) {
			t.Errorf("asked %s: until %s, want %s", c.asked, got.In(hours.Zone), c.want)
		}
	}
}

func TestWindow_canBeLengthenedToSevenDaysAndNeverShortened(t *testing.T) {
	t.Parallel()
	hours := hoursIn(t, "Europe/Berlin")
	published := at(t, "2026-06-10 10:00 +0200")
	end := gatherUntil(published, hours)
	now := end.Add(-time.Minute)
	for {
		longer, err := lengthen(now, published, end, hours)
		if err != nil {
			if fault.KeyOf(err) != "offer.window_longest" || !longer.Equal(end) {
				t.Errorf("at the limit: %s, %v", longer, err)
			}
			break
		}
		if !longer.After(end) || longer.Sub(end) > lengthenBy+11*time.Hour {
			t.Fatalf("%s became %s", end, longer)
		}
		end = longer
	}
	if want := published.Add(7 * 24 * time.Hour); !end.Equal(want) {
		t.Errorf("at most until %s, want %s", end, want)
	}
	for _, after := range []time.Duration{0, time.Second, 15 * time.Minute} {
		if _, err := lengthen(end.Add(after), published, end, hours); fault.KeyOf(err) != "offer.window_over" {
			t.Errorf("%s after the end: %v", after, err)
		}
	}
	// Published at night, the seventh day ends in the night: the window ends in the morning.
	published = at(t, "2026-06-10 22:00 +0200")
	sixth := at(t, "2026-06-16 23:00 +0200")
	longer, err := lengthen(sixth.Add(-time.Hour), published, sixth, hours)
	if want := at(t, "2026-06-18 08:00 +0200"); err != nil || !longer.Equal(want) {
		t.Errorf("got %s, %v, want %s", longer, err, want)
	}
}

func TestHold_waitsForWhoeverCannotBeReached(t *testing.T) {
	t.Parallel()
	promised := at(t, "2026-06-10 11:15 +0200")
	window := func(s string) *time.Time { w := at(t, s); return &w }
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		last             *time.Time
		goesOff, reached bool
		want             time.Time
	}{
		"a channel, no window":                  {nil, false, true, promised.Add(2 * day)},
		"a channel, a window in five days":      {window("2026-06-15 18:00 +0200"), false, true, promised.Add(2 * day)},
		"a channel, a window tomorrow":          {window("2026-06-11 18:00 +0200"), false, true, promised.Add(2 * day)},
		"no channel, no window":                 {nil, false, false, promised.Add(7 * day)},
		"no channel, a window in five days":     {window("2026-06-15 18:00 +0200"), false, false, at(t, "2026-06-15 18:00 +0200")},
		"no channel, a window in nine days":     {window("2026-06-19 18:00 +0200"), false, false, promised.Add(7 * day)},
		"no channel, a window that is over":     {window("2026-06-09 18:00 +0200"), false, false, promised.Add(7 * day)},
		"no channel, a window that ends now":    {&promised, false, false, promised.Add(7 * day)},
		"goes off, a channel, a window tonight": {window("2026-06-10 20:00 +0200"), true, true, at(t, "2026-06-10 20:00 +0200")},
		"goes off, no channel, tonight":         {window("2026-06-10 20:00 +0200"), true, false, at(t, "2026-06-10 20:00 +0200")},
		"goes off, a channel, no window left":   {window("2026-06-10 10:00 +0200"), true, true, promised.Add(2 * day)},
	} {
		if got := hold(promised, c.last, c.goesOff, c.reached); !got.Equal(c.want) {
			t.Errorf("%s: until %s, want %s", name, got, c.want)
		}
	}
}
