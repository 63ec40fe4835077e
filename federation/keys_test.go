package federation

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
)

// A word to us from Vera: it would be kept if she had signed it.
func hello(p peer) doc {
	return act(p, "Create", 1, doc{
		"id": p.id + "/notes/1", "type": "Note", "attributedTo": p.id, "content": "<p>Hello</p>", "to": "https://alder.example/ap/collective",
	})
}

// The rows of security 1.2 that a whole request can show; those of the signature alone are in its own package.
func TestSigner_refusesWhatIsNotSignedForUsNowByItsOwner(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		body := mustJSON(hello(vera()))
		flipped := bytes.Replace(body, []byte("Hello"), []byte("Jello"), 1)
		sign := func(change func(r *http.Request)) *http.Request {
			r := n.request(vera(), body)
			change(r)
			return r
		}
		covering := func(headers string) *http.Request {
			return sign(func(r *http.Request) { r.Header.Set("Signature", forge(r, vera(), headers)) })
		}
		for name, r := range map[string]*http.Request{
			"H1 no signature":                sign(func(r *http.Request) { r.Header.Del("Signature") }),
			"H1 two signatures":              sign(func(r *http.Request) { r.Header.Add("Signature", r.Header.Get("Signature")) }),
			"H1 signature and authorization": sign(func(r *http.Request) { r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature")) }),
			"H1 unreadable":                  sign(func(r *http.Request) { r.Header.Set("Signature", "keyId=") }),
			"H1 date alone":                  covering("date"),
			"H2 no target":                   covering("host date digest"),
			"H2 no host":                     covering("(request-target) date digest"),
			"H2 no date":                     covering("(request-target) host digest"),
			"H2 no digest":                   covering("(request-target) host date"),
			"H3 digest of another body":      sign(func(r *http.Request) { r.Body, r.ContentLength = asBody(flipped), int64(len(flipped)) }),
			"H3 SHA-512 only":                sign(func(r *http.Request) { r.Header.Set("Digest", "SHA-512=AAAA") }),
			"H4 for another host":            elsewhere(n, body),
			"H7 for another inbox":           sign(func(r *http.Request) { r.URL.Path = "/ap/decisions/inbox"; r.RequestURI = "/ap/decisions/inbox" }),
			"H8 hmac with the public key":    sign(func(r *http.Request) { r.Header.Set("Signature", hmacWith(r, vera())) }),
			"H11 two dates":                  sign(func(r *http.Request) { r.Header.Add("Date", r.Header.Get("Date")) }),
			"H14 in RFC 9421, unreadable":    sign(func(r *http.Request) { r.Header.Set("Signature-Input", "sig1=()") }),
			"by another's key":               n.request(peer{victim, peerKeys()[0], victim + "#main-key"}, body),
			"with our own key's address":     n.request(peer{victim, peerKeys()[0], "https://alder.example/ap/node#main-key"}, body),
			"with a key on this machine":     n.request(peer{victim, peerKeys()[0], "https://127.0.0.1/key"}, body),
		} {
			n.answersWith(name, r, http.StatusUnauthorized)
		}
		for _, skew := range []time.Duration{-61 * time.Minute, 61 * time.Minute, -13 * time.Hour} { // H6
			n.now = noon.Add(-skew)
			r := n.request(vera(), body)
			n.now = noon
			w := n.answersWith(fmt.Sprintf("H6 %v off", skew), r, http.StatusUnauthorized)
			if !strings.Contains(w.Body.String(), "minutes") {
				n.Errorf("the answer does not say by how much: %s", w.Body)
			}
		}
		if got := n.items(); len(got) != 0 {
			n.Errorf("%d items were kept", len(got))
		}
	})
}

func asBody(raw []byte) *replayed { return &replayed{bytes.NewReader(raw)} }

type replayed struct{ *bytes.Reader }

func (*replayed) Close() error { return nil }

// forge signs what it wants, in the way of draft-cavage.
func forge(r *http.Request, p peer, headers string) string {
	sum := sha256.Sum256([]byte(signedText(r, headers)))
	value, err := p.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return header(p, "rsa-sha256", headers, value)
}

func signedText(r *http.Request, headers string) string {
	var lines []string
	for _, name := range strings.Fields(headers) {
		value := r.Header.Get(name)
		switch name {
		case "(request-target)":
			value = "post " + r.URL.Path
		case "host":
			value = r.Host
		}
		lines = append(lines, name+": "+value)
	}
	return strings.Join(lines, "\n")
}

func header(p peer, algorithm, headers string, value []byte) string {
	return fmt.Sprintf(`keyId="%s", algorithm="%s", headers="%s", signature="%s"`, p.keyID, algorithm, headers, base64.StdEncoding.EncodeToString(value))
}

// hmacWith uses the public key's text as a shared secret, which everybody knows.
func hmacWith(r *http.Request, p peer) string {
	const headers = "(request-target) host date digest"
	mac := hmac.New(sha256.New, []byte(pemOf(p.key)))
	mac.Write([]byte(signedText(r, headers)))
	return header(p, "hmac-sha256", headers, mac.Sum(nil))
}

