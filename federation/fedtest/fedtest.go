// Package fedtest runs several whole nodes in one process: real databases, real documents, real signatures, a clock that only
// the story turns, and a network without sockets that can fail as networks do. It is how federation is told about in tests.
package fedtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// World is some nodes, a clock and a network.
type World struct {
	*testing.T
	now   time.Time
	nodes []*Node

	mu sync.Mutex
	// Wire, if set, sees each request on its way and may answer in the receiver's stead.
	Wire func(r *http.Request, body []byte, deliver func() *http.Response) (*http.Response, error)
}

// Node is one collective's server and its first steward.
type Node struct {
	World   *World
	Name    string
	Base    iri.Base
	Store   *store.Store
	Fed     *federation.Federation
	Steward people.Member
	down    bool
}

// Each tells a story in a world of nodes named after trees, on every pairing of the two databases.
func Each(t *testing.T, names []string, story func(w *World)) {
	t.Helper()
	for i, dialect := range storetest.Dialects {
		t.Run(dialect+" first", func(t *testing.T) {
			t.Parallel()
			w := &World{T: t, now: storetest.Noon}
			for j, name := range names {
				w.add(name, storetest.Dialects[(i+j)%len(storetest.Dialects)])
			}
			story(w)
		})
	}
}

// Node finds a node by its name.
func (w *World) Node(name string) *Node {
	for _, n := range w.nodes {
		if n.Name == name {
			return n
		}
	}
	w.Fatalf("no node %q", name)
	return nil
}

func (w *World) add(name, dialect string) {
	w.Helper()
	n := &Node{World: w, Name: name, Base: iri.Base("https://" + name + ".example"), Store: storetest.Open(w.T, dialect)}
	n.Steward = n.setUp()
	if err := n.Store.Update(context.Background(), w.now, keepKeys(len(w.nodes))); err != nil {
		w.Fatal(err)
	}
	n.start()
	n.Do(wire.Wake)
	w.nodes = append(w.nodes, n)
}

// start builds the node's federation over its database.
func (n *Node) start() {
	n.World.Helper()
	w := n.World
	var err error
	n.Fed, err = federation.New(federation.Options{
		Store: n.Store, Base: n.Base, Now: w.Now, Wall: w.Now, Fetch: fetch.Options{Transport: network{w, n}},
		Words: Words{}, Photos: camera{}, Log: storetest.Log(), Version: "test",
	})
	if err != nil {
		w.Fatal(err)
	}
	if err := n.Fed.EnsureKeys(context.Background()); err != nil {
		w.Fatal(err)
	}
	if err := n.Fed.ComeBack(context.Background()); err != nil {
		w.Fatal(err)
	}
}

func (n *Node) setUp() (steward people.Member) {
	n.World.Helper()
	n.Do(func(tx *store.Tx) error {
		link, err := people.MakeSetupLink(tx)
		if err != nil {
			return err
		}
		answers := peopletest.Answers()
		answers.Name = n.Name
		steward, _, err = people.SetUp(tx, link, answers, string(n.Base), people.NewMember{Nickname: "Sage of " + n.Name, Passphrase: peopletest.Hash})
		return err
	})
	return steward
}

// Joins lets somebody join the node's collective.
func (n *Node) Joins(nickname string) people.Member {
	n.World.Helper()
	return peopletest.Join(n.World.T, n.Store, n.Steward, nickname)
}

// Now is the world's time.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Later turns the clock and lets everything that follows happen.
func (w *World) Later(d time.Duration) {
	w.Helper()
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	w.Settle()
}

// Settle turns the wheels of every node that is up until nothing moves any more.
func (w *World) Settle() {
	w.Helper()
	const rounds = 200
	for range rounds {
		moved := false
		for _, n := range w.nodes {
			if !n.down && n.turn() {
				moved = true
			}
		}
		if !moved {
			return
		}
	}
	w.Fatal("the world does not come to rest")
}

