//go:build peer

package main

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
)

// Somebody lives on a real GoToSocial; what follows happens to them and to a collective, one after the other.
func TestPeer_GoToSocial(t *testing.T) {
	door := anyDoor(t)
	ours := tapped(t, door.Addr().String(), "GoToSocial to us")
	behind := "127.0.0.1:" + freePort(t)
	theirs := tapped(t, behind, "us to GoToSocial")
	alder := openPeered(t, door, "MANYPOTS_URL=http://alder.localhost", "MANYPOTS_DEV_PEERS="+theirs.authority())
	gts := startGoToSocial(t, theirs.authority(), behind, ours.authority())
	t.Logf("%s at %s", gts.version(), gts.url)

	for _, story := range []struct {
		name  string
		tells func(*testing.T, *peered, *goToSocial)
	}{
		{"a follower reads an offer and writes back", aFollowerReadsAnOfferAndWritesBack},
		{"a mention is a letter", aMentionIsALetter},
		{"new keys are believed where the old ones are known", newKeysAreBelieved},
		{"whoever blocks us is left alone", whoeverBlocksUsIsLeftAlone},
		{"whom we shut out is not heard", func(t *testing.T, alder *peered, gts *goToSocial) { whomWeShutOutIsNotHeard(t, alder, gts, ours) }},
		{"a report reaches their stewards", aReportReachesTheirStewards},
		{"a wish by reply goes the whole way", aWishByReplyGoesTheWholeWay},
		{"an account that is deleted is forgotten", anAccountThatIsDeletedIsForgotten},
	} {
		told := t.Run(story.name, func(t *testing.T) { story.tells(t, alder, gts.in(t)) })
		if !told {
			t.Fatal("the rest goes on from there")
		}
	}
}

func anyDoor(t *testing.T) net.Listener {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return door
}

func aFollowerReadsAnOfferAndWritesBack(t *testing.T, alder *peered, gts *goToSocial) {
	first := alder.give(t)
	collective := gts.collective(alder) // first of all: whom it meets as the author of a post it asks no more about
	if collective.URL != alder.config.URL.Home() || collective.DisplayName != "Elm Street Commons" {
		t.Errorf("the collective is found as %+v", collective)
	}
	gts.hasPinned(collective, alder.config.URL.Offer(string(first)))
	page := alder.config.URL.OfferPage(string(first))
	if _, found := gts.find(page); len(found) != 1 || found[0].URL != page {
		t.Errorf("the page of an offer leads a stranger to %+v", found)
	}
	gts.follow(collective)

	offer := alder.give(t)
	post := gts.inTimeline(alder.config.URL.Offer(string(offer)))
	t.Logf("in the home timeline: %+v", post)
	if post.SpoilerText != "" || post.Sensitive {
		t.Errorf("the offer is behind a warning: %q, sensitive %t", post.SpoilerText, post.Sensitive)
	}
	for _, words := range []string{"<strong>Free: Two kitchen chairs</strong>", "Sturdy. They go together.", "One has a scratch on the seat.", "Elm Street"} {
		if !strings.Contains(post.Content, words) {
			t.Errorf("the post does not say %q:\n%s", words, post.Content)
		}
	}
	if strings.Contains(post.Content, "ring at Rosa") {
		t.Errorf("the post says where exactly:\n%s", post.Content)
	}
	if post.URL != alder.config.URL.OfferPage(string(offer)) || post.Language != "en" || post.Visibility != "public" {
		t.Errorf("the post is at %s, in %q, for %s", post.URL, post.Language, post.Visibility)
	}
	if len(post.Media) != 1 || post.Media[0].Type != "image" || post.Media[0].Description != "Two kitchen chairs" {
		t.Errorf("the photo came as %+v", post.Media)
	} else if size := gts.size(post.Media[0].URL); size == 0 {
		t.Error("the photo is empty")
	}

	// GoToSocial answers 202 to an Update of what it has had for less than five seconds, and does nothing.
	<-time.After(6 * time.Second)
	alder.edit(t, offer, "Sturdy. They go together, and a cushion with them.")
	eventually(t, "the edit shows", func() bool {
		post = gts.post(post.ID)
		return post.EditedAt != "" && strings.Contains(post.Content, "a cushion with them")
	})
	if len(post.Media) != 1 || post.SpoilerText != "" {
		t.Errorf("after the edit it is %+v", post)
	}

	reply := gts.reply(post, collective, "Are both chairs of the same height?")
	letter := alder.hears(t, "Are both chairs of the same height?")
	if letter.From != gts.me || letter.About != string(offer) || letter.Kind != neighbours.Voice {
		t.Errorf("the letter is %+v", letter)
	}
	gts.delete(reply)
	alder.forgets(t, letter.Text)

	alder.withdraw(t, offer)
	eventually(t, "the withdrawn offer is gone", func() bool { return gts.gone(post) })

	gts.unfollow(collective)
	alder.isNotFollowed(t)
	gts.follow(collective)
	alder.isFollowed(t)
}