// elsewhere is a delivery to Victim's server, replayed to us.
func elsewhere(n *node, body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://victim.example/ap/inbox", bytes.NewReader(body))
	r.Header.Set("Content-Type", fetch.ActivityStreams)
	if err := signature.Sign(r, body, vera().keyID, vera().key, n.Wall()); err != nil {
		panic(err)
	}
	r.Host, r.URL.Host = "alder.example", "alder.example"
	return r
}

func (n *node) answersWith(name string, r *http.Request, want int) *httptest.ResponseRecorder {
	n.Helper()
	w := n.posts(r)
	if w.Code != want {
		n.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, want)
	}
	return w
}

func TestSigner_takesWhatPeersSend(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		body := mustJSON(hello(vera()))
		for i, change := range []func(r *http.Request){
			func(*http.Request) {},
			func(r *http.Request) {
				r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature"))
				r.Header.Del("Signature")
			},
			func(r *http.Request) { // hs2019, spaces, another order, lower-case digest name
				r.Header.Set("Digest", strings.Replace(r.Header.Get("Digest"), "SHA-256", "sha-256", 1))
				s := forge(r, vera(), "digest date host (request-target)")
				r.Header.Set("Signature", strings.Replace(s, "rsa-sha256", "hs2019", 1))
			},
		} {
			r := n.request(vera(), body)
			change(r)
			n.answersWith(fmt.Sprint("spelling ", i), r, http.StatusAccepted)
		}
		n.now = n.now.Add(59 * time.Minute)
		r := n.request(vera(), body)
		n.now = noon
		n.answersWith("H6 59 minutes off", r, http.StatusAccepted)
		if got := len(n.items()); got != 1 {
			n.Errorf("%d items for one activity that came four times", got)
		}
		if got := v.asked(victim); got != 1 {
			n.Errorf("the key was fetched %d times", got)
		}
	})
}

// The rows I1 to I3 of security 1.1: what a key's document may say.
func TestKeys_belongToWhoeverNamesThemOnTheirOwnOrigin(t *testing.T) {
	const keyDoc = "https://evil.example/keys/1"
	honest := profileOf(evil())
	for name, story := range map[string]struct {
		key   string
		lay   func(v *village)
		actor string // who signs the activity
		want  int
	}{
		"I1 the document says that it is somebody elsewhere": {keyDoc, func(v *village) {
			v.shows(keyDoc, with(profileOf(vera()), doc{"publicKey": doc{"id": keyDoc, "owner": victim, "publicKeyPem": pemOf(evil().key)}}))
		}, victim, 401},
		"I1 the document says that it is somebody else on its origin, who does not": {keyDoc, func(v *village) {
			v.shows(keyDoc, with(honest, doc{"publicKey": doc{"id": keyDoc, "owner": mallory, "publicKeyPem": pemOf(evil().key)}}))
		}, mallory, 401},
		"I2 the key is owned elsewhere": {keyDoc + "#main-key", func(v *village) {
			v.shows(keyDoc, doc{"id": keyDoc, "type": "Person", "publicKey": doc{"id": keyDoc + "#main-key", "owner": victim, "publicKeyPem": pemOf(evil().key)}})
		}, victim, 401},
		"I2 a key by itself whose owner does not name it": {keyDoc, func(v *village) {
			v.shows(keyDoc, doc{"id": keyDoc, "type": "Key", "owner": mallory, "publicKeyPem": pemOf(evil().key)})
		}, mallory, 401},
		"I2 a key by itself whose owner is elsewhere": {keyDoc, func(v *village) {
			v.shows(keyDoc, doc{"id": keyDoc, "type": "Key", "owner": victim, "publicKeyPem": pemOf(evil().key)})
		}, victim, 401},
		"I3 the actor's key names another owner": {mallory + "#main-key", func(v *village) {
			v.shows(mallory, with(honest, doc{"publicKey": doc{"id": mallory + "#main-key", "owner": victim, "publicKeyPem": pemOf(evil().key)}}))
		}, mallory, 401},
		"I3 of two keys the one that is the actor's": {mallory + "#second", func(v *village) {
			v.shows(mallory, with(honest, doc{"publicKey": []any{
				doc{"id": mallory + "#main-key", "owner": victim, "publicKeyPem": pemOf(vera().key)},
				doc{"id": mallory + "#second", "owner": mallory, "publicKeyPem": pemOf(evil().key)},
			}}))
		}, mallory, 202},
		"I16 a file that somebody uploaded": {keyDoc, func(v *village) {
			v.serve(keyDoc, func() *http.Response {
				return page(200, "application/json", mustJSON(with(honest, doc{"id": keyDoc})))
			})
		}, keyDoc, 401},
		"I17 a redirect to another actor": {"https://evil.example/r", func(v *village) {
			v.serve("https://evil.example/r", func() *http.Response {
				p := page(302, "", nil)
				p.Header.Set("Location", victim)
				return p
			})
		}, victim, 401},
		"no key at all": {mallory + "#main-key", func(v *village) { v.shows(mallory, with(honest, doc{"publicKey": nil})) }, mallory, 401},
		"a key that is none": {mallory + "#main-key", func(v *village) {
			v.shows(mallory, with(honest, doc{"publicKey": doc{"id": mallory + "#main-key", "owner": mallory, "publicKeyPem": "?"}}))
		}, mallory, 401},
		"a stub, as GoToSocial": {mallory + "/main-key", func(v *village) { stub(v) }, mallory, 202},
		"a key by itself":       {keyDoc, func(v *village) { alone(v, keyDoc) }, mallory, 202},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				story.lay(v)
				p := peer{story.actor, peerKeys()[0], story.key}
				n.answersWith(name, n.request(p, mustJSON(hello(p))), story.want)
				if kept := len(n.items()) == 1; kept != (story.want == 202) {
					n.Errorf("kept: %v", kept)
				}
			})
		})
	}
}

