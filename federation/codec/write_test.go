package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
)

var update = flag.Bool("update", false, "write the golden files")

var published = time.Date(2026, 11, 22, 13, 0, 0, 123, time.UTC)

const alder = iri.Base("https://alder.example")

// aGift is the gift of protocol.md 2.3.
func aGift() codec.Note {
	const words = "<p><strong>Free: blue child's bike (20 inch)</strong></p><p>Some rust, brakes fine. Available.</p>"
	return codec.Note{
		ID: alder.Offer("7f3a"), AttributedTo: alder.Collective(), URL: alder.OfferPage("7f3a"), Content: words, Language: "en",
		Replies: alder.Replies("7f3a"), Area: "Nordpark", Published: published,
		To: []string{iri.Public}, CC: []string{alder.Followers(iri.Collective)},
		Hashtags: []codec.Hashtag{{Name: "#freestore", Href: alder.Page("/t/freestore")}},
		Images:   []codec.Image{{URL: alder.Page("/media/7f3a.jpg"), MediaType: "image/jpeg", Alt: "Blue bike leaning on a wall", Width: 1200, Height: 900}},
		Terms: map[string]any{
			"purpose": "offer", "unitBased": false, "pots:scope": "public", "pots:seq": 1, "pots:drawCommit": strings.Repeat("ab", 32),
			"publishes": map[string]any{
				"id": alder.Intent("7f3a"), "type": "Intent", "name": "Blue child's bike (20 inch)", "action": "transfer",
				"provider": alder.Collective(), "resourceQuantity": codec.Measure(1), "availableQuantity": codec.Measure(1),
			},
		},
	}
}

func encoded(t testing.TB, doc map[string]any, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := codec.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestDocuments_areWrittenAsTheyEverWere(t *testing.T) {
	t.Parallel()
	gift, err := aGift().Document()
	golden(t, "gift", encoded(t, gift, err))

	create, err := codec.Activity{
		ID: alder.Activity("1"), Type: "Create", Actor: alder.Collective(), Object: gift, Published: published,
		To: []string{iri.Public}, CC: []string{alder.Followers(iri.Collective)},
	}.Document()
	golden(t, "create", encoded(t, create, err))

	offer, err := codec.Activity{
		ID: "https://birch.example/ap/activities/7c1e9f", Type: "Offer", Actor: "https://birch.example/ap/collective", Published: published,
		To: []string{alder.Collective()}, Terms: map[string]any{"pots:for": strings.Repeat("m", 43), "pots:ticket": strings.Repeat("0f", 16)},
		Object: map[string]any{"type": "Agreement", "stipulates": map[string]any{
			"type": "Commitment", "satisfies": alder.Intent("7f3a"), "receiver": "https://birch.example/ap/collective", "resourceQuantity": codec.Measure(1),
		}},
	}.Document()
	golden(t, "offer", encoded(t, offer, err))

	accept, err := codec.Activity{
		ID: alder.Activity("2"), Type: "Accept", Actor: alder.Collective(), Object: "https://birch.example/ap/activities/7c1e9f",
		Result: map[string]any{"id": alder.Agreement("55"), "type": "Agreement", "attributedTo": alder.Collective(), "pots:seq": 1, "pots:state": "promised"},
		To:     []string{"https://birch.example/ap/collective"},
	}.Document()
	golden(t, "accept", encoded(t, accept, err))

	actor, err := codec.Actor{
		ID: alder.Collective(), Type: "Organization", Username: "collective", Name: "Alder", Summary: "<p>A street.</p>", URL: alder.Home(),
		Inbox: alder.Inbox(iri.Collective), Outbox: alder.Outbox(iri.Collective), Followers: alder.Followers(iri.Collective), Following: alder.Following(iri.Collective),
		Featured: alder.Featured(iri.Collective), SharedInbox: alder.SharedInbox(), KeyID: alder.Key(iri.Collective, "main-key"), PublicKeyPEM: "-----BEGIN PUBLIC KEY-----\n…\n", Published: published,
		Multikeys: []codec.Multikey{{ID: alder.Key(iri.Collective, "ed25519-key"), Public: "z6Mk…"}},
		Terms:     map[string]any{"webfinger": "collective@alder.example", "manuallyApprovesFollowers": false, "discoverable": true, "pots:open": alder.Open()},
	}.Document()
	golden(t, "actor", encoded(t, actor, err))

	two := 2
	open, err := codec.Collection{ID: alder.Open(), AttributedTo: alder.Collective(), First: alder.Open() + "?page=1", Total: &two}.Document()
	golden(t, "collection", encoded(t, open, err))
	page, err := codec.Page{
		ID: alder.Open() + "?page=1", PartOf: alder.Open(), Next: alder.Open() + "?page=2",
		Items: []any{map[string]any{"id": alder.Offer("7f3a"), "type": "Note", "updated": codec.Stamp(published)}},
	}.Document()
	golden(t, "page", encoded(t, page, err))
	gone, err := codec.Tombstone{ID: alder.Offer("7f3a"), FormerType: "Note", Deleted: published}.Document()
	golden(t, "tombstone", encoded(t, gone, err))
}

// golden compares a document with its file; -update writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	file := "testdata/" + name + ".json"
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(indented.Bytes(), want) {
		t.Errorf("%s is now\n%s", name, indented.Bytes())
	}
	doc := decoded(t, string(got))
	if again, err := codec.Encode(doc); err != nil || !bytes.Equal(again, got) {
		t.Errorf("%s does not survive a round trip (%v):\n%s", name, err, again)
	}
}

