package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// street is many collectives behind one listener, each under a name and so an origin of its own, with one key for all.
type street struct {
	testing.TB
	port, pem string
	key       *rsa.PrivateKey
	heard     atomic.Int64
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
func (s *street) says(p *process, i, n int) *http.Request {
	body := s.listing(i, n)
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

// benchmarkInbox: neighbours' listings, signed, committed to the disk, answered 202, and applied.
func benchmarkInbox(b *testing.B, f *figures, program string) {
	const houses, posts, abreast = 8, 4096, 64
	s := newStreet(b)
	p := prepare(b, program, s.hosts(houses), func(tx *store.Tx, sage people.Member) error {
		for i := range houses {
			if err := s.befriend(tx, sage, i); err != nil {
				return err
			}
		}
		return nil
	})
	p.start()
	db, err := store.Open(b.Context(), store.Config{Dir: p.dir, Log: storetest.Log()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	requests := make(chan *http.Request, posts)
	for n := range posts {
		requests <- s.says(p, n%houses, n)
	}
	close(requests)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: abreast}}

	began, before := time.Now(), p.spent()
	var wg sync.WaitGroup
	for range abreast {
		wg.Go(func() {
			for r := range requests {
				answer, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				answer.Body.Close()
				if answer.StatusCode != http.StatusAccepted {
					b.Errorf("answered %s", answer.Status)
				}
			}
		})
	}
	wg.Wait()
	accepted := time.Since(began)
	for ctx := p.patience(); pending(b, db); {
		if ctx.Err() != nil {
			b.Fatal("not applied")
		}
	}
	applied, spent := time.Since(began), p.spent()-before
	b.StopTimer()
	mirrors := 0
	err = db.View(b.Context(), time.Now(), func(v *store.View) error {
		return v.DB().Raw("SELECT count(*) FROM offers WHERE iri <> ''").Scan(&mirrors).Error
	})
	if err != nil || mirrors != posts {
		b.Fatalf("%d of %d applied, %v", mirrors, posts, err)
	}

	commits, verify := commits(b, s.listing(0, 0), abreast), s.verifies()
	rate, each := posts/applied.Seconds(), spent/posts
	b.ReportMetric(posts/accepted.Seconds(), "accepted/s")
	b.ReportMetric(rate, "applied/s")
	b.ReportMetric(ms(each), "cpu-ms/activity")
	f.add("activities accepted durably", fmt.Sprintf("%.0f/s", posts/accepted.Seconds()),
		fmt.Sprintf("%.0f rows/s synced in bare SQLite, %d a commit: %.2f", commits, abreast, posts/accepted.Seconds()/commits), "")
	f.add("activities accepted and applied", fmt.Sprintf("%.0f/s", rate), fmt.Sprintf("the same: %.2f", rate/commits), "1020/s")
	f.add("CPU for each", fmt.Sprintf("%.2f ms, or %.2f each CPU ms", ms(each), 1/ms(each)),
		fmt.Sprintf("%.3f ms to verify RSA-2048: x%.0f", ms(verify), float64(each)/float64(verify)), "1.7 ms")
}

func pending(b *testing.B, db *store.Store) (some bool) {
	err := db.View(b.Context(), time.Now(), func(v *store.View) error {
		oldest, err := wire.OldestPending(v)
		some = !oldest.IsZero()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return some
}

// commits is the limit of a durable inbox: how many rows a second bare SQLite syncs to this disk, so many in each commit.
func commits(b *testing.B, body []byte, each int) float64 {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.sqlite")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE inbox (id TEXT PRIMARY KEY, body BLOB)"); err != nil {
		b.Fatal(err)
	}
	const batches = 100
	began := time.Now()
	for range batches {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range each {
			if _, err := tx.Exec("INSERT INTO inbox VALUES (?, ?)", store.NewID[string](), body); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(batches*each) / time.Since(began).Seconds()
}

// benchmarkDeliveries: a thing for anyone goes to followers on 500 servers, over sockets.
func benchmarkDeliveries(b *testing.B, f *figures, program string) {
	const inboxes, things = 500, 3
	s := newStreet(b)
	var token people.Secret
	p := prepare(b, program, s.hosts(inboxes), func(tx *store.Tx, sage people.Member) (err error) {
		for i := range inboxes {
			if err := neighbours.AddFollower(tx, s.at(i), wire.Collective, s.actor(i)+"/follow"); err != nil {
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
	sign, each := s.signs(), spent/(things*inboxes)
	rate := things * inboxes / took.Seconds()
	b.ReportMetric(rate, "deliveries/s")
	b.ReportMetric(ms(each), "cpu-ms/delivery")
	f.add("deliveries to 500 inboxes", fmt.Sprintf("%.0f/s", rate), fmt.Sprintf("%.0f signatures/s on one CPU: %.2f", 1/sign.Seconds(), rate*sign.Seconds()), "")
	f.add("CPU for each", fmt.Sprintf("%.2f ms", ms(each)), fmt.Sprintf("%.2f ms to sign RSA-2048: x%.2f", ms(sign), float64(each)/float64(sign)), "1.3 ms")
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

// signs is what one signature costs, and verifies one verification, in CPU time.
func (s *street) signs() time.Duration {
	sum := sha256.Sum256([]byte("what is signed"))
	return costs(200, func() { _, _ = s.key.Sign(rand.Reader, sum[:], crypto.SHA256) })
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
