package federation

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// The hostile peer: what the files hostile_*_test.go share. Its actors are scripted in a village (peer_test.go); what is here are the
// parts of a network that mean harm.

// onTheNet runs a story in which Alder is on the real network of this machine, where every name leads to this machine and a sentinel
// listens that nobody may ever reach.
func onTheNet(t *testing.T, story func(n *node, port string)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		port := sentinel(t)
		n := newNodeWith(t, s, fetch.Options{Timeout: 2 * time.Second, Resolver: everywhereIsHere(t)})
		n.do(borrowedKeys)
		story(n, port)
	})
}

// sentinel listens on every address of this machine and fails the test when anyone came.
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

// everywhereIsHere is a name server that says of every name, whenever it is asked, what a rebinding one says the second time: an
// address of the victim's own (security S2).
func everywhereIsHere(t *testing.T) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			for answerHere(server) {
				continue
			}
		}()
		t.Cleanup(func() { _ = client.Close() })
		return client, nil
	}}
}

// answerHere speaks DNS over a stream: two bytes of length, then the message (RFC 1035 4.2.2).
func answerHere(conn net.Conn) bool {
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
	head := dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: m.Questions[0].Type, Class: dnsmessage.ClassINET}
	switch m.Questions[0].Type {
	case dnsmessage.TypeA:
		for _, a := range []string{"10.0.0.1", "127.0.0.1"} {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()}})
		}
	case dnsmessage.TypeAAAA:
		for _, a := range []string{"::ffff:127.0.0.1", "64:ff9b::7f00:1", "::1"} {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr(a).As16()}})
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

// tarpit is a village in which some hosts take every request and do not answer.
type tarpit struct {
	*village
	silent func(host string) bool
	until  chan struct{} // they hang up when it is closed, where it is set

	mu         sync.Mutex
	held, most int // requests that wait there now, and at most at a time
}

// RoundTrip lets the caller of a silent host wait until it gives up.
func (p *tarpit) RoundTrip(r *http.Request) (*http.Response, error) {
	if !p.silent(r.URL.Hostname()) {
		return p.village.RoundTrip(r)
	}
	p.mu.Lock()
	p.held++
	p.most = max(p.most, p.held)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.held--
	}()
	select {
	case p.came <- r.URL.String():
	default:
	}
	select {
	case <-p.until:
		return nil, errors.New("hung up")
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (p *tarpit) mostAtOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most
}

// shut shuts a host or an actor out, as a steward does.
func (n *node) shut(subject string) {
	n.Helper()
	n.do(func(tx *store.Tx) error { return neighbours.Block(tx, n.Sage, subject) })
}
