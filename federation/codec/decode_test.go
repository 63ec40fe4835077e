package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/codec"
)

func decoded(t testing.TB, raw string) map[string]any {
	t.Helper()
	doc, err := codec.Decode([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return doc
}

func TestDecode_refusesWhatIsHostileOrCanBeReadInTwoWays(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"nothing":               "",
		"white space":           "  ",
		"an array":              `[{"type":"Note"}]`,
		"a string":              `"Note"`,
		"null":                  `null`,
		"half a document":       `{"type":"Note"`,
		"two documents":         `{"a":1}{"b":2}`,
		"a missing comma":       `{"a":[1 2]}`,
		"a trailing comma":      `{"a":1,}`,
		"a key twice":           `{"actor":"a","actor":"b"}`,
		"a key twice, escaped":  `{"actor":"a","\u0061ctor":"b"}`,
		"a key twice, inside":   `{"object":[{"id":"a","id":"a"}]}`,
		"NUL in a value":        `{"a":"\u0000"}`,
		"NUL in a key":          `{"\u0000":1}`,
		"a raw NUL":             "{\"a\":\"\x00\"}",
		"invalid UTF-8":         "{\"a\":\"\xff\"}",
		"two byte order marks":  "\xef\xbb\xbf\xef\xbb\xbf{}",
		"a long key":            `{"` + strings.Repeat("k", 257) + `":1}`,
		"33 levels":             strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
		"100 000 levels":        strings.Repeat(`[`, 100_000) + strings.Repeat("]", 100_000),
		"objects of 100 000":    strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
		"20 001 tokens":         `{"a":[` + strings.Repeat("1,", 20_000) + `1]}`,
		"too large":             `{"a":"` + strings.Repeat("a", codec.MaxBytes) + `"}`,
		"a number that is none": `{"a":NaN}`,
		"a comment":             `{"a":1/*x*/}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if doc, err := codec.Decode([]byte(raw)); !errors.Is(err, codec.ErrMalformed) || doc != nil {
				t.Errorf("got %v, %v", doc, err)
			}
		})
	}
}

func TestDecode_takesWhatIsOddButClear(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]map[string]any{
		"\xef\xbb\xbf{\"type\":\"Note\"}\r\n": {"type": "Note"},
		`{"url":"https:\/\/a.example\/x"}`:    {"url": "https://a.example/x"},
		`{"a":1e400000}`:                      {"a": json.Number("1e400000")},
		`{"a":"\ud800"}`:                      {"a": "\ufffd"},
		`{"a":{"b":1},"c":{"b":2}}`:           {"a": map[string]any{"b": json.Number("1")}, "c": map[string]any{"b": json.Number("2")}},
		`{"a":[],"b":{},"c":null,"d":true}`:   {"a": []any{}, "b": map[string]any{}, "c": nil, "d": true},
		strings.Repeat(`{"a":`, 2) + "{}}}":   {"a": map[string]any{"a": map[string]any{}}},
	} {
		if got := decoded(t, raw); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v", raw, got)
		}
	}
	decoded(t, strings.Repeat(`{"a":`, 32)+"1"+strings.Repeat("}", 32))
}

// eachOfTheCorpus calls with every real document, where the folder is at hand.
func eachOfTheCorpus(t testing.TB, with func(name string, raw []byte)) {
	t.Helper()
	folder := os.Getenv("TEST_CORPUS")
	if folder == "" {
		folder = "../../../shared/corpus"
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Log("no corpus beside the project: its documents were not read")
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		with(strings.TrimPrefix(file, folder+"/"), raw)
	}
}

func TestCorpus_isReadAndWrittenWithoutLoss(t *testing.T) {
	t.Parallel()
	activities := 0
	eachOfTheCorpus(t, func(name string, raw []byte) {
		doc, err := codec.Decode(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		readEverything(doc)
		activity, err := codec.ReadActivity(doc)
		switch {
		case err == nil:
			activities++
			if activity.Actor == "" || activity.Type == "" {
				t.Errorf("%s: %+v", name, activity)
			}
		case !errors.Is(err, codec.ErrMalformed) && !errors.Is(err, codec.ErrUnknownType):
			t.Errorf("%s: %v", name, err)
		case strings.HasPrefix(name, "activities/") && errors.Is(err, codec.ErrMalformed):
			t.Logf("%s: %v", name, err)
		}
		if codec.Type(doc) == "" {
			return
		}
		written, err := codec.Encode(doc)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if again := decoded(t, string(written)); len(again) < len(doc)-2 { // bto and bcc
			t.Errorf("%s: %d properties became %d", name, len(doc), len(again))
		}
	})
	t.Logf("%d activities were read", activities)
}

// readEverything runs every getter over every property: none may panic on anything.
func readEverything(doc map[string]any) {
	codec.Types(doc)
	codec.Proposal(doc)
	for name, v := range doc {
		_, _, _, _ = codec.ID(v), codec.IDs(v), codec.Link(v), codec.Action(v)
		_, _, _, _ = codec.String(v), codec.Strings(v), codec.Bool(v), codec.Unit(v)
		_, _ = codec.Text(doc, name), codec.Language(doc, name)
		_, _ = codec.Time(v)
		_, _ = codec.Quantity(v)
		_, _ = codec.Seq(v)
		codec.IsPublic(v)
		for _, inner := range codec.Objects(v) {
			readEverything(inner)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"@context":"https://www.w3.org/ns/activitystreams","type":["Note","vf:Proposal"],"actor":{"id":"https://a.example/u"}}`))
	f.Add([]byte("\xef\xbb\xbf{\"a\":[1,2.5e9,null,true,\"\\ud83d\\ude00\"]}"))
	seeds := 0
	eachOfTheCorpus(f, func(_ string, raw []byte) {
		if seeds++; seeds%8 == 0 {
			f.Add(raw)
		}
	})
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := codec.Decode(raw)
		if err != nil {
			return
		}
		var plain map[string]any
		dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
		dec.UseNumber()
		if err := dec.Decode(&plain); err != nil || !reflect.DeepEqual(plain, doc) {
			t.Errorf("encoding/json reads %v (%v), we read %v", plain, err, doc)
		}
		readEverything(doc)
		_, _ = codec.ReadActivity(doc)
		if once, err := codec.Encode(doc); err == nil {
			again, err := codec.Decode(once)
			if err != nil {
				return // it grew beyond the bounds
			}
			if twice, err := codec.Encode(again); err != nil || !bytes.Equal(once, twice) {
				t.Errorf("written as %s, then as %s (%v)", once, twice, err)
			}
		}
	})
}

func FuzzDuplicateKeys(f *testing.F) {
	f.Add("actor", "actor")
	f.Add("actor", "object")
	f.Fuzz(func(t *testing.T, a, b string) {
		one, _ := json.Marshal(a)
		other, _ := json.Marshal(b)
		_, err := codec.Decode(fmt.Appendf(nil, `{"x":[{%s:1,%s:2}]}`, one, other))
		if bytes.Equal(one, other) && err == nil {
			t.Errorf("%s was taken twice", one)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	raw, err := os.ReadFile("testdata/gift.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(raw); err != nil {
			b.Fatal(err)
		}
	}
}
