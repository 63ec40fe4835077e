package federation

import (
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

const birchOrigin = "https://birch.example"

// reader is a server that understands some signatures and answers every other in its own way.
type reader struct {
	mu     sync.Mutex
	reads  []string
	others int      // the status for a signature that it does not understand
	knocks []string // how each request was signed, in order
	took   int      // deliveries that it read
}

func (p *reader) answer(r *http.Request, _ string) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	way := "cavage"
	if r.Header.Get("Signature-Input") != "" {
		if way = "rfc9421"; len(r.Header.Get("Signature")) < 200 { // an RSA signature is 344 characters
			way = "ed25519"
		}
	}
	p.knocks = append(p.knocks, way)
	if !slices.Contains(p.reads, way) {
		return says(p.others), nil
	}
	p.took++
	return says(http.StatusAccepted), nil
}

func (p *reader) heard() (knocks []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	knocks, p.knocks = p.knocks, nil
	return knocks
}

// Protocol 5.2 and 8 case 108: what a peer said it takes, what it really reads, and the two deliveries that it then gets.
func TestDeliver_signsAsThePeerTakesIt(t *testing.T) {
	for name, c := range map[string]struct {
		said          wire.Scheme
		reads         []string
		others        int
		first, second []string // knocks
		took          int
	}{
		"nothing known": {wire.Unknown, []string{"cavage"}, 401, []string{"cavage"}, []string{"cavage"}, 2},
		"Mastodon":      {wire.RFC9421, []string{"cavage", "rfc9421"}, 401, []string{"rfc9421"}, []string{"rfc9421"}, 2},
		"one of ours":   {wire.Ed25519, []string{"cavage", "rfc9421", "ed25519"}, 401, []string{"ed25519"}, []string{"ed25519"}, 2},
		"behind something that drops the header": {
			wire.Ed25519, []string{"cavage"}, 401, []string{"ed25519", "cavage"}, []string{"cavage"}, 2,
		},
		"refuses with 403": {wire.RFC9421, []string{"cavage"}, 403, []string{"rfc9421", "cavage"}, []string{"cavage"}, 2},
		"refuses with 400": {wire.RFC9421, []string{"cavage"}, 400, []string{"rfc9421", "cavage"}, []string{"cavage"}, 2},
		// Pixelfed says 200 and drops it: never unasked, not even after it refused the other.
		"Pixelfed":                          {wire.Unknown, []string{"cavage"}, 200, []string{"cavage"}, []string{"cavage"}, 2},
		"does not know us yet":              {wire.Unknown, nil, 401, []string{"cavage"}, nil, 0},
		"refuses both":                      {wire.RFC9421, nil, 401, []string{"rfc9421", "cavage"}, nil, 0},
		"not found is no refusal":           {wire.RFC9421, nil, 404, []string{"rfc9421"}, nil, 0},
		"gone is no refusal":                {wire.RFC9421, nil, 410, []string{"rfc9421"}, nil, 0},
		"a broken server is no refusal":     {wire.RFC9421, nil, 500, []string{"rfc9421"}, nil, 0},
		"a yes is no refusal":               {wire.RFC9421, nil, 204, []string{"rfc9421"}, []string{"rfc9421"}, 0},
		"a busy one is no refusal":          {wire.RFC9421, nil, 429, []string{"rfc9421"}, nil, 0},
		"reads RFC 9421 alone and said so":  {wire.RFC9421, []string{"rfc9421"}, 401, []string{"rfc9421"}, []string{"rfc9421"}, 2},
		"refused it once, now nothing else": {wire.Cavage, []string{"rfc9421"}, 401, []string{"cavage", "rfc9421"}, []string{"rfc9421"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.Store) {
				p := &reader{reads: c.reads, others: c.others}
				n := newNode(t, db, street{"birch.example": p.answer})
				n.do(borrowedKeys)
				n.keys()
				n.knows(c.said)
				n.tells("a1", "offers/1", birchInbox)
				n.delivers()
				if got := p.heard(); !slices.Equal(got, c.first) {
					n.Errorf("knocked with %v, want %v", got, c.first)
				}
				if c.second != nil {
					n.tells("a2", "offers/2", birchInbox)
					n.delivers()
					if got := p.heard(); !slices.Equal(got, c.second) {
						n.Errorf("then with %v, want %v", got, c.second)
					}
				}
				if p.took != c.took {
					n.Errorf("it took %d, want %d", p.took, c.took)
				}
			})
		})
	}
}

