package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"codeberg.org/manypots/manypots/federation/iri"
)

// SafeAddress refuses an address that is not global unicast: this machine, its networks, multicast, and every range with a
// special meaning, also inside an IPv6 address that maps an IPv4 one (security brief S1).
func SafeAddress(addr netip.Addr) error {
	if !addr.IsValid() {
		return refuse("the address is not an address")
	}
	addr = addr.Unmap()
	if err := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAnyNetwork()).SafeAddr(addr); err != nil {
		return refuse("the address is not on the public internet")
	}
	return nil
}

// guard decides where a connection may go. Peers for development are host:port, as they stand in addresses.
type guard struct {
	peers    map[string]bool
	resolver *net.Resolver // nil for the system's
}

func newGuard(devPeers []string) (guard, error) {
	g := guard{peers: map[string]bool{}}
	for _, peer := range devPeers {
		host, port, err := net.SplitHostPort(peer)
		if err != nil || host == "" || port == "" {
			return guard{}, fmt.Errorf("development peer %q is not host:port", peer)
		}
		g.peers[strings.ToLower(peer)] = true
	}
	return g, nil
}

// admit reads an address that is about to be requested and returns it in canonical spelling. What can be refused by its
// looks is refused here; dial has the last word.
func (g guard) admit(address string) (*url.URL, error) {
	canonical, err := iri.Canonical(address)
	if err != nil {
		return nil, refuse("the address is not one that we fetch: " + err.Error())
	}
	u, err := url.Parse(iri.Document(canonical))
	if err != nil {
		return nil, refuse("the address cannot be read")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	if g.peers[net.JoinHostPort(u.Hostname(), port)] {
		return u, nil
	}
	if u.Scheme != "https" {
		return nil, refuse("only https is fetched")
	}
	if err := safePort(port); err != nil {
		return nil, err
	}
	if iri.Loopback(u.Hostname()) {
		return nil, refuse("the address is this machine")
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return u, SafeAddress(addr)
	}
	return u, nil
}

// dial connects to host:port, and for a development peer on loopback without asking a resolver, which does not know
// *.localhost.
func (g guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	peer := g.peers[address]
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, refuse("the address has no port")
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		if !peer {
			return nil, refuse("the address is this machine")
		}
		address = net.JoinHostPort("127.0.0.1", port)
	}
	d := net.Dialer{Timeout: 5 * time.Second, Resolver: g.resolver, Control: func(network, literal string, _ syscall.RawConn) error {
		return g.control(network, literal, peer)
	}}
	return d.DialContext(ctx, network, address)
}

// control has the last word, on the literal address that the kernel is about to dial.
func (g guard) control(network, literal string, peer bool) error {
	to, err := netip.ParseAddrPort(literal)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return refuse("the connection is not TCP")
	}
	if peer && to.Addr().Unmap().IsLoopback() {
		return nil
	}
	if err := safePort(strconv.Itoa(int(to.Port()))); err != nil && !peer {
		return err
	}
	return SafeAddress(to.Addr())
}

// safePort keeps us from speaking to mail servers and the like: 443, and the ports that need no privilege (S4).
func safePort(port string) error {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n != 443 && n <= 1023 {
		return refuse("the port " + port + " is not one that we fetch from")
	}
	return nil
}
