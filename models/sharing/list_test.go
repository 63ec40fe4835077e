package sharing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func (st *story) lists(viewer neighbours.Viewer, f sharing.Filter) (titles []string) {
	st.Helper()
	st.view(func(v *store.View) error {
		for {
			rows, next, err := sharing.List(v, viewer, f)
			for _, r := range rows {
				titles = append(titles, r.Title)
			}
			if err != nil || next == "" {
				return err
			}
			f.After = next
		}
	})
	return titles
}

func TestList_turnsItsPagesWithoutSkippingOrRepeating(t *testing.T) {
	tell(t, func(st *story) {
		want := map[string]bool{}
		for i := range 9 {
			if i%3 == 0 {
				st.now = st.now.Add(time.Second) // three at a time are of the same second
			}
			title := fmt.Sprintf("Chair %d", i)
			want[title] = true
			if i%2 == 0 {
				st.gives(sharing.NewOffer{Title: title})
				continue
			}
			st.learns(func(h *sharing.Heard) {
				h.IRI, h.Title, h.Published = lamp+title, title, st.now.Add(-300*time.Millisecond)
			})
		}
		got := st.lists(neighbours.Viewer{Member: &st.ben}, sharing.Filter{Limit: 2})
		if len(got) != len(want) {
			t.Errorf("%d of %d: %v", len(got), len(want), got)
		}
		for _, title := range got {
			if !want[title] {
				t.Errorf("%s comes twice", title)
			}
			delete(want, title)
		}
	})
}

func TestList_showsEachViewerWhatIsForThem(t *testing.T) {
	tell(t, func(st *story) {
		st.gives(sharing.NewOffer{Title: "For members", Audience: people.Members})
		st.gives(sharing.NewOffer{Title: "For friends", Category: "garden", Description: "Grün wie Gras"})
		public := st.gives(sharing.NewOffer{Title: "For anyone", Audience: people.Anyone})
		st.learns(func(h *sharing.Heard) { h.Title = "From Birch" })
		st.learns(func(h *sharing.Heard) { h.IRI, h.Title, h.Audience = lamp+"2", "From Birch to all", people.Anyone })
		resting := st.gives(sharing.NewOffer{Title: "Resting"})
		st.rests(resting)
		member, neighbour := neighbours.Viewer{Member: &st.ben}, neighbours.Viewer{Neighbour: true, Flows: "offers"}
		for name, c := range map[string]struct {
			viewer neighbours.Viewer
			filter sharing.Filter
			want   []string
		}{
			"a member":           {member, sharing.Filter{}, []string{"For anyone", "For friends", "For members", "From Birch", "From Birch to all"}},
			"a neighbour":        {neighbour, sharing.Filter{}, []string{"For anyone", "For friends"}},
			"anybody":            {neighbours.Viewer{}, sharing.Filter{}, []string{"For anyone"}},
			"one shut out":       {neighbours.Viewer{Blocked: true}, sharing.Filter{}, nil},
			"home":               {member, sharing.Filter{From: sharing.FromHome}, []string{"For anyone", "For friends", "For members"}},
			"a home":             {member, sharing.Filter{From: birch}, []string{"From Birch", "From Birch to all"}},
			"a home, anybody":    {neighbours.Viewer{}, sharing.Filter{From: birch}, nil},
			"category":           {member, sharing.Filter{Category: "garden"}, []string{"For friends"}},
			"state":              {member, sharing.Filter{State: sharing.Open}, nil},
			"search":             {member, sharing.Filter{Search: "GRUN fri"}, []string{"For friends"}},
			"search, a stranger": {neighbours.Viewer{}, sharing.Filter{Search: "friends"}, nil},
		} {
			got := st.lists(c.viewer, c.filter)
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
		st.view(func(v *store.View) error {
			open, err := sharing.OpenFor(v, neighbour, "", 10)
			if len(open) != 3 { // a rest is no end
				t.Errorf("%d may be mirrored", len(open))
			}
			published, err2 := sharing.Published(v, "", 10)
			if len(published) != 1 || published[0].ID != public {
				t.Errorf("%d are public", len(published))
			}
			_, _, err3 := sharing.List(v, member, sharing.Filter{After: "bm9uc2Vuc2U"})
			if err3 == nil {
				t.Error("a page that is none")
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

func TestToday_holdsWhatACalmPageHolds(t *testing.T) {
	tell(t, func(st *story) {
		for range 9 {
			in := chair()
			in.Choice = sharing.ByGiver
			st.asks(st.ben, st.gives(in))
		}
		mine := st.gives(chair())
		st.rests(mine)
		id := st.gives(sharing.NewOffer{Title: "A lamp"})
		st.untilFreeze(id)
		st.view(func(v *store.View) error {
			cards, err := sharing.Today(v, st.ana)
			if len(cards) != 7 {
				t.Errorf("%d cards", len(cards))
			}
			for _, c := range cards {
				if c.Need != sharing.NeedChoose {
					t.Errorf("%s stands before what somebody waits for", c.Need)
				}
			}
			return err
		})
	})
}
