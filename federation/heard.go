package federation

import (
	"errors"
	"net/http"
	"slices"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/wire"
)

// heard is an activity as it came: its ids in canonical spelling, and who is proved to have said it.
type heard struct {
	codec.Activity                // its ID is empty when it has none
	doc            map[string]any // the whole, as decoded
	signer         Signer
	object         string         // canonical id of the object; empty when it has none
	embedded       map[string]any // the object itself, when it came along

	roll *theirRoll      // what came with it about who follows its actor; nil where nothing did
	item *wire.InboxItem // where it is kept, once the receiver has it
}

// hearing reads the bytes of an activity. What cannot be read in one way only is a *refusal with status 400; a type that we do
// not hear is codec.ErrUnknownType.
func hearing(body []byte) (*heard, error) {
	doc, err := codec.Decode(body)
	if err != nil {
		return nil, unreadable(err)
	}
	a, err := codec.ReadActivity(doc)
	if errors.Is(err, codec.ErrUnknownType) {
		return nil, err
	}
	if err != nil && codec.Type(doc) != "" { // what is wrong then is the actor (security I4)
		return nil, unproved(err)
	}
	if err != nil {
		return nil, unreadable(err)
	}
	h := &heard{Activity: a, doc: doc, embedded: codec.Object(a.Object)}
	if h.Actor, err = iri.Canonical(a.Actor); err != nil {
		return nil, unreadable(errors.New("the actor is not an address"))
	}
	if a.ID != "" {
		if h.ID, err = iri.Canonical(a.ID); err != nil {
			return nil, unreadable(errors.New("the id is not an address"))
		}
	}
	if id := codec.ID(a.Object); id != "" {
		if h.object, err = iri.Canonical(id); err != nil {
			return nil, unreadable(errors.New("the id of the object is not an address"))
		}
	}
	return h, nil
}

func unreadable(err error) error {
	return &refusal{status: http.StatusBadRequest, detail: err.Error()}
}

// term is a property of the activity, or else of its object: peers differ on where they write our terms.
func (h *heard) term(name string) any {
	if v := codec.Get(h.doc, name); v != nil {
		return v
	}
	return codec.Get(h.embedded, name)
}

// of is a canonical id in a property of the embedded object; empty when there is not exactly one.
func (h *heard) of(property string) string { return canonicalID(codec.Get(h.embedded, property)) }

func canonicalID(v any) string {
	id, err := iri.Canonical(codec.ID(v))
	if err != nil {
		return ""
	}
	return id
}

// public reports whether the activity or its object is addressed to everybody.
func (h *heard) public() bool {
	return codec.IsPublic(codec.Get(h.doc, "to"), codec.Get(h.doc, "cc"), codec.Get(h.embedded, "to"), codec.Get(h.embedded, "cc"))
}

// names lists whom it is addressed to, in canonical spelling.
func (h *heard) names() []string {
	var all []string
	for _, part := range []map[string]any{h.doc, h.embedded} {
		for _, field := range []string{"to", "cc"} {
			all = append(all, codec.IDs(codec.Get(part, field))...)
		}
	}
	for _, tag := range codec.Objects(codec.Get(h.embedded, "tag")) {
		if codec.Is(tag, "Mention") {
			all = append(all, codec.Link(tag))
		}
	}
	const most = 200 // protocol 8 case 81
	all = all[:min(len(all), most)]
	for i, id := range all {
		all[i] = canonicalID(id)
	}
	return slices.DeleteFunc(all, func(id string) bool { return id == "" })
}

// ofItself reports that the object is the actor who speaks.
func (h *heard) ofItself() bool { return h.object != "" && h.object == h.Actor }

// sameOrigin reports whether an id is on the origin of whoever signed. That is necessary and never enough: a server has many
// actors (security I9, I10).
func (h *heard) sameOrigin(id string) bool { return id != "" && iri.SameOrigin(id, h.signer.Origin) }
