package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of a Retry-After that we honour (S21): never a storm, never silence for ever.
const (
	MinRetry = 30 * time.Second
	MaxRetry = 24 * time.Hour
)

// RetryAfter reads a Retry-After header, in seconds or as a date, and clamps it. An absent or unreadable one is 0.
func RetryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0
	}
	if strings.Trim(header, "0123456789") == "" {
		seconds, err := strconv.ParseInt(header, 10, 32)
		if err != nil {
			return MaxRetry
		}
		return min(max(time.Duration(seconds)*time.Second, MinRetry), MaxRetry)
	}
	date, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(now), MinRetry), MaxRetry)
}
