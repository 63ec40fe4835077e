package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

type demoCommand struct {
	Postgres string `help:"postgres://… for the second node; without it both use SQLite."`
	Alder    string `default:"127.0.0.1:8081" help:"Where the first node listens."`
	Birch    string `default:"127.0.0.1:8082" help:"Where the second node listens."`
	Data     string `help:"Keep the data in this folder; without it everything is gone at the end."`
}

// Run starts two befriended collectives with people and things, and prints who can sign in.
func (c demoCommand) Run(s *surroundings) (err error) {
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "manypots-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	d := &demo{surroundings: s, clock: &clock{}, hasher: people.NewHasher(people.Cost{})}
	alder, err := d.open("alder", c.Alder, c.Birch, filepath.Join(dir, "alder"), "")
	if err != nil {
		return err
	}
	birch, err := d.open("birch", c.Birch, c.Alder, filepath.Join(dir, "birch"), c.Postgres)
	if err != nil {
		return errors.Join(err, alder.close())
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	ended := make(chan error, 2)
	for _, n := range []*node{alder, birch} {
		listener, err := net.Listen("tcp", n.config.Listen)
		if err != nil {
			return errors.Join(err, alder.close(), birch.close())
		}
		go func() { ended <- n.serve(ctx, listener) }()
	}
	if err = d.populate(ctx, alder, birch); err == nil {
		err = d.greet(alder, birch)
	}
	if err != nil {
		stop()
	}
	return errors.Join(err, <-ended, <-ended, alder.close(), birch.close())
}

type demo struct {
	*surroundings
	clock  *clock
	hasher *people.Hasher
}

func (d *demo) open(name, listen, other, dir, database string) (*node, error) {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, err
	}
	_, otherPort, err := net.SplitHostPort(other)
	if err != nil {
		return nil, err
	}
	c := d.config
	c.URL = iri.Base(fmt.Sprintf("http://%s.localhost:%s", name, port))
	c.Listen, c.Data, c.Database, c.DevClock = listen, dir, database, true
	c.DevPeers = []string{"alder.localhost:" + port, "birch.localhost:" + port, "alder.localhost:" + otherPort, "birch.localhost:" + otherPort}
	return open(d.ctx, c, d.clock, d.log.With("node", name))
}

// person is somebody of the demo; everybody's passphrase is printed.
type person struct{ nickname, language string }

const demoPassphrase = "many pots on many stoves"

func (d *demo) populate(ctx context.Context, alder, birch *node) error {
	at := map[*node]map[string]people.Member{}
	for n, about := range map[*node]struct {
		answers people.Answers
		people  []person
	}{
		alder: {
			people.Answers{Name: "Elm Street Commons", About: "Neighbours around Elm Street. We give, lend and help each other, and decide together.", Area: "Elm Street", Language: "en", Zone: "Europe/Berlin", QuietFrom: "21:00", QuietTo: "08:00"},
			[]person{{"Sage", "en"}, {"Rosa", "en"}, {"Karim", "ar"}},
		},
		birch: {
			people.Answers{Name: "Oak Row Collective", About: "Oak Row and the lanes behind it.", Area: "Oak Row", Language: "en", Zone: "Europe/Berlin", QuietFrom: "21:00", QuietTo: "08:00"},
			[]person{{"Robin", "en"}, {"Maya", "en"}, {"Leyla", "ar"}},
		},
	} {
		members, err := d.people(ctx, n, about.answers, about.people)
		if err != nil {
			return err
		}
		at[n] = members
	}
	if err := d.befriend(ctx, alder, at[alder]["Sage"], birch, at[birch]["Robin"]); err != nil {
		return err
	}
	for _, g := range gifts() {
		n := map[string]*node{"alder": alder, "birch": birch}[g.node]
		if err := d.give(ctx, n, at[n][g.giver], g); err != nil {
			return err
		}
	}
	return nil
}

