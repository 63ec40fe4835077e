package web

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Unicode's own isolates do for a word inside a sentence what <bdi> does for
// an element; unlike it they also work in titles, labels and mail.
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// isolate keeps a piece of text from reordering the sentence around it. Text
// that runs the sentence's own way is left as it is.
func (l Locale) isolate(s string) string {
	s = strings.Map(func(r rune) rune {
		if isBidiControl(r) {
			return -1
		}
		return r
	}, s)
	if s == "" || (l.Dir() == "ltr" && !hasRightToLeft(s)) {
		return s
	}
	return firstStrongIsolate + s + popIsolate
}

// isBidiControl reports the characters that could close our isolate or open
// one of their own (UAX #9, 2).
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}

func hasRightToLeft(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL, bidi.AN:
			return true
		}
	}
	return false
}
