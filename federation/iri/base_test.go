package iri_test

import (
	"testing"

	"codeberg.org/manypots/manypots/federation/iri"
)

const base = iri.Base("https://alder.example")

func TestBase_readsBackEveryIdItWrites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id, want string
		kind     iri.Kind
		local    string
	}{
		{base.Collective(), "https://alder.example/ap/collective", iri.KindActor, "collective"},
		{base.Decisions(), "https://alder.example/ap/decisions", iri.KindActor, "decisions"},
		{base.Node(), "https://alder.example/ap/node", iri.KindActor, "node"},
		{base.Key(iri.Node, "main-key"), "https://alder.example/ap/node#main-key", iri.KindKey, "node"},
		{base.Key(iri.Collective, "ed25519-key-2"), "https://alder.example/ap/collective#ed25519-key-2", iri.KindKey, "collective"},
		{base.Inbox(iri.Collective), "https://alder.example/ap/collective/inbox", iri.KindInbox, "collective"},
		{base.Outbox(iri.Decisions), "https://alder.example/ap/decisions/outbox", iri.KindOutbox, "decisions"},
		{base.Followers(iri.Collective), "https://alder.example/ap/collective/followers", iri.KindFollowers, "collective"},
		{base.Following(iri.Collective), "https://alder.example/ap/collective/following", iri.KindFollowing, "collective"},
		{base.Featured(iri.Collective), "https://alder.example/ap/collective/featured", iri.KindFeatured, "collective"},
		{base.SharedInbox(), "https://alder.example/ap/inbox", iri.KindSharedInbox, ""},
		{base.Open(), "https://alder.example/ap/collective/open", iri.KindOpen, "collective"},
		{base.Roll(iri.Decisions), "https://alder.example/ap/decisions/followers/synchronization", iri.KindRoll, "decisions"},
		{base.Neighbours(), "https://alder.example/ap/collective/neighbours", iri.KindNeighbours, "collective"},
		{base.Agreements(), "https://alder.example/ap/agreements", iri.KindAgreements, ""},
		{base.Offer("7f3a"), "https://alder.example/ap/offers/7f3a", iri.KindOffer, "7f3a"},
		{base.Intent("7f3a"), "https://alder.example/ap/offers/7f3a#primary", iri.KindIntent, "7f3a"},
		{base.Replies("7f3a"), "https://alder.example/ap/offers/7f3a/replies", iri.KindReplies, "7f3a"},
		{base.Agreement("55"), "https://alder.example/ap/agreements/55", iri.KindAgreement, "55"},
		{base.Commitment("55"), "https://alder.example/ap/agreements/55#primary", iri.KindCommitment, "55"},
		{base.AgreementDraw("55"), "https://alder.example/ap/agreements/55/draw", iri.KindDraw, "55"},
		{base.Receipt("77"), "https://alder.example/ap/receipts/77", iri.KindReceipt, "77"},
		{base.Activity("9001"), "https://alder.example/ap/activities/9001", iri.KindActivity, "9001"},
	} {
		if c.id != c.want {
			t.Errorf("wrote %q, want %q", c.id, c.want)
		}
		kind, local, ok := base.Local(c.id)
		if !ok || kind != c.kind || local != c.local {
			t.Errorf("Local(%q) = %q, %q, %v", c.id, kind, local, ok)
		}
	}
	if kind, local, ok := base.Local("HTTPS://Alder.Example.:443/ap/offers/7f3a"); !ok || kind != iri.KindOffer || local != "7f3a" {
		t.Error("another spelling of our host was not read")
	}
}

func TestBase_doesNotReadWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"https://birch.example/ap/offers/7f3a", "https://alder.example.birch.example/ap/offers/7", "https://alder.example:8443/ap/offers/7", "http://alder.example/ap/offers/7",
		"https://alder.example/offers/7f3a", "https://alder.example/ap/offers", "https://alder.example/ap/offers/", "https://alder.example/ap/offers/a/b", "https://alder.example//ap/offers/7",
		"https://alder.example/ap/offers/7#reciprocal", "https://alder.example/ap/node#key", "https://alder.example/ap/node#main-key/2", "https://alder.example/ap/offers/7#", "https://alder.example/ap/offers/7?x=1", "https://alder.example/ap/offers/%37", "https://alder.example/ap/offers/..",
		"https://alder.example/ap/node/open", "https://alder.example/ap/ines", "https://alder.example/ap/agreements/5/replies", "https://alder.example/ap/things/7", "https://alder.example/ap/", "",
	} {
		if kind, local, ok := base.Local(id); ok || kind != "" || local != "" {
			t.Errorf("Local(%q) = %q, %q, %v", id, kind, local, ok)
		}
	}
}

func TestBase_isReadFromThePublicAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]iri.Base{
		"https://Alder.example/": base, "https://alder.example:443": base, "http://localhost:8080": "http://localhost:8080",
		"https://alder.example/pots": "", "https://alder.example/?x": "", "https://alder.example//": "", "http://alder.example": "", "alder.example": "",
	} {
		got, err := iri.ParseBase(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseBase(%q) = %q, %v", address, got, err)
		}
	}
	if got := iri.Base("http://localhost:8080").Authority(); got != "localhost:8080" {
		t.Errorf("authority %q", got)
	}
}

func FuzzLocal(f *testing.F) {
	f.Add(base.Intent("7f3a"))
	f.Add(base.AgreementDraw("55"))
	f.Fuzz(func(t *testing.T, id string) {
		kind, local, ok := base.Local(id)
		if ok == (kind == "") || !ok && local != "" {
			t.Errorf("Local(%q) = %q, %q, %v", id, kind, local, ok)
		}
		if ok && !iri.SameOrigin(id, string(base)) {
			t.Errorf("%q is not ours", id)
		}
	})
}
