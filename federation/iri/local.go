package iri

import "strings"

// Kind is what one of our ids names.
type Kind string

// The kinds. For those about an actor the id is the Actor; SharedInbox and Agreements have none.
const (
	KindActor       Kind = "actor"
	KindKey         Kind = "key"
	KindInbox       Kind = "inbox"
	KindOutbox      Kind = "outbox"
	KindFollowers   Kind = "followers"
	KindRoll        Kind = "roll of followers"
	KindFollowing   Kind = "following"
	KindFeatured    Kind = "featured"
	KindOpen        Kind = "open"
	KindNeighbours  Kind = "neighbours"
	KindSharedInbox Kind = "shared inbox"
	KindAgreements  Kind = "agreements"
	KindOffer       Kind = "offer"
	KindIntent      Kind = "intent"
	KindReplies     Kind = "replies"
	KindAgreement   Kind = "agreement"
	KindCommitment  Kind = "commitment"
	KindDraw        Kind = "draw"
	KindReceipt     Kind = "receipt"
	KindActivity    Kind = "activity"
	KindMessage     Kind = "message"
	KindNote        Kind = "note"
)

// Local reads one of our own ids back: what it names and under which id. It is not ok for ids of others and for addresses
// under our host that name nothing. Whether the thing exists is another question.
func (b Base) Local(id string) (kind Kind, local string, ok bool) {
	canonical, err := Canonical(id)
	if err != nil {
		return "", "", false
	}
	path, ours := strings.CutPrefix(canonical, string(b)+"/ap/")
	if !ours {
		return "", "", false
	}
	path, fragment, hasFragment := strings.Cut(path, "#")
	parts := strings.Split(path, "/")
	for _, part := range parts {
		if !wellFormed(part) {
			return "", "", false
		}
	}
	if hasFragment {
		kind, local = withFragment(parts, fragment)
	} else {
		kind, local = withoutFragment(parts)
	}
	if kind == "" {
		return "", "", false
	}
	return kind, local, true
}

// wellFormed says what a part of our own addresses may look like, so that nothing odd reaches a query.
func wellFormed(part string) bool {
	return part != "" && len(part) <= 64 &&
		strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

func withFragment(parts []string, fragment string) (Kind, string) {
	switch {
	case len(parts) == 1 && isActor(parts[0]) && isKey(fragment):
		return KindKey, parts[0]
	case len(parts) == 2 && parts[0] == "offers" && fragment == "primary":
		return KindIntent, parts[1]
	case len(parts) == 2 && parts[0] == "agreements" && fragment == "primary":
		return KindCommitment, parts[1]
	}
	return "", ""
}

func withoutFragment(parts []string) (Kind, string) {
	switch {
	case len(parts) == 1 && parts[0] == "inbox":
		return KindSharedInbox, ""
	case len(parts) == 1 && parts[0] == "agreements":
		return KindAgreements, ""
	case len(parts) == 1 && isActor(parts[0]):
		return KindActor, parts[0]
	case len(parts) == 2 && isActor(parts[0]):
		return ofActor(Actor(parts[0]), parts[1]), parts[0]
	case len(parts) == 2:
		return nouns(parts[0]), parts[1]
	case len(parts) == 3 && parts[0] == "offers" && parts[2] == "replies":
		return KindReplies, parts[1]
	case len(parts) == 3 && parts[0] == "agreements" && parts[2] == "draw":
		return KindDraw, parts[1]
	case len(parts) == 3 && isActor(parts[0]) && parts[1] == "followers" && parts[2] == "synchronization":
		return KindRoll, parts[0]
	}
	return "", ""
}

func isActor(part string) bool {
	return part == string(Collective) || part == string(Decisions) || part == string(Node)
}

// isKey: the first key has a plain name, later ones have a number behind it.
func isKey(fragment string) bool {
	return wellFormed(fragment) && (strings.HasPrefix(fragment, "main-key") || strings.HasPrefix(fragment, "ed25519-key"))
}

// ofActor is what hangs on an actor; only the collective has open things and neighbours.
func ofActor(actor Actor, part string) Kind {
	switch kind := Kind(part); kind {
	case KindInbox, KindOutbox, KindFollowers, KindFollowing, KindFeatured:
		return kind
	case KindOpen, KindNeighbours:
		if actor == Collective {
			return kind
		}
	}
	return ""
}

func nouns(plural string) Kind {
	switch plural {
	case "offers":
		return KindOffer
	case "agreements":
		return KindAgreement
	case "receipts":
		return KindReceipt
	case "activities":
		return KindActivity
	case "messages":
		return KindMessage
	case "notes":
		return KindNote
	}
	return ""
}
