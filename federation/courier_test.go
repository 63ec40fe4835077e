package federation

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// street is a network in which each host does what the story says; others take everything.
type street map[string]func(r *http.Request, body string) (*http.Response, error)

func (s street) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if answer := s[r.URL.Host]; answer != nil {
		return answer(r, string(body))
	}
	return says(http.StatusAccepted), nil
}

func says(status int, headers ...string) *http.Response {
	a := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}
	for i := 0; i+1 < len(headers); i += 2 {
		a.Header.Set(headers[i], headers[i+1])
	}
	return a
}

// onTheStreet runs a story on both databases, with keys, in a network.
func onTheStreet(t *testing.T, s street, story func(n *node)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		n := newNode(t, db, s)
		n.keys()
		story(n)
	})
}

// delivers carries everything that is due.
func (n *node) delivers() (worked bool) {
	n.Helper()
	worked, err := n.Deliver(n.Context())
	if err != nil {
		n.Fatal(err)
	}
	return worked
}

// deliveries are all there are, with their states.
func (n *node) deliveries() (rows []wire.Delivery) {
	n.Helper()
	n.look(func(v *store.View) (err error) {
		rows, err = store.All[wire.Delivery](v.DB().Order("id"))
		return err
	})
	return rows
}

func (n *node) lastDelivery() wire.Delivery {
	n.Helper()
	rows := n.deliveries()
	if len(rows) == 0 {
		n.Fatal("nothing was ever due")
	}
	return rows[len(rows)-1]
}

// tells posts a public activity about an object to inboxes.
func (n *node) tells(id, object string, inboxes ...string) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		return wire.Post(tx, n.Wall(), wire.Activity{
			ID: wire.ActivityID(id), Actor: wire.Collective, Type: "Create", Object: object, Body: []byte(`{"id":"` + id + `"}`), Public: true,
		}, inboxes...)
	})
}

func TestDeliver_carriesTheBytesSignedByWhoSpeaks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		var mu sync.Mutex
		got, hosts := map[string]string{}, street{}
		n := newNode(t, db, hosts)
		n.keys()
		public, err := signature.ParsePublicKey(n.ownRSA(wire.Collective).publicPEM)
		if err != nil {
			t.Fatal(err)
		}
		n.befriend()
		n.followed()
		n.delivers()
		for _, host := range []string{"birch.example", "social.example"} {
			hosts[host] = func(r *http.Request, body string) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				got[host] = body
				sig, err := signature.Parse(r)
				if err == nil {
					err = sig.Verify(r, []byte(body), public, signature.Options{Now: n.now, Origin: "https://" + host})
				}
				if err != nil {
					t.Errorf("%s: %v", host, err)
				}
				return says(http.StatusAccepted), nil
			}
		}
		n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		create := n.only(n.said())
		if !n.delivers() {
			t.Fatal("nothing was carried")
		}
		for host := range hosts {
			if got[host] != string(create.Body) {
				t.Errorf("%s got %q", host, got[host])
			}
		}
		for _, d := range n.deliveries() {
			if d.State != wire.DeliverySent {
				t.Errorf("to %s: %s", d.Inbox, d.State)
			}
		}
		if n.delivers() {
			t.Error("there was more to do")
		}
	})
}

