package federation

import (
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
)

// The longest words of a neighbour's thing that we keep, in characters.
const (
	titleLength       = 120
	descriptionLength = 4000
	areaWordLength    = 60
)

// readListing reads what a home says of its thing (protocol 2.3), in every spelling that peers use (1.3). id and home have been checked.
func readListing(doc map[string]any, id, home string, now time.Time) (l sharing.Heard, err error) {
	proposal, ok := proposalIn(doc)
	if !ok {
		return l, fault.New(fault.Invalid, "listing.kind")
	}
	intent, _ := codec.Intents(proposal)
	l = sharing.Heard{
		IRI: id, Home: home, URL: homePage(doc, id),
		Category:     oneOf(codec.Get(doc, "pots:category"), sharing.Categories(), oneOf(property(doc, "category"), sharing.Categories(), "other")),
		Condition:    oneOf(codec.Get(doc, "pots:condition"), sharing.Conditions(), ""),
		Language:     codec.Language(doc, "content"),
		Area:         plainLine(codec.Text(codec.Object(codec.Get(doc, "location")), "name"), areaWordLength),
		Audience:     people.Friends,
		GoesOffToday: codec.Bool(codec.Get(doc, "pots:goesOffToday")),
		MaxPerClaim:  1,
		DrawCommit:   hexWord(codec.Get(doc, "pots:drawCommit"), 64),
		GatherUntil:  instant(codec.Get(doc, "pots:gatherUntil")),
		Expires:      instant(codec.Get(doc, "pots:expires")),
	}
	if l.Kind, err = kindOf(proposal, home); err != nil {
		return l, err
	}
	if l.Title, l.Description = listingWords(doc, proposal, intent); l.Title == "" {
		return l, fault.New(fault.Invalid, "listing.no_title")
	}
	if codec.IsPublic(codec.Get(doc, "to"), codec.Get(doc, "cc")) {
		l.Audience = people.Anyone
	}
	l.Left = quantity(intent)
	l.Quantity = max(l.Left, 1)
	if codec.Bool(codec.Get(proposal, "unitBased")) {
		l.MaxPerClaim = l.Quantity
	}
	l.Picture, l.Alt = picture(doc)
	l.Published, l.Updated = listingDates(doc, now)
	if l.Seq, ok = codec.Seq(codec.Get(doc, "pots:seq")); !ok && codec.Get(doc, "updated") != nil {
		l.Seq = l.Updated.Unix() // others count nothing, but their changes may have a date
	}
	l.State, err = listingState(doc, l.Left)
	return l, err
}

// listingWords are title and description: of the intent, of the proposal around it, or of the note in which they are alone.
func listingWords(doc, proposal, intent map[string]any) (title, description string) {
	for _, of := range []map[string]any{intent, proposal} {
		if title = plainLine(codec.Text(of, "name"), titleLength); title == "" {
			continue
		}
		for _, words := range []string{codec.Text(intent, "content"), codec.Text(intent, "summary"), codec.Text(of, "content"), codec.Text(of, "summary")} {
			if description = plainText(words, descriptionLength); description != "" {
				break
			}
		}
		return title, description
	}
	first, rest, _ := strings.Cut(plainText(codec.Text(doc, "content"), descriptionLength), "\n")
	return cut(first, titleLength), strings.TrimSpace(rest)
}

// quantity is how many are left; 1 where nothing is said that can be counted.
func quantity(intent map[string]any) int {
	if left, ok := codec.Available(codec.Get(intent, "availableQuantity")); ok {
		return left
	}
	all := codec.Get(intent, "resourceQuantity")
	if left, ok := codec.Available(all); ok && codec.Unit(all) == "one" {
		return left
	}
	return 1
}

// property is what somebody wrote beside a name (PropertyValue), as Epicyon does.
func property(doc map[string]any, name string) any {
	for _, attachment := range codec.Objects(codec.Get(doc, "attachment")) {
		if codec.Is(attachment, "PropertyValue") && codec.String(codec.Get(attachment, "name")) == name {
			return codec.Get(attachment, "value")
		}
	}
	return nil
}

// homePage is where a thing or an actor can be looked at at home. Our pages call it by a name, and so an address elsewhere is none
// (security B2, I18).
func homePage(doc map[string]any, id string) string {
	if page := link(codec.Link(codec.Get(doc, "url"))); iri.SameOrigin(page, id) {
		return page
	}
	return id
}

// listingState reads where it stands; other software says only how many are left.
func listingState(doc map[string]any, left int) (sharing.State, error) {
	switch state := sharing.State(codec.String(codec.Get(doc, "pots:state"))); {
	case state == "" && left > 0:
		return sharing.Open, nil
	case state == "":
		return sharing.AllPromised, nil
	case state.Live() || state.Ended() || state == sharing.Resting:
		return state, nil
	}
	return "", fault.New(fault.Invalid, "listing.state")
}

// listingDates: what is said to come from tomorrow would stand above everything.
func listingDates(doc map[string]any, now time.Time) (published, updated time.Time) {
	published, ok := codec.Time(codec.Get(doc, "published"))
	if !ok || published.After(now) {
		published = now
	}
	if updated, ok = codec.Time(codec.Get(doc, "updated")); !ok || updated.Before(published) {
		updated = published
	}
	return published, updated
}

// picture is the first photo: where it is and what it shows.
func picture(doc map[string]any) (address, alt string) {
	for _, attachment := range codec.Objects(codec.Get(doc, "attachment")) {
		if !codec.Is(attachment, "Image") && !strings.HasPrefix(codec.String(codec.Get(attachment, "mediaType")), "image/") {
			continue
		}
		if address = link(codec.Link(codec.Get(attachment, "url"))); address != "" {
			return address, plainLine(codec.Text(attachment, "name"), titleLength)
		}
	}
	return "", ""
}

func oneOf[T ~string](v any, known []T, otherwise T) T {
	if s := T(codec.String(v)); slices.Contains(known, s) {
		return s
	}
	return otherwise
}

// hexWord is a number in lower-case hex of a given length; empty for everything else.
func hexWord(v any, length int) string {
	s := codec.String(v)
	if len(s) != length || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

func instant(v any) *time.Time {
	if t, ok := codec.Time(v); ok {
		return &t
	}
	return nil
}