func TestNote_isReadBackAsTheListingItWas(t *testing.T) {
	t.Parallel()
	gift, err := aGift().Document()
	doc := decoded(t, string(encoded(t, gift, err)))
	p, ok := codec.Proposal(doc)
	if !ok || codec.Type(p) != "Note" {
		t.Fatalf("got %v", doc)
	}
	intent := codec.Object(codec.Get(p, "publishes"))
	n, _ := codec.Quantity(codec.Get(intent, "resourceQuantity"))
	at, _ := codec.Time(doc["published"])
	if codec.ID(intent) != alder.Intent("7f3a") || codec.Action(intent["action"]) != "transfer" || n != 1 || !codec.IsPublic(doc["to"]) || !at.Equal(published.Truncate(time.Second)) {
		t.Errorf("read back as %v", doc)
	}
	if doc["name"] != nil || doc["summary"] != nil {
		t.Error("GoToSocial would show a content warning")
	}
}

func TestEncode_keepsArraysLanguagesAndOurContext(t *testing.T) {
	t.Parallel()
	doc := map[string]any{
		"type": "Create", "@context": "https://evil.example/context", "to": "https://a.example/u", "bto": "https://a.example/hidden", "cc": nil,
		"object": map[string]any{
			"@context": "x", "type": "Note", "attachment": map[string]any{"type": "Image"}, "tag": []any{map[string]any{"type": "Mention", "bcc": "y"}},
			"bcc": []any{"https://a.example/hidden"}, "contentMap": map[string]any{"ar": "<p>مرحبا</p>"}, "content": "<p>مرحبا</p>",
		},
	}
	raw := string(encoded(t, doc, nil))
	if !strings.HasPrefix(raw, `{"@context":["https://www.w3.org/ns/activitystreams",{"vf":"https://w3id.org/valueflows/ont/vf#"`) {
		t.Errorf("it begins with %.120s", raw)
	}
	want := `"object":{"attachment":[{"type":"Image"}],"content":"<p>مرحبا</p>","contentMap":{"ar":"<p>مرحبا</p>"},"tag":[{"type":"Mention"}],"type":"Note"},"to":["https://a.example/u"],"type":"Create"}`
	if !strings.HasSuffix(raw, want) {
		t.Errorf("got %s", raw)
	}
	if strings.Contains(raw, "hidden") || strings.Contains(raw, "evil") {
		t.Errorf("it leaks: %s", raw)
	}
	if doc["bto"] == nil || doc["@context"] != "https://evil.example/context" {
		t.Error("the document given was changed")
	}
	for _, bad := range []map[string]any{nil, {}, {"type": []any{"Note", "Proposal"}}, {"type": "Note", "x": func() {}}} {
		if raw, err := codec.Encode(bad); err == nil {
			t.Errorf("written: %s", raw)
		}
	}
}

func TestEncode_givesEqualBytesForEqualDocuments(t *testing.T) {
	t.Parallel()
	doc, err := aGift().Document()
	first := encoded(t, doc, err)
	for range 20 {
		doc, err := aGift().Document()
		if again := encoded(t, doc, err); !bytes.Equal(first, again) {
			t.Fatalf("first %s, then %s", first, again)
		}
	}
}