func TestDeliver_triesAgainAndSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		answer func() (*http.Response, error)
		state  wire.DeliveryState
		class  string
		status int
	}{
		"busy":     {func() (*http.Response, error) { return says(503, "Retry-After", "600"), nil }, wire.DeliveryDue, "status", 503},
		"broken":   {func() (*http.Response, error) { return says(500), nil }, wire.DeliveryDue, "status", 500},
		"refuses":  {func() (*http.Response, error) { return says(403), nil }, wire.DeliveryParked, "status", 403},
		"unsigned": {func() (*http.Response, error) { return says(401), nil }, wire.DeliveryDue, "status", 401},
		"no door":  {func() (*http.Response, error) { return nil, syscall.ECONNREFUSED }, wire.DeliveryDue, "refused", 0},
		"slow":     {func() (*http.Response, error) { return nil, context.DeadlineExceeded }, wire.DeliveryDue, "timeout", 0},
		"torn":     {func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, wire.DeliveryDue, "unreachable", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := street{"birch.example": func(*http.Request, string) (*http.Response, error) { return c.answer() }}
			onTheStreet(t, s, func(n *node) {
				n.tells("a1", "offers/x", birchInbox)
				n.delivers()
				d := n.lastDelivery()
				if d.State != c.state || d.LastError != c.class || d.LastStatus != c.status {
					n.Errorf("it is %s, %q, %d", d.State, d.LastError, d.LastStatus)
				}
				if d.State == wire.DeliveryDue && !d.RunAt.After(n.now) {
					n.Error("it is tried again at once")
				}
			})
		})
	}
}

func TestDeliver_knowsWhenAPeersClockIsOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		answer := says(http.StatusUnauthorized, "Date", noon.Add(-40*time.Minute).Format(http.TimeFormat))
		n := newNode(t, db, street{"birch.example": func(*http.Request, string) (*http.Response, error) { return answer, nil }})
		n.keys()
		off := func(want time.Duration) {
			t.Helper()
			n.delivers()
			n.look(func(v *store.View) error {
				p, err := wire.FindPeer(v, "https://birch.example")
				if p.ClockSkew != want {
					t.Errorf("their clock is off by %v, want %v", p.ClockSkew, want)
				}
				return err
			})
		}
		n.tells("a1", "offers/x", birchInbox)
		off(-40 * time.Minute)
		n.later(time.Hour)
		answer = says(http.StatusAccepted, "Date", n.now.Format(http.TimeFormat))
		off(0)
	})
}

func TestDeliver_bringsOnlyTheFarewellAfterParting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		var mu sync.Mutex
		var got []string
		n := newNode(t, db, street{"birch.example": func(_ *http.Request, body string) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, body)
			return says(http.StatusAccepted), nil
		}})
		n.keys()
		n.befriend()
		n.delivers()
		got = nil
		n.gives(sharing.NewOffer{Title: "A bike"})
		n.expect(n.said(), "Create "+birchInbox)
		n.do(func(tx *store.Tx) error {
			edge, err := neighbours.FindEdgeTo(tx.View, birch)
			if err != nil {
				return err
			}
			_, err = neighbours.PartNeighbour(tx, n.Sage, edge.ID)
			return err
		})
		n.said()
		n.delivers()
		if all := strings.Join(got, ""); len(got) != 2 || !strings.Contains(all, `"Undo"`) || strings.Contains(all, "bike") {
			t.Errorf("after parting Birch got %v", got)
		}
	})
}

func TestDeliver_keepsSlowPeersApart(t *testing.T) {
	release, others := make(chan struct{}), sync.WaitGroup{}
	const fast = 40 // more than there are couriers
	others.Add(fast)
	s := street{"slow.example": func(*http.Request, string) (*http.Response, error) {
		<-release
		return says(http.StatusAccepted), nil
	}}
	for i := range fast {
		s[fmt.Sprintf("p%d.example", i)] = func(*http.Request, string) (*http.Response, error) {
			others.Done()
			return says(http.StatusAccepted), nil
		}
	}
	n := newNode(t, storetest.Open(t, "sqlite"), s)
	n.keys()
	for i := range 5 {
		n.tells(fmt.Sprintf("slow%d", i), fmt.Sprintf("offers/%d", i), "https://slow.example/inbox")
	}
	for i := range fast {
		n.tells(fmt.Sprintf("fast%d", i), "", fmt.Sprintf("https://p%d.example/inbox", i))
	}
	go func() {
		others.Wait() // everybody else has theirs while the slow one still thinks
		close(release)
	}()
	n.delivers()
	for _, d := range n.deliveries() {
		if d.State != wire.DeliverySent {
			t.Errorf("to %s: %s", d.Inbox, d.State)
		}
	}
}

