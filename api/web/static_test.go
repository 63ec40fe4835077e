package web

import (
	"compress/gzip"
	"io"
	"math"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestStatic_isKeptForEverUnderANameThatChanges(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for _, name := range []string{"app.css", "app.js", "icon.svg"} {
		path, err := e.Static(name)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		e.ServeStatic().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		packed := httptest.NewRecorder()
		e.ServeStatic().ServeHTTP(packed, r)
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(z); err != nil || string(body) != w.Body.String() {
			t.Errorf("%s: packed and plain differ: %v", path, err)
		}
		r.Header.Set("If-None-Match", packed.Header().Get("ETag"))
		again := httptest.NewRecorder()
		e.ServeStatic().ServeHTTP(again, r)
		if again.Code != 304 {
			t.Errorf("%s: asked again: %d", path, again.Code)
		}
	}
	if _, err := e.Static("nothing.css"); err == nil {
		t.Error("a file that is not there has a path")
	}
	w := httptest.NewRecorder()
	e.ServeStatic().ServeHTTP(w, httptest.NewRequest("GET", "/static/css/tokens.css", nil))
	if w.Code != 404 {
		t.Errorf("got %d", w.Code)
	}
}

// Product 7.5 and style 42: what a phone on a slow line has to fetch first.
func TestStatic_isSmall(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for name, most := range map[string]int{"app.css": 30 << 10, "app.js": 15 << 10} {
		path, _ := e.Static(name)
		file := e.static.files[strings.TrimPrefix(path, StaticPrefix)]
		if len(file.body) > most || len(file.compressed) > 12<<10 {
			t.Errorf("%s: %d bytes, %d packed; at most %d", name, len(file.body), len(file.compressed), most)
		}
	}
}

var (
	colour   = regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b|\brgba?\(|\bhsl`)
	physical = regexp.MustCompile(`[\s;{-](left|right|top|bottom)\s*:|[\s;{](min-|max-)?(width|height)\s*:|:\s*(left|right)\b`)
	media    = regexp.MustCompile(`@media[^{]*{`)
)

// Style 40 to 42: one file owns the colours, nothing knows left from right,
// and nothing shouts.
func TestStyles_keepTheHouseRules(t *testing.T) {
	t.Parallel()
	for _, name := range styles() {
		text, err := embedded.ReadFile("static/css/" + name + ".css")
		if err != nil {
			t.Fatal(err)
		}
		css := media.ReplaceAllString(string(text), "{")
		if name != "tokens" && colour.MatchString(css) {
			t.Errorf("%s.css has a colour of its own: %q", name, colour.FindString(css))
		}
		if found := physical.FindString(css); found != "" {
			t.Errorf("%s.css: %q would not turn around for Arabic", name, found)
		}
		if strings.Contains(css, "!important") || strings.Contains(css, "url(") || strings.Contains(css, "@import") {
			t.Errorf("%s.css shouts or fetches", name)
		}
	}
}

// WCAG 2.2, 1.4.3: 4.5 to 1 for words in both themes.
func TestTokens_canBeRead(t *testing.T) {
	t.Parallel()
	text, err := embedded.ReadFile("static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(text), "prefers-color-scheme")
	dark, _, _ := strings.Cut(rest, "@media print")
	for theme, css := range map[string]string{"light": light, "dark": dark} {
		token := map[string]string{}
		for _, m := range regexp.MustCompile(`--([\w-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			token[m[1]] = m[2]
		}
		for words, grounds := range map[string][]string{
			"ink": {"paper", "sheet", "gift-wash", "decide-wash"}, "soft": {"paper", "sheet", "gift-wash"},
			"gift": {"paper", "sheet", "gift-wash"}, "on-gift": {"gift", "gift-deep"}, "tool": {"tool-wash"},
			"help": {"help-wash", "sheet"}, "decide": {"decide-wash", "paper", "sheet"},
		} {
			for _, ground := range grounds {
				if c := contrast(t, token[words], token[ground]); c < 4.5 {
					t.Errorf("%s: %s on %s is %.1f to 1", theme, words, ground, c)
				}
			}
		}
		for _, mark := range []string{"focus", "edge"} {
			for _, ground := range []string{"paper", "sheet"} {
				if c := contrast(t, token[mark], token[ground]); c < 3 {
					t.Errorf("%s: %s on %s is %.1f to 1", theme, mark, ground, c)
				}
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	l := []float64{luminance(t, a), luminance(t, b)}
	slices.Sort(l)
	return (l[1] + .05) / (l[0] + .05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 7 {
		t.Fatalf("no colour %q", hex)
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		sum += weight * linear(float64(n)/255)
	}
	return sum
}

func linear(v float64) float64 {
	if v <= .04045 {
		return v / 12.92
	}
	return math.Pow((v+.055)/1.055, 2.4)
}
