package iri

import (
	"errors"
	"strings"
)

// Base is our own public address, canonical and without a path: https://alder.example. Ids are stored without it and
// written with it.
type Base string

// Actor is one of our three actors, as it stands in addresses (DESIGN 3.4).
type Actor string

// Our actors.
const (
	Collective Actor = "collective"
	Decisions  Actor = "decisions"
	Node       Actor = "node"
)

// Public is the address of everyone (AP 5.6).
const Public = "https://www.w3.org/ns/activitystreams#Public"

// ParseBase reads MANYPOTS_URL. A trailing slash is dropped; a path, query or fragment is refused.
func ParseBase(address string) (Base, error) {
	origin, err := Origin(address)
	if err != nil {
		return "", err
	}
	canonical, err := Canonical(address)
	if err != nil || strings.TrimSuffix(canonical, "/") != origin {
		return "", errors.Join(ErrNotCanonical, errors.New("the public address has a path"))
	}
	return Base(origin), nil
}

// Authority is our host with its port where that is not the scheme's own; what peers must sign as host.
func (b Base) Authority() string {
	_, authority, _ := strings.Cut(string(b), "://")
	return authority
}

// Actor is the id of an actor of ours.
func (b Base) Actor(a Actor) string { return string(b) + "/ap/" + string(a) }

// Collective is the id of the actor that authors listings and claims.
func (b Base) Collective() string { return b.Actor(Collective) }

// Decisions is the id of the actor that authors public decisions.
func (b Base) Decisions() string { return b.Actor(Decisions) }

// Node is the id of the actor that signs fetches.
func (b Base) Node() string { return b.Actor(Node) }

// Key is the id of one of an actor's public keys; main-key is the name of the first.
func (b Base) Key(a Actor, name string) string { return b.Actor(a) + "#" + name }

// Inbox is where an actor hears.
func (b Base) Inbox(a Actor) string { return b.Actor(a) + "/inbox" }

// Outbox is what an actor said in public.
func (b Base) Outbox(a Actor) string { return b.Actor(a) + "/outbox" }

// Followers is the address of those who follow an actor; its items are never shown.
func (b Base) Followers(a Actor) string { return b.Actor(a) + "/followers" }

// Roll is where each server reads which of its own follow an actor (FEP-8fcf).
func (b Base) Roll(a Actor) string { return b.Followers(a) + "/synchronization" }

// Following is the address of those whom an actor follows; its items are never shown.
func (b Base) Following(a Actor) string { return b.Actor(a) + "/following" }

// Featured is what an actor has pinned.
func (b Base) Featured(a Actor) string { return b.Actor(a) + "/featured" }

// SharedInbox is the inbox for all our actors.
func (b Base) SharedInbox() string { return string(b) + "/ap/inbox" }

// Open is the collection of open things that neighbours pull daily.
func (b Base) Open() string { return b.Collective() + "/open" }

// Neighbours is the audience of what only neighbours may see.
func (b Base) Neighbours() string { return b.Collective() + "/neighbours" }

// Agreements is the collection of the asking party's agreements with us.
func (b Base) Agreements() string { return string(b) + "/ap/agreements" }

// Offer is the id of an offer.
func (b Base) Offer(id string) string { return string(b) + "/ap/offers/" + id }

// Intent is the id of what an offer publishes; claims name it (FEP-0837).
func (b Base) Intent(offer string) string { return b.Offer(offer) + "#primary" }

// Replies is the collection of answers to an offer.
func (b Base) Replies(offer string) string { return b.Offer(offer) + "/replies" }

// Agreement is the id of an agreement that has its home here.
func (b Base) Agreement(id string) string { return b.Agreements() + "/" + id }

// Commitment is the id of what an agreement promises (FEP-0837).
func (b Base) Commitment(agreement string) string { return b.Agreement(agreement) + "#primary" }

// AgreementDraw is the sheet of the draw that an agreement came from.
func (b Base) AgreementDraw(id string) string { return b.Agreement(id) + "/draw" }

// Receipt is the id of the document that confirms a hand-over.
func (b Base) Receipt(id string) string { return string(b) + "/ap/receipts/" + id }

// Activity is the id of an activity of ours.
func (b Base) Activity(id string) string { return string(b) + "/ap/activities/" + id }

// Note is the id of a word to everybody about a thing of ours.
func (b Base) Note(id string) string { return string(b) + "/ap/notes/" + id }

// Message is the id of a private word, which is only ever sent (protocol 3.4).
func (b Base) Message(id string) string { return string(b) + "/ap/messages/" + id }

// OfferPage is the page of an offer.
func (b Base) OfferPage(id string) string { return b.Page("/offers/" + id) }

// DrawPage is the page of an offer's draw.
func (b Base) DrawPage(offer string) string { return b.OfferPage(offer) + "/draw" }

// ClaimPage is the page of a claim or of what a member asked for elsewhere.
func (b Base) ClaimPage(id string) string { return b.Page("/claims/" + id) }

// Home is the public face, the page of the collective and the node.
func (b Base) Home() string { return b.Page("/") }

// DecisionsPage is the page of the decisions actor.
func (b Base) DecisionsPage() string { return b.Page("/decisions") }

// Page is any other page or file of ours; path begins with a slash.
func (b Base) Page(path string) string { return string(b) + path }
