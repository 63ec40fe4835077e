package federation

import (
	"net/http"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/neighbours"
)

// What is no clear word from a node of our kind makes nobody doubt a neighbour.
func TestSelfCheck_believesOnlyANodeThatIsThereAndOfOurKind(t *testing.T) {
	const self = birch + "/neighbours?self"
	empty := ordered(theirOpen)
	for name, c := range map[string]struct {
		says      func(v *village)
		age       time.Duration
		forgotten bool
	}{
		"it counts us":                        {says: func(v *village) { v.shows(self, ordered(self, us)) }},
		"an older program":                    {says: func(v *village) { v.shows(self, doc{"id": birch + "/neighbours", "type": "OrderedCollection"}) }},
		"not any more":                        {says: func(v *village) { v.answers(self, 404) }, forgotten: true},
		"gone":                                {says: func(v *village) { v.answers(self, 410) }, forgotten: true},
		"who is a neighbour only since today": {says: func(v *village) { v.answers(self, 404) }, age: time.Hour},
		"our signature was not understood":    {says: func(v *village) { v.answers(self, 401) }},
		"it refuses us":                       {says: func(v *village) { v.answers(self, 403) }},
		"it is ill":                           {says: func(v *village) { v.answers(self, 500) }},
		"nobody there":                        {says: func(*village) {}},
		"its collective is not there either":  {says: func(v *village) { v.answers(self, 404); v.answers(birch, 404) }},
		"its collective does not answer":      {says: func(v *village) { v.answers(self, 404); v.answers(birch, 500) }},
		"other software by now": {says: func(v *village) {
			v.answers(self, 404)
			v.shows(birch, with(birchProfile(), doc{"pots:open": nil}))
		}},
		"another collective": {says: func(v *village) {
			v.answers(self, 404)
			v.shows(birch, with(birchProfile(), doc{"id": "https://birch.example/ap/other"}))
			v.shows("https://birch.example/ap/other", with(birchProfile(), doc{"id": "https://birch.example/ap/other"}))
		}},
		"it sends us elsewhere": {says: func(v *village) {
			v.serve(self, func() *http.Response {
				answer := page(302, fetch.ActivityStreams, nil)
				answer.Header.Set("Location", "https://evil.example/self")
				return answer
			})
			v.shows("https://evil.example/self", ordered(self))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVillage(t, func(n *node, v *village) {
				n.befriend()
				v.shows(theirOpen, empty)
				c.says(v)
				if c.age == 0 {
					c.age = 48 * time.Hour
				}
				n.later(c.age)
				n.pull(n.PullAll)
				e := n.edge()
				if e.State != neighbours.Neighbours || (e.ForgottenAt != nil) != c.forgotten {
					n.Errorf("they are %s, forgotten at %v", e.State, e.ForgottenAt)
				}
				if said := n.said(); len(said) > 0 { // the Follow goes out again as it was
					n.Errorf("said %v", said)
				}
				if (v.asked(theirOpen) == 0) != c.forgotten {
					n.Errorf("what is open there was read %d times", v.asked(theirOpen))
				}
			})
		})
	}
}

// A pull that finds nothing does not end the pulls: a new neighbour may not know yet that we are one.
func TestPull_goesOnAfterANeighbourThatDoesNotKnowUsYet(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		v.answers(theirOpen, 404)
		n.pull(n.PullAll)
		v.shows(theirOpen, ordered(theirOpen))
		n.later(time.Hour)
		n.works()
		if got := v.asked(theirOpen); got < 2 {
			n.Errorf("read %d times", got)
		}
	})
}
