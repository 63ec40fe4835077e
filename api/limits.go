package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"codeberg.org/manypots/manypots/models/fault"
)

// rule is how often something may be done: by one, and by all together.
type rule struct {
	name     string
	per      time.Duration
	one, all int
}

// The rules. They are generous to people and dull for programs; who is limited is a member, or the keyed hash of a network.
var (
	acts    = rule{"act", time.Minute, 300, 30000}
	reads   = rule{"read", time.Minute, 3000, 300000} // by programs
	knocks  = rule{"knock", time.Minute, 20, 300}     // people.Knock slows tries at one name
	guesses = rule{"guess", time.Hour, 10, 100}       // wrong codes and words (security A2)
	photos  = rule{"photo", time.Hour, 60, 1000}      // each costs a decode
	lookups = rule{"look up", time.Minute, 10, 60}    // each asks another machine

	forgings = rule{"make keys", time.Hour, 3, 6} // each takes seconds of the processor
)

// limits counts in memory. Addresses are kept as a keyed hash of their network, under a key that changes every day and is
// written nowhere (security 5.1).
type limits struct {
	wall func() time.Time

	mu      sync.Mutex
	key     [32]byte
	day     int
	buckets map[bucket]*rate.Limiter
}

type bucket struct {
	rule string
	who  string // empty: all together
}

const bucketsMost = 20000

func newLimits(wall func() time.Time) (*limits, error) {
	l := &limits{wall: wall, buckets: map[bucket]*rate.Limiter{}}
	_, err := rand.Read(l.key[:])
	return l, err
}

// take uses one of who's turns, and one of everybody's: Busy "request.too_often" when there is none left.
func (l *limits) take(r rule, who string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.wall()
	for _, b := range []*rate.Limiter{l.bucket(r, who, r.one), l.bucket(r, "", r.all)} {
		if !b.AllowN(now, 1) {
			return tooOften(r)
		}
	}
	return nil
}

// left reports whether there is a turn, without using it: for what counts only when it goes wrong.
func (l *limits) left(r rule, who string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.wall()
	if l.bucket(r, who, r.one).TokensAt(now) < 1 || l.bucket(r, "", r.all).TokensAt(now) < 1 {
		return tooOften(r)
	}
	return nil
}

func (l *limits) bucket(r rule, who string, many int) *rate.Limiter {
	key := bucket{r.name, who}
	b, ok := l.buckets[key]
	if !ok {
		if len(l.buckets) >= bucketsMost {
			clear(l.buckets) // a flood of networks; the totals begin anew, and a flood is what they are for
		}
		b = rate.NewLimiter(rate.Every(r.per/time.Duration(many)), many)
		l.buckets[key] = b
	}
	return b
}

// network names the network that an address is in, for today.
func (l *limits) network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	bits := 24
	if ip = ip.Unmap(); ip.Is6() {
		bits = 48
	}
	prefix, _ := ip.WithZone("").Prefix(bits)
	l.mu.Lock()
	defer l.mu.Unlock()
	if day := l.wall().YearDay(); day != l.day {
		l.day = day
		_, _ = rand.Read(l.key[:])
	}
	h := hmac.New(sha256.New, l.key[:])
	h.Write([]byte(prefix.String()))
	return "network " + string(h.Sum(nil))
}

func tooOften(r rule) error {
	return fault.New(fault.Busy, "request.too_often", fault.Args{"Seconds": int((r.per / time.Duration(r.one)).Seconds()) + 1})
}

// who is whom limits count: the member, or the network.
func (c *call) who() string {
	if c.member != nil {
		return "member " + string(c.member.ID)
	}
	return c.s.limits.network(c.RealIP())
}

func (c *call) limit() error {
	safe := c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
	switch {
	case c.route.rule.name != "":
		return c.s.limits.take(c.route.rule, c.who())
	case !safe:
		return c.s.limits.take(acts, c.who())
	case c.token != nil:
		return c.s.limits.take(reads, c.who())
	}
	return nil
}

// guess lets somebody try a code or words, and counts the try when it was wrong.
func (c *call) guess(try func() error) error {
	network := c.s.limits.network(c.RealIP())
	if err := c.s.limits.left(guesses, network); err != nil {
		return err
	}
	err := try()
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Gone || fault.KeyOf(err) == "input.fields") {
		_ = c.s.limits.take(guesses, network)
	}
	return err
}