func TestDeliver_bringsAHostAtMostTwoAtATime(t *testing.T) {
	var under, most atomic.Int32
	both := make(chan struct{})
	var once sync.Once
	s := street{"birch.example": func(*http.Request, string) (*http.Response, error) {
		now := under.Add(1)
		defer under.Add(-1)
		for was := most.Load(); now > was && !most.CompareAndSwap(was, now); was = most.Load() {
		}
		if now == 2 {
			once.Do(func() { close(both) })
		}
		<-both
		return says(http.StatusAccepted), nil
	}}
	n := newNode(t, storetest.Open(t, "sqlite"), s)
	n.keys()
	for i := range 12 {
		n.tells(fmt.Sprintf("a%02d", i), fmt.Sprintf("offers/%d", i), birchInbox)
	}
	n.delivers()
	if got := most.Load(); got != 2 {
		t.Errorf("%d at a time", got)
	}
}

func TestDeliver_holdsAStopAgainstNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		ctx, stop := context.WithCancel(t.Context())
		n := newNode(t, db, street{
			"birch.example": func(r *http.Request, _ string) (*http.Response, error) {
				stop()
				<-r.Context().Done()
				return nil, r.Context().Err()
			},
		})
		n.keys()
		n.tells("a1", "offers/x", birchInbox)
		if _, err := n.Deliver(ctx); err == nil {
			t.Error("it was not stopped")
		}
		if d := n.lastDelivery(); d.State != wire.DeliveryDue || d.LastError != "" {
			t.Errorf("it is %s, %q", d.State, d.LastError)
		}
		n.look(func(v *store.View) error {
			p, err := wire.FindPeer(v, "https://birch.example")
			if p.Failures != 0 {
				t.Errorf("%d failures", p.Failures)
			}
			return err
		})
	})
}

// Couriers that come home together are written down together. One that is too late spoils nothing for the others, and leaves its
// delivery to whoever has it now.
func TestDeliver_oneThatIsTooLateDoesNotTakeBackWhatTheOthersSay(t *testing.T) {
	onTheStreet(t, street{}, func(n *node) {
		n.tells("a1", "offers/x", birchInbox, "https://cedar.example/inbox", "https://dale.example/inbox")
		parcels, _, err := n.handOver(n.Context(), nil, couriers)
		if err != nil || len(parcels) != 3 {
			n.Fatalf("%d parcels, %v", len(parcels), err)
		}
		late := parcels[1].Delivery
		n.do(func(tx *store.Tx) error {
			return tx.DB().Model(&wire.Delivery{}).Where("id = ?", late.ID).Update("lease_token", "another").Error
		})
		var home []trip
		for _, p := range parcels {
			home = append(home, trip{parcel: p, answer: fetch.Response{Status: http.StatusAccepted}})
		}
		if _, _, err := n.handOver(n.Context(), home, 0); err != nil {
			n.Fatal(err)
		}
		for _, d := range n.deliveries() {
			want, token := wire.DeliverySent, ""
			if d.ID == late.ID {
				want, token = wire.DeliveryDue, "another"
			}
			if d.State != want || d.LeaseToken != token {
				n.Errorf("to %s: %s, leased by %q", d.Host, d.State, d.LeaseToken)
			}
		}
	})
}

func TestDeliver_forgetsFollowersBehindAnInboxThatIsGone(t *testing.T) {
	s := street{"social.example": func(*http.Request, string) (*http.Response, error) { return says(http.StatusGone), nil }}
	onTheStreet(t, s, func(n *node) {
		n.followed()
		n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		n.said()
		followers := func() (inboxes []string) {
			n.look(func(v *store.View) (err error) {
				inboxes, err = neighbours.FollowerInboxes(v, wire.Collective, "", 10)
				return err
			})
			return inboxes
		}
		for range 30 {
			n.delivers()
			n.later(13 * time.Hour)
		}
		if got := followers(); len(got) != 0 {
			n.Errorf("after two weeks of 410 there is still %v", got)
		}
	})
}
