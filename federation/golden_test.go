package federation

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// The goldens are what other software gets from us. Read the diff before it is committed: go test ./federation -update
var rewrite = flag.Bool("update", false, "write the golden documents anew")

// paper is a node that only writes documents.
func paper(t *testing.T) *Federation {
	t.Helper()
	clock := func() time.Time { return noon }
	f, err := New(Options{
		Base: peopletest.BaseURL, Now: clock, Wall: clock, Fetch: fetch.Options{Transport: nobodyThere{}}, Words: plainWords{},
		Photos: noPhotos{}, Log: storetest.Log(), Version: "0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func alderItself() people.Collective {
	return people.Collective{
		Name: "Alder", Area: "Lower Mill Street", Language: "en", Zone: "Europe/Berlin", BaseURL: peopletest.BaseURL, SetUpAt: noon,
	}
}

func golden(t testing.TB, name string, doc map[string]any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := codec.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	goldenBytes(t, name, withoutContext(t, raw))
}

// withoutContext leaves out the @context, which is the same in all and has its own tests in codec.
func withoutContext(t testing.TB, raw []byte) []byte {
	t.Helper()
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["@context"] == nil {
		t.Error("a document without @context")
	}
	delete(doc, "@context")
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func goldenBytes(t testing.TB, name string, raw []byte) {
	t.Helper()
	var readable bytes.Buffer
	if err := json.Indent(&readable, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	readable.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *rewrite {
		if err := os.WriteFile(path, readable.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(readable.Bytes(), want) {
		t.Errorf("%s is not what it was:\n%s", path, readable.Bytes())
	}
}

// sampleKeys are the two of an actor.
func sampleKeys(f *Federation, as wire.Actor) ownKeys {
	id := iri.Actor(as)
	return ownKeys{current: map[wire.KeyKind]ownKey{
		wire.KeyRSA:     {id: f.Base.Key(id, "main-key"), publicPEM: "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"},
		wire.KeyEd25519: {id: f.Base.Key(id, "ed25519-key"), private: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))},
	}}
}

func TestActor_isWhatOthersKnow(t *testing.T) {
	f := paper(t)
	for _, as := range ourActors() {
		doc, err := f.actorDocument(alderItself(), as, sampleKeys(f, as))
		golden(t, "actor-"+string(as), doc, err)
	}
}

func TestActor_speaksInItsOwnWordsWhereThereAreSome(t *testing.T) {
	c := alderItself()
	c.About = "We share <things>.\nAnd time.\n\nCome by."
	f := paper(t)
	doc, err := f.actorDocument(c, wire.Collective, sampleKeys(f, wire.Collective))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := doc["summary"], "<p>We share &lt;things&gt;.<br>And time.</p><p>Come by.</p>"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
}

// bike is an offer as its row might stand.
func bike() listing {
	published, until := noon, noon.Add(24*time.Hour)
	expires := noon.Add(30 * 24 * time.Hour)
	l := listing{by: alderItself(), photos: []media.Photo{{ID: "photo1", Width: 1200, Height: 900}}}
	l.ID, l.Version, l.State, l.Giver, l.Place = "offer1", 3, sharing.Gathering, "member1", "Mill Street 7, second floor"
	l.Title, l.Description = "A child's bike <20 inch>", "Blue. \"Loved\" & rusty.\nBrakes fine.\n\nFor whoever grows."
	l.Category, l.Condition, l.Faults, l.Language, l.Area = "children", "worn", "No bell", "en", "Nordpark"
	l.Audience, l.Quantity, l.Left, l.MaxPerClaim = people.Anyone, 1, 1, 1
	l.PublishedAt, l.GatherUntil, l.ExpiresAt, l.UpdatedAt = &published, &until, &expires, published
	l.DrawCommit, l.Secret = "c0ffee", "5ec7e7"
	l.Windows = []agreeing.Window{{From: noon.Add(48 * time.Hour), To: noon.Add(50 * time.Hour)}}
	return l
}

func TestListing_canBeReadByEverybody(t *testing.T) {
	f := paper(t)
	doc, err := f.note(bike())
	golden(t, "listing-anyone", doc, err)

	chairs := bike()
	chairs.photos, chairs.Windows, chairs.Faults, chairs.Description = nil, nil, "", ""
	chairs.Title, chairs.Audience, chairs.Quantity, chairs.Left, chairs.MaxPerClaim = "Six chairs", people.Friends, 6, 4, 2
	chairs.State, chairs.GoesOffToday, chairs.UpdatedAt = sharing.Promised, true, noon.Add(time.Hour)
	doc, err = f.note(chairs)
	golden(t, "listing-friends", doc, err)

	gone := bike()
	gone.State, gone.Left, gone.UpdatedAt = sharing.Gone, 0, noon.Add(72*time.Hour)
	doc, err = f.note(gone)
	golden(t, "listing-gone", doc, err)
}

func TestListing_neverHoldsWhatIsPrivate(t *testing.T) {
	doc, err := paper(t).note(bike())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := codec.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"Mill Street 7", "member1", "5ec7e7", `"summary":"A child's bike: `} {
		if bytes.Contains(raw, []byte(private)) {
			t.Errorf("a listing holds %q", private)
		}
	}
	if doc["name"] != nil || doc["summary"] != nil || doc["replies"] != nil {
		t.Error("a listing has a name, a summary or replies")
	}
}

// promise is a claim from Birch that was drawn.
func promise(state agreeing.State) promised {
	p := promised{by: alderItself()}
	hold, purge := noon.Add(7*24*time.Hour), noon.Add(9*24*time.Hour)
	p.ID, p.Version, p.State, p.Peer, p.Handle, p.Offer = "claim1", 4, state, "https://birch.example/ap/collective", "handle", "offer1"
	p.Ticket, p.Quantity, p.Note, p.Asked = "0123", 1, "for my way to work", "https://birch.example/ap/activities/a1"
	if state.Live() {
		p.HoldUntil = &hold
	} else {
		p.PurgeAt = &purge
	}
	return p
}

func TestAgreement_saysWhatTheAskingSideMayKnow(t *testing.T) {
	f := paper(t)
	gathering := promise(agreeing.Gathering)
	gathering.HoldUntil = nil
	golden(t, "agreement-gathering", f.agreement(gathering), nil)

	agreed := promise(agreeing.Promised)
	agreed.drawn = true
	agreed.Window = &agreeing.Window{From: noon.Add(48 * time.Hour), To: noon.Add(50 * time.Hour)}
	golden(t, "agreement-promised", f.agreement(agreed), nil)

	apart := promise(agreeing.Released)
	apart.Apart = true
	golden(t, "agreement-apart", f.agreement(apart), nil)
	golden(t, "receipt", f.receipt(promise(agreeing.Done)), nil)

	raw, err := codec.Encode(f.agreement(agreed))
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"handle", "0123", "way to work"} {
		if bytes.Contains(raw, []byte(private)) {
			t.Errorf("an agreement holds %q", private)
		}
	}
}
