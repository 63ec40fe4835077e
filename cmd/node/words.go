package main

import (
	"time"

	"codeberg.org/manypots/manypots/api/web"
)

// words lets federation speak with the sentences of the pages: it has none of its own.
type words struct{ pages *web.Engine }

// Sentence says a key in a language. A time in it is written in its own zone.
func (w words) Sentence(language, key string, args map[string]any) string {
	return w.pages.Locale(zoneOf(args), language).Sentence(key, args)
}

func zoneOf(args map[string]any) *time.Location {
	for _, arg := range args {
		if t, ok := arg.(time.Time); ok {
			return t.Location()
		}
	}
	return time.UTC
}
