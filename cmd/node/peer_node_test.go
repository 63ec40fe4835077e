//go:build peer

package main

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// peered is a collective on loopback that may speak with one other server there.
type peered struct {
	*node
	demo       *demo
	sage, rosa people.Member // a steward, and who gives
	photo      media.PhotoID
}

// openPeered starts it behind a door, with what else its environment says.
func openPeered(t *testing.T, door net.Listener, environ ...string) *peered {
	t.Helper()
	c, err := readConfig(append(environ, "MANYPOTS_DATA="+t.TempDir()))
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
	go func() { ended <- n.serve(t.Context(), door) }()
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
	return &peered{node: n, demo: d, sage: members["Sage"], rosa: members["Rosa"]}
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

// hears waits until the stewards have a letter with these words.
func (p *peered) hears(t *testing.T, words string) (letter neighbours.Letter) {
	t.Helper()
	eventually(t, "the stewards have “"+words+"”", func() (found bool) {
		letter, found = p.letter(t, words)
		return found
	})
	return letter
}

func (p *peered) letter(t *testing.T, words string) (letter neighbours.Letter, found bool) {
	t.Helper()
	p.view(t, func(v *store.View) error {
		all, err := neighbours.Letters(v, 10)
		i := slices.IndexFunc(all, func(l neighbours.Letter) bool { return strings.Contains(l.Text, words) })
		if found = i >= 0; found {
			letter = all[i]
		}
		return err
	})
	return letter, found
}

func (p *peered) forgets(t *testing.T, words string) {
	t.Helper()
	eventually(t, "“"+words+"” is gone here too", func() bool {
		_, found := p.letter(t, words)
		return !found
	})
}

// letsIn takes what somebody wrote for a wish.
func (p *peered) letsIn(t *testing.T, l neighbours.Letter) (c sharing.Claim) {
	t.Helper()
	p.update(t, func(tx *store.Tx) (err error) {
		ticket := make([]byte, 16)
		_, _ = rand.Read(ticket) // fails never
		c, err = sharing.LetIn(tx, p.sage, l.ID, hex.EncodeToString(ticket))
		return err
	})
	return c
}

// drawsFor lets the window of an offer end; then the wheels draw.
func (p *peered) drawsFor(t *testing.T, id sharing.OfferID) {
	t.Helper()
	p.view(t, func(v *store.View) error {
		o, err := sharing.FindOffer(v, id)
		p.clock.Advance(o.Freeze().Sub(p.clock.Now()) + time.Minute)
		return err
	})
}

// sendsPlace is the giver's tap, without which nothing exact is sent.
func (p *peered) sendsPlace(t *testing.T, c sharing.Claim) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error { return sharing.SendPlace(tx, p.rosa, c.ID) })
}

func (p *peered) reads(t *testing.T, c sharing.Claim, words string) {
	t.Helper()
	eventually(t, "the giver reads “"+words+"”", func() (found bool) {
		p.view(t, func(v *store.View) error {
			talk, err := agreeing.Messages(v, c.ID)
			found = slices.ContainsFunc(talk, func(m agreeing.Message) bool { return strings.Contains(m.Text, words) })
			return err
		})
		return found
	})
}

func (p *peered) handsOver(t *testing.T, c sharing.Claim) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error { return sharing.HandOver(tx, p.rosa, c.ID) })
}

func (p *peered) takesNewKeys(t *testing.T) {
	t.Helper()
	fresh, err := p.federation.MakeKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.update(t, func(tx *store.Tx) error { return people.RollKeys(tx, p.sage, fresh) })
}

func (p *peered) shutsOut(t *testing.T, actor string) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error { return neighbours.Block(tx, p.sage, actor) })
}

func (p *peered) letsBackIn(t *testing.T, actor string) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error { return neighbours.Unblock(tx, p.sage, actor) })
}

// passesOn is what a member and a steward do about what somebody said in public.
func (p *peered) passesOn(t *testing.T, voice neighbours.Letter, words string) {
	t.Helper()
	p.update(t, func(tx *store.Tx) error {
		if err := neighbours.LetThrough(tx, p.sage, voice.ID); err != nil {
			return err
		}
		return neighbours.TellStewards(tx, neighbours.Reported{Author: voice.From, Object: voice.Object, About: voice.About, Words: words})
	})
	report, _ := p.letter(t, words)
	p.update(t, func(tx *store.Tx) error { return neighbours.PassOn(tx, p.sage, report.ID) })
}

func (p *peered) isFollowed(t *testing.T) {
	t.Helper()
	eventually(t, "there is a follower", func() bool { return len(p.followers(t)) == 1 })
}

func (p *peered) isNotFollowed(t *testing.T) {
	t.Helper()
	eventually(t, "the follower is forgotten", func() bool { return len(p.followers(t)) == 0 })
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
