package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// BenchmarkSoak asks a node for everything at once for ten minutes, 200 times a second, and looks at what it needs meanwhile: memory that
// still grows at the end is a leak (security P17). SOAK is another time, such as 20s: make soak FOR=20s.
func BenchmarkSoak(b *testing.B) {
	span, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		span = 10 * time.Minute
	}
	f := &figures{Writer: os.Stdout}
	s := newSoak(b)
	s.node.start()
	s.run(span)
	s.report(f, span)
	f.print()
}

// soak is a busy day: neighbours who speak and who answer, people who look at pages and lists, readers of feeds, and a member who gives.
type soak struct {
	testing.TB
	street       *street
	node         *process
	client       *http.Client
	lamp         sharing.OfferID
	token        people.Secret
	cookie, feed string

	mu      sync.Mutex
	took    map[string][]time.Duration // by what was asked
	strange map[string]int             // answers that nobody expects

	spent  time.Duration
	lasted time.Duration
	seen   []needs
}

// needs are what the process holds at one moment.
type needs struct{ resident, goroutines, files int }

const (
	soakSecond  = 200 // requests
	soakHouses  = 20
	soakAbreast = 32
)

func newSoak(b *testing.B) *soak {
	s := &soak{TB: b, street: newStreet(b), took: map[string][]time.Duration{}, strange: map[string]int{}}
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: soakAbreast}}
	var session people.Secret
	s.node = prepare(b, build(b, "."), s.street.hosts(soakHouses), func(tx *store.Tx, sage people.Member) (err error) {
		for i := range soakHouses {
			if err := s.street.befriend(tx, sage, i); err != nil {
				return err
			}
		}
		lamp, err := sharing.Write(tx, sage, sharing.NewOffer{Title: "A lamp", Audience: people.Anyone})
		if err == nil {
			s.lamp, err = lamp.ID, sharing.Publish(tx, sage, lamp.ID, zeros{})
		}
		if err == nil {
			session, err = people.StartSession(tx, wall(), sage, "soak")
		}
		if err == nil {
			_, s.token, err = people.MakeToken(tx, wall(), sage, people.NewToken{Name: "soak", Scopes: people.Scopes(), Days: 1})
		}
		if err == nil {
			sage, err = people.RenewFeed(tx, sage)
			s.feed = "/feed/" + string(sage.Feed) + ".atom"
		}
		return err
	})
	s.node.metrics = "127.0.0.1:" + freePort(b)
	s.cookie = fmt.Sprintf("sid-%s=%s", s.node.port, session)
	return s
}

// part is one request of the mix, the nth of them all.
type part struct {
	what string
	asks func(s *soak, n int) *http.Request
}

// perRound is how many requests the mix has.
const perRound = 20

// mix is what is asked, over and over: of twenty requests thirteen come from neighbours.
func mix() [perRound]part {
	return [...]part{
		{"inbox", (*soak).creates}, {"inbox", (*soak).creates}, {"inbox", (*soak).creates}, {"inbox", (*soak).creates}, {"inbox", (*soak).creates},
		{"inbox", (*soak).updates}, {"inbox", (*soak).updates}, {"inbox", (*soak).deletes}, {"inbox", (*soak).claims}, {"inbox", (*soak).withdraws},
		{"inbox", (*soak).follows}, {"inbox", (*soak).unfollows}, {"inbox", (*soak).likes},
		{"pages", looks("/today", true)}, {"pages", looks("/", false)}, {"pages", (*soak).looksAtTheLamp},
		{"lists", looks("/offers?q=bike", true)}, {"lists", looks("/offers", false)},
		{"feeds", (*soak).readsTheFeed}, {"documents", (*soak).readsTheLamp},
	}
}

// house is who speaks in a round of the mix.
func house(n int) int { return n / perRound % soakHouses }

// before is the request at a place of the mix, some rounds ago.
func before(n, rounds, place int) int { return (n/perRound-rounds)*perRound + place }

func (s *soak) creates(n int) *http.Request {
	return s.street.signed(s.node, house(n), s.street.listing(house(n), n))
}

