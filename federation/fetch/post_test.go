package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
)

func TestPost_deliversSignedBytesAndReadsLittle(t *testing.T) {
	t.Parallel()
	var got, contentType, signature string
	s, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, contentType, signature = string(body), r.Header.Get("Content-Type"), r.Header.Get("Signature")
		w.Header().Set("Date", "Sun, 22 Nov 2026 13:00:00 GMT")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write(make([]byte, 1<<20))
	})
	answer, err := aClient(t, opts).Post(t.Context(), s.URL+"/inbox", []byte(note), func(r *http.Request, body []byte) error {
		r.Header.Set("Signature", "of "+string(body))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got != note || contentType != "application/activity+json" || signature != "of "+note {
		t.Errorf("sent %q as %q with %q", got, contentType, signature)
	}
	if !answer.OK() || answer.Status != http.StatusAccepted || len(answer.Body) != fetch.MaxReply || !answer.Date.Equal(time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("answer %d, %d bytes, %v", answer.Status, len(answer.Body), answer.Date)
	}
}

func TestPost_takesEvery2xxAndFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{200: true, 201: true, 202: true, 204: true, 302: false, 307: false, 400: false, 410: false, 429: false, 503: false} {
		visits := 0
		s, opts := aPeer(t, func(w http.ResponseWriter, _ *http.Request) {
			visits++
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(status)
		})
		answer, err := aClient(t, opts).Post(t.Context(), s.URL, []byte(note), nil)
		if err != nil || answer.OK() != want || answer.Status != status || answer.RetryAfter != 2*time.Minute || visits != 1 {
			t.Errorf("%d: %+v, %v, %d visits", status, answer, err, visits)
		}
	}
}

func TestPost_doesNotWaitForAPeerForEver(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	opts.Timeout = 200 * time.Millisecond
	_, err := aClient(t, opts).Post(t.Context(), s.URL, []byte(note), nil)
	wantCause(t, err, fetch.TooSlow)
}

func TestPost_isNotSentUnsignedWhenSigningFails(t *testing.T) {
	t.Parallel()
	s, opts := aPeer(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	_, err := aClient(t, opts).Post(t.Context(), s.URL, []byte(note), func(*http.Request, []byte) error { return errors.New("no key") })
	wantCause(t, err, fetch.NotSigned)
	_, err = aClient(t, opts).Post(t.Context(), "http://birch.example/inbox", nil, nil)
	wantCause(t, err, fetch.Refused)
}

func TestRetryAfter_isClamped(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-5": 0, "0": fetch.MinRetry, "1": fetch.MinRetry, "120": 2 * time.Minute, " 120 ": 2 * time.Minute,
		"999999999": fetch.MaxRetry, strings.Repeat("9", 400): fetch.MaxRetry,
		"Sun, 22 Nov 2026 14:00:00 GMT": time.Hour, "Sun, 22 Nov 2020 14:00:00 GMT": fetch.MinRetry, "Fri, 31 Dec 9999 23:59:59 GMT": fetch.MaxRetry,
	} {
		if got := fetch.RetryAfter(header, now); got != want {
			t.Errorf("RetryAfter(%.20q) = %v, want %v", header, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Add("Sun, 22 Nov 2026 14:00:00 GMT")
	f.Fuzz(func(t *testing.T, header string) {
		if got := fetch.RetryAfter(header, time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)); got != 0 && (got < fetch.MinRetry || got > fetch.MaxRetry) {
			t.Errorf("RetryAfter(%q) = %v", header, got)
		}
	})
}

func FuzzIsActivityStreams(f *testing.F) {
	f.Add(`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`)
	f.Fuzz(func(t *testing.T, header string) {
		lower := strings.ToLower(header)
		if fetch.IsActivityStreams(header) && !strings.Contains(lower, "application/activity+json") && !strings.Contains(lower, "application/ld+json") {
			t.Errorf("%q was taken for a document", header)
		}
	})
}
