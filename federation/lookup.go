package federation

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
)

// Lookup finds the collective that somebody means, or on other software any account that can be followed, since much of it knows no
// collectives: by the address of its server (birch.example), its acct name (collective@birch.example, with or without a leading @ or
// acct:), or the address of a page or actor. Errors: Invalid "neighbour.address.missing", "neighbour.address.unreadable" and
// "neighbour.address.own", NotFound "neighbour.not_a_collective", Busy "neighbour.unreachable".
func (f *Federation) Lookup(ctx context.Context, address string) (a neighbours.Actor, err error) {
	defer fault.Wrap(&err, "look up an address")
	id, err := f.locate(ctx, strings.TrimSpace(address))
	if err != nil {
		return a, err
	}
	if iri.SameOrigin(id, string(f.Base)) {
		return a, fault.New(fault.Invalid, "neighbour.address.own")
	}
	p, err := f.fetchProfile(ctx, id)
	if err != nil {
		return a, notFound(err)
	}
	if !slices.Contains([]string{"Organization", "Group", "Service", "Person"}, p.actor.Type) || p.actor.Inbox == "" {
		return a, notFound(nil)
	}
	p.actor.Handle = f.checkedHandle(ctx, p)
	return p.actor, nil
}

// locate turns what somebody typed into an actor's id.
func (f *Federation) locate(ctx context.Context, address string) (string, error) {
	switch user, host, ok := splitAccount(address); {
	case address == "":
		return "", fault.New(fault.Invalid, "neighbour.address.missing")
	case ok:
		return f.locateAccount(ctx, user, host)
	}
	if !strings.Contains(address, "://") {
		address = f.scheme(address) + address
	}
	id, err := iri.Canonical(address)
	if err != nil {
		return "", fault.New(fault.Invalid, "neighbour.address.unreadable").Because(err)
	}
	origin, err := iri.Origin(id)
	if err != nil {
		return "", err
	}
	if strings.TrimSuffix(id, "/") != origin {
		return id, nil
	}
	return f.locateServer(ctx, origin)
}

// splitAccount reads collective@birch.example.
func splitAccount(address string) (user, host string, ok bool) {
	address = strings.TrimPrefix(strings.TrimPrefix(address, "acct:"), "@")
	if strings.ContainsAny(address, "/ ") {
		return "", "", false
	}
	user, host, ok = strings.Cut(address, "@")
	return user, host, ok && user != "" && host != ""
}

// locateServer asks a server for its collective: Manypots calls it collective@host; others may name the actor that acts for them.
func (f *Federation) locateServer(ctx context.Context, origin string) (string, error) {
	authority, err := iri.Authority(origin)
	if err != nil {
		return "", err
	}
	id, err := f.locateAccount(ctx, "collective", authority)
	if !fault.Is(err, fault.NotFound) {
		return id, err
	}
	return f.askFinger(ctx, origin, origin+"/")
}

func (f *Federation) locateAccount(ctx context.Context, user, host string) (string, error) {
	origin, err := iri.Origin(f.scheme(host) + host)
	if err != nil {
		return "", fault.New(fault.Invalid, "neighbour.address.unreadable").Because(err)
	}
	return f.askFinger(ctx, origin, "acct:"+user+"@"+host)
}

// askFinger asks a server whom a resource names: one step, on one host (security I20).
func (f *Federation) askFinger(ctx context.Context, origin, resource string) (string, error) {
	got, err := f.client.GetJRD(ctx, origin+"/.well-known/webfinger?resource="+url.QueryEscape(resource))
	if err != nil {
		return "", notFound(err)
	}
	var found jrd
	if err := json.Unmarshal(got.Body, &found); err != nil {
		return "", notFound(err)
	}
	at := slices.IndexFunc(found.Links, func(l jrdLink) bool { return l.Rel == "self" && fetch.IsActivityStreams(l.Type) })
	if at < 0 {
		return "", notFound(nil)
	}
	id, err := iri.Canonical(found.Links[at].Href)
	if err != nil {
		return "", notFound(err)
	}
	return id, nil
}

// checkedHandle is an actor's name for people, if its own server says that this name is this actor (security I19); else empty.
func (f *Federation) checkedHandle(ctx context.Context, p profile) string {
	host, err := iri.Authority(p.actor.IRI)
	if err != nil || p.user == "" || strings.ContainsAny(p.user, "@/ ") {
		return ""
	}
	if id, err := f.askFinger(ctx, p.actor.Origin, "acct:"+p.user+"@"+host); err != nil || id != p.actor.IRI {
		return ""
	}
	return p.user + "@" + host
}

// unchecked is how an actor is called whose name nobody has confirmed: its address.
func unchecked(id string) string {
	host, err := iri.Authority(id)
	if err != nil {
		return ""
	}
	_, path, _ := strings.Cut(id, "://"+host)
	return host + strings.TrimSuffix(path, "/")
}

// scheme is https, and our own on this machine, where development may use http.
func (f *Federation) scheme(host string) string {
	if iri.Loopback(host) {
		own, _, _ := strings.Cut(string(f.Base), "://")
		return own + "://"
	}
	return "https://"
}

// notFound tells an unreachable server from one that knows nobody of that name.
func notFound(err error) error {
	if failure, ok := asFailure(err); ok {
		switch {
		case failure.Cause == fetch.Unreachable, failure.Cause == fetch.TooSlow, failure.Status >= 500, failure.Status == 429:
			return fault.New(fault.Busy, "neighbour.unreachable").Because(err)
		case failure.Cause == fetch.Refused:
			return fault.New(fault.Invalid, "neighbour.address.unreadable").Because(err)
		}
	}
	return fault.New(fault.NotFound, "neighbour.not_a_collective").Because(err)
}
