package api

import (
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// guard stands before the routes: it sets the headers of every answer, refuses requests for other hosts, and catches what
// falls.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = s.caught(p)
			}
		}()
		s.headers(e.Response().Header())
		c := &call{Context: e, s: s, request: store.RandomID[string](), json: underAPI(e.Request().URL.Path)}
		e.Set(callKey, c)
		// An unknown Host would be echoed into caches and links (security L7).
		if !strings.EqualFold(e.Request().Host, s.base.Host) && e.Request().URL.Path != "/healthz" {
			return fault.New(fault.Invalid, "request.host", fault.Args{"Host": s.base.Host})
		}
		return next(e)
	}
}

// caught makes an error of a panic. Its value may hold anything, so that only what the runtime says is kept.
func (s *Server) caught(p any) error {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	s.Log.Error("panic", "what", what, "stack", string(debug.Stack()))
	return fmt.Errorf("panic: %s", what)
}

// headers are those of security 5.4, as DESIGN 6 changes them.
func (s *Server) headers(h http.Header) {
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'; require-trusted-types-for 'script'"
	if s.secure {
		policy += "; upgrade-insecure-requests"
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
	for name, value := range map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"X-Frame-Options":              "DENY",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()",
		"X-Robots-Tag":                 "noindex, noarchive, noai",
		"Cache-Control":                "private, no-store",
		"Vary":                         "Accept, Accept-Language, Cookie, Authorization, Signature",
	} {
		h.Set(name, value)
	}
}

func underAPI(path string) bool {
	return strings.HasPrefix(path, apiPrefix+"/") || path == "/dev/clock"
}
