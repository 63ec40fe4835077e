package sharing

import "codeberg.org/manypots/manypots/models/store"

// What happens to offers. The relay sends the row as it is then, so a reader never sees a state that is over.
const (
	OfferPublished store.EventKind = "offer.published" // Create
	OfferChanged   store.EventKind = "offer.changed"   // Update
	OfferWithdrawn store.EventKind = "offer.withdrawn" // Delete
	// News are said beside the Update, since an edit shows up on nobody's timeline (protocol 2.1): a reply to the offer's own post.
	OfferLengthened store.EventKind = "offer.lengthened"
	OfferTaken      store.EventKind = "offer.taken"
)

// What happens to a claim from another collective. Each names one row and has one recipient. Claims of our own members record
// nothing: their two sides look at the same row.
const (
	ClaimReceived  store.EventKind = "claim.received"  // TentativeAccept
	ClaimPromised  store.EventKind = "claim.promised"  // Accept
	ClaimChanged   store.EventKind = "claim.changed"   // Update
	ClaimRefused   store.EventKind = "claim.refused"   // Reject
	ClaimRevoked   store.EventKind = "claim.revoked"   // Update and Reject
	ClaimDone      store.EventKind = "claim.done"      // Update and the receipt
	AskingAsked    store.EventKind = "asking.asked"    // Offer(Agreement)
	AskingWished   store.EventKind = "asking.wished"   // Offer(Agreement) with the agreement's id
	AskingWithdrew store.EventKind = "asking.withdrew" // Undo(Offer)
)

// Events are the kinds that this package records.
func Events() []store.EventKind {
	return []store.EventKind{
		OfferPublished, OfferChanged, OfferWithdrawn, OfferLengthened, OfferTaken,
		ClaimReceived, ClaimPromised, ClaimChanged, ClaimRefused, ClaimRevoked, ClaimDone,
		AskingAsked, AskingWished, AskingWithdrew,
	}
}
