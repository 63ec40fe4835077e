package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

// The spans of S7 and S18, when Options name none.
const (
	getTimeout  = 10 * time.Second
	postTimeout = 15 * time.Second
	maxHops     = 3
)

// Sign signs a request that is complete but for its signature. It is called for every hop and attempt anew, so that no
// signature ever travels to another host.
type Sign func(r *http.Request, body []byte) error

// Options are how a client is made. The zero value is a client for the public internet that signs nothing.
type Options struct {
	UserAgent string        // name/version (+https://host/)
	DevPeers  []string      // host:port that may be reached on loopback and over http (DESIGN 7)
	CAFile    string        // one more certificate authority, in PEM
	Timeout   time.Duration // for a whole exchange; 0 is 10 s for a GET and 15 s for a POST
	// Pens are the ways to sign a GET to an address, the best first: the next is tried, on the same hop, where the peer disbelieves the one
	// before. nil signs none.
	Pens func(ctx context.Context, address string) ([]Pen, error)
	// Allow is asked before each hop of a GET whether we go there at all; nil goes anywhere.
	Allow func(ctx context.Context, address string) (bool, error)
	// Resolver answers for the machine's in tests; nil is the machine's.
	Resolver *net.Resolver
	// Transport replaces the network in tests. The looks of addresses are checked all the same.
	Transport http.RoundTripper
	// Now is wall time for dates in answers; nil is the machine's.
	Now func() time.Time
}

// Client fetches and delivers. It may be used by many at once.
type Client struct {
	opts      Options
	guard     guard
	transport http.RoundTripper // not an http.Client: each hop is a request of its own, guarded and signed
}

// Document is what a GET brought.
type Document struct {
	FinalURL    string // where it came from after redirects: what its id must equal
	ContentType string
	Body        []byte
}

// Response is a peer's answer to a delivery.
type Response struct {
	Status     int
	RetryAfter time.Duration // clamped to [MinRetry, MaxRetry]; 0 when the peer named none
	Date       time.Time     // the peer's clock; zero when it named none
	Body       []byte        // its first MaxReply bytes
}

// OK reports whether the peer took the delivery: any 2xx says so.
func (r Response) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// New makes a client. It fails when the authority's file cannot be read or a peer is not host:port.
func New(opts Options) (*Client, error) {
	g, err := newGuard(opts.DevPeers)
	if err != nil {
		return nil, err
	}
	g.resolver = opts.Resolver
	if opts.Now == nil {
		opts.Now = time.Now
	}
	c := &Client{opts: opts, guard: g}
	transport := opts.Transport
	if transport == nil {
		if transport, err = c.network(); err != nil {
			return nil, err
		}
	}
	c.transport = transport
	return c, nil
}

// network is the real transport. No proxy from the environment (S3): the guard would see the proxy's address only.
func (c *Client) network() (http.RoundTripper, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if c.opts.CAFile != "" {
		text, err := os.ReadFile(c.opts.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the certificate authority: %w", err)
		}
		if !roots.AppendCertsFromPEM(text) {
			return nil, errors.New("the certificate authority's file holds no certificate")
		}
	}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            c.guard.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  c.timeout(postTimeout),
		MaxResponseHeaderBytes: 32 << 10,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
	}, nil
}

func (c *Client) timeout(span time.Duration) time.Duration {
	if c.opts.Timeout > 0 {
		return c.opts.Timeout
	}
	return span
}

// Get fetches an ActivityPub document. Every error is a *Failure.
func (c *Client) Get(ctx context.Context, address string) (Document, error) {
	return c.get(ctx, address, documents())
}

// GetJRD fetches a WebFinger answer.
func (c *Client) GetJRD(ctx context.Context, address string) (Document, error) {
	return c.get(ctx, address, jrds())
}

// GetJSON fetches plain JSON: NodeInfo, or the sheet of a draw.
func (c *Client) GetJSON(ctx context.Context, address string) (Document, error) {
	return c.get(ctx, address, plainJSON())
}

// GetImage fetches a picture. That it says image proves nothing; re-encode it.
func (c *Client) GetImage(ctx context.Context, address string) (Document, error) {
	return c.get(ctx, address, images())
}

