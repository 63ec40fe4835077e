package federation

import (
	"context"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/wire"
)

// profile is an actor's document, fetched from its own origin.
type profile struct {
	actor neighbours.Actor
	user  string // preferredUsername, as it says
	keys  []wire.RemoteKey
	// scheme is the best way to sign that its server says it takes; Unknown where it says nothing.
	scheme wire.Scheme
	// proposals are what it names as its things (FEP-0837), on its own origin.
	proposals []string
}

// The longest words that an actor may have about itself, in characters.
const (
	nameLength    = 100
	summaryLength = 2000
)

// fetchProfile gets an actor's document and believes it only where its id is the address that it came from (security I1). A
// document under another id is asked for once more, there, if that is the same origin.
func (f *Federation) fetchProfile(ctx context.Context, address string) (profile, error) {
	doc, at, err := f.fetchDocument(ctx, address)
	if err != nil {
		return profile{}, err
	}
	id, err := iri.Canonical(codec.ID(doc))
	if err != nil {
		return profile{}, notItself()
	}
	if id != at {
		if !iri.SameOrigin(id, address) {
			return profile{}, notItself()
		}
		if doc, at, err = f.fetchDocument(ctx, id); err != nil {
			return profile{}, err
		}
		if again, err := iri.Canonical(codec.ID(doc)); err != nil || again != at {
			return profile{}, notItself()
		}
	}
	return f.profileFrom(ctx, doc, at)
}

// profileFrom reads an actor's document, whose id is known to be right, and notes what its server says about itself.
func (f *Federation) profileFrom(ctx context.Context, doc map[string]any, id string) (profile, error) {
	p, err := readProfile(doc, id)
	if err == nil {
		f.noteScheme(ctx, p.actor.Origin, p.scheme)
	}
	return p, err
}

// fetchDocument gets a document and the canonical address that it came from, without a fragment.
func (f *Federation) fetchDocument(ctx context.Context, address string) (map[string]any, string, error) {
	got, err := f.client.Get(ctx, address)
	if err != nil {
		return nil, "", err
	}
	doc, err := codec.Decode(got.Body)
	if err != nil {
		return nil, "", err
	}
	at, err := iri.Canonical(got.FinalURL)
	return doc, iri.Document(at), err
}

// readProfile reads an actor's document, whose id is known to be right.
func readProfile(doc map[string]any, id string) (p profile, err error) {
	origin, err := iri.Origin(id)
	if err != nil {
		return p, err
	}
	p.user = plainLine(codec.String(codec.Get(doc, "preferredUsername")), nameLength)
	p.actor = neighbours.Actor{
		IRI: id, Origin: origin, Type: codec.Type(doc),
		Name:    plainLine(codec.Text(doc, "name"), nameLength),
		Summary: plainText(codec.Text(doc, "summary"), summaryLength),
		URL:     homePage(doc, id),
		Inbox:   own(codec.Get(doc, "inbox"), origin),
		OpenURL: own(codec.Get(doc, "pots:open"), origin), TakesOffers: takesOffers(doc),

		FollowersURL: own(codec.Get(doc, "followers"), origin),
	}
	if p.actor.Name == "" {
		p.actor.Name = p.user
	}
	p.actor.SharedInbox = own(codec.Get(codec.Object(codec.Get(doc, "endpoints")), "sharedInbox"), origin)
	p.keys = readKeys(doc, id, origin)
	p.scheme = readScheme(doc)
	p.proposals = readProposals(doc, origin)
	return p, nil
}

// proposalsAtMost is how many things an actor's document is read for (security S10).
const proposalsAtMost = 100

// readProposals reads which Links of an actor lead to proposals (FEP-0837). rel is an array or a string, and the name of the term is an
// older one with some (protocol 8 case 14).
func readProposals(doc map[string]any, origin string) (all []string) {
	for _, link := range codec.Objects(codec.Get(doc, "attachment")) {
		proposal := slices.ContainsFunc(codec.Strings(codec.Get(link, "rel")), func(rel string) bool {
			return strings.HasSuffix(rel, "/valueflows/Proposal") || codec.Name(rel) == "Proposal"
		})
		address := own(codec.Get(link, "href"), origin)
		if proposal && address != "" && !slices.Contains(all, address) && len(all) < proposalsAtMost {
			all = append(all, address)
		}
	}
	return all
}

// key finds the key of an id among an actor's own.
func (p profile) key(id string) (wire.RemoteKey, bool) {
	at := slices.IndexFunc(p.keys, func(k wire.RemoteKey) bool { return k.ID == id })
	if at < 0 {
		return wire.RemoteKey{}, false
	}
	return p.keys[at], true
}

// own is an address that must be on the actor's origin (security I11); empty when it is not.
func own(v any, origin string) string {
	address, err := iri.Canonical(codec.ID(v))
	if err != nil || !iri.SameOrigin(address, origin) {
		return ""
	}
	return address
}

// link is an address for people to click on; empty when it is none that we would show.
func link(address string) string {
	canonical, err := iri.Canonical(address)
	if err != nil {
		return ""
	}
	return canonical
}

func notItself() error { return fault.New(fault.Invalid, "actor.not_itself") }

// gone reports that the owner of an address says that nothing is there any more.
func gone(err error) bool {
	status := statusFrom(err)
	return status == 404 || status == 410
}

// statusFrom is the status with which a fetch failed; 0 when it was not a status.
func statusFrom(err error) int {
	if failure, ok := asFailure(err); ok && failure.Cause == fetch.BadStatus {
		return failure.Status
	}
	return 0
}
