package neighbours

import (
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// ShutOut is a host, with everything below it, or one actor with whom we have nothing to do: nothing is taken from there,
// sent there or shown to it, and it is not told (protocol 4.11). What stood before stands again when it is lifted.
type ShutOut struct {
	Subject string `gorm:"primaryKey"` // "bad.example", or the id of an actor
	Since   time.Time
}

// TableName is gorm's.
func (ShutOut) TableName() string { return "shut_out" }

// Block shuts out a host or an actor; stewards do. Ending what is open with a neighbour there is the caller's, by models.Part.
func Block(tx *store.Tx, by people.Member, subject string) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	if subject = shutName(subject); subject == "" {
		return fault.New(fault.Invalid, "neighbour.address.missing")
	}
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&ShutOut{Subject: subject, Since: tx.Now}).Error
}

// Unblock lifts it; stewards do.
func Unblock(tx *store.Tx, by people.Member, subject string) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	return tx.DB().Where("subject = ?", shutName(subject)).Delete(&ShutOut{}).Error
}

// Blocked reports whether an origin or an actor is shut out, itself or by a host above it (security L18). iri is canonical.
func Blocked(v *store.View, iri string) (bool, error) {
	return store.Exists(v.DB().Model(&ShutOut{}).Where("subject IN ?", shutNames(iri)))
}

// shutName is how a subject is kept: an actor's id as it is, a host without scheme, port, capitals and the last dot, in the letters
// that ids have (security L18).
func shutName(subject string) string {
	subject = strings.TrimSpace(subject)
	if _, path, ok := strings.Cut(subject, "://"); ok && strings.Contains(strings.TrimRight(path, "/"), "/") {
		return subject
	}
	host := hostOf(subject)
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
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

func hostOf(iri string) string {
	_, rest, ok := strings.Cut(iri, "://")
	if !ok {
		rest = iri
	}
	host, _, _ := strings.Cut(rest, "/")
	if inner, _, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
		return strings.ToLower(inner)
	}
	if before, _, ok := strings.Cut(host, ":"); ok && strings.Count(host, ":") == 1 {
		host = before
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
