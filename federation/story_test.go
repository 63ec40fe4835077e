package federation

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

var noon = storetest.Noon

// node is Alder, set up, in the middle of a story.
type node struct {
	testing.TB
	*Federation
	Sage people.Member // its first steward
	now  time.Time
}

// alder runs a story on both databases.
func alder(t *testing.T, story func(n *node)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { story(newNode(t, s, nobodyThere{})) })
}

func newNode(t testing.TB, s *store.Store, network http.RoundTripper) *node {
	t.Helper()
	return newNodeWith(t, s, fetch.Options{Transport: network})
}

// newNodeWith is Alder with a way to the network of its own.
func newNodeWith(t testing.TB, s *store.Store, out fetch.Options) *node {
	t.Helper()
	n := &node{TB: t, now: noon}
	clock := func() time.Time { return n.now }
	f, err := New(Options{
		Store: s, Base: iri.Base(peopletest.BaseURL), Now: clock, Wall: clock, Fetch: out,
		Words: plainWords{}, Photos: noPhotos{}, Log: storetest.Log(), Version: "0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	n.Federation, n.Sage = f, peopletest.SetUp(t, s)
	return n
}

func (n *node) do(fn func(tx *store.Tx) error) {
	n.Helper()
	if err := n.update(context.Background(), fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) look(fn func(v *store.View) error) {
	n.Helper()
	if err := n.view(context.Background(), fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) later(span time.Duration) { n.now = n.now.Add(span) }

// plainWords say the key and its arguments.
type plainWords struct{}

func (plainWords) Sentence(language, key string, args map[string]any) string {
	if key == "wire.outside.wishes" && language == "en" {
		return "I'd like this; may I have"
	}
	words := []string{key}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		arg := args[name]
		if t, ok := arg.(time.Time); ok {
			arg = t.Format(time.RFC3339)
		}
		words = append(words, fmt.Sprint(arg))
	}
	return "[" + strings.Join(words, " ") + "]"
}

// nobodyThere is a network without anybody.
type nobodyThere struct{}

func (nobodyThere) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("nobody at %s", r.URL.Host)
}

// noPhotos is for stories without pictures from elsewhere.
type noPhotos struct{}

func (noPhotos) Keep(context.Context, io.Reader) (media.PhotoID, media.Picture, error) {
	return "", media.Picture{}, fmt.Errorf("no picture was expected")
}
