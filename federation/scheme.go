package federation

import (
	"context"
	"net/http"
	"slices"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// pens are the ways in which a delivery may be signed, the best first; the second is tried where the peer refuses the first.
//
//	what is known of the peer      first        then
//	nothing                        cavage       nothing
//	it takes RFC 9421              RFC 9421     cavage
//	it takes Ed25519 in it         Ed25519      cavage
//	it refused one of these        cavage       RFC 9421
//
// To a peer that was never seen to take RFC 9421 none is sent, not even after a refusal: some say 200 to it and drop what they got
// (protocol 8 case 108). Of two keys the old one signs that there is a new one, since the peer may know no other (case 107).
func (f *Federation) pens(ctx context.Context, p wire.Parcel) ([]pen, error) {
	keys, err := f.ownKeys(ctx, p.Activity.Actor)
	if err != nil {
		return nil, err
	}
	schemes := map[wire.Scheme][]wire.Scheme{
		wire.Unknown: {wire.Cavage}, wire.RFC9421: {wire.RFC9421, wire.Cavage}, wire.Ed25519: {wire.Ed25519, wire.Cavage},
		wire.Cavage: {wire.Cavage, wire.RFC9421},
	}[p.Scheme]
	var pens []pen
	for _, scheme := range schemes {
		if p, ok := penOf(scheme, keys.current); ok {
			pens = append(pens, p)
		}
	}
	if aboutItself(p.Activity) && len(pens) > 0 {
		if old, ok := penOf(pens[0].scheme, keys.retired); ok {
			pens = []pen{old, pens[0]}
		}
	}
	return pens, nil
}

// aboutItself reports that an activity says how the actor who sends it is now.
func aboutItself(a wire.Activity) bool { return a.Type == "Update" && a.Object == string(a.Actor) }

// deliver posts a parcel, and once more if the peer does not believe the signature. It gives the scheme that the peer took where that
// was not the one it was thought to take.
func (f *Federation) deliver(ctx context.Context, p parcel, signed func()) (answer fetch.Response, took wire.Scheme, err error) {
	pens, err := f.pens(ctx, p.Parcel)
	if err != nil || len(pens) == 0 {
		return answer, "", &fetch.Failure{Cause: fetch.NotSigned, Detail: "there is no key to sign with"}
	}
	for _, pen := range pens {
		answer, err = f.client.Post(ctx, p.Delivery.Inbox, p.Activity.Body, func(r *http.Request, body []byte) error {
			defer signed()
			if len(p.followers) > 0 {
				r.Header.Set(signature.Roll, f.rollHeader(p))
			}
			return pen.sign(r, body, f.Wall())
		})
		if err != nil || !disbelieved(answer.Status) {
			if answer.OK() && pen.scheme != pens[0].scheme {
				took = pen.scheme
			}
			break
		}
	}
	return answer, took, err
}

// disbelieved: these may mean that the signature is not understood (protocol 5.2). Nothing else does, and a yes least of all.
func disbelieved(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
}

// readScheme reads which signatures an actor's server says it takes (FEP-844e): on itself, where it is the server, or on the generator
// that comes along with it. That it has an Ed25519 key says nothing: some keep one for other ends.
func readScheme(actor map[string]any) wire.Scheme {
	var can []string
	for _, server := range []map[string]any{actor, codec.Object(codec.Get(actor, "generator"))} {
		implements := codec.Get(server, "implements")
		can = append(can, codec.IDs(implements)...)
		for _, capability := range codec.Objects(implements) {
			can = append(can, codec.String(codec.Get(capability, "href")))
		}
	}
	switch {
	case slices.Contains(can, canEd25519):
		return wire.Ed25519
	case slices.Contains(can, canRFC9421):
		return wire.RFC9421
	}
	return wire.Unknown
}

// noteScheme notes that a server takes a scheme. It is known for a while, so most of the time there is nothing to write.
func (f *Federation) noteScheme(ctx context.Context, origin string, scheme wire.Scheme) {
	if scheme == wire.Unknown || f.in.heardSpeak(origin, scheme, f.Wall()) {
		return
	}
	err := f.update(ctx, func(tx *store.Tx) error { return wire.Speaks(tx, f.Wall(), origin, scheme) })
	if err != nil { // it will be seen again
		f.Log.WarnContext(ctx, "federation: how a peer signs was not noted", "peer", origin, "error", err)
	}
}
