package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// household is Alder as it was set up: who lives there, what they come in with, and how it is started.
type household struct {
	*testing.T
	config  config
	steward people.Member
	members []people.Member
	tokens  []people.Secret // of the members, in their order
	session people.Secret   // of the first member, for pages
	lamp    sharing.OfferID // a published thing that can be asked for
}

// settle sets Alder up in a database, with members and Birch as a neighbour, and leaves it stopped.
func settle(t *testing.T, dialect string, birch *played) *household {
	t.Helper()
	db := storetest.Config(t, dialect)
	h := &household{T: t}
	port := freePort(t)
	h.config = config{
		URL: iri.Base("http://localhost:" + port), Listen: "localhost:" + port, Data: db.Dir, Database: db.URL,
		DevPeers: []string{birch.authority()}, Log: slog.LevelDebug,
	}
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), wall(), func(tx *store.Tx) error {
		link, err := people.MakeSetupLink(tx)
		if err != nil {
			return err
		}
		h.steward, _, err = people.SetUp(tx, link, peopletest.Answers(), string(h.config.URL), people.NewMember{Nickname: "Sage", Passphrase: peopletest.Hash})
		if err != nil {
			return err
		}
		if err := h.join(tx, 20); err != nil {
			return err
		}
		if err := befriended(tx, h.steward, birch); err != nil {
			return err
		}
		lamp, err := sharing.Write(tx, h.members[0], sharing.NewOffer{Title: "A lamp", Audience: people.Friends})
		if err != nil {
			return err
		}
		h.lamp = lamp.ID
		return sharing.Publish(tx, h.members[0], lamp.ID, rand.Reader)
	})
	if err == nil {
		err = h.cameBefore(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// join lets people in, each of them with a program.
func (h *household) join(tx *store.Tx, many int) (err error) {
	_, code, err := people.MakeInvite(tx, h.steward, people.NewInvite{Kind: people.ForMember, Uses: many, Days: 1})
	if err != nil {
		return err
	}
	for i := range many {
		m, _, err := people.Redeem(tx, code, people.NewMember{Nickname: fmt.Sprint("Member ", i), Passphrase: peopletest.Hash})
		if err != nil {
			return err
		}
		_, token, err := people.MakeToken(tx, wall(), m, people.NewToken{Name: "test", Scopes: people.Scopes()})
		if err != nil {
			return err
		}
		h.members, h.tokens = append(h.members, m), append(h.tokens, token)
	}
	return nil
}

// cameBefore has the first member signed in since the day before yesterday, so that her next look moves the end of her session.
func (h *household) cameBefore(s *store.Store) error { return h.cameBeforeAs(s, h.members[0]) }

func (h *household) cameBeforeAs(s *store.Store, m people.Member) error {
	return s.Update(h.Context(), wall().Add(-48*time.Hour), func(tx *store.Tx) (err error) {
		h.session, err = people.StartSession(tx, tx.Now, m, "test")
		return err
	})
}

// befriended makes Birch a neighbour, as if both had asked and said yes.
func befriended(tx *store.Tx, steward people.Member, birch *played) error {
	actor := neighbours.Actor{
		IRI: birch.actor(), Type: "Organization", Name: "Birch", Handle: "collective@" + birch.authority(), Inbox: birch.url + "/ap/inbox",
		OpenURL: birch.actor() + "/open",
	}
	if _, err := neighbours.AddNeighbour(tx, steward, actor); err != nil {
		return err
	}
	if _, err := neighbours.HearAccept(tx, birch.actor(), ""); err != nil {
		return err
	}
	_, err := neighbours.HearFollow(tx, actor, birch.url+"/ap/activities/follow")
	return err
}

// open opens Alder in this process, with its wheels at rest: the test turns them.
func (h *household) open() *node {
	h.Helper()
	n, err := open(h.Context(), h.config, &clock{}, slog.New(slog.DiscardHandler))
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() {
		if err := n.close(); err != nil {
			h.Error(err)
		}
	})
	return n
}

// serve opens Alder and lets it run until stop.
func (h *household) serve() (n *node, stop func()) {
	h.Helper()
	n = h.open()
	listener, err := net.Listen("tcp", h.config.Listen)
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.serve(ctx, listener) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			h.Error(err)
		}
	})
	h.Cleanup(stop)
	return n, stop
}

// rest turns the wheels until nothing moves any more. The leases of couriers that died have run out by then.
func (n *node) rest(t *testing.T) {
	t.Helper()
	err := n.store.Update(t.Context(), n.clock.Now(), func(tx *store.Tx) error {
		return tx.DB().Exec("UPDATE deliveries SET lease_until = run_at WHERE lease_until IS NOT NULL").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for moved := true; moved; {
		moved = false
		for _, turn := range []func(context.Context) (bool, error){n.federation.Receive, n.advance, n.federation.Relay, n.federation.Deliver, n.federation.Work} {
			more, err := turn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			moved = moved || more
		}
	}
}

// ailments are what the node says of its health.
func (h *household) ailments() (status string, reasons []string) {
	h.Helper()
	answer, err := client.Get(string(h.config.URL) + "/healthz")
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct {
		Status  string
		Reasons []string
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || answer.StatusCode != http.StatusOK {
		h.Errorf("healthz: %d, %v", answer.StatusCode, err)
	}
	return said.Status, said.Reasons
}

// within asks again until the answer is yes, and fails after the time that a node has to be itself again.
func within(t *testing.T, patience time.Duration, what string, yes func() bool) {
	t.Helper()
	late, again := time.NewTimer(patience), time.NewTicker(20*time.Millisecond)
	defer late.Stop()
	defer again.Stop()
	for !yes() {
		select {
		case <-late.C:
			t.Fatalf("not within %s: %s", patience, what)
		case <-again.C:
		}
	}
}

// count counts rows.
func (n *node) count(t *testing.T, table, where string, values ...any) (rows int64) {
	t.Helper()
	err := n.store.View(t.Context(), n.clock.Now(), func(v *store.View) error {
		return v.DB().Table(table).Where(where, values...).Count(&rows).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
