package people_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func clock(t testing.TB, s string) people.TimeOfDay {
	t.Helper()
	d, err := people.ParseTimeOfDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// instant reads a time with its offset, so that the two halves of a repeated hour have different names.
func instant(t testing.TB, s string) time.Time {
	t.Helper()
	i, err := time.Parse("2006-01-02 15:04:05 -0700", s)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestHours_moveWhatFallsIntoTheNightToTheMorning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, from, to, at, want string }{
		// Over midnight.
		{"Europe/Berlin", "21:00", "08:00", "2026-06-10 20:59:59 +0200", "2026-06-10 20:59:59 +0200"},
		{"Europe/Berlin", "21:00", "08:00", "2026-06-10 21:00:00 +0200", "2026-06-11 08:00:00 +0200"},
		{"Europe/Berlin", "21:00", "08:00", "2026-06-11 00:00:00 +0200", "2026-06-11 08:00:00 +0200"},
		{"Europe/Berlin", "21:00", "08:00", "2026-06-11 07:59:59 +0200", "2026-06-11 08:00:00 +0200"},
		{"Europe/Berlin", "21:00", "08:00", "2026-06-11 08:00:00 +0200", "2026-06-11 08:00:00 +0200"},
		{"Europe/Berlin", "21:00", "00:00", "2026-06-10 23:30:00 +0200", "2026-06-11 00:00:00 +0200"},
		// Within a day, and none.
		{"Europe/Berlin", "00:00", "06:00", "2026-06-11 00:00:00 +0200", "2026-06-11 06:00:00 +0200"},
		{"Europe/Berlin", "12:30", "14:00", "2026-06-11 13:00:00 +0200", "2026-06-11 14:00:00 +0200"},
		{"Europe/Berlin", "12:30", "14:00", "2026-06-11 14:00:00 +0200", "2026-06-11 14:00:00 +0200"},
		{"Europe/Berlin", "21:00", "21:00", "2026-06-10 23:00:00 +0200", "2026-06-10 23:00:00 +0200"},
		// The clock goes forward at 02:00, by half an hour on Lord Howe: the night is shorter.
		{"Europe/Berlin", "21:00", "08:00", "2026-03-28 21:30:00 +0100", "2026-03-29 08:00:00 +0200"},
		{"America/New_York", "21:00", "08:00", "2026-03-07 21:30:00 -0500", "2026-03-08 08:00:00 -0400"},
		{"Africa/Casablanca", "21:00", "08:00", "2026-03-21 21:30:00 +0000", "2026-03-22 08:00:00 +0100"},
		{"Australia/Lord_Howe", "21:00", "08:00", "2026-10-03 21:30:00 +1030", "2026-10-04 08:00:00 +1100"},
		// A night that ends at a time that is jumped over ends with the jump; one that begins there begins with it.
		{"Europe/Berlin", "21:00", "02:30", "2026-03-29 01:59:59 +0100", "2026-03-29 03:00:00 +0200"},
		{"Europe/Berlin", "21:00", "02:30", "2026-03-29 03:00:00 +0200", "2026-03-29 03:00:00 +0200"},
		{"Europe/Berlin", "02:30", "05:00", "2026-03-29 01:59:59 +0100", "2026-03-29 01:59:59 +0100"},
		{"Europe/Berlin", "02:30", "05:00", "2026-03-29 03:00:00 +0200", "2026-03-29 05:00:00 +0200"},
		{"Europe/Berlin", "02:10", "02:50", "2026-03-29 03:00:00 +0200", "2026-03-29 03:00:00 +0200"},
		{"America/New_York", "21:00", "02:30", "2026-03-08 01:30:00 -0500", "2026-03-08 03:00:00 -0400"},
		{"Africa/Casablanca", "21:00", "02:30", "2026-03-22 01:30:00 +0000", "2026-03-22 03:00:00 +0100"},
		{"Australia/Lord_Howe", "21:00", "02:15", "2026-10-04 01:30:00 +1030", "2026-10-04 02:30:00 +1100"},
		// The clock goes back: the night is longer, also in Ramadan.
		{"Europe/Berlin", "21:00", "08:00", "2026-10-24 21:30:00 +0200", "2026-10-25 08:00:00 +0100"},
		{"America/New_York", "21:00", "08:00", "2026-10-31 21:30:00 -0400", "2026-11-01 08:00:00 -0500"},
		{"Africa/Casablanca", "21:00", "08:00", "2026-02-14 21:30:00 +0100", "2026-02-15 08:00:00 +0000"},
		{"Australia/Lord_Howe", "21:00", "08:00", "2026-04-04 21:30:00 +1100", "2026-04-05 08:00:00 +1030"},
		// A night that ends at a time shown twice ends with the second; one that begins there begins with the first.
		{"Europe/Berlin", "21:00", "02:30", "2026-10-25 02:45:00 +0200", "2026-10-25 02:30:00 +0100"},
		{"Europe/Berlin", "02:30", "05:00", "2026-10-25 02:30:00 +0200", "2026-10-25 05:00:00 +0100"},
		{"Europe/Berlin", "02:30", "05:00", "2026-10-25 02:15:00 +0100", "2026-10-25 05:00:00 +0100"},
		{"America/New_York", "21:00", "01:30", "2026-11-01 01:45:00 -0400", "2026-11-01 01:30:00 -0500"},
		{"Africa/Casablanca", "21:00", "02:30", "2026-02-15 02:45:00 +0100", "2026-02-15 02:30:00 +0000"},
		{"Australia/Lord_Howe", "21:00", "01:45", "2026-04-05 01:50:00 +1100", "2026-04-05 01:45:00 +1030"},
		// A night that runs into the next one because the hour between them was repeated.
		{"Europe/Berlin", "02:10", "02:05", "2026-10-24 12:00:00 +0200", "2026-10-26 02:05:00 +0100"},
		// A day that Samoa skipped.
		{"Pacific/Apia", "21:00", "08:00", "2011-12-29 22:00:00 -1000", "2011-12-31 08:00:00 +1400"},
	} {
		hours := people.Hours{Zone: zone(t, c.zone), QuietFrom: clock(t, c.from), QuietTo: clock(t, c.to)}
		if got, want := hours.NextWaking(instant(t, c.at)), instant(t, c.want); !got.Equal(want) {
			t.Errorf("%s quiet %s-%s: %s moves to %s, want %s", c.zone, c.from, c.to, c.at, got.In(hours.Zone), want.In(hours.Zone))
		}
	}
}

