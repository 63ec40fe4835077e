package web

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// house is a copy of the embedded files that a test may break.
func house(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(embedded, name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func replace(files fstest.MapFS, name, old, new string) {
	files[name] = &fstest.MapFile{Data: bytes.Replace(files[name].Data, []byte(old), []byte(new), 1)}
}

func TestOpen_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name string
		harm func(fstest.MapFS)
		says string
	}{
		{"a page's template", func(f fstest.MapFS) { delete(f, "pages/sharing/offer.html") }, `OfferPage has no template "sharing/offer"`},
		{"a page's title", func(f fstest.MapFS) { replace(f, "pages/home/today.html", "home/today:title", "home/today:name") }, `no template "home/today:title"`},
		{"a part", func(f fstest.MapFS) { replace(f, "parts/icons.html", "icon/check", "icon/tick") }, `no part "icon/check"`},
		{"a sentence in one language", func(f fstest.MapFS) {
			replace(f, "locales/pages.ar.json", `"things.give"`, `"things.gave"`)
		}, `no sentence "things.give" in "ar"`},
		{"the label of a field", func(f fstest.MapFS) {
			replace(f, "pages/sharing/give.html", `field "give.title"`, `field "give.name"`)
		}, `no sentence "give.name.label"`},
		{"a word of a group", func(f fstest.MapFS) {
			replace(f, "locales/pages.en.json", `"category.books"`, `"category.book"`)
		}, `no sentence "category.books" in "en"`},
		{"a group of words", func(f fstest.MapFS) {
			replace(f, "pages/sharing/give.html", `"words" "condition"`, `"words" "conditions"`)
		}, `no group of words "conditions"`},
		{"a struct for a page", func(f fstest.MapFS) {
			f["pages/home/lost.html"] = &fstest.MapFile{Data: []byte("lost")}
		}, "pages/home/lost.html belongs to no page"},
		{"a style sheet", func(f fstest.MapFS) { delete(f, "static/css/card.css") }, "card.css"},
		{"the second of two sentences with one key", func(f fstest.MapFS) {
			replace(f, "locales/wire.en.json", `"wire.offer.taken"`, `"things.give"`)
		}, `"things.give" is said twice`},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			files := house(t)
			story.harm(files)
			_, err := open(files, pages())
			if err == nil || !strings.Contains(err.Error(), story.says) {
				t.Errorf("got %v, want %q", err, story.says)
			}
		})
	}
}

func TestRender_speaksTheLanguageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for wish, want := range map[string]string{
		"ar": `<html lang="ar" dir="rtl">`, "ar-EG,en;q=0.5": `<html lang="ar" dir="rtl">`,
		"en-GB": `<html lang="en" dir="ltr">`, "tlh": `<html lang="en" dir="ltr">`, "": `<html lang="en" dir="ltr">`,
	} {
		var out bytes.Buffer
		if err := e.Render(&out, Frame{Collective: "Elm", Language: wish}, KeepingPage{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q: want %s, got %s", wish, want, out.String()[:60])
		}
	}
}

func TestRender_showsTimesInTheZoneOfTheNode(t *testing.T) {
	t.Parallel()
	e := engine(t)
	p := ThingsPage{Items: []ThingCard{{Title: "Chair", State: "gathering", Until: time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)}}}
	for _, story := range []struct {
		zone *time.Location
		want string
	}{{berlin(t), "open until Fri 27 Nov, 18:00"}, {nil, "open until Fri 27 Nov, 17:00"}, {berlin(t), "open until Fri 27 Nov, 18:00"}} {
		var out bytes.Buffer
		if err := e.Render(&out, Frame{Zone: story.zone}, p); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), story.want) {
			t.Errorf("in %v: no %q", story.zone, story.want)
		}
	}
}

// A page's list must leave the 20 ms of DESIGN 6 to the database.
func BenchmarkRender_things(b *testing.B) {
	e, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	p := ThingsPage{Items: append(append(append([]ThingCard{}, cards...), cards...), cards...)}
	for b.Loop() {
		if err := e.Render(&bytes.Buffer{}, Frame{Collective: "Elm", Member: "Rosa"}, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := Open(); err != nil {
			b.Fatal(err)
		}
	}
}
