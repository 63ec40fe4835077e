package main

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// street is many collectives behind one listener, each under a name and so an origin of its own, with one key for all.
type street struct {
	testing.TB
	port, pem string
	key       *rsa.PrivateKey
	heard     atomic.Int64
	modern    atomic.Int64 // of these, signed in RFC 9421
}

func newStreet(b *testing.B) *street {
	b.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		b.Fatal(err)
	}
	s := &street{TB: b, key: key, pem: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.NotFound(w, r)
			return
		}
		if r.Header.Get("Signature-Input") != "" {
			s.modern.Add(1)
		}
		s.heard.Add(1)
		w.WriteHeader(http.StatusAccepted)
	}))
	b.Cleanup(server.Close)
	s.port = parse(b, server.URL).Port()
	return s
}

func (s *street) host(i int) string  { return fmt.Sprintf("p%03d.localhost:%s", i, s.port) }
func (s *street) actor(i int) string { return "http://" + s.host(i) + "/ap/collective" }

func (s *street) hosts(n int) (all []string) {
	for i := range n {
		all = append(all, s.host(i))
	}
	return all
}

func (s *street) at(i int) neighbours.Actor {
	return neighbours.Actor{IRI: s.actor(i), Type: "Organization", Name: "A house on the street", Inbox: s.actor(i) + "/inbox"}
}

// befriend makes a house a neighbour whose key is known.
func (s *street) befriend(tx *store.Tx, steward people.Member, i int) error {
	a, err := neighbours.LearnActor(tx, s.at(i))
	if err != nil {
		return err
	}
	edge, err := neighbours.HearFollow(tx, a, a.IRI+"/follow")
	if err != nil {
		return err
	}
	if edge, err = neighbours.AcceptNeighbour(tx, steward, edge.ID); err != nil {
		return err
	}
	if _, err = neighbours.HearAccept(tx, a.IRI, ""); err != nil {
		return err
	}
	return wire.LearnKeys(tx, time.Now(), a.IRI, wire.RemoteKey{ID: a.IRI + "#main-key", Owner: a.IRI, Origin: a.Origin, PEM: s.pem})
}

// says signs a Create of a listing, the n-th of a house.
func (s *street) says(p *process, i, n int) *http.Request { return s.signed(p, i, s.listing(i, n)) }