func (c *Client) get(ctx context.Context, address string, k kind) (Document, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout(getTimeout))
	defer cancel()
	at, err := c.guard.admit(address)
	if err != nil {
		return Document{}, err
	}
	for range maxHops + 1 {
		answer, err := c.hop(ctx, at, k)
		if err != nil {
			return Document{}, err
		}
		next, err := c.follow(at, answer)
		if err == nil && next == nil {
			return c.read(at, answer, k)
		}
		_ = answer.Body.Close()
		if err != nil {
			return Document{}, err
		}
		at = next
	}
	return Document{}, refuse("too many redirects")
}

// hop asks one address.
func (c *Client) hop(ctx context.Context, at *url.URL, k kind) (*http.Response, error) {
	if err := c.allow(ctx, at); err != nil {
		return nil, err
	}
	pens, err := c.pens(ctx, at)
	for i, pen := range pens {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return nil, &Failure{Cause: BadRequest, Detail: "no request can be made for " + at.Host, err: err}
		}
		r.Header.Set("Accept", k.accept)
		answer, err := c.send(r, nil, pen.Sign)
		if err != nil || i == len(pens)-1 || !Disbelieved(answer.StatusCode) {
			if err == nil && pen.Took != nil && answer.StatusCode == http.StatusOK {
				pen.Took(ctx)
			}
			return answer, err
		}
		_ = answer.Body.Close()
	}
	return nil, err
}

func (c *Client) allow(ctx context.Context, at *url.URL) error {
	if c.opts.Allow == nil {
		return nil
	}
	switch ok, err := c.opts.Allow(ctx, at.String()); {
	case err != nil:
		return &Failure{Cause: Unreachable, Detail: "whether we go to " + at.Host + " is not known", err: err}
	case !ok:
		return refuse("we do not go to " + at.Host)
	}
	return nil
}

// send signs and sends a request. Nothing compressed is asked for: a bomb is small until it is unpacked.
func (c *Client) send(r *http.Request, body []byte, sign Sign) (*http.Response, error) {
	r.Header.Set("User-Agent", c.opts.UserAgent)
	r.Header.Set("Accept-Encoding", "identity")
	if sign != nil {
		if err := sign(r, body); err != nil {
			return nil, &Failure{Cause: NotSigned, Detail: "the request to " + r.URL.Host + " could not be signed", err: err}
		}
	}
	answer, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, failed(r.URL.Host, err)
	}
	return answer, nil
}

// follow says where a redirect leads, nil when the answer is none. The scheme stays, and the guard judges every hop like a
// first one (I17, S5).
func (c *Client) follow(from *url.URL, answer *http.Response) (*url.URL, error) {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	location, err := from.Parse(answer.Header.Get("Location"))
	if err != nil || answer.Header.Get("Location") == "" {
		return nil, refuse(from.Host + " redirects to nowhere")
	}
	if location.Scheme != from.Scheme {
		return nil, refuse(from.Host + " redirects to another scheme")
	}
	return c.guard.admit(location.String())
}

// read takes the body of a final answer and closes it.
func (c *Client) read(at *url.URL, answer *http.Response, k kind) (Document, error) {
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Document{}, &Failure{
			Cause: BadStatus, Status: answer.StatusCode, RetryAfter: RetryAfter(answer.Header.Get("Retry-After"), c.opts.Now()),
			Detail: fmt.Sprintf("%s answered %d", at.Host, answer.StatusCode),
		}
	}
	contentType := answer.Header.Get("Content-Type")
	if encoding := answer.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" || !k.takes(contentType) {
		return Document{}, &Failure{Cause: WrongType, Detail: at.Host + " sent another type than asked for"}
	}
	if answer.ContentLength > k.limit {
		return Document{}, tooBig(at.Host, k.limit)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, k.limit+1))
	if err != nil {
		return Document{}, failed(at.Host, err)
	}
	if int64(len(body)) > k.limit {
		return Document{}, tooBig(at.Host, k.limit)
	}
	return Document{FinalURL: at.String(), ContentType: contentType, Body: body}, nil
}
