package federation

import (
	"context"
	"net/http"
	"slices"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// schemesFor are the ways to sign for a peer, the best first; the second is tried where the peer refuses the first.
//
//	what is known of the peer      first        then
//	nothing                        cavage       nothing
//	it takes RFC 9421              RFC 9421     cavage
//	it takes Ed25519 in it         Ed25519      cavage
//	it refused one of these        cavage       RFC 9421
//
// To a peer that was never seen to take RFC 9421 none is sent, not even after a refusal: some say 200 to it and drop what they got
// (protocol 8 case 108), and others show a GET that they cannot read less than there is.
func schemesFor(known wire.Scheme) []wire.Scheme {
	return map[wire.Scheme][]wire.Scheme{
		wire.Unknown: {wire.Cavage}, wire.RFC9421: {wire.RFC9421, wire.Cavage}, wire.Ed25519: {wire.Ed25519, wire.Cavage},
		wire.Cavage: {wire.Cavage, wire.RFC9421},
	}[known]
}

// pensFor are the ways that there are keys for.
func (k ownKeys) pensFor(known wire.Scheme) (pens []pen) {
	for _, scheme := range schemesFor(known) {
		if p, ok := penOf(scheme, k.current); ok {
			pens = append(pens, p)
		}
	}
	return pens
}

// pens are the ways in which a delivery may be signed. Of two keys the old one signs that there is a new one, since the peer may know
// no other (protocol 8 case 107).
func (f *Federation) pens(ctx context.Context, p wire.Parcel) ([]pen, error) {
	keys, err := f.ownKeys(ctx, p.Activity.Actor)
	if err != nil {
		return nil, err
	}
	pens := keys.pensFor(p.Scheme)
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
		if err != nil || !fetch.Disbelieved(answer.Status) {
			if answer.OK() && pen.scheme != pens[0].scheme {
				took = pen.scheme
			}
			break
		}
	}
	return answer, took, err
}

// pensToRead are the ways in which the node signs a GET to an address. Each is signed, or servers with authorised fetch say nothing
// (protocol 4.8).
func (f *Federation) pensToRead(ctx context.Context, address string) (pens []fetch.Pen, err error) {
	keys, err := f.ownKeys(ctx, wire.Node)
	if err != nil {
		return nil, err
	}
	origin, err := iri.Origin(address)
	if err != nil {
		return nil, err
	}
	var peer wire.Peer
	err = f.view(ctx, func(v *store.View) (err error) {
		peer, err = wire.FindPeer(v, origin)
		return ignoreUnknown(err)
	})
	for i, p := range keys.pensFor(peer.Takes(f.Wall())) {
		one := fetch.Pen{Sign: func(r *http.Request, body []byte) error { return p.sign(r, body, f.Wall()) }}
		if i > 0 {
			one.Took = func(ctx context.Context) { f.noteRefusal(ctx, origin, p.scheme) }
		}
		pens = append(pens, one)
	}
	return pens, err
}

// noteRefusal notes that a server took a scheme only after it had refused a better one.
func (f *Federation) noteRefusal(ctx context.Context, origin string, took wire.Scheme) {
	err := f.update(ctx, func(tx *store.Tx) error { return wire.Refused(tx, f.Wall(), origin, took) })
	if err != nil { // it will be seen again
		f.Log.WarnContext(ctx, "federation: how a peer signs was not noted", "peer", origin, "error", err)
	}
}

// readScheme reads which signatures an actor's server says it takes. That it has an Ed25519 key says nothing: some keep one for other
// ends.
func readScheme(actor map[string]any) wire.Scheme {
	can := implements(actor)
	switch {
	case slices.Contains(can, canEd25519):
		return wire.Ed25519
	case slices.Contains(can, canRFC9421):
		return wire.RFC9421
	}
	return wire.Unknown
}

// implements reads what an actor's server says that it can (FEP-844e): on itself, where it is the server, or on its generator.
func implements(actor map[string]any) (can []string) {
	for _, server := range []map[string]any{actor, codec.Object(codec.Get(actor, "generator"))} {
		implements := codec.Get(server, "implements")
		can = append(can, codec.IDs(implements)...)
		for _, capability := range codec.Objects(implements) {
			can = append(can, codec.String(codec.Get(capability, "href")))
		}
	}
	return can
}

// takesOffers reads whether an actor's server answers Offer(Agreement), as it says itself.
func takesOffers(actor map[string]any) bool {
	return slices.ContainsFunc(implements(actor), func(what string) bool { return what == canMarket || what == canClaims })
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
