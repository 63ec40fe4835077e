package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// What happens to an edge. Each names the edge.
const (
	NeighbourAsked      store.EventKind = "neighbour.asked"       // Follow, under Edge.OurFollow
	NeighbourAccepted   store.EventKind = "neighbour.accepted"    // Accept of Edge.TheirFollow
	NeighbourDeclined   store.EventKind = "neighbour.declined"    // Reject of Edge.TheirFollow: a farewell
	NeighbourParted     store.EventKind = "neighbour.parted"      // Undo of Edge.OurFollow, Reject of Edge.TheirFollow: farewells
	NeighbourBefriended store.EventKind = "neighbour.befriended"  // local: the first pull is due
	NeighbourFlowChosen store.EventKind = "neighbour.flow_chosen" // what flows no more is deleted there, what flows again is said again
)

// FollowerAccepted names a Follower: Accept of Follower.FollowID.
const FollowerAccepted store.EventKind = "follower.accepted"

// ShutOutLifted names what a shut-out was about, a host or an actor: what could not be said there meanwhile, and must be, is said now.
const ShutOutLifted store.EventKind = "shut_out.lifted"

// Events are the kinds that this package records.
func Events() []store.EventKind {
	return []store.EventKind{
		NeighbourAsked, NeighbourAccepted, NeighbourDeclined, NeighbourParted, NeighbourBefriended, FollowerAccepted,
		WishHeard, WishDeclined, ReportPassedOn,
		NeighbourFlowChosen, ShutOutLifted,
	}
}

// NoticeAsked tells stewards that a collective asks to be neighbours; the subject is the edge.
const NoticeAsked people.NoticeKind = "neighbour.asked"

// NoticeSuggested tells the other stewards that one suggests something about an edge; the subject is the edge.
const NoticeSuggested people.NoticeKind = "neighbour.suggested"

// NoticeForgotten tells stewards that the node of a neighbour does not count us as one any more; the subject is the edge.
const NoticeForgotten people.NoticeKind = "neighbour.forgotten"

// What the command line or a steward does to an edge, for the list that every member reads; the subject is the edge.
const (
	DeedAsked    people.DeedKind = "neighbour.asked"
	DeedAccepted people.DeedKind = "neighbour.accepted"
	DeedParted   people.DeedKind = "neighbour.parted"
	DeedFlow     people.DeedKind = "neighbour.flow"
	DeedShutOut  people.DeedKind = "shut_out.made" // the subject is the shut-out's
	DeedLetIn    people.DeedKind = "shut_out.lifted"
	DeedList     people.DeedKind = "shut_out.list"
)

// NoticeReview tells stewards that the day has come to look at a shut-out again; the subject is the shut-out's.
const NoticeReview people.NoticeKind = "shut_out.review"

const (
	declinedFor = 30 * 24 * time.Hour // a no is not asked about again so soon
	endedKept   = 90 * 24 * time.Hour // an edge that is over (security 5.1)
	actorKept   = 30 * 24 * time.Hour // what an actor said about itself, once nothing refers to it
)
