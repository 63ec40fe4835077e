package fetch_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/fetch"
)

// A signature that is disbelieved is tried in the next way, on that hop and once; which one was taken is told.
func TestGet_triesTheNextPenWhereTheFirstIsDisbelieved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int // for the first pen
		knocks string
		took   bool
	}{
		"taken": {200, "one", false}, "401": {401, "one two", true}, "403": {403, "one two", true}, "400": {400, "one two", true},
		"404": {404, "one", false}, "410": {410, "one", false}, "429": {429, "one", false}, "500": {500, "one", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var knocks []string
			s, opts := aPeer(t, func(w http.ResponseWriter, r *http.Request) {
				knocks = append(knocks, r.Header.Get("Signature"))
				if r.Header.Get("Signature") == "one" && c.status != 200 {
					w.WriteHeader(c.status)
					return
				}
				serve("application/activity+json", note)(w, r)
			})
			took := false
			pen := func(name string, took func(context.Context)) fetch.Pen {
				return fetch.Pen{Took: took, Sign: func(r *http.Request, _ []byte) error { r.Header.Set("Signature", name); return nil }}
			}
			opts.Pens = func(context.Context, string) ([]fetch.Pen, error) {
				return []fetch.Pen{pen("one", nil), pen("two", func(context.Context) { took = true })}, nil
			}
			_, err := aClient(t, opts).Get(t.Context(), s.URL)
			if got := strings.Join(knocks, " "); got != c.knocks || took != c.took {
				t.Errorf("knocked with %s, took the second: %v", got, took)
			}
			if success := c.status == 200 || c.took; success != (err == nil) {
				t.Errorf("got %v", err)
			}
		})
	}
}
