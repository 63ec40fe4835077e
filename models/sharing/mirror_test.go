package sharing_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func (st *story) mirror(id sharing.OfferID) (m sharing.Mirror) {
	st.Helper()
	st.view(func(v *store.View) (err error) {
		m, err = sharing.FindMirror(v, id)
		return err
	})
	return m
}

func TestMirror_keepsItsHomesDatesToTheSecond(t *testing.T) {
	tell(t, func(st *story) {
		published, updated := st.now.Add(-day+300*time.Millisecond), st.now.Add(-time.Hour)
		m := st.learns(func(h *sharing.Heard) { h.Published, h.Updated = published, updated })
		m = st.learns(func(h *sharing.Heard) { h.Published, h.Updated = published, updated })
		if got := st.mirror(m.ID); !got.UpdatedAt.Equal(updated) || !got.PublishedAt.Equal(published.Truncate(time.Second)) {
			t.Errorf("published %v, updated %v", got.PublishedAt, got.UpdatedAt)
		}
		m = st.learns(func(h *sharing.Heard) { h.IRI, h.Published = lamp+"2", st.now.Add(100*day) })
		if got := st.mirror(m.ID).PublishedAt; got.After(st.now) {
			t.Errorf("it stands above everything until %v", got)
		}
	})
}

func TestMirror_thatWasHeardOfWhileTheListWasReadIsNotForgotten(t *testing.T) {
	tell(t, func(st *story) {
		old := st.learns()
		st.later(day)
		fresh := st.learns(func(h *sharing.Heard) { h.IRI = lamp + "2" })
		st.do(func(tx *store.Tx) error {
			_, err := sharing.Renew(tx, birch, map[string]int64{})
			return err
		})
		st.mirror(fresh.ID)
		st.refused("offer.unknown", func(tx *store.Tx) error {
			_, err := sharing.FindMirror(tx.View, old.ID)
			return err
		})
	})
}
