package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// identify finds out who comes: a member by her session, a program by its token, a neighbour by its signature. Sessions open
// pages and tokens open the API, never the other way round, so that no page of somebody else's can use the API (security B6).
func (c *call) identify() error {
	c.spoken = nil
	actor := c.signer()
	err := c.view(func(v *store.View) (err error) {
		if c.collective, err = people.FindCollective(v); err != nil {
			if c.route.early && fault.Is(err, fault.NotFound) {
				return nil
			}
			return err
		}
		if c.json {
			err = c.identifyProgram(v)
		} else {
			err = c.identifySession(v)
		}
		if err != nil {
			return err
		}
		if c.member != nil {
			c.steward, err = people.IsSteward(v, c.member.ID)
		} else {
			c.signed, err = neighbours.ViewerOf(v, actor)
		}
		return err
	})
	c.known = err == nil
	if err == nil && c.session.ID != "" && c.session.Stale(c.s.Wall()) {
		err = c.update(func(tx *store.Tx) error { return people.KeepSession(tx, c.s.Wall(), c.session) })
		if fault.Is(err, fault.Busy) {
			err = nil // a full disk keeps nobody from looking; the next look tries again
		}
	}
	return err
}

// identifyForApology lets a page that says sorry look like every other page, where that is possible.
func (c *call) identifyForApology() {
	if !c.known {
		c.route.early = true
		_ = c.identify()
	}
}

func (c *call) identifySession(v *store.View) error {
	cookie, err := c.Cookie(c.s.sessionCookie())
	if err != nil {
		return nil
	}
	session, m, err := people.FindSession(v, c.s.Wall(), people.Secret(cookie.Value))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		c.session, c.member = session, &m
	}
	return err
}

func (c *call) identifyProgram(v *store.View) error {
	bearer, ok := strings.CutPrefix(c.Request().Header.Get(echo.HeaderAuthorization), "Bearer ")
	if !ok {
		return nil
	}
	token, m, err := people.FindToken(v, c.s.Wall(), people.Secret(strings.TrimSpace(bearer)))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Forbidden, "sign_in.needed")
	}
	if err == nil {
		c.token, c.member = &token, &m
	}
	return err
}

// signer asks whose signature a request bears, at the doors where a neighbour may come: the things that it sees, and their
// pictures. A signature that does not hold is that of nobody.
func (c *call) signer() string {
	door := c.route.door == offerDoor || c.route.door == photoDoor
	if !door || c.s.Signer == nil || c.Request().Method != http.MethodGet || c.Request().Header.Get("Signature") == "" {
		return ""
	}
	actor, err := c.s.Signer(c.Request())
	if err != nil {
		return ""
	}
	return actor
}

// admit holds the request against the row of its route.
func (c *call) admit() error {
	if !c.json {
		if err := c.s.origin.Check(c.Request()); err != nil {
			return fault.New(fault.Forbidden, "request.cross_site").Because(err)
		}
	}
	if c.member == nil && c.signed.Outside && c.route.who == anyone && !c.route.card {
		return fault.New(fault.NotFound, "page.unknown")
	}
	if c.member == nil && c.route.who != anyone {
		return fault.New(fault.Forbidden, "sign_in.needed")
	}
	if c.token != nil && c.route.scope != "" && !c.token.Allows(c.route.scope) {
		return fault.New(fault.Forbidden, "token.scope")
	}
	if c.route.who == steward && !c.steward {
		return fault.New(fault.Forbidden, "role.steward_needed")
	}
	if id := c.id(); id != "" && !store.ValidID(id) {
		return c.route.unknown()
	}
	return c.limit()
}

// sessionCookie is its name. Off https, where several nodes share a host, it carries the port (DESIGN 7).
func (s *Server) sessionCookie() string {
	if s.secure {
		return "__Host-sid"
	}
	if port := s.base.Port(); port != "" {
		return "sid-" + port
	}
	return "sid"
}

func (c *call) setSession(token people.Secret) {
	c.setCookie(c.s.sessionCookie(), string(token), people.SessionLife)
}

func (c *call) dropSession() { c.setCookie(c.s.sessionCookie(), "", -time.Second) }

func (c *call) setCookie(name, value string, life time.Duration) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: c.s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// The flash is a sentence's key, carried to the next page.
const (
	flashLife   = time.Minute
	flashPrefix = "flash."
)

func (c *call) flashCookie() string { return strings.Replace(c.s.sessionCookie(), "sid", "flash", 1) }

func (c *call) setFlash(key string) {
	if key != "" {
		c.setCookie(c.flashCookie(), key, flashLife)
	}
}

func (c *call) takeFlash() string {
	cookie, err := c.Cookie(c.flashCookie())
	if err != nil || !strings.HasPrefix(cookie.Value, flashPrefix) {
		return ""
	}
	c.setCookie(c.flashCookie(), "", -time.Second)
	return c.locale().Sentence(cookie.Value, nil)
}
