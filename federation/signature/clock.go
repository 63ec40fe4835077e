package signature

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Window is how far a signature's time may lie from ours, either way (Mastodon allows the same).
const Window = time.Hour

// fresh checks each time that is signed, and an expiry even when it is not.
func (s Signature) fresh(r *http.Request, now time.Time) error {
	if s.has("date") {
		date, err := http.ParseTime(r.Header.Get("Date"))
		if err != nil {
			return refuse(Malformed, "the Date header is missing or not a date")
		}
		if err := near("Date", date, now); err != nil {
			return err
		}
	}
	if s.scheme == RFC9421 || s.has("(created)") {
		created, err := unix(s.created)
		if err != nil {
			return refuse(Malformed, "created is missing or not a time")
		}
		if err := near("created", created, now); err != nil {
			return err
		}
	}
	if s.expires == "" {
		return nil
	}
	expires, err := unix(s.expires)
	if err != nil {
		return refuse(Malformed, "expires is not a time")
	}
	if !now.Before(expires) {
		return &Refusal{Reason: Stale, Skew: expires.Sub(now),
			Detail: fmt.Sprintf("it expired %.0f minutes ago by our clock", now.Sub(expires).Minutes())}
	}
	return nil
}

// near names the distance, so that the peer's administrator can set the clock.
func near(name string, t, now time.Time) error {
	skew := t.Sub(now)
	if skew.Abs() <= Window {
		return nil
	}
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	return &Refusal{Reason: Stale, Skew: skew,
		Detail: fmt.Sprintf("%s is %.0f minutes %s our clock, %.0f are allowed", name, skew.Abs().Minutes(), side, Window.Minutes())}
}

// unix reads seconds since 1970; expires may have a fraction (cavage-12 2.1.5).
func unix(s string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || seconds < 0 || seconds > math.MaxInt32*8 || strings.Trim(s, "0123456789.") != "" {
		return time.Time{}, errors.New("not a time")
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), nil
}
