package main

import (
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// has fails when a field does not hold this.
func (at *tab) has(name, value string) *tab {
	at.Helper()
	if typed := evaluate[string](at, field(name)+`?.value ?? "no such field"`); typed != value {
		at.Errorf("%s has %q in %s instead of %q", at.here(), typed, name, value)
	}
	return at
}

// says fails when the page does not say all of this.
func (at *tab) says(words ...string) *tab {
	at.Helper()
	for _, w := range words {
		if !strings.Contains(at.text, w) {
			at.Errorf("%s does not say %q:\n%s", at.here(), w, at.text)
		}
	}
	return at
}

func (at *tab) saysNot(words ...string) *tab {
	at.Helper()
	for _, w := range words {
		if strings.Contains(at.text, w) {
			at.Errorf("%s says %q:\n%s", at.here(), w, at.text)
		}
	}
	return at
}

// until looks again and again until the page says this: what the other node has to hear first takes its time.
func (at *tab) until(words string) *tab {
	at.Helper()
	for end := time.Now().Add(patience); !strings.Contains(at.text, words); {
		if time.Now().After(end) {
			at.Fatalf("%s never says %q:\n%s", at.here(), words, at.text)
		}
		at.turn(chromedp.Reload())
	}
	return at
}