func aMentionIsALetter(t *testing.T, alder *peered, gts *goToSocial) {
	mention := gts.say("@"+gts.collective(alder).Acct+" When are you there on Saturday?", "public")
	letter := alder.hears(t, "When are you there on Saturday?")
	if letter.From != gts.me || letter.Kind != neighbours.Word || letter.About != "" {
		t.Errorf("the letter is %+v", letter)
	}
	gts.delete(mention)
	alder.forgets(t, letter.Text)
}

// GoToSocial knows our first keys by now. Its own it never changes.
func newKeysAreBelieved(t *testing.T, alder *peered, gts *goToSocial) {
	alder.takesNewKeys(t)
	gts.inTimeline(alder.config.URL.Offer(string(alder.give(t))))
	if collective := gts.collective(alder); collective.DisplayName != "Elm Street Commons" {
		t.Errorf("the collective is %+v now", collective)
	}
}

func whoeverBlocksUsIsLeftAlone(t *testing.T, alder *peered, gts *goToSocial) {
	collective := gts.collective(alder)
	gts.block(collective)
	alder.isNotFollowed(t)

	gts.unblock(collective)
	gts.follow(collective) // what was does not come back by itself
	alder.isFollowed(t)
	gts.inTimeline(alder.config.URL.Offer(string(alder.give(t))))
}

func whomWeShutOutIsNotHeard(t *testing.T, alder *peered, gts *goToSocial, ours *tap) {
	post := gts.inTimeline(alder.config.URL.Offer(string(alder.give(t))))
	alder.shutsOut(t, gts.me)
	refused := signed{what: "Create", status: http.StatusForbidden}
	before := ours.count(refused)
	reply := gts.reply(post, gts.collective(alder), "Is anybody there?")
	eventually(t, "the reply is refused", func() bool { return ours.count(refused) > before })
	if letter, heard := alder.letter(t, "Is anybody there?"); heard {
		t.Errorf("yet there is %+v", letter)
	}
	gts.delete(reply)

	alder.letsBackIn(t, gts.me)
	gts.reply(post, gts.collective(alder), "Still there?")
	alder.hears(t, "Still there?")
	alder.isFollowed(t) // it never heard otherwise, and hears again
	gts.inTimeline(alder.config.URL.Offer(string(alder.give(t))))
}

// The other way a GoToSocial on a port of its own sends no report: its own name, which has that port in it, it does not understand.
func aReportReachesTheirStewards(t *testing.T, alder *peered, gts *goToSocial) {
	collective := gts.collective(alder)
	post := gts.inTimeline(alder.config.URL.Offer(string(alder.give(t))))
	advertisement := gts.reply(post, collective, "Buy my chairs instead")
	alder.passesOn(t, alder.hears(t, "Buy my chairs instead"), "This is an advertisement.")
	about, from := gts.isReported("This is an advertisement.")
	if len(about) != 1 || about[0].ID != advertisement.ID {
		t.Errorf("it is about %+v", about)
	}
	if node := "alder.localhost@alder.localhost"; from != node {
		t.Errorf("it is from %s and not from %s", from, node)
	}
}

func aWishByReplyGoesTheWholeWay(t *testing.T, alder *peered, gts *goToSocial) {
	collective := gts.collective(alder)
	offer := alder.give(t)
	gts.reply(gts.inTimeline(alder.config.URL.Offer(string(offer))), collective, "Oh, I'd like this for my kitchen")
	wish := alder.hears(t, "for my kitchen")
	if wish.Kind != neighbours.Wish || wish.AskedBy != neighbours.ByReply || wish.About != string(offer) {
		t.Fatalf("the wish is %+v", wish)
	}
	gts.isTold("We have heard that you would like")
	claim := alder.letsIn(t, wish)
	gts.isTold("Your name is in the draw")
	alder.drawsFor(t, offer)
	promise := gts.isTold("is promised to you")
	if strings.Contains(promise.Content, "ring at Rosa") {
		t.Errorf("it says where before the giver does:\n%s", promise.Content)
	}
	alder.sendsPlace(t, claim)
	place := gts.isTold("ring at Rosa")
	gts.answer(place, collective, "I come at six")
	alder.reads(t, claim, "I come at six")
	alder.handsOver(t, claim)
	gts.isTold("has changed hands")
	gts.hasSaid(collective, "has found a home") // on its page: home timelines show nothing from more than a day ahead, which our clock is by now
}

func anAccountThatIsDeletedIsForgotten(t *testing.T, alder *peered, gts *goToSocial) {
	alder.isFollowed(t)
	gts.leave()
	alder.isNotFollowed(t)
}