// stub: the key's address answers with a part of the actor, who names it back.
func stub(v *village) {
	whole := with(profileOf(evil()), doc{"publicKey": doc{"id": mallory + "/main-key", "owner": mallory, "publicKeyPem": pemOf(evil().key)}})
	v.shows(mallory, whole)
	v.shows(mallory+"/main-key", doc{"id": mallory, "type": "Person", "publicKey": whole["publicKey"]})
}

func alone(v *village, at string) {
	key := doc{"id": at, "type": "Key", "owner": mallory, "publicKeyPem": pemOf(evil().key)}
	v.shows(at, key)
	v.shows(mallory, with(profileOf(evil()), doc{"publicKey": key}))
}

// A hundred bad signatures cause one fetch; a key that was changed is found, and the old one is worth nothing from then on.
func TestKeys_areFetchedAnewOnceInFiveMinutes(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		if got := n.sends(evil(), hello(evil())); got != 202 {
			n.Fatalf("answered %d", got)
		}
		changed := peer{mallory, peerKeys()[1], mallory + "#main-key"}
		n.now = n.now.Add(5 * time.Minute)
		for range 100 {
			if got := n.sends(changed, hello(changed)); got != 401 {
				n.Fatalf("another's key is answered %d", got)
			}
		}
		if got := v.asked(mallory); got != 2 {
			n.Errorf("fetched %d times", got)
		}
		v.lives(mallory, 1)
		n.now = n.now.Add(5 * time.Minute)
		if got := n.sends(changed, hello(changed)); got != 202 {
			n.Errorf("the new key is answered %d", got)
		}
		n.now = n.now.Add(time.Minute)
		if got := n.sends(evil(), hello(evil())); got != 401 {
			n.Errorf("the old key is answered %d", got)
		}
	})
}

func TestKeys_thatCannotBeHadAreNotAskedForAgainSoon(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		gone := peer{"https://evil.example/users/nobody", peerKeys()[0], "https://evil.example/users/nobody#main-key"}
		for range 10 {
			if got := n.sends(gone, hello(gone)); got != 401 {
				n.Fatalf("answered %d", got)
			}
		}
		if got := v.asked(gone.id); got != 1 {
			n.Errorf("asked %d times", got)
		}
	})
}

func TestKeys_ofOneActorAreFetchedOnceForAllWhoWait(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.blocked = make(chan struct{})
		var all sync.WaitGroup
		codes := make([]int, 20)
		for i := range codes {
			all.Go(func() {
				codes[i] = n.posts(n.request(vera(), mustJSON(with(hello(vera()), doc{"id": fmt.Sprint(victim, "/c/", i)})))).Code
			})
		}
		<-v.came
		close(v.blocked)
		all.Wait()
		for i, code := range codes {
			if code != 202 {
				n.Errorf("request %d is answered %d", i, code)
			}
		}
		if got := v.asked(victim); got != 1 {
			n.Errorf("fetched %d times", got)
		}
	})
}

// Security S15: when somebody leaves a large server, everybody hears of it, and nobody can have the key any more.
func TestKeys_areNotFetchedForTheDeleteOfAStranger(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		if got := n.sends(evil(), act(evil(), "Delete", 1, mallory)); got != 202 {
			n.Errorf("answered %d", got)
		}
		if v.askedAnything() != 0 || len(n.items()) != 0 {
			n.Errorf("%d visits, %d items", v.askedAnything(), len(n.items()))
		}
		v.answers(mallory, 410) // as an IRI or as an object, it is gone
		if got := n.sends(evil(), act(evil(), "Delete", 2, doc{"id": mallory, "type": "Person"})); got != 202 {
			n.Errorf("answered %d", got)
		}
	})
}

func TestKeys_canBeEd25519(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			n.Fatal(err)
		}
		text, err := signature.EncodePublicKey(public)
		if err != nil {
			n.Fatal(err)
		}
		v.shows(victim, with(profileOf(vera()), doc{"publicKey": doc{"id": victim + "#main-key", "owner": victim, "publicKeyPem": text}}))
		r := n.request(vera(), mustJSON(hello(vera())))
		const headers = "(request-target) host date digest"
		r.Header.Set("Signature", header(vera(), "hs2019", headers, ed25519.Sign(private, []byte(signedText(r, headers)))))
		n.answersWith("Ed25519", r, 202)
	})
}