// RoundTrip answers a GET as answer does a delivery: with a document to whom it believes.
func (p *reader) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := p.answer(r, "")
	if err == nil && answer.StatusCode == http.StatusAccepted {
		answer = page(http.StatusOK, fetch.ActivityStreams, mustJSON(doc{"id": r.URL.String(), "type": "Note"}))
	}
	return answer, err
}

// The same for what we read: signed by the node as the peer takes it, and what is learned there holds for deliveries, too.
func TestRead_signsAsThePeerTakesIt(t *testing.T) {
	for name, c := range map[string]struct {
		said          wire.Scheme
		reads         []string
		others        int
		first, second []string // knocks
		known         wire.Scheme
	}{
		"nothing known":                           {wire.Unknown, []string{"cavage"}, 401, []string{"cavage"}, []string{"cavage"}, wire.Unknown},
		"nothing known, and it reads all":         {wire.Unknown, []string{"cavage", "rfc9421"}, 401, []string{"cavage"}, []string{"cavage"}, wire.Unknown},
		"nothing known, and it refuses the draft": {wire.Unknown, []string{"rfc9421"}, 401, []string{"cavage"}, []string{"cavage"}, wire.Unknown},
		"Mastodon":                               {wire.RFC9421, []string{"cavage", "rfc9421"}, 401, []string{"rfc9421"}, []string{"rfc9421"}, wire.RFC9421},
		"one of ours":                            {wire.Ed25519, []string{"cavage", "rfc9421", "ed25519"}, 401, []string{"ed25519"}, []string{"ed25519"}, wire.Ed25519},
		"behind something that drops the header": {wire.Ed25519, []string{"cavage"}, 401, []string{"ed25519", "cavage"}, []string{"cavage"}, wire.Cavage},
		"refuses with 403":                       {wire.RFC9421, []string{"cavage"}, 403, []string{"rfc9421", "cavage"}, []string{"cavage"}, wire.Cavage},
		"refuses with 400":                       {wire.RFC9421, []string{"cavage"}, 400, []string{"rfc9421", "cavage"}, []string{"cavage"}, wire.Cavage},
		"refuses both":                           {wire.RFC9421, nil, 403, []string{"rfc9421", "cavage"}, []string{"rfc9421", "cavage"}, wire.RFC9421},
		"not found is no refusal":                {wire.RFC9421, nil, 404, []string{"rfc9421"}, []string{"rfc9421"}, wire.RFC9421},
		"refused it once, now nothing else":      {wire.Cavage, []string{"rfc9421"}, 401, []string{"cavage", "rfc9421"}, []string{"rfc9421"}, wire.RFC9421},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *store.Store) {
				p := &reader{reads: c.reads, others: c.others}
				n := newNode(t, db, p)
				n.keys()
				n.knows(c.said)
				for _, want := range [][]string{c.first, c.second} {
					_, _, _ = n.fetchDocument(t.Context(), birch)
					if got := p.heard(); !slices.Equal(got, want) {
						n.Errorf("knocked with %v, want %v", got, want)
					}
				}
				if got := n.schemeOf(birchOrigin); got != c.known {
					n.Errorf("it is known to take %q, want %q", got, c.known)
				}
			})
		})
	}
}

