package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// EdgeID names an edge, in /neighbours/{id}.
type EdgeID string

// State is where an edge stands.
type State string

// The states of an edge.
const (
	Suggested   State = "suggested"     // one of two stewards would ask; nothing is between us yet
	AskedByUs   State = "asked_by_us"   // somebody there has to say yes
	AskedByThem State = "asked_by_them" // somebody here has to say yes
	Agreed      State = "agreed"        // people on both sides said yes; the nodes are still telling each other
	Neighbours  State = "neighbours"    // both Follows are accepted: what is for friends flows
	Declined    State = "declined"      // one side said no to being asked
	Parted      State = "parted"        // one side ended it, or took its asking back
)

// Edge is what is between us and one other collective. Each side follows the other (Follow with pots:relation); neighbours are
// those whose two Follows are both accepted, and a human on each side wanted it: one by asking, one by saying yes
// (protocol 4). An Accept alone makes nobody a neighbour. Other software does not know pots:relation: it accepts our Follow, never sends
// its own, and stays agreed. Then what it publishes for anyone is shown here, and nothing that is for friends flows (Follows). Whom people
// asked as other software is followed only (onlyFollowed): should it ask to be neighbours one day, people part from it and meet it anew.
//
//	from                              what happens                             to             event
//	(none), declined, parted          a steward asks                           asked_by_us    asked
//	(none), declined, parted          their Follow comes                       asked_by_them  -
//	declined by us, for 30 days       their Follow comes                       declined       declined
//	asked_by_them                     a steward says yes, or asks them         agreed         accepted, asked
//	asked_by_them                     a steward says no                        declined       declined
//	asked_by_us                       their Accept comes                       agreed         -
//	asked_by_us                       their Follow comes                       agreed         accepted
//	asked_by_us, agreed, as followed  their Follow comes                       (the same)     - (it is refused)
//	agreed                            the other of these two comes             neighbours     accepted (for a Follow), befriended
//	agreed, neighbours                their Follow comes again                 (the same)     accepted; asked if it is a new one,
//	                                                                                          or ours is not accepted yet
//	neighbours                        their node says that we are none         (the same)     asked, under the old id
//	parted                            the Follow that ended comes again        parted         parted: they have not heard it
//	asked_by_us, agreed               their Reject comes                       declined       -
//	neighbours                        their Reject comes                       parted         parted
//	asked_by_them                     they take their Follow back              parted         -
//	agreed, neighbours                they take their Follow back              parted         parted
//	asked_by_us, agreed, neighbours   a steward parts                          parted         parted
//	any that is not over              their collective is deleted              parted         -
//
// Asking, saying yes and parting are two stewards' where there are two. What one of them suggests stands beside the state, and "a
// steward" above is the second. Nothing is told to anybody before that.
//
//	from                              what happens                             to             suggested
//	(none)                            one suggests to ask                      suggested      ask
//	declined, parted                  one suggests to ask                      (the same)     ask
//	asked_by_them                     one suggests to say yes                  (the same)     accept
//	agreed, neighbours                one suggests to part                     (the same)     part
//	suggested, declined, parted       their Follow comes, while ask is         asked_by_them  accept
//	agreed, while part is             they are neighbours                      neighbours     part
//	suggested                         set aside, over, or they are deleted     (none)         -
//	(any other)                       set aside, over, or the state changes    (as above)     -
//
// It is over after 14 days, and with its maker's term.
//
// Whatever else comes changes nothing: it is late, twice, or was never asked for (security I14).
type Edge struct {
	ID EdgeID `gorm:"primaryKey"`
	store.Root
	Actor  string // the id of their collective
	Origin string // of their node; there is one edge per node
	State  State
	// OurFollow is the activity id under which the relay posts our Follow; empty while we have not asked.
	OurFollow    wire.ActivityID
	OursAccepted bool
	// TheirFollow is the id of their Follow, which our Accept and Reject name; empty while they have not asked.
	TheirFollow    string
	TheirsAccepted bool
	Since          time.Time // of State
	// AskedAt is when they were last asked what they have open; nil before the first time (Asked).
	AskedAt *time.Time
	// Sends is what flows to them, and Shows what we take in of theirs, while we are neighbours (flow.go). Nothing flows to whom we
	// would only follow.
	Sends, Shows Flows
	// Suggests is what one of two stewards suggests; empty, and the two below nil, when nothing is (suggestion.go).
	Suggests    Act
	SuggestedBy *people.MemberID
	SuggestedAt *time.Time
	// ComparedAt is when it was last held against what they hold, in wall time; see Compare.
	ComparedAt *time.Time
	// ForgottenAt is since when their node says that we are no neighbours of theirs; nil while it says that we are, or nothing.
	ForgottenAt *time.Time
}