func TestActivity_isReadBackAsItWasBuilt(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		"Accept", "Add", "Announce", "Block", "Create", "Delete", "Flag", "Follow", "Like", "Move", "Offer", "Reject", "Remove", "TentativeAccept", "Undo", "Update",
	} {
		built := codec.Activity{
			ID: alder.Activity("1"), Type: kind, Actor: alder.Collective(), Object: alder.Offer("7f3a"), Target: alder.Featured(iri.Collective), Context: alder.Agreement("5"),
			To: []string{"https://birch.example/ap/collective"}, Published: published.Truncate(time.Second),
		}
		doc, err := built.Document()
		read, err := codec.ReadActivity(decoded(t, string(encoded(t, doc, err))))
		if err != nil || read.ID != built.ID || read.Type != kind || read.Actor != built.Actor || read.Object != built.Object || read.Target != built.Target ||
			read.Context != built.Context || len(read.To) != 1 || read.CC != nil || !read.Published.Equal(built.Published) {
			t.Errorf("%s came back as %+v (%v)", kind, read, err)
		}
	}
}

// The bodies of security.md 2.1 that made go-fed panic, and types that it or we do not know.
func TestReadActivity_refusesWithoutPanic(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]error{
		`{"type":"Arrive","actor":"https://b.example/u"}`:          codec.ErrUnknownType,
		`{"type":"EmojiReact","actor":"https://b.example/u"}`:      codec.ErrUnknownType,
		`{"type":"Note","attributedTo":"https://b.example/u"}`:     codec.ErrUnknownType,
		`{"type":"vf:Proposal","actor":"https://b.example/u"}`:     codec.ErrUnknownType,
		`{"type":["Like","Delete"],"actor":"https://b.example/u"}`: codec.ErrMalformed,
		`{"type":"Follow"}`:                                                       codec.ErrMalformed,
		`{"type":"Follow","actor":null}`:                                          codec.ErrMalformed,
		`{"type":"Follow","actor":{"type":"Person"}}`:                             codec.ErrMalformed,
		`{"type":"Follow","actor":["https://b.example/u","https://c.example/u"]}`: codec.ErrMalformed,
		`{"type":"Follow","actor":["https://b.example/u",{"type":"Person"}]}`:     codec.ErrMalformed,
		`{"type":"Follow","actor":"SCRUBBED"}`:                                    codec.ErrMalformed,
		`{"type":"Follow","actor":""}`:                                            codec.ErrMalformed,
		`{"actor":"https://b.example/u"}`:                                         codec.ErrMalformed,
		`{}`:                                                                      codec.ErrMalformed,
		`{"type":"Accept","actor":"https://b.example/u","object":{"type":"Follow"}}`:                    nil,
		`{"type":"Create","actor":"https://b.example/u","id":null,"tag":[{"type":"Unknown"}]}`:          nil,
		`{"type":"Create","actor":"https://b.example/u","id":"","object":{"type":"Proposal"}}`:          nil,
		`{"type":"Create","actor":"https://b.example/u","id":"SCRUBBED","published":"not so long ago"}`: nil,
	} {
		if _, err := codec.ReadActivity(decoded(t, raw)); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", raw, err, want)
		}
	}
}

func TestDocument_refusesWhatIsNoAddressOrType(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func() (map[string]any, error){
		"a relative id":   codec.Note{ID: "/ap/offers/7"}.Document,
		"an odd audience": codec.Note{To: []string{"%zz"}}.Document,
		"no activity":     codec.Activity{Type: "Arrive"}.Document,
		"no actor":        codec.Actor{Type: "Person"}.Document,
		"a bad page":      codec.Page{ID: "x"}.Document,
		"a bad tombstone": codec.Tombstone{ID: "x"}.Document,
		"a bad actor":     codec.Actor{Type: "Application", ID: "x", KeyID: "x"}.Document,
	} {
		if doc, err := build(); err == nil {
			t.Errorf("%s: built %v", name, doc)
		}
	}
	if doc, err := (codec.Actor{Type: "Application", KeyID: "https://a.example/k"}).Document(); err != nil || doc["publicKey"] != nil {
		t.Errorf("a key without an owner: %v, %v", doc, err)
	}
}

func BenchmarkReadActivity(b *testing.B) {
	doc, err := codec.Activity{ID: alder.Activity("1"), Type: "Create", Actor: alder.Collective(), Object: alder.Offer("1"), Published: published}.Document()
	parsed := decoded(b, string(encoded(b, doc, err)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.ReadActivity(parsed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteNote(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		doc, err := aGift().Document()
		encoded(b, doc, err)
	}
}
