package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
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
	d, err := openDemo(s, dir, c.Alder, c.Birch, c.Postgres)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx) }()
	if err = d.populate(ctx); err == nil {
		err = d.greet()
	}
	if err != nil {
		stop()
	}
	return errors.Join(err, <-served, d.close())
}

// demo is two nodes on loopback in one process, with one clock.
type demo struct {
	*surroundings
	clock        *clock
	hasher       *people.Hasher
	doors        []net.Listener
	alder, birch *node
}

// openDemo listens at both addresses and opens both nodes; an address with port 0 takes a port that is free. Without postgres
// both use SQLite.
func openDemo(s *surroundings, dir, alder, birch, postgres string) (d *demo, err error) {
	d = &demo{surroundings: s, clock: &clock{}, hasher: people.NewHasher(people.Cost{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	for _, address := range []string{alder, birch} {
		door, err := net.Listen("tcp", address)
		if err != nil {
			return d, err
		}
		d.doors = append(d.doors, door)
	}
	if d.alder, err = d.open("alder", d.doors[0], filepath.Join(dir, "alder"), ""); err != nil {
		return d, err
	}
	d.birch, err = d.open("birch", d.doors[1], filepath.Join(dir, "birch"), postgres)
	return d, err
}

func (d *demo) open(name string, door net.Listener, dir, database string) (*node, error) {
	at := func(name string, door net.Listener) string {
		return fmt.Sprintf("%s.localhost:%d", name, door.Addr().(*net.TCPAddr).Port)
	}
	c := d.config
	c.URL = iri.Base("http://" + at(name, door))
	c.Listen, c.Data, c.Database, c.DevClock = door.Addr().String(), dir, database, true
	c.DevPeers = slices.Concat(c.DevPeers, []string{at("alder", d.doors[0]), at("birch", d.doors[1])})
	return open(d.ctx, c, d.clock, d.log.With("node", name))
}

// serve answers at both doors until ctx ends or one of the nodes cannot go on.
func (d *demo) serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 2)
	for i, n := range []*node{d.alder, d.birch} {
		go func() { ended <- n.serve(ctx, d.doors[i]) }()
	}
	first := <-ended
	stop()
	return errors.Join(first, <-ended)
}

func (d *demo) close() error {
	var errs []error
	for _, n := range []*node{d.alder, d.birch} {
		if n != nil {
			errs = append(errs, n.close())
		}
	}
	for _, door := range d.doors {
		_ = door.Close() // serving has closed it already
	}
	return errors.Join(errs...)
}

// person is somebody of the demo; everybody's passphrase is printed.
type person struct{ nickname, language string }

const demoPassphrase = "many pots on many stoves"

func (d *demo) populate(ctx context.Context) error {
	alder, birch := d.alder, d.birch
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

func (d *demo) greet() error {
	return d.print(`
Two neighbouring collectives are running:

  %-32s Sage (steward), Rosa, Karim
  %-32s Robin (steward), Maya, Leyla

Everybody's passphrase: %s

Turn the clock of both with
  curl -X POST -H 'Content-Type: application/json' -d '{"advance":"25h"}' %s/dev/clock

Stop with Ctrl-C; then everything is gone.
`, d.alder.config.URL, d.birch.config.URL, demoPassphrase, d.alder.config.URL)
}
