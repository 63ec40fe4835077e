package federation

import (
	"net/http"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// jrd is the answer of RFC 7033.
type jrd struct {
	Subject string    `json:"subject,omitempty"`
	Aliases []string  `json:"aliases,omitempty"`
	Links   []jrdLink `json:"links"`
}

type jrdLink struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// The link by which a server names the actor that acts for it (FEP-d556).
const relService = "https://www.w3.org/ns/activitystreams#Service"

// The address at which somebody elsewhere says that they want to follow (OStatus).
const relSubscribe = "http://ostatus.org/schema/1.0/subscribe"

// webfinger tells who an address is: 400 for what is no address, 404 for nobody here.
func (f *Federation) webfinger(r *http.Request) (answer, error) {
	query := r.URL.Query()
	as, err := f.addressee(query.Get("resource"))
	if err != nil {
		return answer{}, err
	}
	var c people.Collective
	if err := f.view(r.Context(), func(v *store.View) (err error) {
		c, err = people.FindCollective(v)
		return err
	}); err != nil {
		return answer{}, err
	}
	found := f.finger(as)
	if c.OnlyNeighbours { // nobody but a neighbour can follow
		found.Links = slices.DeleteFunc(found.Links, func(l jrdLink) bool { return l.Rel == relSubscribe })
	}
	if rels := query["rel"]; len(rels) > 0 {
		found.Links = slices.DeleteFunc(found.Links, func(l jrdLink) bool { return !slices.Contains(rels, l.Rel) })
	}
	return plain("application/jrd+json", found)
}

func (f *Federation) finger(as wire.Actor) jrd {
	id := f.Base.Actor(iri.Actor(as))
	found := jrd{
		Subject: "acct:" + f.acct(as), Aliases: []string{id, f.Base.Home()},
		Links: []jrdLink{
			{Rel: "self", Type: fetch.ActivityStreams, Href: id},
			{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: f.Base.Home()},
		},
	}
	if as == wire.Node {
		found.Links = append(found.Links, jrdLink{Rel: relService, Type: fetch.ActivityStreams, Href: id})
		return found
	}
	found.Links = append(found.Links, jrdLink{
		Rel: relSubscribe, Template: f.Base.Page("/neighbours") + "?address={uri}",
	})
	return found
}

// addressee reads a resource: acct:name@host with or without a leading @, an actor's id, or an address of ours.
func (f *Federation) addressee(resource string) (wire.Actor, error) {
	if account, ok := account(resource); ok {
		return f.byAccount(account)
	}
	id, err := iri.Canonical(resource)
	if err != nil {
		return "", fault.New(fault.Invalid, "webfinger.resource")
	}
	if kind, local, ok := f.Base.Local(id); ok && kind == iri.KindActor {
		return wire.Actor(local), nil
	}
	if strings.TrimSuffix(id, "/") == string(f.Base) {
		return wire.Node, nil
	}
	return "", notThere()
}

func account(resource string) (string, bool) {
	account, ok := strings.CutPrefix(resource, "acct:")
	bare, at := strings.CutPrefix(account, "@")
	return bare, ok || at
}

func (f *Federation) byAccount(account string) (wire.Actor, error) {
	at := strings.LastIndexByte(account, '@')
	if at < 1 {
		return "", fault.New(fault.Invalid, "webfinger.resource")
	}
	scheme, _, _ := strings.Cut(string(f.Base), "://")
	host, err := iri.Authority(scheme + "://" + account[at+1:])
	if err != nil {
		return "", fault.New(fault.Invalid, "webfinger.resource")
	}
	if host == f.Base.Authority() {
		for _, as := range ourActors() {
			if strings.EqualFold(account[:at], f.username(as)) {
				return as, nil
			}
		}
	}
	return "", notThere()
}

// hostMeta is asked by older software, which then asks webfinger (RFC 6415).
func (f *Federation) hostMeta(*http.Request) (answer, error) {
	body := `<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" type="application/jrd+json" template="` + f.webfingerTemplate() + `"/>
</XRD>
`
	return answer{mediaType: "application/xrd+xml; charset=utf-8", body: []byte(body), cache: shortly}, nil
}

func (f *Federation) hostMetaJSON(*http.Request) (answer, error) {
	return plain("application/jrd+json", jrd{
		Links: []jrdLink{{Rel: "lrdd", Type: "application/jrd+json", Template: f.webfingerTemplate()}},
	})
}

func (f *Federation) webfingerTemplate() string {
	return f.Base.Page("/.well-known/webfinger") + "?resource={uri}"
}
