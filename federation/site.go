package federation

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"codeberg.org/manypots/manypots/federation/iri"
)

// site is the part of an origin that one party controls: whoever has a domain makes as many hosts below it as they like, and all of
// them share what one host may ask of us (security H10, S12). An address is a site by itself, and so is each door of this machine.
func site(origin string) string {
	_, authority, ok := strings.Cut(origin, "://")
	if !ok {
		authority = origin
	}
	if iri.Loopback(authority) {
		return authority
	}
	host := authority
	if name, _, err := net.SplitHostPort(authority); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return authority
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return authority
}
