package api

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// unsent is a form that came after its session had ended. What was typed travels through the sign-in page, in hidden fields, and
// comes back in its own form for the member whose page it was. Nothing keeps it on the way, and it is never sent by itself: whoever
// signed in looks at it first (security B6).
type unsent struct {
	at     string // the path that it was for
	route  route
	id     string // the {id} of the path
	values url.Values
}

// The hidden fields have names that are nobody else's: where it was for, and each value under its own name.
const (
	unsentAt     = "unsent_at"
	unsentPrefix = "unsent."
	// photoLost says that there was a photo. It cannot be kept for nobody.
	photoLost = "photo_lost"
)

// fieldName is what a field of ours is called.
var fieldName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// signInFirst leads a browser to the door, which remembers where it wanted to go and what was typed.
func (c *call) signInFirst() error {
	at := c.Request().URL
	if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
		return c.seeOther("/sign-in?" + url.Values{"next": {at.RequestURI()}}.Encode())
	}
	if err := c.s.limits.take(acts, c.who()); err != nil {
		return c.send(statusOf(err), c.errorPage(statusOf(err), err))
	}
	// What cannot be read, or is more than any form of ours holds, would have been refused.
	if c.readForm() != nil {
		return c.seeOther("/sign-in")
	}
	values := url.Values{}
	for name, v := range c.form {
		if fieldName.MatchString(name) && !strings.Contains(name, "passphrase") {
			values[name] = v
		}
	}
	if len(values) > formMost/2 || len(values.Encode()) > mostBody {
		return c.seeOther("/sign-in")
	}
	u := unsent{at: at.Path, values: values}
	return c.send(http.StatusUnauthorized, web.SignInPage{Unsent: u.page()})
}

// page is the unsent form as hidden fields; nil for none.
func (u *unsent) page() *web.Unsent {
	if u == nil {
		return nil
	}
	p := &web.Unsent{PhotoLost: u.values.Has(photoLost), Fields: []web.HiddenField{{Name: unsentAt, Value: u.at}}}
	for name, values := range u.values {
		for _, v := range values {
			p.Fields = append(p.Fields, web.HiddenField{Name: unsentPrefix + name, Value: v})
		}
	}
	slices.SortStableFunc(p.Fields, func(a, b web.HiddenField) int { return strings.Compare(a.Name, b.Name) })
	return p
}

// unsentForm is what came along with signing in; nil when nothing did, or nothing that a form of ours could have sent.
func (c *call) unsentForm() *unsent {
	u := unsent{at: c.form.Get(unsentAt), values: url.Values{}}
	for _, r := range c.s.routes {
		if id, ok := r.matches(u.at); ok && r.method == http.MethodPost && r.who != anyone && !r.api() {
			u.route, u.id = r, id
		}
	}
	if u.route.handle == nil {
		return nil
	}
	for name, v := range c.form {
		if name, ok := strings.CutPrefix(name, unsentPrefix); ok {
			u.values[name] = v
		}
	}
	return &u
}

// matches reports that a path is one of the route's, and gives its {id}.
func (r route) matches(path string) (id string, ok bool) {
	before, after, has := strings.Cut(r.path, "{id}")
	if !has {
		return "", path == r.path
	}
	id, ok = strings.CutPrefix(path, before)
	if ok {
		id, ok = strings.CutSuffix(id, after)
	}
	return id, ok && store.ValidID(id)
}

// lookOnceMore answers a sign-in with the form that was not sent. It goes the way of every request to the form's handler, which
// stops before it does anything: see act. The form's key tells whose page it was on; somebody else who signs in on the same device
// sees nothing of it.
func (c *call) lookOnceMore(u unsent) error {
	if !c.madeFor(u.values.Get("form_key")) {
		return c.seeOther("/today")
	}
	err := c.view(func(v *store.View) (err error) {
		c.steward, err = people.IsSteward(v, c.member.ID)
		return err
	})
	if err != nil {
		return err
	}
	r := c.Request().Clone(c.Request().Context())
	r.URL, r.Body = &url.URL{Path: u.at}, http.NoBody
	c.SetRequest(r)
	c.SetParamNames("id")
	c.SetParamValues(u.id)
	c.route, c.form, c.unsent, c.looking, c.spoken = u.route, u.values, nil, true, nil
	if c.form.Has(photoLost) {
		c.badPhotos = []fault.Field{{Name: "photos", Key: "photo.again"}}
	}
	if err := c.admit(); err != nil {
		return err
	}
	return c.route.handle(c)
}

// look shows the form of an act as it was typed. Where nothing is typed, its page.
func (c *call) look(a act) error {
	if a.again == nil {
		at := "/today"
		if thing := c.route.thing(); thing != "" {
			at = thing + c.id()
		}
		c.setFlash("flash.not_sent")
		return c.seeOther(at)
	}
	unsent := fault.Fields(append([]fault.Field{{Key: "form.unsent"}}, c.badPhotos...)...)
	var page web.Page
	err := c.view(func(v *store.View) (err error) {
		page, err = a.again(v, c.problems(unsent))
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}
