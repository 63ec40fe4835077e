package federation

import (
	"net/http"
	"net/url"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

const agreementsPage = 200

// agreements lists to a collective the agreements that it is a party to, each with its pots:seq, so that it can hold what it
// knows against what is (DESIGN 3.3). Everybody else sees nothing there.
func (f *Federation) agreements(r *http.Request) (answer, error) {
	query := r.URL.Query()
	return f.show(func(v *store.View, viewer neighbours.Viewer, _ string) (answer, error) {
		party, err := collectiveOf(v, viewer)
		if err != nil {
			return answer{}, err
		}
		if !query.Has("page") {
			return private(document(codec.Collection{
				ID: f.Base.Agreements(), AttributedTo: f.Base.Collective(), First: f.Base.Agreements() + "?page=true",
			}.Document()))
		}
		return f.agreementsPage(v, party, query)
	})(r)
}

func (f *Federation) agreementsPage(v *store.View, party string, query url.Values) (answer, error) {
	claims, err := sharing.ClaimsFrom(v, party, agreeing.ID(query.Get("after")), agreementsPage)
	if err != nil {
		return answer{}, err
	}
	page := codec.Page{ID: f.Base.Agreements() + "?" + query.Encode(), PartOf: f.Base.Agreements()}
	for _, c := range claims {
		page.Items = append(page.Items, map[string]any{
			"id": f.Base.Agreement(string(c.ID)), "type": "Agreement", "pots:seq": c.Version,
		})
	}
	if len(claims) == agreementsPage {
		page.Next = f.Base.Agreements() + "?after=" + string(claims[agreementsPage-1].ID) + "&page=true"
	}
	return private(document(page.Document()))
}

// collectiveOf finds the collective for which a signer may ask: itself, or the one whose node it is.
func collectiveOf(v *store.View, viewer neighbours.Viewer) (string, error) {
	if viewer.Origin == "" || viewer.Blocked {
		return "", notThere()
	}
	edge, err := neighbours.FindEdgeAt(v, viewer.Origin)
	if fault.Is(err, fault.NotFound) {
		return "", notThere()
	}
	return edge.Actor, err
}

// private keeps an answer out of every cache.
func private(a answer, err error) (answer, error) {
	a.private = true
	return a, err
}
