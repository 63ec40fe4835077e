package federation

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// doc is a document as a test writes it down.
type doc = map[string]any

// with is a document with some properties changed; nil takes one away.
func with(d doc, changes doc) doc {
	d = maps.Clone(d)
	for name, v := range changes {
		if v == nil {
			delete(d, name)
			continue
		}
		d[name] = v
	}
	return d
}

// Two key pairs for all peers: making one takes longer than a story.
var peerKeys = sync.OnceValue(func() (pairs [2]*rsa.PrivateKey) {
	for i := range pairs {
		pair, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		pairs[i] = pair
	}
	return pairs
})

func pemOf(pair *rsa.PrivateKey) string {
	text, err := signature.EncodePublicKey(pair.Public())
	if err != nil {
		panic(err)
	}
	return text
}

// village is the servers around us: what each address answers, and how often it was asked.
type village struct {
	mu      sync.Mutex
	pages   map[string]func() *http.Response
	visits  map[string]int
	log     []string      // the same in their order
	blocked chan struct{} // answers wait until it is closed, where it is set
	came    chan string   // each visit, as long as there is room
}

func newVillage() *village {
	return &village{pages: map[string]func() *http.Response{}, visits: map[string]int{}, came: make(chan string, 100)}
}

func (v *village) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	page, wait := v.pages[r.URL.String()], v.blocked
	v.visits[r.URL.String()]++
	v.log = append(v.log, r.URL.String())
	v.mu.Unlock()
	select {
	case v.came <- r.URL.String():
	default:
	}
	if wait != nil {
		select {
		case <-wait:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if page == nil {
		return nil, errors.New("nobody there")
	}
	answer := page()
	answer.Request = r
	return answer, nil
}

func (v *village) serve(address string, page func() *http.Response) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pages[address] = page
}

func (v *village) asked(address string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.visits[address]
}

func (v *village) askedAnything() (n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, visits := range v.visits {
		n += visits
	}
	return n
}

// shows serves a document at an address.
func (v *village) shows(address string, d doc) {
	v.serve(address, func() *http.Response { return page(200, fetch.ActivityStreams, mustJSON(d)) })
}

func (v *village) answers(address string, status int) {
	v.serve(address, func() *http.Response { return page(status, "", nil) })
}

func nobody() *http.Response { return page(404, "", nil) }

func page(status int, contentType string, body []byte) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}},
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
}

func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// peer is an actor on another server, with a key of its own.
type peer struct {
	id    string
	key   *rsa.PrivateKey
	keyID string
}

const (
	mallory = "https://evil.example/users/mallory"
	victim  = "https://victim.example/users/vera"
)

// profileOf is the document of an actor.
func profileOf(p peer) doc {
	host := strings.Join(strings.SplitN(p.id, "/", 4)[:3], "/")
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": p.id, "type": "Person", "preferredUsername": "x",
		"inbox": p.id + "/inbox", "outbox": p.id + "/outbox", "endpoints": doc{"sharedInbox": host + "/inbox"},
		"publicKey": doc{"id": p.keyID, "owner": p.id, "publicKeyPem": pemOf(p.key)},
	}
}

// lives puts an actor into the village.
func (v *village) lives(id string, nth int) peer {
	p := peer{id: id, key: peerKeys()[nth], keyID: id + "#main-key"}
	v.shows(id, profileOf(p))
	return p
}

// inVillage runs a story with servers around us, on both databases: Mallory and Vera live there, and Birch's collective.
func inVillage(t *testing.T, story func(n *node, v *village)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v := newVillage()
		v.lives(mallory, 0)
		v.lives(victim, 1)
		v.shows(birch, birchProfile())
		n := newNode(t, s, v)
		n.do(borrowedKeys)
		story(n, v)
	})
}

// borrowedKeys gives our actors a key without making one, which takes longer than a story.
func borrowedKeys(tx *store.Tx) error {
	private, err := signature.EncodePrivateKey(peerKeys()[0])
	if err != nil {
		return err
	}
	for _, as := range ourActors() {
		row := wire.ActorKey{Actor: as, Kind: wire.KeyRSA, PrivatePEM: private, PublicPEM: pemOf(peerKeys()[0])}
		if err := wire.KeepActorKey(tx, row); err != nil {
			return err
		}
	}
	return nil
}

func evil() peer       { return peer{mallory, peerKeys()[0], mallory + "#main-key"} }
func vera() peer       { return peer{victim, peerKeys()[1], victim + "#main-key"} }
func theBirches() peer { return peer{birch, peerKeys()[1], birch + "#main-key"} }

func birchProfile() doc {
	return with(profileOf(theBirches()), doc{
		"type": "Organization", "preferredUsername": "collective", "name": "Birch", "endpoints": doc{"sharedInbox": birchInbox},
		"pots:open": birch + "/open",
	})
}

// request is a signed POST to an inbox of ours.
func (n *node) request(p peer, body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://alder.example/ap/inbox", bytes.NewReader(body))
	r.Header.Set("Content-Type", fetch.ActivityStreams)
	if err := signature.Sign(r, body, p.keyID, p.key, n.Wall()); err != nil {
		panic(err)
	}
	return r
}

// sends posts what a peer says and gives the status.
func (n *node) sends(p peer, d doc) int {
	n.Helper()
	return n.posts(n.request(p, mustJSON(d))).Code
}

func (n *node) posts(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, r)
	return w
}

// items are what is in the inbox.
func (n *node) items() (items []wire.InboxItem) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		items, err = store.All[wire.InboxItem](v.DB().Order("id"))
		return err
	})
	return items
}

// receives applies all that has come in.
func (n *node) receives() {
	n.Helper()
	for {
		worked, err := n.Receive(n.Context())
		if err != nil {
			n.Fatal(err)
		}
		if !worked {
			return
		}
	}
}

// takes sends what a peer says, expects 202, and applies it.
func (n *node) takes(p peer, d doc) {
	n.Helper()
	if got := n.sends(p, d); got != http.StatusAccepted {
		n.Fatalf("%s is answered %d", d["type"], got)
	}
	n.receives()
}

// act is an activity of a peer's about an object.
func act(p peer, kind string, nth int, object any) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s/%s/%d", p.id, strings.ToLower(kind), nth),
		"type": kind, "actor": p.id, "object": object,
	}
}
