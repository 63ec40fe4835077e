package federation

import (
	"net/http"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/wire"
)

// route is one address of ours: a pattern of net/http's ServeMux, and who answers.
type route struct {
	pattern string
	handle  func(*http.Request) (answer, error)
}

// routes are all of them (DESIGN 3.3). GET serves HEAD too. api owns every other path.
func (f *Federation) routes() []route {
	return []route{
		// who we are
		{"GET /.well-known/webfinger", f.webfinger},
		{"GET /.well-known/host-meta", f.hostMeta},
		{"GET /.well-known/host-meta.json", f.hostMetaJSON},
		{"GET /.well-known/nodeinfo", f.nodeInfoLinks},
		{"GET /nodeinfo/2.0", f.nodeInfo("2.0")},
		{"GET /nodeinfo/2.1", f.nodeInfo("2.1")},
		{"GET /ap/collective", f.actor(wire.Collective)},
		{"GET /ap/decisions", f.actor(wire.Decisions)},
		{"GET /ap/node", f.actor(wire.Node)},
		// what we have and said
		{"GET /ap/offers/{id}", f.show(f.offerFor)},
		{"GET /ap/agreements", f.agreements},
		{"GET /ap/agreements/{id}", f.show(f.agreementFor)},
		{"GET /ap/agreements/{id}/draw", f.show(f.drawFor)},
		{"GET /ap/receipts/{id}", f.show(f.receiptFor)},
		{"GET /ap/activities/{id}", f.show(f.activityFor)},
		{"GET /ap/notes/{id}", f.show(f.noteFor)},
		{"GET /ap/collective/open", f.open},
		{"GET /ap/collective/neighbours", f.neighbourhood},
		{"GET /ap/collective/outbox", f.toNeighbours(f.outbox(wire.Collective))},
		{"GET /ap/decisions/outbox", f.toNeighbours(f.outbox(wire.Decisions))},
		{"GET /ap/node/outbox", f.toNeighbours(f.outbox(wire.Node))},
		{"GET /ap/collective/featured", f.toNeighbours(f.featured(wire.Collective))},
		{"GET /ap/decisions/featured", f.toNeighbours(f.featured(wire.Decisions))},
		{"GET /ap/collective/followers", f.toNeighbours(f.closed(f.Base.Followers(iri.Collective), wire.Collective))},
		{"GET /ap/collective/followers/synchronization", f.show(f.roll(wire.Collective))},
		{"GET /ap/decisions/followers/synchronization", f.show(f.roll(wire.Decisions))},
		{"GET /ap/collective/following", f.toNeighbours(f.closed(f.Base.Following(iri.Collective), wire.Collective))},
		{"GET /ap/decisions/followers", f.toNeighbours(f.closed(f.Base.Followers(iri.Decisions), wire.Decisions))},
		{"GET /ap/decisions/following", f.toNeighbours(f.closed(f.Base.Following(iri.Decisions), wire.Decisions))},
		{"GET /ap/node/followers", f.toNeighbours(f.closed(f.Base.Followers(iri.Node), wire.Node))},
		{"GET /ap/node/following", f.toNeighbours(f.closed(f.Base.Following(iri.Node), wire.Node))},
		// what is said to us
		{"POST /ap/inbox", f.hear},
		{"POST /ap/collective/inbox", f.hear},
		{"POST /ap/decisions/inbox", f.hear},
		{"POST /ap/node/inbox", f.hear},
	}
}

// Handler serves everything under /ap, /.well-known and /nodeinfo.
func (f *Federation) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range f.routes() {
		mux.Handle(r.pattern, f.serve(r.handle))
	}
	mux.Handle("/", f.serve(func(*http.Request) (answer, error) { return answer{}, notThere() }))
	return mux
}
