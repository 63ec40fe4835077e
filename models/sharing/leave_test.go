package sharing_test

import (
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func TestLeave_erasesTheWayFromAHandleToWhoItStoodFor(t *testing.T) {
	tell(t, func(st *story) {
		sent, queued := st.benAsksAcross(), st.asksAcross(st.ben, st.learns(func(h *sharing.Heard) { h.IRI = lamp + "2" }).ID)
		st.do(func(tx *store.Tx) error { return sharing.Leave(tx, st.ben) })
		a := st.asking(sent)
		if a.State != agreeing.Released || a.Handle != "" || a.Note != "" || a.Ticket != "" {
			t.Errorf("left behind: %s, %q, %q, %q", a.State, a.Handle, a.Note, a.Ticket)
		}
		if got := st.told(string(sent)); !slices.Contains(got, sharing.AskingWithdrew) {
			t.Error("Birch is not told")
		}
		st.refused("claim.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindAsking(tx.View, queued)
			return err
		})
	})
}

func TestLeave_removesDraftsAndLimitsPromisesToAWeek(t *testing.T) {
	tell(t, func(st *story) {
		in := chair()
		w := agreeing.Window{From: st.now.Add(20 * day), To: st.now.Add(20*day + time.Hour)}
		in.Windows = []agreeing.Window{w}
		id := st.gives(in)
		claims := map[agreeing.ID]people.Member{st.asks(st.ben, id): st.ben, st.asks(st.cleo, id): st.cleo}
		st.untilFreeze(id)
		drawn, receiver := st.promisedOf(claims)
		var draft sharing.Offer
		st.do(func(tx *store.Tx) (err error) {
			draft, err = sharing.Write(tx, st.ana, chair())
			return err
		})
		pick := func(tx *store.Tx) error { return sharing.PickWindow(tx, receiver, drawn, w) }
		st.do(pick)
		st.do(func(tx *store.Tx) error {
			if err := sharing.Leave(tx, st.ana); err != nil {
				return err
			}
			return people.Leave(tx, st.ana)
		})
		st.refused("offer.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindOffer(tx.View, draft.ID)
			return err
		})
		st.stands(drawn, agreeing.Promised)
		delete(claims, drawn)
		for other := range claims {
			st.stands(other, agreeing.Refused)
		}
		st.do(pick)
		st.later(7*day - time.Minute)
		st.stands(drawn, agreeing.Promised)
		st.later(time.Minute)
		st.stands(drawn, agreeing.Lapsed)
		st.is(id, sharing.Expired)
	})
}
