package api

import (
	"context"
	"net/http"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// act is one thing that somebody does, with two faces: a form is answered with the page of the result, a document with the
// result's document. It happens once, however often it is sent.
type act struct {
	// ready is work that must not happen inside a transaction, as hashing a passphrase; nil where there is none.
	ready func(context.Context) error
	// verb does it.
	verb func(*store.Tx) (result, error)
	// again is the form with what was typed and what is wrong; nil where nothing is typed.
	again func(*store.View, web.Problems) (web.Page, error)
}

// result is where an act led.
type result struct {
	// at is where it is to be seen: the same path on both faces, "/offers/…"; a message is "/claims/…#…".
	at string
	// made says that there is a new thing: 201. gone says that there is none any more: 204.
	made, gone bool
	flash      string
	// shown is what cannot be looked up again.
	shown *shown
	// out signs out.
	out bool
}

// do does an act and replies. wrong is what decoding found wrong. Where its form only came back for another look, it does nothing and
// shows the form.
func (c *call) do(wrong error, a act) error {
	as, err := c.remembered()
	if err != nil && wrong == nil {
		wrong = err
	}
	if first, ok, err := c.recall(as); err != nil || ok {
		return c.replay(as, first, err)
	}
	if c.looking {
		return c.look(a)
	}
	if wrong == nil && a.ready != nil {
		wrong = a.ready(c.Request().Context())
	}
	if wrong != nil {
		return c.refuse(wrong, a)
	}
	var r result
	err = c.update(func(tx *store.Tx) (err error) {
		if r, err = a.verb(tx); err != nil {
			return err
		}
		c.s.once.keep(as, r.shown)
		return c.remember(tx, as, r)
	})
	if fault.KeyOf(err) == "store.twice" {
		first, _, err := c.recall(as)
		return c.replay(as, first, err)
	}
	if err != nil {
		return c.refuse(err, a)
	}
	return c.reply(r)
}

// remembered is under which name the result is kept: reader, method and path, and the key of the form or the request.
func (c *call) remembered() (as remembered, err error) {
	as.route = c.Request().Method + " " + c.Request().URL.Path
	if c.json {
		as.reader, as.key = c.reader(), c.Request().Header.Get("Idempotency-Key")
		if _, ok := cleanText(as.key); !ok || len(as.key) > 200 {
			return remembered{}, fault.New(fault.Invalid, "request.not_understood")
		}
		return as, nil
	}
	as.key, as.reader, err = c.formKey()
	return as, err
}

func (c *call) recall(as remembered) (first store.Result, ok bool, err error) {
	if as.key == "" {
		return first, false, nil
	}
	err = c.view(func(v *store.View) error {
		first, ok, err = v.Recall(as.reader, as.route, as.key)
		return err
	})
	return first, ok, err
}

// twice reports, while a form is still being read, that it was sent before.
func (c *call) twice() (bool, error) {
	as, err := c.remembered()
	if err != nil {
		return false, nil // said once everything is read
	}
	_, ok, err := c.recall(as)
	return ok, err
}

func (c *call) remember(tx *store.Tx, as remembered, r result) error {
	if as.key == "" {
		return nil
	}
	return tx.Remember(store.Result{
		Member: as.reader, Route: as.route, Key: as.key, BodyHash: c.digest, Location: r.at, Status: r.status(),
	})
}

// replay answers a second submit with the first one's result.
func (c *call) replay(as remembered, first store.Result, err error) error {
	if err != nil {
		return err
	}
	if c.json && first.BodyHash != c.digest {
		return fault.New(fault.Invalid, "form.key.used")
	}
	r := result{at: first.Location, made: first.Status == http.StatusCreated, gone: first.Status == http.StatusNoContent, flash: "flash.twice"}
	r.shown = c.s.once.find(as)
	return c.reply(r)
}

// refuse shows a form again with what was typed, and passes on everything that cannot be mended by typing.
func (c *call) refuse(wrong error, a act) error {
	wrong = foreign(wrong)
	kind := fault.KindOf(wrong)
	if c.json || a.again == nil || kind != fault.Invalid && kind != fault.Busy || fault.KeyOf(wrong) == "request.too_large" {
		return wrong
	}
	var page web.Page
	err := c.view(func(v *store.View) (err error) {
		page, err = a.again(v, c.problems(wrong))
		return err
	})
	if err != nil {
		return wrong // what was refused matters more than that the form cannot be shown
	}
	status := statusOf(wrong)
	c.log(status, wrong)
	c.patience(status, wrong)
	return c.send(status, page)
}

func (c *call) reply(r result) error {
	if r.shown != nil {
		if r.shown.session != "" {
			c.setSession(r.shown.session)
		}
		if r.shown.member != nil {
			c.member = r.shown.member
		}
	}
	if r.out {
		c.dropSession()
	}
	switch {
	case c.unsent != nil && c.member != nil:
		return c.lookOnceMore(*c.unsent)
	case c.json:
		return c.replyDocument(r)
	case r.shown != nil && r.shown.page != nil:
		return c.send(http.StatusOK, r.shown.page)
	}
	c.setFlash(r.flash)
	return c.seeOther(r.at)
}

func (c *call) replyDocument(r result) error {
	if r.gone {
		return c.NoContent(http.StatusNoContent)
	}
	document := any(nil)
	if r.shown != nil {
		document = r.shown.document
	}
	if document == nil {
		err := c.view(func(v *store.View) (err error) {
			document, err = c.documentAt(v, r.at)
			return err
		})
		if err != nil {
			return err
		}
	}
	if r.made {
		c.Response().Header().Set("Location", c.url(apiPrefix+r.at))
	}
	return c.write(r.status(), "application/json", document)
}

func (r result) status() int {
	switch {
	case r.made:
		return http.StatusCreated
	case r.gone:
		return http.StatusNoContent
	}
	return http.StatusOK
}
