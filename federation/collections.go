package federation

import (
	"cmp"
	"net/http"
	"net/url"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

const (
	outboxReach = 100 // activities; an outbox is the latest, not the history
	outboxPage  = 20
	openPage    = 200
)

// outbox shows the last word about each thing that is public now, newest first, in the bytes that were sent.
func (f *Federation) outbox(as wire.Actor) func(*http.Request) (answer, error) {
	return func(r *http.Request) (answer, error) {
		query := r.URL.Query()
		return f.show(func(v *store.View, viewer neighbours.Viewer, _ string) (answer, error) {
			if viewer.Blocked {
				return answer{}, notThere()
			}
			if _, err := people.FindCollective(v); err != nil {
				return answer{}, err
			}
			said, err := f.standing(v, as)
			if err != nil {
				return answer{}, err
			}
			return f.outboxPart(as, said, query)
		})(r)
	}
}

// outboxPart is the head of an outbox, or one of its pages.
func (f *Federation) outboxPart(as wire.Actor, said []wire.Activity, query url.Values) (answer, error) {
	id, total := f.Base.Outbox(iri.Actor(as)), len(said)
	if !query.Has("page") {
		c := codec.Collection{ID: id, AttributedTo: f.actorID(as), Total: &total}
		if total > 0 {
			c.First = id + "?page=true"
		}
		return document(c.Document())
	}
	page := codec.Page{ID: id + "?" + query.Encode(), PartOf: id, Total: &total}
	said = after(said, wire.ActivityID(query.Get("before")))
	if len(said) > outboxPage {
		said = said[:outboxPage]
		page.Next = id + "?before=" + string(said[outboxPage-1].ID) + "&page=true"
	}
	for _, s := range said {
		item, err := codec.Decode(s.Body)
		if err != nil {
			return answer{}, err
		}
		page.Items = append(page.Items, item)
	}
	return document(page.Document())
}

// standing are the latest public activities of an actor that nothing later has made untrue.
func (f *Federation) standing(v *store.View, as wire.Actor) (said []wire.Activity, err error) {
	all, err := wire.Outbox(v, as, "", outboxReach)
	if err != nil {
		return nil, err
	}
	anybody := neighbours.Viewer{} // who may not read an outbox has been turned away
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.Object] || a.Blank() {
			continue
		}
		seen[a.Object] = true
		stands, err := f.stillSaid(v, anybody, a)
		if err != nil {
			return nil, err
		}
		if stands && a.Type != "Delete" {
			said = append(said, a)
		}
	}
	return said, nil
}

// after are the activities older than one; all of them when that is empty.
func after(said []wire.Activity, before wire.ActivityID) []wire.Activity {
	for i, a := range said {
		if before == "" || a.ID < before {
			return said[i:]
		}
	}
	return nil
}

// closed answers for a collection that shows neither items nor how many there are (DESIGN 3.4).
func (f *Federation) closed(id string, as wire.Actor) func(*http.Request) (answer, error) {
	return func(*http.Request) (answer, error) {
		return document(codec.Collection{ID: id, AttributedTo: f.actorID(as)}.Document())
	}
}

// pinned is how much others show of what is pinned.
const pinned = 5

// featured is what an actor has pinned: of the collective the newest things that are there for anyone, so that whoever looks at it for
// the first time sees what it is about. Of decisions there are none yet.
func (f *Federation) featured(as wire.Actor) func(*http.Request) (answer, error) {
	return func(r *http.Request) (a answer, err error) {
		items := []any{}
		err = f.view(r.Context(), func(v *store.View) error {
			if as != wire.Collective {
				return nil
			}
			offers, err := sharing.Published(v, "", outboxReach)
			for _, o := range offers {
				if o.State.Live() && len(items) < pinned {
					items = append(items, f.Base.Offer(string(o.ID)))
				}
			}
			return err
		})
		if err != nil {
			return answer{}, err
		}
		total := len(items)
		return document(codec.Collection{ID: f.Base.Featured(iri.Actor(as)), AttributedTo: f.actorID(as), Items: items, Total: &total}.Document())
	}
}

// open lists to neighbours what of ours they may mirror, each with its pots:seq: their back-fill, lease and healing in one walk
// (DESIGN 2).
func (f *Federation) open(r *http.Request) (answer, error) {
	query := r.URL.Query()
	return f.show(func(v *store.View, viewer neighbours.Viewer, _ string) (a answer, err error) {
		if !viewer.Neighbour || viewer.Blocked {
			return answer{}, notThere()
		}
		if query.Has("page") {
			a, err = f.openPage(v, viewer, query)
		} else {
			a, err = document(codec.Collection{
				ID: f.Base.Open(), AttributedTo: f.Base.Collective(), First: f.Base.Open() + "?page=true",
			}.Document())
		}
		a.private = true
		return a, err
	})(r)
}

func (f *Federation) openPage(v *store.View, viewer neighbours.Viewer, query url.Values) (answer, error) {
	offers, err := sharing.OpenFor(v, viewer, sharing.OfferID(query.Get("after")), openPage)
	if err != nil {
		return answer{}, err
	}
	page := codec.Page{ID: f.Base.Open() + "?" + query.Encode(), PartOf: f.Base.Open()}
	for _, o := range offers {
		page.Items = append(page.Items, map[string]any{
			"id": f.Base.Offer(string(o.ID)), "type": "Note", "updated": codec.Stamp(o.UpdatedAt), "pots:seq": o.Version,
		})
	}
	if len(offers) == openPage {
		page.Next = f.Base.Open() + "?after=" + string(offers[openPage-1].ID) + "&page=true"
	}
	return document(page.Document())
}

// neighbourhood is the address of what is for neighbours. They may see that it is there, and nobody sees who is in it; with ?self each
// sees that it is (protocol 4.7), also while we keep away from it: what is between us stands then, and nobody is told of a block.
func (f *Federation) neighbourhood(r *http.Request) (answer, error) {
	self := r.URL.Query().Has("self")
	return f.show(func(v *store.View, viewer neighbours.Viewer, _ string) (answer, error) {
		edge, err := neighbours.FindEdgeAt(v, viewer.Origin)
		if err != nil || edge.State != neighbours.Neighbours || !viewer.Neighbour && !self {
			return answer{}, cmp.Or(ignoreUnknown(err), notThere())
		}
		c := codec.Collection{ID: f.Base.Neighbours(), AttributedTo: f.Base.Collective()}
		if self {
			c.ID, c.Items = askSelf(f.Base), []any{edge.Actor}
		}
		a, err := document(c.Document())
		a.private = true
		return a, err
	})(r)
}
