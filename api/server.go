package api

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Options are what a server needs; cmd/node hands it over. All but Clock, Signer and Health must be set.
type Options struct {
	Store    *store.Store
	Album    *media.Album
	Darkroom *media.Darkroom
	Hasher   *people.Hasher
	Pages    *web.Engine
	// Directory finds out who answers at an address that somebody types.
	Directory Directory
	// Locksmith makes the keys with which the node signs.
	Locksmith Locksmith
	// Signer says which actor signed a request, and nobody ("") when there is no signature; nil means that nobody ever does.
	Signer func(*http.Request) (actor string, err error)
	// Now is the time that rules read; Wall is the clock on the wall, which limits and leases read.
	Now, Wall func() time.Time
	// BaseURL is the public address, without a slash at its end.
	BaseURL string
	// TrustedProxies are the peers whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	Log            *slog.Logger
	// Clock serves POST /dev/clock; nil leaves the route out.
	Clock Clock
	// Health lists in a word each why the node does not do all that it should; nil means that there is never a reason.
	Health  func(context.Context) []string
	Version string
}

// Directory finds other collectives for the Neighbours page. Federation implements it.
type Directory interface {
	// Lookup asks the network who answers at an address: a host, an acct or a URL. It is never called inside a transaction.
	Lookup(ctx context.Context, address string) (neighbours.Actor, error)
}

// Locksmith makes keys for the Stewards page. Federation implements it.
type Locksmith interface {
	// MakeKeys makes a set of new keys for the node, for people.RollKeys. It takes its time and is never called inside a transaction.
	MakeKeys(ctx context.Context) ([]wire.ActorKey, error)
}

// Server answers for everything but /ap, /.well-known and /nodeinfo.
type Server struct {
	Options
	base   *url.URL
	secure bool
	origin *http.CrossOriginProtection
	limits *limits
	once   *onceOnly
	routes []route
	echo   *echo.Echo
}

// New makes a server.
func New(o Options) (*Server, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Path != "" {
		return nil, fmt.Errorf("the base URL must be like https://pot.example.org")
	}
	s := &Server{Options: o, base: base, secure: base.Scheme == "https", origin: http.NewCrossOriginProtection()}
	if err := s.origin.AddTrustedOrigin(o.BaseURL); err != nil {
		return nil, err
	}
	if s.limits, err = newLimits(o.Wall); err != nil {
		return nil, err
	}
	s.once, s.routes = newOnceOnly(o.Wall), routes(o.Clock != nil)
	s.echo = echo.New()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.IPExtractor = ipExtractor(o.TrustedProxies)
	s.echo.HTTPErrorHandler = s.fail
	s.echo.Pre(s.guard)
	for _, r := range s.routes {
		s.mount(r)
	}
	s.echo.GET(web.StaticPrefix+"*", echo.WrapHandler(o.Pages.ServeStatic()))
	return s, nil
}

// Handler is the server as net/http knows it.
func (s *Server) Handler() http.Handler { return s.echo }

func (s *Server) mount(r route) {
	path := strings.NewReplacer("{", ":", "}", "").Replace(r.path)
	s.echo.Add(r.method, path, s.serve(r))
	if r.method == http.MethodGet {
		s.echo.Add(http.MethodHead, path, s.serve(r))
	}
}

// serve is the way of every request to its handler: who comes, may they, and how much may they bring.
func (s *Server) serve(r route) echo.HandlerFunc {
	return func(e echo.Context) error {
		ctx, cancel := context.WithTimeout(e.Request().Context(), r.patience())
		defer cancel()
		req := e.Request().WithContext(ctx)
		req.Body = http.MaxBytesReader(e.Response(), req.Body, r.most(req))
		e.SetRequest(req)
		c := s.call(e)
		c.route, c.json = r, r.api()
		if r.bare {
			return r.handle(c)
		}
		if err := c.identify(); err != nil {
			return err
		}
		if err := c.admit(); err != nil {
			return err
		}
		return r.handle(c)
	}
}

const (
	patience       = 20 * time.Second
	uploadPatience = 2 * time.Minute // a photo over a bad line
	mostBody       = 64 << 10
	// mostUpload is more than a photo may have, so that the form of somebody whose photo is too large can still come back.
	mostUpload = 40 << 20
)

func (r route) patience() time.Duration {
	if r.upload {
		return uploadPatience
	}
	return patience
}

func (r route) most(req *http.Request) int64 {
	switch {
	case r.upload && strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/"):
		return mostUpload
	case r.carries:
		return 2 * mostBody
	}
	return mostBody
}

// ipExtractor believes X-Forwarded-For only from the proxies that the operator named (security A1). The address is used for
// limits in memory and is written nowhere.
func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