// Every five minutes around every change of clocks, for many nights: what a clock on the wall calls night is night, and more only where the
// clock shows the same time twice.
func TestHours_callNightWhatTheClockCallsNight(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]string{
		"Europe/Berlin":       {"2026-03-29", "2026-10-25"},
		"America/New_York":    {"2026-03-08", "2026-11-01"},
		"Africa/Casablanca":   {"2026-02-15", "2026-03-22"},
		"Australia/Lord_Howe": {"2026-04-05", "2026-10-04"},
	} {
		z := zone(t, name)
		for _, change := range changes {
			day, err := time.ParseInLocation(time.DateOnly, change, z)
			if err != nil {
				t.Fatal(err)
			}
			for from := people.TimeOfDay(0); from < 24*60; from += 75 {
				for to := people.TimeOfDay(15); to < 24*60; to += 105 {
					callsNight(t, people.Hours{Zone: z, QuietFrom: from, QuietTo: to}, day)
				}
			}
		}
	}
}

func callsNight(t *testing.T, h people.Hours, day time.Time) {
	t.Helper()
	var last time.Time
	for at := day.Add(-6 * time.Hour); at.Before(day.Add(36 * time.Hour)); at = at.Add(5 * time.Minute) {
		local := at.In(h.Zone)
		shows := people.TimeOfDay(local.Hour()*60 + local.Minute())
		night := h.QuietFrom <= shows && shows < h.QuietTo
		if h.QuietFrom > h.QuietTo {
			night = h.QuietFrom <= shows || shows < h.QuietTo
		}
		if h.QuietFrom == h.QuietTo {
			night = false
		}
		moved := h.NextWaking(at)
		switch {
		case night && moved.Equal(at):
			t.Fatalf("%v: %v is awake", h, local)
		case !night && !moved.Equal(at) && !shownTwice(local):
			t.Fatalf("%v: %v moves to %v", h, local, moved.In(h.Zone))
		case moved.Before(at) || moved.Before(last) || h.Quiet(moved):
			t.Fatalf("%v: %v moves to %v after %v", h, local, moved.In(h.Zone), last.In(h.Zone))
		}
		last = moved
	}
}

func shownTwice(local time.Time) bool {
	const face = "2006-01-02 15:04"
	for _, apart := range []time.Duration{30 * time.Minute, time.Hour} {
		if local.Add(apart).Format(face) == local.Format(face) || local.Add(-apart).Format(face) == local.Format(face) {
			return true
		}
	}
	return false
}

func TestHours_knowTheNextDailyList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, at, after, want string }{
		{"Europe/Berlin", "17:00", "2026-06-10 16:59:59 +0200", "2026-06-10 17:00:00 +0200"},
		{"Europe/Berlin", "17:00", "2026-06-10 17:00:00 +0200", "2026-06-11 17:00:00 +0200"},
		{"Europe/Berlin", "17:00", "2026-10-24 18:00:00 +0200", "2026-10-25 17:00:00 +0100"},
		{"Europe/Berlin", "02:30", "2026-03-28 12:00:00 +0100", "2026-03-29 03:00:00 +0200"},
		{"Europe/Berlin", "02:30", "2026-10-25 00:00:00 +0200", "2026-10-25 02:30:00 +0200"},
		{"Europe/Berlin", "02:30", "2026-10-25 02:30:00 +0200", "2026-10-26 02:30:00 +0100"},
		{"Australia/Lord_Howe", "17:00", "2026-04-04 18:00:00 +1100", "2026-04-05 17:00:00 +1030"},
		// The day is that of the collective, not of the server.
		{"Australia/Lord_Howe", "17:00", "2026-06-10 20:00:00 -0400", "2026-06-11 17:00:00 +1030"},
	} {
		hours := people.DefaultHours(zone(t, c.zone))
		if got, want := hours.Next(clock(t, c.at), instant(t, c.after)), instant(t, c.want); !got.Equal(want) {
			t.Errorf("%s: %s after %s is %s, want %s", c.zone, c.at, c.after, got.In(hours.Zone), c.want)
		}
	}
}

func TestHours_areNineToEightUntilChosen(t *testing.T) {
	t.Parallel()
	if h := people.DefaultHours(nil); h.QuietFrom.String() != "21:00" || h.QuietTo.String() != "08:00" {
		t.Errorf("got %s to %s", h.QuietFrom, h.QuietTo)
	}
	at := instant(t, "2026-06-10 22:00:00 +0000")
	if got := people.DefaultHours(nil).NextWaking(at); !got.Equal(instant(t, "2026-06-11 08:00:00 +0000")) {
		t.Errorf("without a zone: %s", got)
	}
}

func TestTimeOfDay_isReadStrictly(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "9", "9:00", "24:00", "12:60", "12:00:00", " 12:00", "-1:00", "１２:00"} {
		if d, err := people.ParseTimeOfDay(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is %s, %v", s, d, err)
		}
	}
	for _, s := range []string{"00:00", "08:05", "23:59"} {
		if got := clock(t, s).String(); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}
