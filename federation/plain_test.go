package federation

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// Protocol 8 case 82.
func TestPlainText_keepsWordsAndNothingElse(t *testing.T) {
	for source, want := range map[string]string{
		"hello":                                            "hello",
		"a < b & c":                                        "a < b & c",
		"<p>one</p><p>two<br>three</p>":                    "one\n\ntwo\nthree",
		"<p>&lt;b&gt; &amp;amp; &nbsp;x</p>":               "<b> &amp; x",
		"<script>alert(1)</script>hi":                      "hi",
		"<style>p{}</style><iframe>x</iframe>hi":           "hi",
		`<a href="javascript:x()">here</a>`:                "here",
		`<img src=x onerror=alert(1)>hi`:                   "hi",
		"evil\u202etxt.exe":                                "eviltxt.exe",
		"claim\u200b \u2060me\ufeff":                       "claim me",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		"a\x00b\x1b[31mc\u0085d":                           "ab[31mcd",
		"\n\n\n a \n\n\n\n b \n":                           "a\n\nb",
		"<p>" + strings.Repeat("<b>", 5000) + "deep":       "deep",
		"<script>never closed":                             "",
	} {
		if got := plainText(source, 100); got != want {
			t.Errorf("%.40q: %q, want %q", source, got, want)
		}
	}
	if got := plainText(strings.Repeat("\u00e4", 300), 100); utf8.RuneCountInString(got) != 100 || !strings.HasSuffix(got, "\u2026") {
		t.Errorf("a long text becomes %q", got)
	}
	if got := plainLine("<p>one</p><p>two</p>", 100); got != "one two" {
		t.Errorf("a line is %q", got)
	}
}

func FuzzPlainText(f *testing.F) {
	f.Add("<p>one</p><p>two<br>three</p>&amp;<script>x")
	f.Add("a\u202eb\x00<")
	f.Fuzz(func(t *testing.T, source string) {
		text := plainText(source, 200)
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 200 {
			t.Errorf("%q", text)
		}
		for _, r := range text {
			if r != '\n' && unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				t.Errorf("%q is still there", r)
			}
		}
		if again := clean(text); again != text {
			t.Errorf("cleaning %q again makes it %q", text, again)
		}
	})
}

func TestLimiter_letsABurstThroughAndThenItsPace(t *testing.T) {
	var l limiter
	pace := tempo{burst: 3, second: 1}
	now := noon
	for range 3 {
		if wait := l.take(now, "a", 1, pace); wait != 0 {
			t.Errorf("the burst waits %v", wait)
		}
	}
	if wait := l.take(now, "a", 1, pace); wait == 0 {
		t.Error("there is no end to the burst")
	}
	if wait := l.take(now, "b", 1, pace); wait != 0 {
		t.Error("another waits for it")
	}
	if wait := l.take(now.Add(2e9), "a", 2, pace); wait != 0 {
		t.Errorf("who has rested waits %v", wait)
	}
	for i := range 2 * pacesKept { // the first have rested when the last come
		l.take(now.Add(time.Duration(i)*time.Second), strconv.Itoa(i), 1, pace)
	}
	if len(l.paces) > pacesKept {
		t.Errorf("%d names are remembered", len(l.paces))
	}
}
