package web

import (
	"strings"
	"time"
	"unicode"
)

// Frame is what every page carries beside its own words.
type Frame struct {
	Collective string         // the collective's display name
	Language   string         // the reader's language, "en" or "ar"; anything else falls back
	Zone       *time.Location // the node's time zone; nil means UTC
	Member     string         // nickname of the signed-in member, or ""
	Steward    bool           // whether that member is a steward now
	Place      Place          // which place of the navigation the page belongs to
	FormKey    string         // key of every form on the page, made for this rendering (DESIGN 6)
	Flash      string         // one sentence about what was just done, or ""
	Alternate  string         // URL of the ActivityStreams twin, or ""
	Indexable  bool           // whether search engines may list the page; product 6 T1: off by default
	Bare       bool           // whether there is nowhere else to go yet: set-up
	Languages  []Language     // links to read the page in another language; none when empty
}

// Place is one of the places in the navigation (product 7.1).
type Place string

// The places that exist. Help and Together are added with their districts.
const (
	Today  Place = "today"
	Things Place = "things"
	Us     Place = "us"
)

// Language is a language the node speaks, named in that language.
type Language struct {
	Tag     string
	Name    string
	Href    string
	Current bool
}

// initial is the letter on the collective's sign.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return strings.ToUpper(string(r))
		}
	}
	return "·"
}

// iso is a moment as <time datetime> wants it.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }
