package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/sharing"
)

// doc is a document as a test writes it down.
type doc = map[string]any

// played is Birch, the neighbour that the fault tests play: an actor with a key, an inbox that remembers what came, and a pen.
type played struct {
	*testing.T
	url string
	key *rsa.PrivateKey
	// about is what it says about itself beside what it must.
	about doc

	mu    sync.Mutex
	heard map[string]heardLetter // by id of the activity
}

// heardLetter is an activity that came to Birch, and how often.
type heardLetter struct {
	kind, object string
	body         string
	times        int
}

func playBirch(t *testing.T) *played {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b := &played{T: t, key: key, heard: map[string]heardLetter{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ap/collective", b.introduce)
	mux.HandleFunc("POST /ap/inbox", b.hear)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

func (b *played) authority() string { return strings.TrimPrefix(b.url, "http://") }
func (b *played) actor() string     { return b.url + "/ap/collective" }

func (b *played) introduce(w http.ResponseWriter, _ *http.Request) {
	public, err := signature.EncodePublicKey(b.key.Public())
	if err != nil {
		b.Error(err)
	}
	w.Header().Set("Content-Type", fetch.ActivityStreams)
	says := doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": b.actor(), "type": "Organization", "name": "Birch",
		"preferredUsername": "collective", "inbox": b.url + "/ap/inbox", "outbox": b.actor() + "/outbox",
		"pots:open": b.actor() + "/open", // which is never to be had: what it gives it says
		"publicKey": doc{"id": b.actor() + "#main-key", "owner": b.actor(), "publicKeyPem": public},
	}
	maps.Copy(says, b.about)
	_, _ = w.Write(mustJSON(says))
}

func (b *played) hear(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was killed in the middle of it
	}
	var said struct {
		ID, Type string
		Object   json.RawMessage
	}
	if err := json.Unmarshal(body, &said); err != nil {
		b.Errorf("birch hears %q: %v", body, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	before, again := b.heard[said.ID]
	if again && before.body != string(body) {
		b.Errorf("%s came with other bytes:\n%s\n%s", said.ID, before.body, body)
	}
	b.heard[said.ID] = heardLetter{said.Type, idOf(said.Object), string(body), before.times + 1}
	w.WriteHeader(http.StatusAccepted)
}

// idOf reads an object that is an id or has one.
func idOf(object json.RawMessage) (id string) {
	var embedded struct{ ID string }
	if json.Unmarshal(object, &id) != nil && json.Unmarshal(object, &embedded) == nil {
		id = embedded.ID
	}
	return id
}

// ids are those under which Birch heard one thing about one object.
func (b *played) ids(kind, object string) (ids []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, l := range b.heard {
		if l.kind == kind && l.object == object {
			ids = append(ids, id)
		}
	}
	return ids
}

// letter is a signed POST of an activity to Alder's inbox.
func (b *played) letter(ctx context.Context, to iri.Base, activity doc) *http.Request {
	body := mustJSON(activity)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, string(to)+"/ap/inbox", bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", fetch.ActivityStreams)
	if err := signature.Sign(r, body, b.actor()+"#main-key", b.key, wall()); err != nil {
		panic(err)
	}
	return r
}

func (b *played) activity(id, kind string, object any) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": b.url + "/ap/activities/" + id, "type": kind,
		"actor": b.actor(), "object": object,
	}
}

// listing is a thing at Birch, as it stands at seq.
func (b *played) listing(id string, seq int, title string) doc {
	at := b.url + "/ap/offers/" + id
	return doc{
		"id": at, "type": "Note", "attributedTo": b.actor(), "to": []string{b.actor() + "/neighbours"},
		"content": "<p><strong>" + title + "</strong></p>", "purpose": "offer", "pots:seq": seq, "pots:state": "gathering",
		"publishes": doc{"id": at + "#primary", "type": "Intent", "name": title, "action": "transfer", "provider": b.actor()},
	}
}

// wish asks for a thing at Alder in a member's name.
func (b *played) wish(home iri.Base, offer sharing.OfferID, handle, ticket string) (agreement, terms doc) {
	agreement = doc{"type": "Agreement", "stipulates": doc{
		"type": "Commitment", "satisfies": home.Intent(string(offer)), "receiver": b.actor(),
		"resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "1"},
	}}
	return agreement, doc{"pots:for": handle, "pots:ticket": ticket}
}

func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
