//go:build peer

package main

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// tap is the public address of a server. It lets everything through as it is, and writes down how what is signed was signed, and what
// was answered.
type tap struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[signed]int
}

// signed is a kind of request: a GET, or the type of an activity.
type signed struct {
	what, scheme, key string
	status            int
}

// tapped stands before what listens at address, over http, until the test is over. way says whose words pass there, to whom.
func tapped(t *testing.T, address, way string) *tap {
	t.Helper()
	w := untapped(t, address, way)
	w.Start()
	return w
}

// tappedTLS does so over https, as localhost and as 127.0.0.1. Whoever trusts the certificate authority in the file ca trusts it.
func tappedTLS(t *testing.T, address, way string) (w *tap, ca string) {
	t.Helper()
	w = untapped(t, address, way)
	w.TLS = &tls.Config{Certificates: []tls.Certificate{certify(t, x509.Certificate{
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	})}}
	w.StartTLS()
	ca = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return w, ca
}

// certify makes a certificate with its key, which nobody else has signed.
func certify(t *testing.T, card x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card.SerialNumber, card.NotAfter = big.NewInt(1), wall().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, &card, &card, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func untapped(t *testing.T, address, way string) *tap {
	there := &url.URL{Scheme: "http", Host: address}
	w := &tap{seen: map[signed]int{}}
	w.Server = httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(there)
			r.Out.Host = r.In.Host
			body, _ := io.ReadAll(r.In.Body) // what cannot be read whole is not passed on whole
			r.Out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
			r.Out.Body, _ = r.Out.GetBody()
		},
		ModifyResponse: func(r *http.Response) error {
			w.note(r)
			return nil
		},
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(t.Output(), nil), slog.LevelWarn),
	})
	t.Cleanup(func() {
		w.Close()
		t.Logf("%s:\n%s", way, w)
	})
	return w
}

var (
	keyID     = regexp.MustCompile(`(?i)keyid="[^"]*[#/]([^"]*)"`)
	algorithm = regexp.MustCompile(`alg(?:orithm)?="([^"]*)"`)
)

func (w *tap) note(r *http.Response) {
	h := r.Request.Header
	s := signed{what: r.Request.Method, status: r.StatusCode}
	said := cmp.Or(h.Get("Signature-Input"), h.Get("Signature"), h.Get("Authorization"))
	key := keyID.FindStringSubmatch(said)
	if key == nil {
		return // not signed
	}
	s.key, s.scheme = key[1], "draft-cavage"
	if h.Get("Signature-Input") != "" {
		s.scheme = "RFC 9421"
	}
	if named := algorithm.FindStringSubmatch(said); named != nil {
		s.scheme += " " + named[1]
	}
	var activity struct{ Type string }
	if body, err := r.Request.GetBody(); err == nil && json.NewDecoder(body).Decode(&activity) == nil {
		s.what = activity.Type
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[s]++
}

// count says how many requests like these there were; what is empty fits all.
func (w *tap) count(like signed) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s, times := range w.seen {
		if (like.what == "" || like.what == s.what) && strings.HasPrefix(s.scheme, like.scheme) &&
			(like.key == "" || like.key == s.key) && (like.status == 0 || like.status == s.status) {
			n += times
		}
	}
	return n
}

// String is a line for each kind of request.
func (w *tap) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var lines []string
	for s, n := range w.seen {
		lines = append(lines, fmt.Sprintf("  %s in %s by %s: %d (%d times)", s.what, s.scheme, s.key, s.status, n))
	}
	return strings.Join(slices.Sorted(slices.Values(lines)), "\n")
}

// authority is host:port.
func (w *tap) authority() string { return w.Listener.Addr().String() }
