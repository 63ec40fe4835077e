package federation

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
)

// A node that stops in the middle of a batch says nothing against an activity: it is applied at the next start.
func TestReceive_holdsAStopAgainstNobody(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		var log bytes.Buffer
		n.Federation.Log = slog.New(slog.NewTextHandler(&log, nil))
		if code := n.sends(vera(), act(vera(), "Follow", 1, us)); code != http.StatusAccepted {
			n.Fatalf("answered %d", code)
		}
		log.Reset()
		item := n.items()[0]
		ctx, stop := context.WithCancel(n.Context())
		err := n.update(ctx, func(tx *store.Tx) error {
			stop()
			_, err := n.receive(ctx, tx, item)
			return err
		})
		if !errors.Is(err, context.Canceled) || log.Len() > 0 {
			n.Errorf("%v, and in the log:\n%s", err, log.String())
		}
		n.receives()
		if got := n.items()[0]; got.Attempts != 0 || len(n.followers()) != 1 {
			n.Errorf("after the start it is %s, after %d failures", got.State, got.Attempts)
		}
	})
}
