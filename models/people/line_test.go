package people

import (
	"strings"
	"testing"
	"unicode"
)

func FuzzNickname(f *testing.F) {
	for _, s := range []string{"Sage", " نور ", "e\u0301", "a\u202eb", "\xff", "ﷺ", "𝓜aya", "Ϲ", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var in input
		shown, key := in.nickname(text)
		if in.err() != nil {
			return
		}
		if strings.TrimSpace(shown) != shown || strings.ContainsFunc(shown, unicode.IsControl) {
			t.Errorf("%q is shown as %q", text, shown)
		}
		var again input
		if _, same := again.nickname(shown); again.err() != nil || same != key {
			t.Errorf("%q is %q, and written as shown %q is %q (%v)", text, key, shown, same, again.err())
		}
	})
}

func FuzzLine(f *testing.F) {
	f.Add("Lower Mill Street")
	f.Add("a\u2067b\x00")
	f.Fuzz(func(t *testing.T, text string) {
		var in input
		got := in.line("area", "collective.area", text, areaMax)
		if in.err() == nil && (len([]rune(got)) > areaMax || strings.ContainsAny(got, "\x00\n\r\u202e\u2066\u2067\u2069\u200f")) {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

func TestWords_readBackAsTheyWereSaid(t *testing.T) {
	// The example of arXiv 0901.4016: 127.0.0.1 is lusab-babad.
	if got := quint(0x7f00) + "-" + quint(1); got != "lusab-babad" {
		t.Errorf("got %s", got)
	}
	words := newWords()
	if got := readWords(" " + strings.ToUpper(strings.Join(words, " -,\n"))).hash(); got != words.hash() {
		t.Errorf("%v is not read back", words)
	}
}
