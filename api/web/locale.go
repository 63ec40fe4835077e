package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// fallbackLanguage is read when nothing a person asked for is spoken here.
const fallbackLanguage = "en"

// The kinds of locale files. Each language has one of each.
const (
	pageWords  = "pages"  // what pages say
	faultWords = "faults" // what refusals say, under the keys of models/fault
	wireWords  = "wire"   // what posts to other nodes say
)

// faultPrefix keeps the keys of verbs and the keys of pages apart.
const faultPrefix = "fault."

// locales holds every message in every language.
type locales struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
	spoken  []string                     // language tags, the fallback first
	plain   map[string]map[string]string // language, key: messages without arguments, looked up without ceremony
	keys    map[string]map[string]string // language, key: the kind of file it stands in
	groups  map[string][]string          // see wordGroups
}

// readLocales reads locales/<kind>.<language>.json.
func readLocales(files fs.FS) (*locales, error) {
	l := &locales{
		bundle: i18n.NewBundle(language.English),
		plain:  map[string]map[string]string{},
		keys:   map[string]map[string]string{},
		groups: wordGroups(),
	}
	names, err := fs.Glob(files, "locales/*.*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		kind, tag, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		file, err := i18n.ParseMessageFileBytes(text, tag+".json", map[string]i18n.UnmarshalFunc{"json": json.Unmarshal})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if l.keys[tag] == nil {
			l.keys[tag], l.plain[tag] = map[string]string{}, map[string]string{}
		}
		for _, m := range file.Messages {
			if kind == faultWords {
				m.ID = faultPrefix + m.ID
			}
			if _, twice := l.keys[tag][m.ID]; twice {
				return nil, fmt.Errorf("read %s: %q is said twice", name, m.ID)
			}
			l.keys[tag][m.ID] = kind
			if m.Many == "" && m.One == "" && !strings.Contains(m.Other, "{{") {
				l.plain[tag][m.ID] = m.Other
			}
		}
		if err := l.bundle.AddMessages(file.Tag, file.Messages...); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	if l.keys[fallbackLanguage] == nil {
		return nil, fmt.Errorf("read locales: no %q", fallbackLanguage)
	}
	l.spoken = slices.SortedFunc(maps.Keys(l.keys), func(a, b string) int {
		return cmp.Or(-cmp.Compare(b2i(a == fallbackLanguage), b2i(b == fallbackLanguage)), cmp.Compare(a, b))
	})
	var tags []language.Tag
	for _, tag := range l.spoken {
		tags = append(tags, language.Make(tag))
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (l *locales) tags() []string { return l.spoken }

func (l *locales) has(tag, key string) bool { _, ok := l.keys[tag][key]; return ok }

func (l *locales) in(tag string, zone *time.Location) Locale {
	return Locale{all: l, tag: tag, zone: zone, localizer: i18n.NewLocalizer(l.bundle, tag)}
}

// Locale speaks one language in one time zone.
type Locale struct {
	all       *locales
	tag       string
	zone      *time.Location
	localizer *i18n.Localizer
}

// Locale picks the language that serves the wishes best; a wish is a language
// tag or a whole Accept-Language header. A nil zone means UTC.
func (e *Engine) Locale(zone *time.Location, wishes ...string) Locale {
	if zone == nil {
		zone = time.UTC
	}
	_, i := language.MatchStrings(e.locales.matcher, wishes...)
	return e.locales.in(e.locales.spoken[i], zone)
}

// Languages names every language the node speaks, in that language.
func (e *Engine) Languages() []Language {
	var all []Language
	for _, tag := range e.locales.spoken {
		all = append(all, Language{Tag: tag, Name: e.locales.in(tag, time.UTC).say("language.name", nil)})
	}
	return all
}

// ErrorKeys lists the fault keys that have a sentence.
func (e *Engine) ErrorKeys() []string {
	var keys []string
	for key, kind := range e.locales.keys[fallbackLanguage] {
		if kind == faultWords {
			keys = append(keys, strings.TrimPrefix(key, faultPrefix))
		}
	}
	slices.Sort(keys)
	return keys
}

// Language is the locale's language tag.
func (l Locale) Language() string { return l.tag }

// Dir is the direction of its script, "ltr" or "rtl".
func (l Locale) Dir() string { return l.say("language.dir", nil) }

// Sentence says a fault, a public sentence ("wire.…") or one of a page's
// ("flash.…"). A number under "Count" chooses the plural, a time.Time is
// written as Moment does, and a person's text is kept from turning the
// sentence around. An unknown key is an internal error to the reader: the
// apology is said instead.
func (l Locale) Sentence(key string, args map[string]any) string {
	switch {
	case l.all.has(l.tag, faultPrefix+key):
		return l.say(faultPrefix+key, args)
	case l.knows(key):
		return l.say(key, args)
	}
	return l.say(apology, nil)
}

// apology is said for what nobody foresaw.
const apology = faultPrefix + "error.internal"

func (l Locale) knows(key string) bool { return l.all.has(l.tag, key) }

// t is Sentence for templates: the arguments follow the key in pairs, and an
// unknown key fails.
func (l Locale) t(key string, pairs ...any) (string, error) {
	if !l.knows(key) {
		return "", fmt.Errorf("no sentence %q in %q", key, l.tag)
	}
	if len(pairs) == 0 {
		return l.say(key, nil), nil
	}
	args, err := paired(pairs)
	if err != nil {
		return "", fmt.Errorf("sentence %q: %w", key, err)
	}
	return l.say(key, args), nil
}

func paired(pairs []any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("arguments come in pairs")
	}
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d has no name", i/2+1)
		}
		args[name] = pairs[i+1]
	}
	return args, nil
}

func (l Locale) say(key string, args map[string]any) string {
	if s, ok := l.all.plain[l.tag][key]; ok {
		return s
	}
	said := make(map[string]any, len(args))
	for name, arg := range args {
		switch v := arg.(type) {
		case string:
			said[name] = l.isolate(v)
		case time.Time:
			said[name] = l.Moment(v)
		default:
			said[name] = v
		}
	}
	s, err := l.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: said, PluralCount: args["Count"]})
	if err != nil {
		// Open and the tests keep this from happening; what was found is still the best there is to say.
		return s
	}
	return s
}
