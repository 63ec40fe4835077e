package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
)

// statuses are what the kinds of refusal are called in HTTP, by kind.
var statuses = [...]int{
	fault.Internal:  http.StatusInternalServerError,
	fault.Invalid:   http.StatusUnprocessableEntity,
	fault.Forbidden: http.StatusForbidden,
	fault.NotFound:  http.StatusNotFound,
	fault.Conflict:  http.StatusConflict,
	fault.Gone:      http.StatusGone,
	fault.Busy:      http.StatusServiceUnavailable,
}

// closer are refusals for which HTTP has a closer word than for their kind.
var closer = map[string]int{
	"request.not_understood": http.StatusBadRequest,
	"request.too_large":      http.StatusRequestEntityTooLarge,
	"media.too_large":        http.StatusRequestEntityTooLarge,
	"request.media_type":     http.StatusUnsupportedMediaType,
	"request.host":           http.StatusMisdirectedRequest,
	"request.method":         http.StatusMethodNotAllowed,
	"request.too_often":      http.StatusTooManyRequests,
	"sign_in.wait":           http.StatusTooManyRequests,
	"passphrase.busy":        http.StatusTooManyRequests, // security A4
	"sign_in.needed":         http.StatusUnauthorized,
}

const retryAfter = 30 // seconds, where nobody knows better

func statusOf(err error) int {
	if status, ok := closer[fault.KeyOf(err)]; ok {
		return status
	}
	return statuses[fault.KindOf(err)]
}

// foreign turns the errors of the libraries below us into refusals.
func foreign(err error) error {
	var large *http.MaxBytesError
	var he *echo.HTTPError
	switch {
	case errors.As(err, &large):
		return fault.New(fault.Invalid, "request.too_large")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.New(fault.Busy, "request.too_slow").Because(err)
	case errors.As(err, &he) && he.Code == http.StatusMethodNotAllowed:
		return fault.New(fault.Invalid, "request.method")
	case errors.As(err, &he) && he.Code == http.StatusNotFound:
		return fault.New(fault.NotFound, "page.unknown")
	}
	return err
}

// fail is the one place that turns an error into a status, a sentence that says what to do next, and a log line without
// anybody's words.
func (s *Server) fail(err error, e echo.Context) {
	c := s.call(e)
	if e.Response().Committed {
		s.Log.Warn("answer broke off", "req", c.request, "route", e.Path(), "error", err.Error())
		return
	}
	err = foreign(err)
	c.identifyForApology()
	status := statusOf(err)
	c.log(status, err)
	c.patience(status, err)
	switch {
	case c.json:
		err = c.sendProblem(status, err)
	case status == http.StatusUnauthorized:
		err = c.signInFirst()
	default:
		err = c.send(status, c.errorPage(status, err))
	}
	if err != nil {
		s.Log.Error("no apology possible", "req", c.request, "error", err.Error())
	}
}

// log writes the line of a refused request: route patterns and never paths, kinds and keys and never words.
func (c *call) log(status int, err error) {
	if status >= http.StatusInternalServerError {
		c.s.Log.Error("request failed", "req", c.request, "route", c.Path(), "method", c.Request().Method, "status", status, "error", err.Error())
		return
	}
	c.s.Log.Debug("request refused", "req", c.request, "route", c.Path(), "method", c.Request().Method, "status", status, "key", fault.KeyOf(err))
}

// patience says how long to wait, and what would help.
func (c *call) patience(status int, err error) {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		c.Response().Header().Set("Retry-After", strconv.Itoa(waitOf(err)))
	case http.StatusUnauthorized:
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="manypots"`)
	}
}

func waitOf(err error) int {
	if e, ok := fault.As(err); ok {
		if seconds, ok := e.Args["Seconds"].(int); ok {
			return max(seconds, 1)
		}
	}
	return retryAfter
}

func (c *call) errorPage(status int, err error) web.ErrorPage {
	p := web.ErrorPage{Status: status, Sentence: c.sentence(err)}
	if status == http.StatusInternalServerError {
		p.RequestID, p.Sentence = c.request, ""
	}
	if status == http.StatusConflict && c.route.thing() != "" {
		p.Next = web.Link{Name: c.locale().Sentence("error.now", nil), Href: c.route.thing() + c.Param("id")}
	}
	return p
}

func (c *call) sentence(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return c.locale().Sentence("error.internal", nil)
	}
	return c.locale().Sentence(e.Key, e.Args)
}

// problem is a refusal for programs (RFC 9457).
type problem struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail"`
	Key     string         `json:"key,omitempty"`
	Fields  []problemField `json:"fields,omitempty"`
	Request string         `json:"request"`
}

type problemField struct {
	Name   string `json:"name"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

func (c *call) sendProblem(status int, err error) error {
	p := problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: c.sentence(err),
		Key: fault.KeyOf(err), Request: c.request,
	}
	if e, ok := fault.As(err); ok {
		for _, f := range e.Fields {
			p.Fields = append(p.Fields, problemField{f.Name, f.Key, c.locale().Sentence(f.Key, f.Args)})
		}
	}
	return c.write(status, "application/problem+json", p)
}

// problems are the sentences of a refusal beside the fields of a form.
func (c *call) problems(err error) web.Problems {
	e, ok := fault.As(err)
	if !ok || len(e.Fields) == 0 {
		return web.Problems{{Sentence: c.sentence(err)}}
	}
	var out web.Problems
	for _, f := range e.Fields {
		out = append(out, web.Problem{Field: f.Name, Sentence: c.locale().Sentence(f.Key, f.Args)})
	}
	return out
}
