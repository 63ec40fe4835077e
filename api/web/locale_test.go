package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// pluralForms are the CLDR forms that each language needs.
var pluralForms = map[string][]string{
	"en": {"one", "other"},
	"ar": {"few", "many", "one", "other", "two", "zero"},
}

func messages(t *testing.T, kind, language string) map[string]any {
	t.Helper()
	text, err := embedded.ReadFile("locales/" + kind + "." + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func placeholders(message any) []string {
	found := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(fmt.Sprint(message), -1) {
		found[m[1]] = true
	}
	delete(found, "Count") // a word may stand for the number: "two left"
	return slices.Sorted(maps.Keys(found))
}

func TestLocales_sayTheSameInEachLanguage(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{pageWords, faultWords, wireWords} {
		english := messages(t, kind, "en")
		for language, forms := range pluralForms {
			others := messages(t, kind, language)
			for key, message := range others {
				original, ok := english[key]
				if !ok {
					t.Errorf("%s.%s says %q, English does not", kind, language, key)
				}
				if got, want := placeholders(message), placeholders(original); !slices.Equal(got, want) {
					t.Errorf("%s.%s %q: placeholders %v, want %v", kind, language, key, got, want)
				}
				plural, isPlural := message.(map[string]any)
				if _, was := original.(map[string]any); was != isPlural {
					t.Errorf("%s.%s %q: plural in one language only", kind, language, key)
				}
				if isPlural && !slices.Equal(slices.Sorted(maps.Keys(plural)), forms) {
					t.Errorf("%s.%s %q: forms %v, want %v", kind, language, key, slices.Sorted(maps.Keys(plural)), forms)
				}
				if strings.TrimSpace(fmt.Sprint(message)) == "" {
					t.Errorf("%s.%s %q is empty", kind, language, key)
				}
			}
			for key := range english {
				if _, ok := others[key]; !ok {
					t.Errorf("%s.%s does not say %q", kind, language, key)
				}
			}
		}
	}
}

// A sentence that no page says is a sentence that translators write for
// nothing. Those under the prefixes here are said by handlers.
func TestLocales_holdNoSentenceThatNobodySays(t *testing.T) {
	t.Parallel()
	e := engine(t)
	said := needsOf(e.pristine["en"]).keys
	said = append(said, ownKeys(e.locales.groups)...)
	for key := range messages(t, pageWords, "en") {
		byHandler := slices.ContainsFunc([]string{"flash.", "note.", "trouble.", "queue.what.", "queue.health", "error.now"}, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if !byHandler && !slices.Contains(said, key) && !strings.HasSuffix(key, ".hint") {
			t.Errorf("nobody says %q", key)
		}
	}
}

func TestLocale_writesDatesAsPeopleDo(t *testing.T) {
	t.Parallel()
	e := engine(t)
	friday := time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)
	english, arabic := e.Locale(berlin(t), "en"), e.Locale(berlin(t), "ar")
	for _, story := range []struct{ got, want string }{
		{english.Moment(friday), "Fri 27 Nov, 18:00"},
		{english.Day(friday), "Fri 27 Nov"},
		{english.Date(friday), "27 November 2026"},
		{english.Clock(friday), "18:00"},
		{english.Span(friday, friday.Add(2*time.Hour)), "Fri 27 Nov, 18:00–20:00"},
		{english.Span(friday, friday.Add(8*time.Hour)), "Fri 27 Nov, 18:00–Sat 28 Nov, 02:00"},
		{arabic.Moment(friday), "الجمعة 27 نوفمبر، 18:00"},
		{arabic.Date(friday), "27 نوفمبر 2026"},
		{e.Locale(nil, "en").Clock(friday), "17:00"},
	} {
		if got := strings.NewReplacer(firstStrongIsolate, "", popIsolate, "").Replace(story.got); got != story.want {
			t.Errorf("got %q, want %q", got, story.want)
		}
	}
}

func TestLocale_choosesThePluralOfTheLanguage(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for _, story := range []struct {
		language string
		count    int
		want     string
	}{
		{"en", 1, "1 day"}, {"en", 7, "7 days"},
		{"ar", 1, "يوم واحد"}, {"ar", 2, "يومان"}, {"ar", 7, "7 أيام"}, {"ar", 30, "30 يومًا"}, {"ar", 100, "100 يوم"},
	} {
		if got := e.Locale(nil, story.language).Sentence("keeping.days", map[string]any{"Count": story.count}); got != story.want {
			t.Errorf("%s %d: got %q, want %q", story.language, story.count, got, story.want)
		}
	}
}

func TestLocale_apologisesForWhatNobodyForesaw(t *testing.T) {
	t.Parallel()
	l := engine(t).Locale(nil, "en")
	if got := l.Sentence("no.such.key", nil); !strings.HasPrefix(got, "Sorry") {
		t.Errorf("got %q", got)
	}
	if got := l.Sentence("offer.title.missing", nil); got != "Please say what it is." {
		t.Errorf("got %q", got)
	}
	if got := l.Sentence("wire.state.gone", nil); got != "Taken." {
		t.Errorf("got %q", got)
	}
	if got := l.Word("category", "spaceships"); got != "Other" {
		t.Errorf("got %q", got)
	}
}

func TestLocale_keepsPeoplesWordsFromTurningTheSentence(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for _, story := range []struct{ language, name, want string }{
		{"en", "Rosa", "by Rosa"},
		{"en", "سلمى", "by \u2068سلمى\u2069"},
		{"en", "a\u202eb\u2069", "by ab"},
		{"ar", "Rosa", "من \u2068Rosa\u2069"},
	} {
		if got := e.Locale(nil, story.language).Sentence("invites.by", map[string]any{"Name": story.name}); got != story.want {
			t.Errorf("%s %q: got %q, want %q", story.language, story.name, got, story.want)
		}
	}
}