// signed is what a house posts to the inbox.
func (s *street) signed(p *process, i int, body []byte) *http.Request {
	r, err := http.NewRequest(http.MethodPost, string(p.base)+"/ap/inbox", bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/activity+json")
	if err := signature.Sign(r, body, s.actor(i)+"#main-key", s.key, time.Now()); err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *street) listing(i, n int) []byte {
	id, until := fmt.Sprintf("http://%s/ap/offers/%06d", s.host(i), n), time.Now().Add(24*time.Hour).UTC().Format(time.RFC3339)
	return fmt.Appendf(nil, `{"@context":["https://www.w3.org/ns/activitystreams",{"pots":"https://w3id.org/manypots/ns#"}],
"id":"%[1]s/create","type":"Create","actor":"%[2]s","to":["https://www.w3.org/ns/activitystreams#Public"],"published":"%[4]s",
"object":{"id":"%[1]s","type":"Note","attributedTo":"%[2]s","to":["https://www.w3.org/ns/activitystreams#Public"],"cc":["%[2]s/followers"],
"content":"<p><strong>A child's bike, 20 inch</strong></p><p>Blue, loved and rusty. Brakes fine.</p>","published":"%[4]s","url":"http://%[3]s/offers/%[5]d",
"purpose":"offer","unitBased":false,"location":{"type":"Place","name":"Nordpark"},"pots:seq":1,"pots:state":"gathering","pots:scope":"public",
"pots:category":"children","pots:condition":"worn","pots:drawCommit":"%064[5]d","pots:gatherUntil":"%[6]s","pots:expires":"%[6]s","pots:goesOffToday":false,
"publishes":{"id":"%[1]s#primary","type":"Intent","action":"transfer","name":"A child's bike, 20 inch","content":"<p>Blue, loved and rusty. Brakes fine.</p>",
"provider":"%[2]s","availableQuantity":{"hasUnit":"one","hasNumericalValue":"1"},"resourceQuantity":{"hasUnit":"one","hasNumericalValue":"1"}}}}`,
		id, s.actor(i), s.host(i), time.Now().UTC().Format(time.RFC3339), n, until)
}

// benchmarkDeliveries: a thing for anyone goes to followers on 500 servers, over sockets, to such as are not known and take the draft
// signed with RSA, and to such as are known to take RFC 9421 with Ed25519.
func benchmarkDeliveries(b *testing.B, f *figures, program string) {
	b.Run("rsa", func(b *testing.B) { benchmarkDeliveriesBy(b, f, program, wire.Unknown) })
	b.Run("ed25519", func(b *testing.B) { benchmarkDeliveriesBy(b, f, program, wire.Ed25519) })
}

func benchmarkDeliveriesBy(b *testing.B, f *figures, program string, scheme wire.Scheme) {
	const inboxes, things = 500, 3
	s := newStreet(b)
	var token people.Secret
	p := prepare(b, program, s.hosts(inboxes), func(tx *store.Tx, sage people.Member) (err error) {
		for i := range inboxes {
			if err := neighbours.AddFollower(tx, s.at(i), wire.Collective, s.actor(i)+"/follow"); err != nil {
				return err
			}
			if scheme == wire.Unknown {
				continue
			}
			if err := wire.Speaks(tx, wall(), "http://"+s.host(i), scheme); err != nil {
				return err
			}
		}
		_, token, err = people.MakeToken(tx, wall(), sage, people.NewToken{Name: "bench", Scopes: people.Scopes(), Days: 1})
		return err
	})
	p.start()
	s.waitFor(p, inboxes) // the Accepts of their Follows
	var took, spent time.Duration
	for n := range things {
		at, before := time.Now(), p.spent()
		id := p.post(token, "/api/v1/offers", `{"title":"A chair","audience":"anyone"}`)
		p.post(token, "/api/v1/offers/"+id+"/publish", `{}`)
		s.waitFor(p, (n+2)*inboxes)
		took += time.Since(at)
		p.settled()
		spent += p.spent() - before
	}
	what, sign, aim := "RSA-2048", s.signs(), "1.3 ms"
	if scheme == wire.Ed25519 {
		what, sign, aim = "Ed25519", signsEd25519(), ""
	}
	if got := s.modern.Load() > 0; got != (scheme == wire.Ed25519) {
		b.Errorf("%d of %d were signed in RFC 9421", s.modern.Load(), s.heard.Load())
	}
	each, rate := spent/(things*inboxes), perSecond(things*inboxes, took)
	b.ReportMetric(rate, "deliveries/s")
	b.ReportMetric(ms(each), "cpu-ms/delivery")
	f.add("deliveries to 500 inboxes by "+what, fmt.Sprintf("%.0f/s", rate), fmt.Sprintf("%.0f signatures/s on one CPU: %.2f", 1/sign.Seconds(), rate*sign.Seconds()), "")
	f.add("CPU for each", fmt.Sprintf("%.2f ms", ms(each)), fmt.Sprintf("%.2f ms to sign by %s: x%.2f", ms(sign), what, float64(each)/float64(sign)), aim)
}

func (s *street) waitFor(p *process, posts int) {
	for ctx := p.patience(); s.heard.Load() < int64(posts); {
		if ctx.Err() != nil {
			s.Fatalf("%d of %d deliveries came", s.heard.Load(), posts)
		}
		time.Sleep(time.Millisecond)
	}
}

// settled waits until the process has written down the last answers: it spends nothing any more.
func (p *process) settled() {
	for before := time.Duration(-1); before != p.spent(); time.Sleep(200 * time.Millisecond) {
		before = p.spent()
	}
}

// signs is what one signature by RSA costs, and verifies one verification, in CPU time.
func (s *street) signs() time.Duration {
	sum := sha256.Sum256([]byte("what is signed"))
	return costs(200, func() { _, _ = s.key.Sign(rand.Reader, sum[:], crypto.SHA256) })
}

func signsEd25519() time.Duration {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return costs(2000, func() { ed25519.Sign(key, []byte("what is signed")) })
}

func (s *street) verifies() time.Duration {
	sum := sha256.Sum256([]byte("what is signed"))
	signed, err := s.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		s.Fatal(err)
	}
	return costs(2000, func() { _ = rsa.VerifyPKCS1v15(&s.key.PublicKey, crypto.SHA256, sum[:], signed) })
}

// costs is the CPU time that something takes once, out of n times.
func costs(n int, do func()) time.Duration {
	cpu := func() time.Duration {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			panic(err)
		}
		return time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	began := cpu()
	for range n {
		do()
	}
	return (cpu() - began) / time.Duration(n)
}

func (p *process) post(token people.Secret, path, body string) (id string) {
	p.Helper()
	r, err := http.NewRequest(http.MethodPost, string(p.base)+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+string(token))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(answer.Body); err != nil || answer.StatusCode >= 300 {
		p.Fatalf("%s: %s %s", path, answer.Status, raw.String())
	}
	_, rest, _ := strings.Cut(raw.String(), `"id":"`)
	id, _, _ = strings.Cut(rest, `"`)
	return id
}