func (s *soak) updates(n int) *http.Request {
	old := before(n, 1, n%perRound-5)
	body := s.street.listing(house(old), old)
	for from, to := range map[string]string{`"type":"Create"`: `"type":"Update"`, `/create"`: `/update"`, `"pots:seq":1`: `"pots:seq":2`} {
		body = bytes.Replace(body, []byte(from), []byte(to), 1)
	}
	return s.street.signed(s.node, house(old), body)
}

func (s *soak) deletes(n int) *http.Request {
	old := before(n, 2, 4)
	return s.says(house(old), n, "Delete", fmt.Sprintf("http://%s/ap/offers/%06d", s.street.host(house(old)), old), nil)
}

func (s *soak) claims(n int) *http.Request {
	agreement := doc{"type": "Agreement", "stipulates": doc{
		"type": "Commitment", "satisfies": s.node.base.Intent(string(s.lamp)), "receiver": s.street.actor(house(n)),
		"resourceQuantity": doc{"hasUnit": "one", "hasNumericalValue": "1"},
	}}
	return s.says(house(n), n, "Offer", agreement, doc{"pots:for": fmt.Sprintf("%043d", n), "pots:ticket": fmt.Sprintf("%032x", n), "content": "please"})
}

func (s *soak) withdraws(n int) *http.Request {
	old := before(n, 1, 8)
	return s.says(house(old), n, "Undo", doc{"type": "Offer", "id": s.id(house(old), old), "actor": s.street.actor(house(old))}, nil)
}

func (s *soak) follows(n int) *http.Request {
	return s.says(house(n), n, "Follow", s.node.base.Collective(), nil)
}

func (s *soak) unfollows(n int) *http.Request {
	old := before(n, 1, 10)
	follow := doc{"type": "Follow", "id": s.id(house(old), old), "actor": s.street.actor(house(old)), "object": s.node.base.Collective()}
	return s.says(house(old), n, "Undo", follow, nil)
}

func (s *soak) likes(n int) *http.Request {
	return s.says(house(n), n, "Like", s.node.base.Offer(string(s.lamp)), nil)
}

func (s *soak) id(house, n int) string {
	return fmt.Sprintf("http://%s/ap/activities/%d", s.street.host(house), n)
}

func (s *soak) says(house, n int, kind string, object any, terms doc) *http.Request {
	says := doc{"@context": "https://www.w3.org/ns/activitystreams", "id": s.id(house, n), "type": kind, "actor": s.street.actor(house), "object": object}
	maps.Copy(says, terms)
	return s.street.signed(s.node, house, mustJSON(says))
}

func looks(path string, member bool) func(s *soak, n int) *http.Request {
	return func(s *soak, _ int) *http.Request {
		r, err := http.NewRequest(http.MethodGet, string(s.node.base)+path, nil)
		if err != nil {
			panic(err)
		}
		if member {
			r.Header.Set("Cookie", s.cookie)
		}
		return r
	}
}

func (s *soak) looksAtTheLamp(n int) *http.Request {
	return looks("/offers/"+string(s.lamp), true)(s, n)
}
func (s *soak) readsTheLamp(n int) *http.Request {
	r := looks("/ap/offers/"+string(s.lamp), false)(s, n)
	r.Header.Set("Accept", "application/activity+json")
	return r
}
func (s *soak) readsTheFeed(n int) *http.Request { return looks(s.feed, false)(s, n) }

// run asks at an even pace. Meanwhile a thing is given each second, which all neighbours hear of.
func (s *soak) run(span time.Duration) {
	s.Helper()
	turns := make(chan int)
	var all sync.WaitGroup
	for range soakAbreast {
		all.Go(func() {
			for n := range turns {
				s.ask(n)
			}
		})
	}
	began, spent := time.Now(), s.node.spent()
	go func() {
		defer close(turns)
		for n := 0; time.Since(began) < span; n++ {
			time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / soakSecond)))
			turns <- n + 2*perRound // the first rounds look back, too
		}
	}()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for time.Since(began) < span {
		<-second.C
		id := s.node.post(s.token, "/api/v1/offers", `{"title":"A chair","audience":"friends"}`)
		s.node.post(s.token, "/api/v1/offers/"+id+"/publish", `{}`)
		s.seen = append(s.seen, s.needs())
	}
	all.Wait()
	s.lasted, s.spent = time.Since(began), s.node.spent()-spent
}

