package sharing

import "codeberg.org/manypots/manypots/models/people"

// The notices of the free store: cards on Today and neutral lines in the personal feed. They hold ids and no words. There is
// none per claim, ever (DESIGN 4).
const (
	NoticePromised people.NoticeKind = "claim.promised" // to the receiver: something is promised to you
	NoticeTaker    people.NoticeKind = "claim.taker"    // to the giver: somebody was found
	NoticeChanged  people.NoticeKind = "claim.changed"  // to either: the hand-over changed
	NoticeChoose   people.NoticeKind = "offer.choose"   // to the giver: the window is over, choose or let it be drawn
	NoticeResting  people.NoticeKind = "offer.resting"  // to the giver: it rests, and why is on its page
	NoticeHidden   people.NoticeKind = "offer.hidden"   // to the giver: a steward hid it, in words
)
