package federation

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// tempo is how much somebody may do at once, and how much a second after that.
type tempo struct {
	burst  int
	second rate.Limit
}

// The tempos, each for one site. An origin is counted only after its signature was verified, so that nobody can use up what
// belongs to another. Keys are the exception: they come before, and are counted for the host that would be asked.
func tempoOfActivities() tempo { return tempo{burst: 12_000, second: 20} } // one unit for each activity and each 16 KiB of it
func tempoOfOffers() tempo     { return tempo{burst: 300, second: 2} }     // claims: each is a person's wish (protocol 8 case 88)
func tempoOfKeys() tempo       { return tempo{burst: 2_000, second: 5} }   // keys never seen before (security H10)

const unit = 16 << 10

// limiter remembers the pace of each site, in memory only. Its zero value is ready.
type limiter struct {
	mu    sync.Mutex
	paces map[string]*rate.Limiter
}

// pacesKept bounds the memory: beyond it those that have rested are forgotten, which changes nothing for them.
const pacesKept = 4096

// take spends n of what an origin's site may do and says for how long it must rest; 0 when it may go on.
func (l *limiter) take(now time.Time, origin string, n int, t tempo) time.Duration {
	name := site(origin)
	l.mu.Lock()
	defer l.mu.Unlock()
	pace := l.paces[name]
	if pace == nil {
		l.forget(now)
		pace = rate.NewLimiter(t.second, t.burst)
		l.paces[name] = pace
	}
	wanted := pace.ReserveN(now, min(n, t.burst))
	wait := wanted.DelayFrom(now)
	if wait > 0 {
		wanted.CancelAt(now)
	}
	return wait
}

func (l *limiter) forget(now time.Time) {
	if l.paces == nil {
		l.paces = map[string]*rate.Limiter{}
	}
	if len(l.paces) < pacesKept {
		return
	}
	for name, pace := range l.paces {
		if pace.TokensAt(now) >= float64(pace.Burst()) {
			delete(l.paces, name)
		}
	}
}