// newEdge begins with an edge that nobody has asked for yet.
func newEdge(a Actor) Edge {
	return Edge{ID: store.NewID[EdgeID](), Actor: a.IRI, Origin: a.Origin, Sends: flowsAtFirst, Shows: flowsAtFirst}
}

// Over reports that nothing is between us any more: nobody is asking, nobody is a neighbour.
func (e *Edge) Over() bool {
	return e.State == Declined || e.State == Parted || e.State == Suggested || e.State == ""
}

// ask is a steward's wish to be neighbours.
func (e *Edge) ask(now time.Time) error {
	switch {
	case e.Over():
		e.follow()
		e.TheirFollow = ""
		e.become(AskedByUs, now)
		return nil
	case e.State == AskedByThem:
		return e.accept(now)
	}
	return fault.New(fault.Conflict, "neighbour.already")
}

// accept is a steward's yes to being asked.
func (e *Edge) accept(now time.Time) error {
	if e.State != AskedByThem {
		return movedOn()
	}
	e.acceptTheirs()
	e.follow()
	e.become(Agreed, now)
	return nil
}

// agree is a steward's yes to whatever there is to say yes to: their asking, or another's suggestion to ask them.
func (e *Edge) agree(now time.Time) error {
	if e.Suggests == Asking {
		return e.ask(now)
	}
	return e.accept(now)
}

// part is a steward's end of it, or no to being asked.
func (e *Edge) part(now time.Time) error {
	switch {
	case e.Over():
		return movedOn()
	case e.State == AskedByThem:
		e.end(Declined, now)
		e.Record(NeighbourDeclined, string(e.ID))
	default:
		e.end(Parted, now)
		e.Record(NeighbourParted, string(e.ID))
	}
	return nil
}

// heardFollow takes their Follow. asks is whether somebody here has to decide now.
func (e *Edge) heardFollow(id string, now time.Time) (asks bool) {
	news := e.TheirFollow != id
	e.TheirFollow = id
	switch e.State {
	case "", Suggested, Declined, Parted:
		if e.State == Parted && !news {
			e.Record(NeighbourParted, string(e.ID))
			return false
		}
		if e.declinedByUs() && e.Since.Add(declinedFor).After(now) && e.Suggests != Asking {
			e.Record(NeighbourDeclined, string(e.ID))
			return false
		}
		if e.Suggests == Asking && e.Sends != "" {
			e.Suggests = Accepting // who would ask them has said yes
		}
		e.OurFollow, e.Sends = "", flowsAtFirst
		e.become(AskedByThem, now)
		return true
	case AskedByThem:
		return false
	case AskedByUs:
		e.acceptTheirs()
		e.become(Agreed, now)
		return false
	}
	// They ask although we said yes: our Accept was lost, or their node has forgotten. Then ours is asked again too, under its
	// old id, so that two nodes that remember do not answer each other for ever.
	again := e.TheirsAccepted && (news || !e.OursAccepted)
	e.acceptTheirs()
	if again {
		e.Record(NeighbourAsked, string(e.ID))
	}
	e.meet(now)
	return false
}