// A redirect leads to a server of which other things are known: each hop is signed as that one takes it, and for it.
func TestRead_signsEachHopAsThatServerTakesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		there, onwards := &reader{reads: []string{"ed25519"}}, &reader{reads: []string{"cavage"}}
		n := newNode(t, db, tripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != "birch.example" {
				return onwards.RoundTrip(r)
			}
			_, err := there.RoundTrip(r)
			return says(http.StatusFound, "Location", "https://cedar.example/moved"), err
		}))
		n.keys()
		n.knows(wire.Ed25519)
		if _, at, err := n.fetchDocument(t.Context(), birch); err != nil || at != "https://cedar.example/moved" {
			t.Errorf("came to %s, %v", at, err)
		}
		if got := [][]string{there.heard(), onwards.heard()}; !slices.Equal(got[0], []string{"ed25519"}) || !slices.Equal(got[1], []string{"cavage"}) {
			t.Errorf("knocked with %v", got)
		}
	})
}

// tripper is a network.
type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func (n *node) knows(scheme wire.Scheme) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		if scheme == wire.Unknown {
			return nil
		}
		if err := wire.Speaks(tx, n.Wall(), birchOrigin, scheme); err != nil || scheme != wire.Cavage {
			return err
		}
		return wire.Refused(tx, n.Wall(), birchOrigin, scheme)
	})
}

func (n *node) schemeOf(origin string) (scheme wire.Scheme) {
	n.Helper()
	n.look(func(v *store.View) error {
		p, err := wire.FindPeer(v, origin)
		scheme = p.Takes(n.Wall())
		return ignoreUnknown(err)
	})
	return scheme
}

func TestReadScheme_isWhatAServerSaysAboutItself(t *testing.T) {
	feature := func(href string) doc { return doc{"href": href, "name": "x"} }
	both := []any{feature(canRFC9421), feature(canEd25519)}
	for name, c := range map[string]struct {
		actor doc
		want  wire.Scheme
	}{
		"nothing":                         {doc{}, wire.Unknown},
		"other things":                    {doc{"implements": []any{feature("https://w3id.org/fep/0837")}}, wire.Unknown},
		"the server itself":               {doc{"type": "Application", "implements": both}, wire.Ed25519},
		"Mitra, tootik":                   {doc{"generator": doc{"type": "Application", "implements": both}}, wire.Ed25519},
		"WordPress":                       {doc{"generator": doc{"type": "Application", "implements": []any{feature(canRFC9421)}}}, wire.RFC9421},
		"one, not in an array":            {doc{"implements": feature(canRFC9421)}, wire.RFC9421},
		"by its id":                       {doc{"implements": []any{canRFC9421, doc{"id": canEd25519}}}, wire.Ed25519},
		"a generator that is elsewhere":   {doc{"generator": "https://birch.example/actor"}, wire.Unknown},
		"an Ed25519 key alone":            {doc{"assertionMethod": []any{doc{"type": "Multikey"}}}, wire.Unknown},
		"what is no list of capabilities": {doc{"implements": []any{1, nil, doc{"href": 7}}, "generator": []any{1, 2}}, wire.Unknown},
	} {
		if got := readScheme(c.actor); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What a peer takes is learned from its actor's document, whenever we see one, and from how it signs.
func TestScheme_isLearnedFromWhatPeersSayAndDo(t *testing.T) {
	t.Run("from the document", func(t *testing.T) {
		inVillage(t, func(n *node, v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"generator": doc{"type": "Application", "implements": doc{"href": canEd25519}}}))
			n.takes(vera(), hello(vera()))
			if got := n.schemeOf("https://victim.example"); got != wire.Ed25519 {
				n.Errorf("it takes %q", got)
			}
		})
	})
	t.Run("from the signature", func(t *testing.T) {
		inVillage(t, func(n *node, v *village) {
			n.answersWith("RFC 9421", n.inRFC9421(vera(), mustJSON(hello(vera()))), http.StatusAccepted)
			if got := n.schemeOf("https://victim.example"); got != wire.RFC9421 {
				n.Errorf("it takes %q", got)
			}
		})
	})
	t.Run("not from a signature that is not proved", func(t *testing.T) {
		inVillage(t, func(n *node, v *village) {
			forger := peer{victim, peerKeys()[0], victim + "#main-key"}
			n.answersWith("forged", n.inRFC9421(forger, mustJSON(hello(vera()))), http.StatusUnauthorized)
			if got := n.schemeOf("https://victim.example"); got != wire.Unknown {
				n.Errorf("it takes %q", got)
			}
		})
	})
}

