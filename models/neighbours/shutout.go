package neighbours

import (
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Severity is how far away somebody is kept.
type Severity string

// The two. Nothing is taken from who is blocked, sent there or shown to it. Who is limited may follow nobody, and what it asks for
// waits for a human; it sees what anybody sees.
const (
	Limited  Severity = "limit"
	Blocking Severity = "block"
)

// ShutOut is a host, with everything below it, or one actor, that we keep away from. It is not told (protocol 4.11), and the reason
// never leaves the node.
//
// What stood before a block stands again when it is lifted: a neighbour is one, and whoever followed us from there hears what we say
// from then on, and the Deletes that were withheld meanwhile. What was open with a neighbour has ended (models.Part) and does not come
// back, and an edge that was over stays over. What they say while they are blocked is not heard, the Undo of a Follow no more than a new
// Follow: to whoever has left meanwhile comes what anybody may read, and their server drops it.
type ShutOut struct {
	Subject string `gorm:"primaryKey"` // "bad.example", or the id of an actor
	store.Root
	Severity Severity
	Reason   string // for members to read
	Since    time.Time
	// ReviewAt is when stewards look at it again; it stands until they lift it. Nil is never.
	ReviewAt *time.Time
	Reminded bool // of ReviewAt
	// ByOne is the steward who alone wanted a block, until another says that it stands; nil otherwise.
	ByOne *people.MemberID
}

// TableName is gorm's.
func (ShutOut) TableName() string { return "shut_out" }

// Blocked reports whether an origin or an actor is blocked, itself or by a host above it (security L18). iri is canonical.
func Blocked(v *store.View, iri string) (bool, error) { return shutOut(v, iri, Blocking) }

// KeptAway reports whether an origin or an actor is limited or blocked: nothing of theirs goes through without a human.
func KeptAway(v *store.View, iri string) (bool, error) { return shutOut(v, iri, Limited, Blocking) }

func shutOut(v *store.View, iri string, severities ...Severity) (bool, error) {
	return store.Exists(v.DB().Model(&ShutOut{}).Where("subject IN ? AND severity IN ?", shutNames(iri), severities))
}

// ShutOuts lists whom we keep away from, by name, from after the given one.
func ShutOuts(v *store.View, after string, limit int) ([]ShutOut, error) {
	return store.All[ShutOut](v.DB().Where("subject > ?", after).Order("subject").Limit(limit))
}

// FindShutOut finds one by the host or actor: NotFound "shut_out.unknown".
func FindShutOut(v *store.View, subject string) (ShutOut, error) {
	return store.First[ShutOut](v.DB().Where("subject = ?", shutName(subject)), "shut_out.unknown")
}

// Reaches reports whether it concerns an origin or an actor.
func (s ShutOut) Reaches(iri string) bool {
	for _, name := range shutNames(iri) {
		if name == s.Subject {
			return true
		}
	}
	return false
}

// OfOne reports whether it is a block of one steward's, where there is another who could say that it stands.
func (s ShutOut) OfOne(v *store.View) (bool, error) {
	if s.ByOne == nil {
		return false, nil
	}
	return people.AnotherSteward(v, *s.ByOne)
}

// IsHost tells a host from an actor.
func (s ShutOut) IsHost() bool { return !strings.Contains(s.Subject, "://") }

// shutName is how a subject is kept: an actor's id as it is, a host without scheme, port, capitals and the last dot.
func shutName(subject string) string {
	subject = strings.TrimSpace(subject)
	if _, path, ok := strings.Cut(subject, "://"); ok && strings.Contains(strings.TrimRight(path, "/"), "/") {
		return subject
	}
	return hostOf(subject)
}

// shutNames are the subjects that shut an id or origin out.
func shutNames(iri string) []string {
	host := hostOf(iri)
	names := []string{iri, host}
	if _, err := netip.ParseAddr(host); err == nil {
		return names // an address has no host above it
	}
	for {
		_, above, ok := strings.Cut(host, ".")
		if !ok {
			return names
		}
		names, host = append(names, above), above
	}
}

// hostOf is the host in an id, an origin, an account or what somebody typed, in the one form in which it is compared: bäd.example is
// xn--bd-via.example.
func hostOf(iri string) string {
	_, rest, ok := strings.Cut(iri, "://")
	if !ok {
		rest = iri
	}
	host, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if inner, _, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
		return strings.ToLower(inner)
	}
	if before, _, ok := strings.Cut(host, ":"); ok && strings.Count(host, ":") == 1 {
		host = before
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}