// people sets a collective up with its first person as steward and lets the others join by an invite.
func (d *demo) people(ctx context.Context, n *node, answers people.Answers, who []person) (map[string]people.Member, error) {
	hash, err := d.hasher.Hash(ctx, demoPassphrase)
	if err != nil {
		return nil, err
	}
	members := map[string]people.Member{}
	return members, n.store.Update(ctx, d.clock.Now(), func(tx *store.Tx) error {
		for i, p := range who {
			newcomer := people.NewMember{Nickname: p.nickname, Passphrase: hash, Language: p.language}
			var m people.Member
			var err error
			if i == 0 {
				var link people.Secret
				if link, err = people.MakeSetupLink(tx); err != nil {
					return err
				}
				m, _, err = people.SetUp(tx, link, answers, string(n.config.URL), newcomer)
			} else {
				var code people.Secret
				if _, code, err = people.MakeInvite(tx, members[who[0].nickname], people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 1}); err != nil {
					return err
				}
				m, _, err = people.Redeem(tx, code, newcomer)
			}
			if err != nil {
				return err
			}
			members[p.nickname] = m
		}
		return nil
	})
}

// befriend goes the way that two stewards would go: one asks, the other says yes.
func (d *demo) befriend(ctx context.Context, a *node, asks people.Member, b *node, accepts people.Member) error {
	actor, err := a.federation.Lookup(ctx, b.config.URL.Authority())
	if err != nil {
		return err
	}
	err = a.store.Update(ctx, d.clock.Now(), func(tx *store.Tx) error {
		_, err := neighbours.AddNeighbour(tx, asks, actor)
		return err
	})
	if err != nil {
		return err
	}
	err = d.until(ctx, func() error {
		return b.store.Update(ctx, d.clock.Now(), func(tx *store.Tx) error {
			edge, err := neighbours.FindEdgeTo(tx.View, a.config.URL.Collective())
			if err != nil {
				return err
			}
			_, err = neighbours.AcceptNeighbour(tx, accepts, edge.ID)
			return err
		})
	})
	if err != nil {
		return err
	}
	return d.until(ctx, func() error {
		return a.store.View(ctx, d.clock.Now(), func(v *store.View) error {
			friends, err := neighbours.IsNeighbour(v, string(b.config.URL))
			if err == nil && !friends {
				return fault.New(fault.NotFound, "neighbour.unknown")
			}
			return err
		})
	})
}

// until tries again while something is still on its way between the two nodes.
func (d *demo) until(ctx context.Context, try func() error) error {
	const tries, pause = 200, 50 * time.Millisecond
	var err error
	for range tries {
		if err = try(); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return err
}

func (d *demo) give(ctx context.Context, n *node, by people.Member, g gift) error {
	img, err := n.darkroom.Reencode(ctx, g.picture())
	if err != nil {
		return err
	}
	photo, err := n.album.Put(img)
	if err != nil {
		return err
	}
	return n.store.Update(ctx, d.clock.Now(), func(tx *store.Tx) error {
		if err := media.Keep(tx, photo, string(by.ID), img.Full); err != nil {
			return err
		}
		in := g.NewOffer
		in.Photos = []media.PhotoID{photo}
		o, err := sharing.Write(tx, by, in)
		if err != nil {
			return err
		}
		return sharing.Publish(tx, by, o.ID, rand.Reader)
	})
}

func (d *demo) greet(alder, birch *node) error {
	return d.print(`
Two neighbouring collectives are running:

  %-32s Sage (steward), Rosa, Karim
  %-32s Robin (steward), Maya, Leyla

Everybody's passphrase: %s

Turn the clock of both with
  curl -X POST -H 'Content-Type: application/json' -d '{"advance":"25h"}' %s/dev/clock

Stop with Ctrl-C; then everything is gone.
`, alder.config.URL, birch.config.URL, demoPassphrase, alder.config.URL)
}
