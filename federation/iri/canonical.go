package iri

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// MaxLen is the longest id that is read, in bytes.
const MaxLen = 2048

// ErrNotCanonical is what every refusal of this package wraps.
var ErrNotCanonical = errors.New("not an id")

// Canonical returns the one spelling of an absolute id: scheme and host in lower case, the host in ASCII by the IDNA2008
// lookup profile, without the scheme's own port and one trailing dot, and what is not ASCII after the host percent-encoded
// (RFC 3987 3.1). Path, query and fragment are otherwise kept as they are: `//` and `/../` name other things than `/`.
//
// Only https is read, and http on loopback, for development. User info, empty labels, numbers that a resolver would take for
// an address, backslashes, white space and control characters are refused.
func Canonical(id string) (string, error) {
	scheme, authority, rest, err := split(id)
	if err != nil {
		return "", err
	}
	host, port, err := hostPort(authority)
	if err != nil {
		return "", refused(id, err)
	}
	switch scheme {
	case "https":
		port = strings.TrimSuffix(port, ":443")
	case "http":
		if !loopback(host) {
			return "", refused(id, errors.New("http is for loopback only"))
		}
		port = strings.TrimSuffix(port, ":80")
	default:
		return "", refused(id, errors.New("the scheme is not https"))
	}
	rest, err = tail(rest)
	if err != nil {
		return "", refused(id, err)
	}
	canonical := scheme + "://" + host + port + rest
	// What net/http will dial must be what was compared here.
	if u, err := url.Parse(canonical); err != nil || u.Host != host+port || u.Scheme != scheme {
		return "", refused(id, errors.New("it reads in more than one way"))
	}
	if len(canonical) > MaxLen {
		return "", refused(id, errors.New("it is too long"))
	}
	return canonical, nil
}

// Origin returns scheme, host and port of an id, in canonical spelling: what may speak for it.
func Origin(id string) (string, error) {
	canonical, err := Canonical(id)
	if err != nil {
		return "", err
	}
	scheme, authority, _, err := split(canonical)
	return scheme + "://" + authority, err
}

// SameOrigin reports whether both are ids and of one origin.
func SameOrigin(a, b string) bool {
	one, err := Origin(a)
	if err != nil {
		return false
	}
	other, err := Origin(b)
	return err == nil && one == other
}

// Authority returns the host of an id with its port where that is not the scheme's own: a peer's name, and the host header.
func Authority(id string) (string, error) {
	origin, err := Origin(id)
	_, authority, _ := strings.Cut(origin, "://")
	return authority, err
}

// Document returns a canonical id without its fragment: what is fetched to see a key or an intent.
func Document(canonical string) string {
	document, _, _ := strings.Cut(canonical, "#")
	return document
}

// Loopback reports whether an authority (host or host:port) is this machine by name: localhost, *.localhost, 127.0.0.0/8 or
// [::1] (DESIGN 7).
func Loopback(authority string) bool {
	host, _, err := hostPort(authority)
	return err == nil && loopback(host)
}

func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// refused says why, and nothing of the id but its length: ids may hold people's words, and errors reach the log.
func refused(id string, why error) error {
	return fmt.Errorf("%w: %w (%d bytes)", ErrNotCanonical, why, len(id))
}

// split cuts an id into scheme, authority and the rest, which begins with / ? or #.
func split(id string) (scheme, authority, rest string, err error) {
	if len(id) > MaxLen {
		return "", "", "", refused(id, errors.New("it is too long"))
	}
	if !utf8.ValidString(id) {
		return "", "", "", refused(id, errors.New("it is not UTF-8"))
	}
	scheme, after, ok := strings.Cut(id, "://")
	if !ok {
		return "", "", "", refused(id, errors.New("it is not absolute"))
	}
	end := strings.IndexAny(after, "/?#")
	if end < 0 {
		end = len(after)
	}
	return strings.ToLower(scheme), after[:end], after[end:], nil
}

// hostPort reads an authority. The port comes back with its colon, or empty.
func hostPort(authority string) (host, port string, err error) {
	if strings.ContainsAny(authority, "@%\\") {
		return "", "", errors.New("the host holds @, % or a backslash")
	}
	host = authority
	if colon := strings.LastIndexByte(authority, ':'); colon > strings.LastIndexByte(authority, ']') {
		host, port = authority[:colon], authority[colon:]
		n, err := strconv.ParseUint(port[1:], 10, 16)
		if err != nil || n == 0 || strconv.FormatUint(n, 10) != port[1:] {
			return "", "", errors.New("the port is not a port")
		}
	}
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
		if err != nil || !addr.Is6() || addr.Is4In6() || !strings.HasSuffix(host, "]") {
			return "", "", errors.New("the host is not an IPv6 address")
		}
		return "[" + addr.String() + "]", port, nil
	}
	host, err = name(host)
	return host, port, err
}

// name reads a host name, or an IPv4 address in its one plain spelling.
func name(host string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", errors.New("the host is not a name")
	}
	ascii = strings.TrimSuffix(strings.ToLower(ascii), ".")
	if len(ascii) > 253 {
		return "", errors.New("the host is too long")
	}
	if again, err := idna.Lookup.ToASCII(ascii); err != nil || again != ascii {
		return "", errors.New("the host has no stable spelling")
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", errors.New("the host has a label that no host has")
		}
	}
	// A last label that is a number makes resolvers and browsers read the whole as an address: 2130706433, 0177.1, 0x7f.1.
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		addr, err := netip.ParseAddr(ascii)
		if err != nil || addr.String() != ascii {
			return "", errors.New("the host is a number and no address")
		}
	}
	return ascii, nil
}

// The characters that RFC 3986 allows after the host, besides letters and digits.
const plain = "-._~:/?#[]@!$&'()*+,;=%"

// tail checks path, query and fragment and percent-encodes what is not ASCII.
func tail(rest string) (string, error) {
	if strings.Count(rest, "#") > 1 {
		return "", errors.New("it has two fragments")
	}
	var b strings.Builder
	for i := range len(rest) {
		c := rest[i]
		switch {
		case c >= 0x80:
			fmt.Fprintf(&b, "%%%02X", c)
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(plain, c) >= 0:
			b.WriteByte(c)
		default:
			return "", errors.New("it holds a character that no id holds")
		}
	}
	return b.String(), nil
}
