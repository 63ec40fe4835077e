package api

import (
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models"
)

// What we keep, and for how long, is told by the same spans that the purge goes by, each in words of its own.
func TestKeeping_tellsOfEverythingThatThePurgeErases(t *testing.T) {
	inHouse(t, func(h *house) {
		p := h.setUp().get("/keeping")
		p.saysNot(h.T, "Something else")
		const yours, logs = 1, 1 // what goes when you leave, and what is not kept
		if rows, spans := strings.Count(p.body, `<th scope="row">`), len(models.Spans()); rows != spans+yours+logs {
			h.Errorf("%d lines for %d spans:\n%s", rows, spans, p.main())
		}
	})
}
