package federation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/wire"
)

// Whatever a document says, what is read of it is short plain text and addresses on its own server (security 4.1).
func FuzzForeignDocument(f *testing.F) {
	f.Add(mustJSON(profileOf(peer{id: mallory, key: peerKeys()[0], keyID: mallory + "#main-key"})))
	f.Add(mustJSON(gift("https://evil.example/o/1", 3)))
	f.Add([]byte(`{"id":"x","publishes":[{"vf:action":"transfer","name":[{"@value":"<b>x"}],"availableQuantity":{"@value":"1e3"}}],"url":["https://e.example",{"href":7}],"pots:gatherUntil":"2026-11-22t10:00z"}`))
	f.Add([]byte(`{"type":"OrderedCollectionPage","orderedItems":{"id":"https://evil.example/o/1","pots:seq":-1,"updated":"x"},"next":{"id":[]}}`))
	f.Add([]byte(`{"stipulates":{"resourceQuantity":{"hasNumericalValue":"9999"}},"pots:windows":[{"hasBeginning":"2026-11-22T10:00:00Z","hasEnd":"2026-11-22T12:00:00Z"}],"pots:apart":["x"],"pots:for":"a","content":"<p>x"}`))
	for _, listing := range []doc{spade("request"), subscription(), goods("40"), with(profileOf(evil()), doc{"attachment": []any{linkTo("https://evil.example/o/1", []any{"payment", "vf:Proposal"})}})} {
		f.Add(mustJSON(listing))
	}
	f.Add([]byte(`{"id":"x","publishes":[{"reciprocal":true,"publishes":{"action":7}},{"publishes":{"action":["vf:transfer"],"name":"x"}}],"reciprocal":[[],null]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		const id = "https://evil.example/users/mallory"
		doc, err := codec.Decode(raw)
		if err != nil {
			return
		}
		if p, err := readProfile(doc, id); err == nil {
			short(t, p.actor.Name, nameLength)
			short(t, p.actor.Summary, summaryLength)
			for _, address := range []string{p.actor.URL, p.actor.Inbox, p.actor.SharedInbox, p.actor.OpenURL} {
				if address != "" && !iri.SameOrigin(address, id) {
					t.Errorf("%q is elsewhere", address)
				}
			}
			for _, address := range p.proposals {
				if !iri.SameOrigin(address, id) {
					t.Errorf("a thing at %q", address)
				}
			}
			for _, k := range p.keys {
				if k.Owner != id || !iri.SameOrigin(k.ID, id) {
					t.Errorf("a key of %s under %s", k.Owner, k.ID)
				}
			}
		}
		if l, err := readListing(doc, "https://evil.example/o/1", id, noon); err == nil {
			short(t, l.Title, titleLength)
			short(t, l.Description, descriptionLength)
			short(t, l.Area, areaWordLength)
			if !iri.SameOrigin(l.URL, id) || l.Left < 0 || l.Quantity < 1 || l.MaxPerClaim < 1 || len(l.Language) > 100 || l.Published.After(noon) {
				t.Errorf("a listing: %+v", l)
			}
		}
		for _, item := range items(doc) {
			canonicalID(item)
			version(item)
		}
		h := &heard{doc: doc, embedded: doc, signer: Signer{Actor: id, Origin: "https://evil.example"}, item: &wire.InboxItem{}}
		us := &Federation{Options: Options{Base: "https://alder.example"}}
		if in, why := us.readClaim(h); why == "" {
			short(t, in.Wish.Note, wordsLength)
			short(t, in.Area, areaWordLength)
			if in.Wish.Quantity < 1 || len(in.Wish.Windows) > 6 {
				t.Errorf("a claim: %+v", in)
			}
		}
		if says, err := readAgreement(h, doc); err == nil && !iri.SameOrigin(says.Agreement, id) {
			t.Errorf("an agreement at %s", says.Agreement)
		}
	})
}

func short(t *testing.T, text string, limit int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > limit || !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\u202e") {
		t.Errorf("%d characters of %q", n, text)
	}
}

// What people type for somebody elsewhere names one host, or nobody.
func FuzzAccount(f *testing.F) {
	for _, typed := range []string{"collective@birch.example", "@a@b", "acct:a@b@c", "a@[::1]:80", "@", "a b@c", "a@b/c", "ａ@Ｂ.example."} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		user, host, ok := splitAccount(typed)
		if ok && (user == "" || host == "" || strings.ContainsAny(user+host, "/ ")) {
			t.Errorf("%q is %q at %q", typed, user, host)
		}
		if origin, err := iri.Origin("https://" + host); ok && err == nil {
			if again, err := iri.Origin(origin); err != nil || again != origin {
				t.Errorf("%q has the origins %q and %q", typed, origin, again)
			}
			if site(origin) == "" {
				t.Errorf("%q has no site", origin)
			}
		}
	})
}
