//go:build peer

package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
)

// Somebody lives on a real tootik; what follows happens to them and to a collective, one after the other. Each of
// the two servers learns how the other signs.
func TestPeer_Tootik(t *testing.T) {
	door := anyDoor(t)
	ours, ourCA := tappedTLS(t, door.Addr().String(), "tootik to us")
	behind := "127.0.0.1:" + freePort(t)
	theirs, theirCA := tappedTLS(t, behind, "us to tootik")
	_, port, _ := net.SplitHostPort(theirs.authority())
	address := "localhost:" + port // nobody shuts out the host that they are on themselves
	alder := openPeered(t, door, "MANYPOTS_URL="+ours.URL, "MANYPOTS_DEV_PEERS="+address, "MANYPOTS_DEV_CA="+theirCA)
	k := startTootik(t, address, behind, ourCA)

	for _, story := range []struct {
		name  string
		tells func(*testing.T, *peered, *tootik)
	}{
		{"a follower reads an offer and writes back", aFollowerOnTootikReadsAndWrites},
		{"new keys are believed where the old ones are known", newKeysAreBelievedOnTootik},
		{"whom we shut out is not heard", func(t *testing.T, alder *peered, k *tootik) { whomWeShutOutOnTootikIsNotHeard(t, alder, k, ours) }},
		{"a wish by reply goes the whole way", aWishFromTootikGoesTheWholeWay},
		{"an unfollow is heard", func(t *testing.T, alder *peered, k *tootik) {
			k.unfollows(alder.config.URL.Collective())
			alder.isNotFollowed(t)
		}},
	} {
		if told := t.Run(story.name, func(t *testing.T) { story.tells(t, alder, k.in(t)) }); !told {
			t.Fatal("the rest goes on from there")
		}
	}
	if ours.count(signed{scheme: "RFC 9421 ed25519", status: http.StatusAccepted}) == 0 {
		t.Error("it was not seen that we take Ed25519")
	}
	if n := theirs.count(signed{scheme: "RFC 9421", status: http.StatusUnauthorized}); n > 1 {
		t.Errorf("what was refused was tried again, %d times", n)
	}
}

func aFollowerOnTootikReadsAndWrites(t *testing.T, alder *peered, k *tootik) {
	collective := k.finds("collective@" + alder.config.URL.Authority())
	if collective != alder.config.URL.Collective() {
		t.Fatalf("the collective is found at %s", collective)
	}
	k.follows(collective)
	alder.isFollowed(t)

	offer := alder.give(t)
	post := alder.config.URL.Offer(string(offer))
	page := k.sees(post, "Sturdy. They go together.")
	t.Logf("the page of the post:\n%s", page)
	for _, words := range []string{"Free: Two kitchen chairs", "One has a scratch on the seat.", "Elm Street", "/media/"} {
		if !strings.Contains(page, words) {
			t.Errorf("the post does not say %q", words)
		}
	}
	if strings.Contains(page, "ring at Rosa") {
		t.Error("the post says where exactly")
	}
	alder.edit(t, offer, "Sturdy. They go together, and a cushion with them.")
	k.sees(post, "a cushion with them")

	reply := k.replies(post, "Are both chairs of the same height?")
	letter := alder.hears(t, "of the same height?")
	if letter.From != k.me || letter.About != string(offer) || letter.Kind != neighbours.Voice {
		t.Errorf("the letter is %+v", letter)
	}
	k.edits(reply, "Are both chairs of the same colour?")
	alder.hears(t, "of the same colour?")
	k.deletes(reply)
	alder.forgets(t, "Are both chairs")

	mention := k.says("@collective@" + alder.config.URL.Authority() + " When are you there on Saturday?")
	if letter := alder.hears(t, "on Saturday?"); letter.From != k.me || letter.Kind != neighbours.Word || letter.About != "" {
		t.Errorf("the letter is %+v", letter)
	}
	k.deletes(mention)
	alder.forgets(t, "on Saturday?")

	alder.withdraw(t, offer)
	k.sees(post, "[deleted]")
}

// tootik knows our first keys by now. Its own it never changes.
func newKeysAreBelievedOnTootik(t *testing.T, alder *peered, k *tootik) {
	alder.takesNewKeys(t)
	k.sees(alder.config.URL.Offer(string(alder.give(t))), "Two kitchen chairs")
}

func whomWeShutOutOnTootikIsNotHeard(t *testing.T, alder *peered, k *tootik, ours *tap) {
	post := alder.config.URL.Offer(string(alder.give(t)))
	k.sees(post, "Two kitchen chairs")
	alder.shutsOut(t, k.me)
	refused := signed{what: "Create", status: http.StatusForbidden}
	before := ours.count(refused)
	k.replies(post, "Is anybody there?")
	eventually(t, "the reply is refused", func() bool { return ours.count(refused) > before })
	if letter, heard := alder.letter(t, "Is anybody there?"); heard {
		t.Errorf("yet there is %+v", letter)
	}
	alder.letsBackIn(t, k.me)
	k.replies(post, "Still there?")
	alder.hears(t, "Still there?")
	alder.isFollowed(t) // it never heard otherwise, and hears again
	k.sees(alder.config.URL.Offer(string(alder.give(t))), "Two kitchen chairs")
}

func aWishFromTootikGoesTheWholeWay(t *testing.T, alder *peered, k *tootik) {
	offer := alder.give(t)
	post := alder.config.URL.Offer(string(offer))
	k.sees(post, "Two kitchen chairs")
	k.replies(post, "Oh, I'd like this for my kitchen")
	wish := alder.hears(t, "for my kitchen")
	if wish.Kind != neighbours.Wish || wish.AskedBy != neighbours.ByReply || wish.About != string(offer) {
		t.Fatalf("the wish is %+v", wish)
	}
	k.isTold("We have heard that you would like")
	claim := alder.letsIn(t, wish)
	k.isTold("Your name is in the draw")
	alder.drawsFor(t, offer)
	if _, promise := k.isTold("is promised to you"); strings.Contains(promise, "ring at Rosa") {
		t.Errorf("it says where before the giver does:\n%s", promise)
	}
	alder.sendsPlace(t, claim)
	place, _ := k.isTold("ring at Rosa")
	k.replies(place, "I come at six")
	alder.reads(t, claim, "I come at six")
	alder.handsOver(t, claim)
	k.isTold("has changed hands")
	eventually(t, "that it is taken is in the feed", func() bool { return strings.Contains(k.page("/users"), "has found a home") })
}
