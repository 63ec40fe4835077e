//go:build peer

package main

import (
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Somebody on a real GoToSocial follows the collective, reads an offer, sees it change, asks about it and sees it go.
func TestPeer_aFollowerOnGoToSocialReadsAnOfferAndWritesBack(t *testing.T) {
	address := "127.0.0.1:" + freePort(t)
	alder := openPeered(t, address)
	gts := startGoToSocial(t, address, alder.door)
	t.Logf("%s at %s", gts.version(), gts.url)

	page := alder.config.URL.OfferPage(string(alder.give(t)))
	if _, found := gts.find(page); len(found) != 1 || found[0].URL != page {
		t.Errorf("the page of an offer leads a stranger to %+v", found)
	}
	found, _ := gts.find("@collective@" + alder.config.URL.Authority())
	if len(found) != 1 || found[0].URL != alder.config.URL.Home() || found[0].DisplayName != "Elm Street Commons" {
		t.Fatalf("the collective is found as %+v", found)
	}
	collective := found[0]
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
	var letter neighbours.Letter
	eventually(t, "the reply lies with the stewards", func() bool {
		for _, letter = range alder.letters(t) {
			return true
		}
		return false
	})
	if letter.From != gts.me || letter.About != string(offer) || !strings.Contains(letter.Text, "Are both chairs of the same height?") {
		t.Errorf("the letter is %+v", letter)
	}
	gts.delete(reply)
	eventually(t, "the deleted reply is gone here too", func() bool { return len(alder.letters(t)) == 0 })

	alder.withdraw(t, offer)
	eventually(t, "the withdrawn offer is gone", func() bool { return gts.gone(post) })

	gts.unfollow(collective)
	eventually(t, "the follower is forgotten", func() bool { return len(alder.followers(t)) == 0 })
}

// peered is a collective on loopback that may speak with one other server there.
type peered struct {
	*node
	door  string // where it listens
	demo  *demo
	rosa  people.Member
	photo media.PhotoID
}

func openPeered(t *testing.T, peer string) *peered {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{"MANYPOTS_URL=http://alder.localhost", "MANYPOTS_DATA=" + t.TempDir(), "MANYPOTS_DEV_PEERS=" + peer})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	d := &demo{surroundings: &surroundings{ctx: t.Context(), config: c, out: io.Discard, log: log}, clock: &clock{}, hasher: people.NewHasher(people.Cost{})}
	n, err := open(t.Context(), c, d.clock, log)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- n.serve(t.Context(), listener) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	members, err := d.people(t.Context(), n, people.Answers{
		Name: "Elm Street Commons", About: "Neighbours around Elm Street.", Area: "Elm Street", Language: "en", Zone: "Europe/Berlin",
		QuietFrom: "21:00", QuietTo: "08:00",
	}, []person{{"Sage", "en"}, {"Rosa", "en"}})
	if err != nil {
		t.Fatal(err)
	}
	return &peered{node: n, door: listener.Addr().String(), demo: d, rosa: members["Rosa"]}
}

func (p *peered) update(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := p.store.Update(t.Context(), p.clock.Now(), fn); err != nil {
		t.Fatal(err)
	}
}

func (p *peered) view(t *testing.T, fn func(*store.View) error) {
	t.Helper()
	if err := p.store.View(t.Context(), p.clock.Now(), fn); err != nil {
		t.Fatal(err)
	}
}

// give publishes the demo's first gift, which is for anyone, with its photo.
func (p *peered) give(t *testing.T) (id sharing.OfferID) {
	t.Helper()
	if err := p.demo.give(t.Context(), p.node, p.rosa, gifts()[0]); err != nil {
		t.Fatal(err)
	}
	p.view(t, func(v *store.View) error {
		offers, err := sharing.OffersBy(v, p.rosa.ID)
		if err == nil {
			id, p.photo = offers[0].ID, offers[0].Photos[0]
		}
		return err
	})
	return id
}

func (p *peered) edit(t *testing.T, id sharing.OfferID, description string) {
	t.Helper()
	in := gifts()[0].NewOffer
	in.Description, in.Photos = description, []media.PhotoID{p.photo}
	p.update(t, func(tx *store.Tx) error {
		_, err := sharing.Edit(tx, p.rosa, id, in)
		return err
	})
}

func (p *peered) withdraw(t *testing.T, id sharing.OfferID) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, p.rosa, id) })
}

func (p *peered) letters(t *testing.T) (all []neighbours.Letter) {
	t.Helper()
	p.view(t, func(v *store.View) (err error) {
		all, err = neighbours.Letters(v, 10)
		return err
	})
	return all
}

func (p *peered) followers(t *testing.T) (inboxes []string) {
	t.Helper()
	p.view(t, func(v *store.View) (err error) {
		inboxes, err = neighbours.FollowerInboxes(v, wire.Collective, "", 10)
		return err
	})
	return inboxes
}

// eventually asks again until the answer is yes: what crosses between two servers takes the time that it takes.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	const patience, pause = 60 * time.Second, 200 * time.Millisecond
	began := time.Now()
	late, again := time.NewTimer(patience), time.NewTicker(pause)
	defer late.Stop()
	defer again.Stop()
	for !yes() {
		select {
		case <-late.C:
			t.Fatalf("not within %s: %s", patience, what)
		case <-again.C:
		}
	}
	t.Logf("%s after %s", what, time.Since(began).Round(pause/2))
}
