package federation

import (
	"crypto/ed25519"
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// actor serves one of our three actors. To everybody and unsigned: whoever is to verify us needs the key first (protocol 4.8).
func (f *Federation) actor(as wire.Actor) func(*http.Request) (answer, error) {
	return func(r *http.Request) (answer, error) {
		keys, err := f.ownKeys(r.Context(), as)
		if err != nil {
			return answer{}, err
		}
		var c people.Collective
		err = f.view(r.Context(), func(v *store.View) (err error) {
			c, err = people.FindCollective(v)
			return err
		})
		if err != nil {
			return answer{}, err
		}
		a, err := document(f.actorDocument(c, as, keys))
		a.cache = shortly
		return a, err
	}
}

// actorDocument describes one of our actors (DESIGN 3.4, protocol 6). It names the keys that the actor signs with and no others:
// some servers understand one publicKey only.
func (f *Federation) actorDocument(c people.Collective, as wire.Actor, keys ownKeys) (map[string]any, error) {
	id, say := iri.Actor(as), f.ours(c)
	a := codec.Actor{
		ID: f.Base.Actor(id), Type: "Organization", Username: f.username(as), Name: c.Name, URL: f.Base.Home(),
		Inbox: f.Base.Inbox(id), Outbox: f.Base.Outbox(id), Followers: f.Base.Followers(id), Following: f.Base.Following(id),
		SharedInbox: f.Base.SharedInbox(), Published: c.SetUpAt,
		KeyID: keys.current[wire.KeyRSA].id, PublicKeyPEM: keys.current[wire.KeyRSA].publicPEM, Multikeys: keys.multikeys(),
		Terms: map[string]any{
			"webfinger": f.acct(as),
			// Followers are let in at once; whether a Follow makes a neighbour is a human's decision each time (protocol 4.2).
			"manuallyApprovesFollowers": false,
			// No directory and no search engine of others, until a collective decides that it wants to be found there.
			"discoverable": false, "indexable": false,
		},
	}
	generator := map[string]any{"type": "Application", "id": f.Base.Node(), "name": "Manypots", "implements": capabilities()}
	switch as {
	case wire.Collective:
		a.Terms["generator"] = generator
		a.Terms["pots:open"], a.Terms["pots:decisions"] = f.Base.Open(), f.Base.Decisions()
		a.Summary, a.Featured = paragraphs(c.About), f.Base.Featured(id)
		if a.Summary == "" {
			a.Summary = paragraphs(say.say("wire.collective.summary", "Area", c.Area))
		}
	case wire.Decisions:
		a.Name, a.Featured = say.say("wire.decisions.name", "Collective", c.Name), f.Base.Featured(id)
		a.Summary = paragraphs(say.say("wire.decisions.summary", "Collective", c.Name))
		a.Terms["generator"] = generator
	case wire.Node:
		a.Type, a.Summary = "Application", paragraphs(say.say("wire.node.summary", "Collective", c.Name))
		a.Terms["implements"] = capabilities()
		a.Terms["pots:collective"] = f.Base.Collective()
	}
	if c.OnlyNeighbours { // who we are, where to write, and the key: what a neighbour needs to verify us
		a.Summary, a.Featured, a.Published = "", "", time.Time{}
	}
	return a.Document()
}

// multikeys are the keys that are published as FEP-521a says.
func (k ownKeys) multikeys() (all []codec.Multikey) {
	if key, ok := k.current[wire.KeyEd25519]; ok {
		if public, ok := key.private.Public().(ed25519.PublicKey); ok {
			all = append(all, codec.Multikey{ID: key.id, Public: signature.EncodeMultikey(public)})
		}
	}
	return all
}

// Capabilities that peers name too, in the words that are in use (FEP-844e).
const (
	canRFC9421 = "https://datatracker.ietf.org/doc/html/rfc9421"
	canEd25519 = canRFC9421 + "#name-eddsa-using-curve-edwards25"
	canMarket  = "https://w3id.org/fep/0837"
	canClaims  = "https://w3id.org/manypots/ns#claims-v1"
)

// capabilities are what other software may count on (FEP-844e).
func capabilities() []any {
	return []any{
		map[string]any{"name": "RFC-9421: HTTP Message Signatures", "href": canRFC9421},
		map[string]any{"name": "RFC-9421 signatures using the Ed25519 algorithm", "href": canEd25519},
		map[string]any{"name": "FEP-0837: federated marketplace", "href": canMarket},
		map[string]any{"name": "FEP-8fcf: followers collection synchronization", "href": "https://w3id.org/fep/8fcf"},
		map[string]any{"name": "Manypots claims", "href": canClaims},
	}
}

// username is the local part of an actor's acct name, which is fixed (DESIGN 3.3).
func (f *Federation) username(as wire.Actor) string {
	if as == wire.Node {
		return f.Base.Authority()
	}
	return string(as)
}

// acct is an actor's address as people type it.
func (f *Federation) acct(as wire.Actor) string { return f.username(as) + "@" + f.Base.Authority() }
