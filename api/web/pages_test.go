package web

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/api/web/htmlcheck"
)

func engine(t *testing.T) *Engine {
	t.Helper()
	e, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func frameFor(t *testing.T, s sample, language string) Frame {
	f := Frame{
		Collective: "Elm Street Commons", Language: language, Zone: berlin(t), FormKey: "f0r3",
		Languages: []Language{{"en", "English", "?language=en", language == "en"}, {"ar", "العربية", "?language=ar", language == "ar"}},
	}
	if !s.out {
		f.Member, f.Steward, f.Place = "Rosa", true, Things
	}
	switch s.page.(type) {
	case SetupPage:
		f.Collective, f.Bare = "", true
	case TodayPage:
		f.Place = Today
	case UsPage, SettingsPage, InvitesPage, NeighboursPage, QueuePage, KeepingPage, StewardsPage:
		f.Place = Us
	case ClaimPage:
		f.Flash = "You're in. It doesn't matter who asked first."
	case OfferPage:
		f.Alternate = "https://elm.example/ap/offers/1"
	}
	return f
}

// Every page in every language, as somebody would see it, has its landmarks,
// labels, keys and ties. With WEB_STORYBOOK=dir each one is kept there as a
// file to look at.
func TestPages_canBeUsedByEverybody(t *testing.T) {
	t.Parallel()
	e := engine(t)
	shown := map[reflect.Type]bool{}
	for _, s := range samples() {
		shown[reflect.TypeOf(s.page)] = true
		for _, language := range []string{"en", "ar"} {
			var out bytes.Buffer
			if err := e.Render(&out, frameFor(t, s, language), s.page); err != nil {
				t.Errorf("%s in %s: %v", s.name, language, err)
				continue
			}
			keep(t, e, s.name+"."+language+".html", out.String())
			for _, problem := range htmlcheck.Check(&out) {
				t.Errorf("%s in %s: %s", s.name, language, problem)
			}
		}
	}
	for _, p := range pages() {
		if !shown[reflect.TypeOf(p)] {
			t.Errorf("no sample of %T", p)
		}
	}
}

func TestPages_openForVisitorsAndMembersAlike(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for _, s := range samples() {
		s.out = !s.out
		if err := e.Render(&bytes.Buffer{}, frameFor(t, s, "en"), s.page); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestPages_escapeWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	evil := `"><script>alert(1)</script>` + "\u202e'"
	p := offer("gathering")
	p.Title, p.Description, p.Faults, p.Area, p.Giver = evil, evil, evil, evil, evil
	p.Ask = &AskForm{Note: evil, Most: 1}
	var out bytes.Buffer
	if err := engine(t).Render(&out, Frame{Collective: evil, Member: evil, Flash: evil, FormKey: evil}, p); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "<script>alert") {
		t.Error("a script got through")
	}
}

// keep writes a page for the storybook, with its files beside it.
func keep(t *testing.T, e *Engine, name, page string) {
	t.Helper()
	dir := os.Getenv("WEB_STORYBOOK")
	if dir == "" {
		return
	}
	page = strings.ReplaceAll(page, `"/static/`, `"static/`)
	page = strings.ReplaceAll(page, `"/media/`, `"media/`)
	write := func(name string, body []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(name, []byte(page))
	for hashed, file := range e.static.files {
		write(filepath.Join("static", hashed), file.body)
	}
}
