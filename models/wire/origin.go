package wire

import (
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// OriginOf cuts a canonical id or inbox down to its origin, scheme://host[:port]: the name of its peer and of its lane.
// Making foreign ids canonical is federation's; what has no host, or more than one reading, is Invalid "wire.address".
func OriginOf(iri string) (string, error) {
	scheme, rest, _ := strings.Cut(iri, "://")
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if scheme != "https" && scheme != "http" || host == "" || strings.ContainsAny(host, "@\\% \t\r\n\x00") {
		return "", fault.New(fault.Invalid, "wire.address")
	}
	return scheme + "://" + strings.ToLower(host), nil
}

// second is a time as it is stored.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