// turn turns each wheel of a node once.
func (n *Node) turn() (moved bool) {
	n.World.Helper()
	for _, wheel := range []func(context.Context) (bool, error){n.Fed.Receive, n.advance, n.Fed.Relay, n.Fed.Deliver, n.Fed.Work} {
		more, err := wheel(context.Background())
		if err != nil {
			n.World.Fatalf("%s: %v", n.Name, err)
		}
		moved = moved || more
	}
	return moved
}

func (n *Node) advance(ctx context.Context) (moved bool, err error) {
	var due []sharing.OfferID
	var settled sharing.Settled
	err = n.Store.View(ctx, n.World.Now(), func(v *store.View) (err error) {
		if due, err = sharing.Due(v, 100); err != nil {
			return err
		}
		settled, err = n.Fed.Settled(v)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, id := range due {
		err := n.Store.Update(ctx, n.World.Now(), func(tx *store.Tx) error {
			before, err := sharing.FindOffer(tx.View, id)
			if err != nil {
				return err
			}
			if err := sharing.Advance(tx, id, settled); err != nil {
				return err
			}
			after, err := sharing.FindOffer(tx.View, id)
			moved = moved || before.Version != after.Version
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return moved, nil
}

// Try runs a transaction on the node, as a handler would.
func (n *Node) Try(fn func(tx *store.Tx) error) error {
	return n.Store.Update(context.Background(), n.World.Now(), fn)
}

// Do is Try that must succeed.
func (n *Node) Do(fn func(tx *store.Tx) error) {
	n.World.Helper()
	if err := n.Try(fn); err != nil {
		n.World.Fatalf("%s: %v", n.Name, err)
	}
}

// See reads from the node.
func (n *Node) See(fn func(v *store.View) error) {
	n.World.Helper()
	if err := n.Store.View(context.Background(), n.World.Now(), fn); err != nil {
		n.World.Fatalf("%s: %v", n.Name, err)
	}
}

// GoesDown takes the node off the network and stops its wheels.
func (n *Node) GoesDown() {
	n.World.Helper()
	n.Do(wire.Beat)
	n.down = true
}

// ComesUp starts it again.
func (n *Node) ComesUp() {
	n.World.Helper()
	n.down = false
	n.Do(wire.Wake)
}

// Ticket is a fresh ticket for a draw.
func Ticket() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// network carries requests from one node to the others.
type network struct {
	world *World
	from  *Node
}

// RoundTrip hands the request to the node whose host it names.
func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	deliver := func() *http.Response { return n.deliver(r, body) }
	if n.world.Wire != nil {
		return n.world.Wire(r, body, deliver)
	}
	if answer := deliver(); answer != nil {
		return answer, nil
	}
	return nil, errors.New("connection refused")
}

func (n network) deliver(r *http.Request, body []byte) *http.Response {
	for _, to := range n.world.nodes {
		if to.Base.Authority() != r.URL.Host || to.down || n.from.down {
			continue
		}
		in := httptest.NewRequest(r.Method, r.URL.String(), bytes.NewReader(body))
		in.Header = r.Header.Clone()
		in.Host = r.URL.Host
		in.RemoteAddr = "203.0.113.7:4321"
		w := httptest.NewRecorder()
		to.Fed.Handler().ServeHTTP(w, in)
		return w.Result()
	}
	return nil
}

// Words says keys as they are; what public sentences read like is the business of the pages' tests.
type Words struct{}

// Sentence is the key and what fills it.
func (Words) Sentence(_, key string, args map[string]any) string {
	if len(args) == 0 {
		return key
	}
	return fmt.Sprint(key, " ", args)
}

// camera keeps pictures without looking at them.
type camera struct{}

// Keep gives each picture an id.
func (camera) Keep(_ context.Context, picture io.Reader) (media.PhotoID, media.Picture, error) {
	raw, err := io.ReadAll(picture)
	return store.RandomID[media.PhotoID](), media.Picture{Bytes: raw, Width: 4, Height: 3}, err
}
