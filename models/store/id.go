package store

import (
	"encoding/base32"

	"github.com/google/uuid"
)

// ids are UUIDs in Crockford's alphabet: 26 characters that sort as the bytes do and read well in a URL.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes a time-ordered id (UUIDv7, RFC 9562 5.7), for things whose time is no secret: offers, events, activities, jobs.
func NewID[T ~string]() T {
	id := uuid.Must(uuid.NewV7())
	return T(crockford.EncodeToString(id[:]))
}

// RandomID makes an id that tells nothing about when it was made (UUIDv4), for claims, agreements, messages and people.
func RandomID[T ~string]() T {
	id := uuid.New()
	return T(crockford.EncodeToString(id[:]))
}

// ValidID reports whether s has the shape of our ids, before it is looked up or put into a path.
func ValidID(s string) bool {
	b, err := crockford.DecodeString(s)
	return err == nil && len(b) == 16
}