// inRFC9421 is a signed POST to an inbox of ours.
func (n *node) inRFC9421(p peer, body []byte) *http.Request {
	r := n.request(p, body)
	for _, name := range []string{"Date", "Digest", "Signature"} {
		r.Header.Del(name)
	}
	if err := signature.SignRFC9421(r, body, p.keyID, p.key, n.Wall()); err != nil {
		panic(err)
	}
	return r
}

// FEP-521a: an actor's Multikey is as good as its other key, by the same rules of ownership (security I2, I3).
func TestKeys_canBeMultikeys(t *testing.T) {
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	multikey := doc{
		"id": victim + "#ed25519-key", "type": "Multikey", "controller": victim,
		"publicKeyMultibase": signature.EncodeMultikey(private.Public().(ed25519.PublicKey)),
	}
	for name, c := range map[string]struct {
		lay  func(v *village)
		id   string
		want int
	}{
		"on its actor": {func(v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": []any{multikey}}))
		}, victim + "#ed25519-key", 202},
		"by itself, and its actor names it": {func(v *village) {
			key := with(multikey, doc{"id": victim + "/key"})
			v.shows(victim+"/key", key)
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": key}))
		}, victim + "/key", 202},
		"another's": {func(v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": with(multikey, doc{"controller": mallory})}))
		}, victim + "#ed25519-key", 401},
		"nobody's": {func(v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": with(multikey, doc{"controller": nil})}))
		}, victim + "#ed25519-key", 401},
		"by itself, and its actor does not name it": {func(v *village) {
			v.shows(victim+"/key", with(multikey, doc{"id": victim + "/key"}))
		}, victim + "/key", 401},
		"by its address only": {func(v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": victim + "#ed25519-key"}))
		}, victim + "#ed25519-key", 401},
		"of another kind": {func(v *village) {
			v.shows(victim, with(profileOf(vera()), doc{"assertionMethod": with(multikey, doc{"publicKeyMultibase": "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"})}))
		}, victim + "#ed25519-key", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				c.lay(v)
				body := mustJSON(hello(vera()))
				r := httptest.NewRequest(http.MethodPost, "https://alder.example/ap/inbox", asBody(body))
				r.Header.Set("Content-Type", fetch.ActivityStreams)
				if err := signature.SignRFC9421(r, body, c.id, private, n.Wall()); err != nil {
					n.Fatal(err)
				}
				n.answersWith(name, r, c.want)
			})
		})
	}
}

// Security I3: of an actor's keys only those count that its document named when it was last read.
func TestKeys_thatAnActorNoLongerNamesAreWorthNothing(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		if got := n.sends(vera(), hello(vera())); got != 202 {
			n.Fatalf("answered %d", got)
		}
		changed := peer{victim, peerKeys()[0], victim + "#key-2"}
		v.shows(victim, profileOf(changed))
		if got := n.sends(changed, with(hello(vera()), doc{"id": victim + "/c/2"})); got != 202 {
			n.Errorf("the new key is answered %d", got)
		}
		n.now = n.now.Add(time.Minute)
		if got := n.sends(vera(), with(hello(vera()), doc{"id": victim + "/c/3"})); got != 401 {
			n.Errorf("the old key is answered %d", got)
		}
	})
}
