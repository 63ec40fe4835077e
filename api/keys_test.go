package api

import (
	"net/http"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

func TestKeys_areMadeNewByAStewardAndAllCanReadIt(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		maya := h.joins(sage, "Maya")
		maya.post("/keys", nil).is(h.T, http.StatusForbidden, nil)
		sage.led(sage.submit("/stewards", "/keys", nil))
		maya.get("/us").says(h.T, "made new keys for this node")
		h.do(func(tx *store.Tx) error {
			keys, err := wire.FindActorKeys(tx.View, wire.Node)
			if _, ok := keys.Current(wire.KeyRSA); !ok {
				t.Errorf("the keys are %v", keys)
			}
			return err
		})
	})
}
