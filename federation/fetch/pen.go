package fetch

import (
	"context"
	"net/http"
	"net/url"
)

// Pen is one way to sign a GET.
type Pen struct {
	Sign Sign
	// Took, if set, is told that a peer took this one after it had disbelieved the one before.
	Took func(ctx context.Context)
}

// Disbelieved reports a status that may mean that a signature was not understood (protocol 5.2). Nothing else does, and a yes least of
// all.
func Disbelieved(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
}

func (c *Client) pens(ctx context.Context, at *url.URL) ([]Pen, error) {
	if c.opts.Pens == nil {
		return []Pen{{}}, nil
	}
	pens, err := c.opts.Pens(ctx, at.String())
	if err != nil || len(pens) == 0 {
		return nil, &Failure{Cause: NotSigned, Detail: "the request to " + at.Host + " could not be signed", err: err}
	}
	return pens, nil
}
