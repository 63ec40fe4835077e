package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// special is the table of S1: nothing in it may ever be dialled.
var special = strings.Fields(`
	0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
	172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
	203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
	:: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0 64:ff9b::7f00:1 64:ff9b::1.1.1.1
	64:ff9b:1::1 100::1 2001::1 2001:1ff::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 3fff:fff::1 fc00::1 fd12:3456::1 fe80::1
	fe80::1%lo fec0::1 ff02::1 ff0e::1 4000::1 5f00::1`)

func failureOf(t *testing.T, err error) *Failure {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a Failure", err)
	}
	return f
}

func TestGuard_dialsNoSpecialAddress(t *testing.T) {
	t.Parallel()
	g, err := newGuard([]string{"10.0.0.1:443", "192.168.0.1:8080"}) // naming a peer opens loopback only
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range special {
		addr := netip.MustParseAddr(address)
		if SafeAddress(addr) == nil {
			t.Errorf("%s is called safe", address)
		}
		for _, peer := range []bool{false, true} {
			if peer && addr.Unmap().IsLoopback() {
				continue
			}
			if err := g.control("tcp6", netip.AddrPortFrom(addr, 443).String(), peer); err == nil {
				t.Errorf("%s may be dialled, peer %v", address, peer)
			}
		}
		if _, err := g.dial(t.Context(), "tcp", net.JoinHostPort(address, "443")); failureOf(t, err).Cause != Refused {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, literal := range []string{"1.1.1.1:443", "1.1.1.1:8443", "[2606:4700::1111]:443"} {
		if err := g.control("tcp4", literal, false); err != nil {
			t.Errorf("%s: %v", literal, err)
		}
	}
	for _, literal := range []string{"1.1.1.1:22", "1.1.1.1:80", "1.1.1.1:0", "1.1.1.1", "example:443", ""} {
		if err := g.control("tcp4", literal, false); err == nil {
			t.Errorf("%q may be dialled", literal)
		}
	}
	if err := g.control("udp4", "1.1.1.1:443", false); err == nil {
		t.Error("UDP may be dialled")
	}
}

// sentinel listens on every address of this machine, and fails the test when anyone came.
func sentinel(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tcp := l.(*net.TCPListener)
		if err := tcp.SetDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
			t.Error(err)
		}
		if conn, err := tcp.Accept(); err == nil {
			t.Errorf("somebody dialled %s", conn.LocalAddr())
		}
		_ = l.Close()
	})
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestClient_neverDialsThisMachineWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	port := sentinel(t)
	c, err := New(Options{Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"127.0.0.1", "127.0.0.2", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "localhost", "LOCALHOST.", "alder.localhost",
		"2130706433", "0x7f.1", "0177.1", "0x7f000001", "127.1", "0", "1.2.3.4@127.0.0.1",
	} {
		for _, scheme := range []string{"http", "https", "ftp", "gopher", "http+unix"} {
			_, err := c.Get(t.Context(), scheme+"://"+host+":"+port+"/")
			if f := failureOf(t, err); f.Cause != Refused {
				t.Errorf("%s://%s: %v", scheme, host, err)
			}
		}
	}
}

// A name server whose answers change: what a check before the dial would have been fooled by (S2).
func TestGuard_isNotFooledByANameThatResolvesToThisMachine(t *testing.T) {
	t.Parallel()
	port := sentinel(t)
	for name, answers := range map[string][]string{
		"birch.example. is loopback":       {"127.0.0.1"},
		"birch.example. is two addresses":  {"10.0.0.1", "127.0.0.1"},
		"birch.example. is the metadata":   {"169.254.169.254"},
		"birch.example. is every address ": {"0.0.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := newGuard([]string{"alder.localhost:" + port})
			if err != nil {
				t.Fatal(err)
			}
			g.resolver = resolving(t, answers)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err = g.dial(ctx, "tcp", "birch.example:"+port)
			if f := failureOf(t, err); f.Cause != Refused {
				t.Errorf("got %v", err)
			}
		})
	}
}

// resolving answers every question for an IPv4 address with the given ones.
func resolving(t *testing.T, answers []string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			for {
				if !answerOne(server, answers) {
					return
				}
			}
		}()
		t.Cleanup(func() { _ = client.Close() })
		return client, nil
	}}
}

// answerOne speaks DNS over a stream: two bytes of length, then the message (RFC 1035 4.2.2).
func answerOne(conn net.Conn, answers []string) bool {
	buf := make([]byte, 2048)
	n, err := conn.Read(buf)
	if err != nil || n < 2 {
		return false
	}
	for want := 2 + int(buf[0])<<8 + int(buf[1]); n < want; {
		more, err := conn.Read(buf[n:])
		if err != nil {
			return false
		}
		n += more
	}
	var m dnsmessage.Message
	if m.Unpack(buf[2:n]) != nil {
		return false
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	if m.Questions[0].Type == dnsmessage.TypeA {
		for _, a := range answers {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
			})
		}
	}
	packed, err := m.AppendPack([]byte{0, 0})
	if err != nil {
		return false
	}
	packed[0], packed[1] = byte((len(packed)-2)>>8), byte(len(packed)-2)
	_, err = conn.Write(packed)
	return err == nil
}

func TestNew_refusesPeersThatAreNotHostAndPort(t *testing.T) {
	t.Parallel()
	for _, peer := range []string{"localhost", ":8080", "localhost:", "http://localhost:8080", ""} {
		if _, err := New(Options{DevPeers: []string{peer}}); err == nil {
			t.Errorf("%q was taken", peer)
		}
	}
}

func FuzzSafeAddress(f *testing.F) {
	for _, address := range special {
		addr := netip.MustParseAddr(address)
		f.Add(addr.AsSlice())
	}
	f.Add([]byte{1, 1, 1, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		addr, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		safe := SafeAddress(addr) == nil
		if addr.Is4() {
			if mapped := SafeAddress(netip.AddrFrom16(addr.As16())) == nil; mapped != safe {
				t.Errorf("%v is safe %v, mapped into IPv6 %v", addr, safe, mapped)
			}
		}
		u := addr.Unmap()
		if safe && (!u.IsGlobalUnicast() || u.IsPrivate() || u.IsLoopback() || u.IsLinkLocalUnicast() || u.IsMulticast() || u.IsUnspecified()) {
			t.Errorf("%v is called safe", addr)
		}
	})
}
