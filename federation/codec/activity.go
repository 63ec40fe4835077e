package codec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
)

// ErrUnknownType says that a document is no activity of a type that we hear. It is no mistake of the sender: answer 202 and
// drop it.
var ErrUnknownType = errors.New("a type that we do not hear")

// Activity is the envelope of a message: who does what to what, and who is told.
type Activity struct {
	ID        string // empty for one that passes and is not kept
	Type      string // bare: Create, Offer, …
	Actor     string
	Object    any // as it is on the wire: an IRI, an object, or an array
	Result    any // of an Accept
	Target    string
	Context   string
	To, CC    []string
	Published time.Time
	// Terms are properties beyond ActivityStreams, such as pots:ticket. They are written, and not filled by reading: use
	// Get on the document.
	Terms map[string]any
}

// typed is what go-fed's activity types have in common.
type typed interface {
	object
	GetActivityStreamsActor() vocab.ActivityStreamsActorProperty
	GetActivityStreamsPublished() vocab.ActivityStreamsPublishedProperty
	SetActivityStreamsActor(vocab.ActivityStreamsActorProperty)
	SetActivityStreamsTarget(vocab.ActivityStreamsTargetProperty)
}

// ReadActivity reads the envelope of a decoded document. It has exactly one type and exactly one actor, whichever way that
// is written, or it is refused: with two, which one signed would be a guess. Ids are as sent.
func ReadActivity(doc map[string]any) (a Activity, err error) {
	kind, actors := Type(doc), IDs(Get(doc, "actor"))
	switch {
	case kind == "":
		return Activity{}, malformed("not exactly one type")
	case len(list(Get(doc, "actor"))) != 1 || len(actors) != 1:
		if _, heard := newActivity(kind); !heard {
			return Activity{}, ErrUnknownType
		}
		return Activity{}, malformed("not exactly one actor")
	}
	a = Activity{
		ID: ID(doc), Type: kind, Actor: actors[0], Object: Get(doc, "object"), Result: Get(doc, "result"),
		Target: ID(Get(doc, "target")), Context: ID(Get(doc, "context")), To: IDs(Get(doc, "to")), CC: IDs(Get(doc, "cc")),
	}
	envelope := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "type": kind, "actor": a.Actor}
	if t, ok := Time(Get(doc, "published")); ok {
		envelope["published"] = Stamp(t)
	}
	t, err := resolve(envelope)
	if err != nil {
		return Activity{}, err
	}
	actor := t.GetActivityStreamsActor()
	if actor == nil || actor.Len() != 1 || !actor.At(0).IsIRI() {
		return Activity{}, malformed("the actor is not an address")
	}
	if published := t.GetActivityStreamsPublished(); published != nil && published.IsXMLSchemaDateTime() {
		a.Published = published.Get()
	}
	return a, nil
}

// resolve lets go-fed say what the envelope is. Only what we hear has a callback. It has panicked on foreign input, so
// it sees four flat properties, and a panic would still be the sender's mistake.
func resolve(envelope map[string]any) (t typed, err error) {
	defer func() {
		if recover() != nil {
			t, err = nil, malformed("not an ActivityStreams activity")
		}
	}()
	resolver, err := streams.NewJSONResolver(
		keep[vocab.ActivityStreamsAccept](&t), keep[vocab.ActivityStreamsAdd](&t), keep[vocab.ActivityStreamsAnnounce](&t),
		keep[vocab.ActivityStreamsBlock](&t), keep[vocab.ActivityStreamsCreate](&t), keep[vocab.ActivityStreamsDelete](&t),
		keep[vocab.ActivityStreamsFlag](&t), keep[vocab.ActivityStreamsFollow](&t), keep[vocab.ActivityStreamsLike](&t),
		keep[vocab.ActivityStreamsMove](&t), keep[vocab.ActivityStreamsOffer](&t), keep[vocab.ActivityStreamsReject](&t),
		keep[vocab.ActivityStreamsRemove](&t), keep[vocab.ActivityStreamsTentativeAccept](&t),
		keep[vocab.ActivityStreamsUndo](&t), keep[vocab.ActivityStreamsUpdate](&t),
	)
	if err != nil {
		return nil, fmt.Errorf("resolve an activity: %w", err)
	}
	err = resolver.Resolve(context.Background(), envelope)
	switch {
	case errors.Is(err, streams.ErrNoCallbackMatch) || errors.Is(err, streams.ErrUnhandledType):
		return nil, ErrUnknownType
	case err != nil || t == nil:
		return nil, malformed("not an ActivityStreams activity")
	}
	return t, nil
}

func keep[T typed](into *typed) func(context.Context, T) error {
	return func(_ context.Context, t T) error {
		*into = t
		return nil
	}
}

// Document builds the activity for Encode.
func (a Activity) Document() (map[string]any, error) {
	t, ok := newActivity(a.Type)
	if !ok {
		return nil, fmt.Errorf("build an activity: no type %q", a.Type)
	}
	var b builder
	b.id(t, a.ID)
	b.audience(t, a.To, a.CC)
	b.context(t, a.Context)
	b.times(t, a.Published, time.Time{})
	if u := b.address(a.Actor); u != nil {
		p := streams.NewActivityStreamsActorProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsActor(p)
	}
	if u := b.address(a.Target); u != nil {
		p := streams.NewActivityStreamsTargetProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsTarget(p)
	}
	doc, err := b.document(t, a.Terms)
	if err != nil {
		return nil, err
	}
	if a.Object != nil {
		doc["object"] = a.Object
	}
	if a.Result != nil {
		doc["result"] = a.Result
	}
	return doc, nil
}

// newActivity is the closed list of what we hear and say.
func newActivity(kind string) (typed, bool) {
	switch kind {
	case "Accept":
		return streams.NewActivityStreamsAccept(), true
	case "Add":
		return streams.NewActivityStreamsAdd(), true
	case "Announce":
		return streams.NewActivityStreamsAnnounce(), true
	case "Block":
		return streams.NewActivityStreamsBlock(), true
	case "Create":
		return streams.NewActivityStreamsCreate(), true
	case "Delete":
		return streams.NewActivityStreamsDelete(), true
	case "Flag":
		return streams.NewActivityStreamsFlag(), true
	case "Follow":
		return streams.NewActivityStreamsFollow(), true
	case "Like":
		return streams.NewActivityStreamsLike(), true
	case "Move":
		return streams.NewActivityStreamsMove(), true
	case "Offer":
		return streams.NewActivityStreamsOffer(), true
	case "Reject":
		return streams.NewActivityStreamsReject(), true
	case "Remove":
		return streams.NewActivityStreamsRemove(), true
	case "TentativeAccept":
		return streams.NewActivityStreamsTentativeAccept(), true
	case "Undo":
		return streams.NewActivityStreamsUndo(), true
	case "Update":
		return streams.NewActivityStreamsUpdate(), true
	}
	return nil, false
}