// heardAccept takes their yes to our Follow. An empty id stands for whichever we sent.
func (e *Edge) heardAccept(id wire.ActivityID, now time.Time) {
	if !e.ours(id) {
		return
	}
	e.ForgottenAt = nil
	if e.OursAccepted {
		return
	}
	e.OursAccepted = true
	if e.State == AskedByUs {
		e.become(Agreed, now)
	}
	e.meet(now)
}

// heardReject takes their no.
func (e *Edge) heardReject(id wire.ActivityID, now time.Time) {
	switch {
	case !e.ours(id):
	case e.State == Neighbours:
		e.end(Parted, now)
		e.Record(NeighbourParted, string(e.ID))
	default:
		e.end(Declined, now)
	}
}

// heardUndo takes it that they do not follow us any more. An empty id stands for whichever they sent.
func (e *Edge) heardUndo(id string, now time.Time) {
	if e.Over() || e.TheirFollow == "" || id != "" && id != e.TheirFollow {
		return
	}
	if e.State != AskedByThem {
		e.Record(NeighbourParted, string(e.ID))
	}
	e.end(Parted, now)
}

// heardDelete takes it that their collective is gone: there is nobody to say farewell to.
func (e *Edge) heardDelete(now time.Time) {
	e.forget()
	if !e.Over() {
		e.end(Parted, now)
	}
}

// heardForgotten takes it that their node counts us as a neighbour no more. It parts nobody: a node that was restored may have
// forgotten, and people there may have ended it. Our Follow, which they then do not know, or know as over, makes them say which.
// news is whether it did not say so before.
func (e *Edge) heardForgotten(now time.Time) (news bool) {
	if e.State != Neighbours {
		return false
	}
	e.Record(NeighbourAsked, string(e.ID))
	if e.ForgottenAt != nil {
		return false
	}
	e.ForgottenAt = &now
	return true
}

// follow sends a Follow of ours, under an id that is fixed here so that the Accept can be told from one for an older Follow.
func (e *Edge) follow() {
	e.OurFollow, e.OursAccepted = store.NewID[wire.ActivityID](), false
	e.Record(NeighbourAsked, string(e.ID))
}

func (e *Edge) acceptTheirs() {
	e.TheirsAccepted = true
	e.Record(NeighbourAccepted, string(e.ID))
}

func (e *Edge) meet(now time.Time) {
	if e.State == Agreed && e.OursAccepted && e.TheirsAccepted {
		e.become(Neighbours, now)
		e.Record(NeighbourBefriended, string(e.ID))
	}
}

// end keeps the ids of both Follows, which the farewell names.
func (e *Edge) end(to State, now time.Time) {
	e.OursAccepted, e.TheirsAccepted = false, false
	e.Sends, e.Shows = flowsAtFirst, flowsAtFirst // who meets again begins again
	e.become(to, now)
}

// onlyFollowed reports that people here asked for what they publish for anyone, and not to be neighbours.
func (e *Edge) onlyFollowed() bool {
	return e.Sends == "" && (e.State == AskedByUs || e.State == Agreed)
}

// declinedByUs: who was asked and never asked is who said no.
func (e *Edge) declinedByUs() bool { return e.State == Declined && e.OurFollow == "" }

// become leaves a suggestion behind that is none any more in the new state.
func (e *Edge) become(to State, now time.Time) {
	e.State, e.Since, e.ForgottenAt = to, now, nil
	if e.Suggests != e.act() {
		e.forget()
	}
}

// forget lets a suggestion fall away; where nothing else is between us there is no edge then.
func (e *Edge) forget() {
	e.Suggests, e.SuggestedBy, e.SuggestedAt = "", nil, nil
	if e.State == Suggested {
		e.State = ""
	}
}

// ours reports whether a Follow of ours that still stands is meant.
func (e *Edge) ours(id wire.ActivityID) bool {
	return !e.Over() && e.OurFollow != "" && (id == "" || id == e.OurFollow)
}

func movedOn() error { return fault.New(fault.Conflict, "neighbour.moved_on") }
