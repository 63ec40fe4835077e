package web

import (
	"fmt"
	"time"
)

// Dates are written with the locale's own names of days and months, in the
// node's zone, with a 24-hour clock. Figures stay 0 to 9 in Arabic too, as in
// the date fields of browsers and on printed sheets.

// Moment is "Fri 27 Nov, 18:00".
func (l Locale) Moment(t time.Time) string {
	return l.say("date.moment", map[string]any{"Day": l.Day(t), "Clock": l.Clock(t)})
}

// Day is "Fri 27 Nov".
func (l Locale) Day(t time.Time) string {
	t = t.In(l.zone)
	return l.say("date.day", map[string]any{
		"Weekday": l.say(fmt.Sprintf("date.weekday.%d", t.Weekday()), nil),
		"Day":     t.Day(),
		"Month":   l.say(fmt.Sprintf("date.month.short.%d", t.Month()), nil),
	})
}

// Date is "27 November 2026".
func (l Locale) Date(t time.Time) string {
	t = t.In(l.zone)
	return l.say("date.date", map[string]any{
		"Day":   t.Day(),
		"Month": l.say(fmt.Sprintf("date.month.%d", t.Month()), nil),
		"Year":  t.Year(),
	})
}

// Clock is "18:00".
func (l Locale) Clock(t time.Time) string { return t.In(l.zone).Format("15:04") }

// Span is "Fri 27 Nov, 18:00–20:00", with the second day named when it is
// another one.
func (l Locale) Span(from, to time.Time) string {
	end := l.Clock(to)
	if l.Day(from) != l.Day(to) {
		end = l.Moment(to)
	}
	return l.say("date.span", map[string]any{"Day": l.Day(from), "From": l.Clock(from), "To": end})
}