func (s *soak) ask(n int) {
	p := mix()[n%perRound]
	r := p.asks(s, n)
	began := time.Now()
	answer, err := s.client.Do(r)
	if err != nil {
		s.Error(err)
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[p.what] = append(s.took[p.what], time.Since(began))
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusAccepted {
		s.strange[fmt.Sprintf("%s %s: %s", r.Method, r.URL.Path, answer.Status)]++
	}
}

var goroutines = regexp.MustCompile(`(?m)^manypots_goroutines (\d+)$`)

func (s *soak) needs() needs {
	s.Helper()
	answer, err := http.Get("http://" + s.node.metrics + "/metrics")
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	found := goroutines.FindSubmatch(text)
	if found == nil {
		s.Fatalf("no goroutines in %s", text)
	}
	n := needs{resident: s.node.resident()}
	n.goroutines, _ = strconv.Atoi(string(found[1]))
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.node.cmd.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	n.files = len(files)
	return n
}

// Flat is what grows by less than this between the fifth and the tenth minute.
const flat = 1.1

func (s *soak) report(f *figures, span time.Duration) {
	for what, times := range s.strange {
		s.Errorf("%d times %s", times, what)
	}
	asked := 0
	for _, what := range slices.Sorted(maps.Keys(s.took)) {
		took := s.took[what]
		asked += len(took)
		f.add("all at once, "+what, fmt.Sprintf("median %.1f ms, p99 %.1f ms", ms(median(took)), ms(percentile(took, 99))), fmt.Sprintf("%.0f/s", perSecond(len(took), s.lasted)), "")
	}
	heard := s.street.heard.Load()
	f.add("all at once, requests", fmt.Sprintf("%.0f/s for %s", perSecond(asked, s.lasted), s.lasted.Round(time.Second)), fmt.Sprintf("and %.0f deliveries/s", float64(heard)/s.lasted.Seconds()), "200/s for 10m")
	f.add("CPU", fmt.Sprintf("%.0f%% of one", 100*s.spent.Seconds()/s.lasted.Seconds()), fmt.Sprintf("%.2f ms for each request, deliveries and all", ms(s.spent)/float64(asked)), "")
	for _, of := range []struct {
		what  string
		unit  float64
		of    func(needs) int
		level func([]int) int
		most  int
		aim   string
	}{
		{"resident memory, MiB", 1 << 20, func(n needs) int { return n.resident }, middleOf, 150 << 20, "flat, < 150"},
		// They come and go with the requests that wait just then: what leaks is there also when none does.
		{"goroutines, the fewest", 1, func(n needs) int { return n.goroutines }, slices.Min[[]int], 0, "flat"},
		{"open files", 1, func(n needs) int { return n.files }, middleOf, 0, "flat"},
	} {
		all := make([]int, len(s.seen))
		for i, n := range s.seen {
			all[i] = of.of(n)
		}
		tenth := max(1, len(all)/10)
		middle, end, most := float64(of.level(all[len(all)/2-tenth/2:][:tenth])), float64(of.level(all[len(all)-tenth:])), slices.Max(all)
		f.add("all at once, "+of.what, fmt.Sprintf("%.0f, then %.0f", middle/of.unit, end/of.unit), fmt.Sprintf("most %.0f", float64(most)/of.unit), of.aim)
		if of.most > 0 && most > of.most {
			s.Errorf("%s: %.0f", of.what, float64(most)/of.unit)
		}
		if span >= 10*time.Minute && end > flat*middle {
			s.Errorf("%s grow from %.0f to %.0f", of.what, middle/of.unit, end/of.unit)
		}
	}
}

func middleOf(some []int) int { return slices.Sorted(slices.Values(some))[len(some)/2] }
