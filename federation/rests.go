package federation

import (
	"errors"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
)

// restFor is how long jobs leave a site alone that kept one of them waiting in vain.
const restFor = 5 * time.Minute

// rests remembers which sites did not answer lately. Their jobs are put off at once, or a server that takes connections and says
// nothing would hold a turn for as long as it has jobs here, and everybody else's would wait (security S18, P10). Its zero value is
// ready.
type rests struct {
	mu    sync.Mutex
	until map[string]time.Time // by site
}

var errResting = errors.New("its server did not answer a moment ago")

func (r *rests) resting(origin string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	until, ok := r.until[site(origin)]
	if ok && !now.Before(until) {
		delete(r.until, site(origin))
		ok = false
	}
	return ok
}

// note takes how a job ended.
func (r *rests) note(origin string, now time.Time, err error) {
	if !tooSlow(err) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until == nil || len(r.until) >= remembered {
		r.until = map[string]time.Time{}
	}
	r.until[site(origin)] = now.Add(restFor)
}

func tooSlow(err error) bool {
	failure, ok := asFailure(err)
	return ok && failure.Cause == fetch.TooSlow
}
