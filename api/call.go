package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// call is one request: who makes it, at which door, and in whose language the answer is.
type call struct {
	echo.Context
	s       *Server
	route   route
	json    bool
	request string // id, shown with an apology and written into the log

	known      bool // identify was here
	collective people.Collective
	session    people.Session
	member     *people.Member // nil: nobody is signed in
	token      *people.Token  // set when a program acts for the member
	steward    bool
	signed     neighbours.Viewer // whose signature the request bears

	form      url.Values    // what was typed; see decode.go
	badPhotos []fault.Field // the photos among it that are none
	unsent    *unsent       // the form that came along with signing in
	looking   bool          // an act only shows its form
	digest    string        // hash of a document that was sent, for the remembered results; a form has none, as it may hold a passphrase
	spoken    *web.Locale
}

const callKey = "call"

func (s *Server) call(e echo.Context) *call {
	if c, ok := e.Get(callKey).(*call); ok {
		return c
	}
	c := &call{Context: e, s: s, request: store.RandomID[string]()}
	e.Set(callKey, c)
	return c
}

// view runs fn on a snapshot of now.
func (c *call) view(fn func(*store.View) error) error {
	return c.s.Store.View(c.Request().Context(), c.s.Now(), fn)
}

// update runs fn in a transaction of now.
func (c *call) update(fn func(*store.Tx) error) error {
	return c.s.Store.Update(c.Request().Context(), c.s.Now(), fn)
}

// by is the member who acts. Only routes for members call it.
func (c *call) by() people.Member { return *c.member }

// viewer is who looks.
func (c *call) viewer() neighbours.Viewer {
	if c.member != nil {
		return neighbours.Viewer{Member: c.member}
	}
	return c.signed
}

// id is the {id} of the path. What does not have the shape of an id is nothing that could be found.
func (c *call) id() string { return c.Param("id") }

func (c *call) locale() web.Locale {
	if c.spoken == nil {
		var wishes []string
		if c.member != nil {
			wishes = append(wishes, c.member.Language)
		}
		wishes = append(wishes, c.Request().Header.Get("Accept-Language"), c.collective.Language)
		l := c.s.Pages.Locale(c.zone(), wishes...)
		if !c.known {
			return l
		}
		c.spoken = &l
	}
	return *c.spoken
}

func (c *call) zone() *time.Location {
	if c.collective.Zone == "" {
		return time.UTC
	}
	return c.collective.Location()
}

// frame is what every page carries.
func (c *call) frame() web.Frame {
	f := web.Frame{
		Collective: c.collective.Name, Language: c.locale().Language(), Zone: c.zone(), Steward: c.steward,
		Place: c.route.place(), FormKey: c.newFormKey(), Flash: c.takeFlash(),
	}
	f.Bare = c.collective.Name == ""
	if c.member != nil {
		f.Member = c.member.Nickname
	}
	return f
}

// send answers with a page.
func (c *call) send(status int, p web.Page) error { return c.sendIn(status, c.frame(), p) }

func (c *call) sendIn(status int, f web.Frame, p web.Page) error {
	var out bytes.Buffer
	if err := c.s.Pages.Render(&out, f, p); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", f.Language)
	return c.Blob(status, "text/html; charset=utf-8", out.Bytes())
}

// write answers with a document.
func (c *call) write(status int, kind string, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return c.Blob(status, kind, append(body, '\n'))
}

// show answers with the page or the document of what was seen.
func (c *call) show(page func() web.Page, document func() any) error {
	if c.json {
		return c.write(http.StatusOK, "application/json", document())
	}
	return c.send(http.StatusOK, page())
}

// url is the public address of a path.
func (c *call) url(path string) string { return c.s.BaseURL + path }

// seeOther leads a browser on.
func (c *call) seeOther(path string) error { return c.Redirect(http.StatusSeeOther, path) }

// local keeps a path to go on to inside our own pages (security B7).
func local(next, otherwise string) string {
	u, err := url.Parse(next)
	inside := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(next, "/") &&
		!strings.HasPrefix(next, "//") && !strings.ContainsAny(next, "\\\r\n\t") && !underAPI(u.Path)
	if !inside {
		return otherwise
	}
	return next
}

// unknown is the refusal for a path whose id cannot be one.
func (r route) unknown() error {
	noun, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.path, apiPrefix), "/"), "/")
	return fault.New(fault.NotFound, strings.TrimSuffix(noun, "s")+".unknown")
}
