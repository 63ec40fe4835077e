package codec_test

import (
	"reflect"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
)

func TestType_isReadInEverySpelling(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"type":"Note"}`: "Note", `{"type":["Note"]}`: "Note", `{"type":"as:Note"}`: "Note", `{"@type":"Note"}`: "Note",
		`{"type":"https://www.w3.org/ns/activitystreams#Note"}`: "Note", `{"type":"http://www.w3.org/ns/activitystreams#Note"}`: "Note",
		`{"type":"vf:Proposal"}`: "Proposal", `{"type":"ValueFlows:Proposal"}`: "Proposal", `{"type":"https://w3id.org/valueflows/ont/vf#Proposal"}`: "Proposal",
		`{"type":"https://w3id.org/valueflows#Proposal"}`: "Proposal", `{"type":"https://w3id.org/manypots/ns#Thing"}`: "pots:Thing",
		`{"type":["Note","vf:Proposal"]}`: "", `{"type":7}`: "", `{"type":null}`: "", `{}`: "", `{"type":"as:"}`: "as:",
	} {
		if got := codec.Type(decoded(t, raw)); got != want {
			t.Errorf("type of %s is %q, want %q", raw, got, want)
		}
	}
	for _, raw := range []string{`{"type":["Note","vf:Proposal"]}`, `{"type":["vf:Proposal","Note"]}`} {
		if doc := decoded(t, raw); !codec.Is(doc, "Note") || !codec.Is(doc, "Proposal") || codec.Is(doc, "Event") {
			t.Errorf("%s is %v", raw, codec.Types(doc))
		}
	}
}

func TestID_isReadFromIRIObjectAndArrayOfOne(t *testing.T) {
	t.Parallel()
	doc := decoded(t, `{"a":"https://a.example","b":{"id":"https://a.example"},"c":["https://a.example"],"d":[{"@id":"https://a.example"}],
		"e":["https://a.example","https://b.example"],"f":null,"g":{"name":"x"},"h":7,"i":[],"j":{"id":7}}`)
	for name, v := range doc {
		want := map[bool]string{true: "https://a.example"}[name <= "d"]
		if got := codec.ID(v); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := codec.IDs(doc["e"]); !reflect.DeepEqual(got, []string{"https://a.example", "https://b.example"}) {
		t.Errorf("ids %v", got)
	}
	if got := codec.IDs(doc["g"]); got != nil {
		t.Errorf("ids of an object without one: %v", got)
	}
}

func TestGet_findsAPropertyUnderEveryPrefix(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{"publishes":{"id":"x"}}`, `{"vf:publishes":{"id":"x"}}`, `{"ValueFlows:publishes":[{"id":"x"}]}`, `{"https://w3id.org/valueflows/ont/vf#publishes":{"id":"x"}}`,
		`{"https://w3id.org/valueflows#publishes":{"id":"x"}}`, `{"publishes":null,"vf:publishes":{"id":"x"}}`, `{"publishes":{"id":"x"},"vf:publishes":{"id":"y"}}`,
	} {
		doc := decoded(t, raw)
		if got := codec.ID(codec.Get(doc, "publishes")); got != "x" {
			t.Errorf("%s: %q", raw, got)
		}
		if _, ok := codec.Proposal(doc); !ok {
			t.Errorf("%s: no proposal", raw)
		}
	}
	for _, raw := range []string{`{"pots:seq":3}`, `{"https://w3id.org/manypots/ns#seq":3}`} {
		if n, ok := codec.Seq(codec.Get(decoded(t, raw), "pots:seq")); n != 3 || !ok {
			t.Errorf("%s: %d, %v", raw, n, ok)
		}
	}
	if v := codec.Get(decoded(t, `{"seq":3}`), "pots:seq"); v != nil {
		t.Errorf("a bare seq was taken for ours: %v", v)
	}
}

func TestProposal_mayBeAnAttachmentAndIsNoString(t *testing.T) {
	t.Parallel()
	p, ok := codec.Proposal(decoded(t, `{"type":"Note","attachment":[{"type":"Image"},{"type":"Proposal","publishes":{"id":"x"}}]}`))
	if !ok || codec.Type(p) != "Proposal" {
		t.Errorf("got %v", p)
	}
	for _, raw := range []string{`{"publishes":"https://a.example/x"}`, `{"publishes":null}`, `{"attachment":"x"}`, `{}`} {
		if _, ok := codec.Proposal(decoded(t, raw)); ok {
			t.Errorf("%s is no proposal", raw)
		}
	}
}

