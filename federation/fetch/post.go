package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// Post delivers an activity, signed by the actor it is from; sign may be nil. An answer of any status is a Response; an error
// is a *Failure and means that nobody answered, or that we do not go there. A redirect is not followed: an inbox that moved
// is learned from its actor.
func (c *Client) Post(ctx context.Context, address string, body []byte, sign Sign) (Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout(postTimeout))
	defer cancel()
	at, err := c.guard.admit(address)
	if err != nil {
		return Response{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(body))
	if err != nil {
		return Response{}, &Failure{Cause: BadRequest, Detail: "no request can be made for " + at.Host, err: err}
	}
	r.Header.Set("Content-Type", ActivityStreams)
	answer, err := c.send(r, body, sign)
	if err != nil {
		return Response{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	// The verdict is the status. A peer that stalls over its error page does not take it back.
	said, _ := io.ReadAll(io.LimitReader(answer.Body, MaxReply))
	date, _ := http.ParseTime(answer.Header.Get("Date"))
	return Response{
		Status: answer.StatusCode, RetryAfter: RetryAfter(answer.Header.Get("Retry-After"), c.opts.Now()), Date: date, Body: said,
	}, nil
}
