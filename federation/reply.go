package federation

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/fault"
)

// answer is what a handler found. The zero status is 200.
type answer struct {
	status    int
	mediaType string
	body      []byte
	cache     string // Cache-Control; empty is no-cache
	// private is set on what only this signer may see: no cache keeps it, and no script elsewhere reads it.
	private bool
}

// What is served may be kept a moment where nobody minds an old copy.
const shortly = "public, max-age=60"

// document answers with an ActivityStreams document.
func document(doc map[string]any, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	body, err := codec.Encode(doc)
	return answer{mediaType: fetch.ActivityStreams, body: body}, err
}

// plain answers with JSON of another kind.
func plain(mediaType string, v any) (answer, error) {
	body, err := json.Marshal(v)
	return answer{mediaType: mediaType, body: body, cache: shortly}, err
}

// refusal is an error with a status for which fault has no kind: 401, 413, 415, 429. The detail is for the peer's operator, and
// holds nothing of what the peer sent.
type refusal struct {
	status int
	detail string
	after  time.Duration // Retry-After, where waiting helps
}

func (r *refusal) Error() string { return strconv.Itoa(r.status) + ": " + r.detail }

// serve turns what a handler found into an HTTP answer, in one place for all of them.
func (f *Federation) serve(handle func(*http.Request) (answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := handle(r)
		if err != nil {
			a = f.refuse(w, r, err)
		}
		f.write(w, a)
	})
}

func (f *Federation) write(w http.ResponseWriter, a answer) {
	h := w.Header()
	h.Set("Vary", "Accept, Authorization, Signature, Signature-Input") // a signature stands in any of the three
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, noarchive, noai")
	if strings.HasPrefix(string(f.Base), "https:") {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
	switch {
	case a.private:
		h.Set("Cache-Control", "private, no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	default:
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Cache-Control", "no-cache")
		if a.cache != "" {
			h.Set("Cache-Control", a.cache)
		}
	}
	if len(a.body) > 0 {
		h.Set("Content-Type", a.mediaType)
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a reader who hung up is no matter
}

// problem is the body of a refusal (RFC 9457, FEP-c180). Two refusals of one status are equal bytes, so that what may not be
// seen looks like what is not there.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func (f *Federation) refuse(w http.ResponseWriter, r *http.Request, err error) answer {
	p := problem{Type: "about:blank"}
	var known *refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		p.Status, p.Detail = known.status, known.detail
		if known.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(known.after.Seconds())))
		}
	case errors.As(err, &tooLarge):
		p.Status = http.StatusRequestEntityTooLarge
	default:
		p.Status = statusOf(err)
	}
	switch p.Status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "30")
		f.Log.WarnContext(r.Context(), "federation: busy", "route", r.Pattern, "error", err)
	case http.StatusInternalServerError:
		f.Log.ErrorContext(r.Context(), "federation: request failed", "route", r.Pattern, "error", err)
	}
	p.Title = http.StatusText(p.Status)
	body, _ := json.Marshal(p) // strings and a number
	return answer{status: p.Status, mediaType: "application/problem+json", body: body, private: true}
}

func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func notThere() error { return fault.New(fault.NotFound, "federation.unknown") }