func TestAction_isOneWordInEverySpelling(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"a":"transfer"}`: "transfer", `{"a":"vf:transferCustody"}`: "transferCustody", `{"a":"transfer-custody"}`: "transferCustody",
		`{"a":"https://w3id.org/valueflows#transfer"}`: "transfer", `{"a":"https://w3id.org/valueflows/ont/vf#deliver-service"}`: "deliverService",
		`{"a":{"id":"vf:deliverService"}}`: "deliverService", `{"a":7}`: "", `{"a":"-"}`: "",
	} {
		if got := codec.Action(decoded(t, raw)["a"]); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func TestQuantity_isAWholeNumberInEverySpelling(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{
		`1`: 1, `"1"`: 1, `"1.0"`: 1, `1.0`: 1, `"3"`: 3, `["2"]`: 2, `{"hasUnit":"one","hasNumericalValue":"5"}`: 5, `{"om2:hasNumericalValue":5}`: 5,
		`{"vf:hasNumericalValue":["5"]}`: 5, `{"@value":"4"}`: 4, `9999`: 9999,
		`0`: 0, `"0"`: 0, `-1`: 0, `"-1"`: 0, `"NaN"`: 0, `"1e9"`: 0, `1e9`: 0, `1e0`: 0, `1000000000000000000000000000000`: 0, `"1000000000000000000000000000000"`: 0,
		`10000`: 0, `1.5`: 0, `"1."`: 0, `".0"`: 0, `"."`: 0, `""`: 0, `" 1"`: 0, `"+1"`: 0, `"0x1"`: 0, `"١"`: 0, `null`: 0, `true`: 0, `[1,2]`: 0, `{}`: 0, `{"hasNumericalValue":{"hasNumericalValue":1}}`: 0,
	} {
		n, ok := codec.Quantity(decoded(t, `{"q":`+raw+`}`)["q"])
		if ok != (want > 0) || ok && n != want {
			t.Errorf("%s: %d, %v; want %d", raw, n, ok, want)
		}
	}
	if n, ok := codec.Available(decoded(t, `{"q":"0"}`)["q"]); n != 0 || !ok {
		t.Error("nothing left was not understood")
	}
	if n, ok := codec.Available(decoded(t, `{"q":"-1"}`)["q"]); ok {
		t.Errorf("%d left", n)
	}
	if n, ok := codec.Quantity(codec.Measure(7)); n != 7 || !ok || codec.Unit(codec.Measure(7)) != "one" {
		t.Error("our own measure is not read back")
	}
}

func TestTime_isOneInstantInEverySpelling(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	for _, raw := range []string{"2026-11-22T13:00:00Z", "2026-11-22T13:00:00.000Z", "2026-11-22T15:00:00+02:00", "2026-11-22t13:00:00z", "2026-11-22T13:00Z", "2026-11-22T12:00:00.0-01:00"} {
		if got, ok := codec.Time(raw); !ok || !got.Equal(want) {
			t.Errorf("%s: %v, %v", raw, got, ok)
		}
	}
	for _, raw := range []any{"", "soon", "2026-11-22", "2026-11-22T13:00:00", "2026-13-22T13:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-10:00", 7, nil} {
		if got, ok := codec.Time(raw); ok {
			t.Errorf("%v was taken for %v", raw, got)
		}
	}
	if got := codec.Stamp(want.Add(time.Millisecond).In(time.FixedZone("", 7200))); got != "2026-11-22T13:00:00Z" {
		t.Error(got)
	}
}

func TestIsPublic_knowsTheThreeNamesOfEveryone(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`"as:Public"`: true, `["Public"]`: true, `"https://www.w3.org/ns/activitystreams#Public"`: true, `{"id":"as:Public"}`: true, `["https://a.example/followers","as:Public"]`: true,
		`"https://a.example/Public"`: false, `"public"`: false, `null`: false, `[]`: false, `7`: false,
	} {
		doc := decoded(t, `{"cc":`+raw+`}`)
		if got := codec.IsPublic(doc["to"], doc["cc"]); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}

func TestText_isTakenFromTheLanguageMapWhenThereIsNothingElse(t *testing.T) {
	t.Parallel()
	doc := decoded(t, `{"content":null,"contentMap":{"de":"Hallo","en":"Hello"},"name":"N","nameMap":{"ar":"مرحبا"},"summary":{"@value":"S"}}`)
	for _, c := range []struct{ got, want string }{
		{codec.Text(doc, "content"), "Hallo"}, {codec.Text(doc, "content", "en"), "Hello"}, {codec.Text(doc, "content", "fr"), "Hallo"},
		{codec.Text(doc, "name"), "N"}, {codec.Text(doc, "summary"), "S"}, {codec.Text(doc, "other"), ""},
		{codec.Language(doc, "name"), "ar"}, {codec.Language(doc, "content"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLink_isFoundInStringsAndObjects(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"x"`: "x", `{"type":"Link","href":"x"}`: "x", `[{"type":"Link","href":"x"},"y"]`: "x", `{"type":"Image","url":"x"}`: "x", `null`: "", `[{}]`: "",
	} {
		if got := codec.Link(decoded(t, `{"url":`+raw+`}`)["url"]); got != want {
			t.Errorf("%s: %q", raw, got)
		}
	}
}

func TestReadActivity_takesOneTypeAndOneActorInEverySpelling(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{"type":"Offer","actor":"https://b.example/ap/collective"`, `{"type":["Offer"],"actor":["https://b.example/ap/collective"]`,
		`{"type":"as:Offer","actor":{"id":"https://b.example/ap/collective","type":"Organization"}`, `{"@context":[],"type":"Offer","as:actor":"https://b.example/ap/collective"`,
	} {
		a, err := codec.ReadActivity(decoded(t, raw+`,"id":"https://b.example/ap/activities/1","object":{"type":"Agreement"},"to":"https://a.example/ap/collective","published":"2026-11-22T14:00:00.5+01:00"}`))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if a.ID != "https://b.example/ap/activities/1" || a.Type != "Offer" || a.Actor != "https://b.example/ap/collective" || codec.Type(codec.Object(a.Object)) != "Agreement" ||
			!reflect.DeepEqual(a.To, []string{"https://a.example/ap/collective"}) || !a.Published.Equal(time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", raw, a)
		}
	}
}
