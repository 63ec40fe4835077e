package codec

import (
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
)

// Actor is one of ours as others see it. What is empty is left out.
type Actor struct {
	ID        string
	Type      string // Organization or Application
	Username  string // the local part of its acct address
	Name      string // as people typed it
	Summary   string // HTML
	URL       string // its page
	Inbox     string
	Outbox    string
	Followers string
	Following string
	Featured  string

	SharedInbox  string
	KeyID        string
	PublicKeyPEM string
	Multikeys    []Multikey
	Published    time.Time
	// Terms are properties beyond these: webfinger, implements, manuallyApprovesFollowers, pots: ones.
	Terms map[string]any
}

// Multikey is a key in which an actor makes assertions (FEP-521a).
type Multikey struct {
	ID     string
	Public string // publicKeyMultibase
}

// agent is what go-fed's actor types have in common.
type agent interface {
	object
	SetActivityStreamsFollowers(vocab.ActivityStreamsFollowersProperty)
	SetActivityStreamsFollowing(vocab.ActivityStreamsFollowingProperty)
	SetActivityStreamsInbox(vocab.ActivityStreamsInboxProperty)
	SetActivityStreamsOutbox(vocab.ActivityStreamsOutboxProperty)
	SetActivityStreamsPreferredUsername(vocab.ActivityStreamsPreferredUsernameProperty)
	SetTootFeatured(vocab.TootFeaturedProperty)
	SetW3IDSecurityV1PublicKey(vocab.W3IDSecurityV1PublicKeyProperty)
}

// Document builds the actor for Encode.
func (a Actor) Document() (map[string]any, error) {
	var t agent
	switch a.Type {
	case "Organization":
		t = streams.NewActivityStreamsOrganization()
	case "Application":
		t = streams.NewActivityStreamsApplication()
	default:
		return nil, fmt.Errorf("build an actor: no type %q", a.Type)
	}
	var b builder
	b.id(t, a.ID)
	b.url(t, a.URL)
	b.words(t, a.Name, a.Summary, "")
	b.times(t, a.Published, time.Time{})
	username := streams.NewActivityStreamsPreferredUsernameProperty()
	username.SetXMLSchemaString(a.Username)
	t.SetActivityStreamsPreferredUsername(username)
	b.boxes(t, a)
	b.key(t, a)
	doc, err := b.document(t, a.Terms)
	if err != nil {
		return nil, fmt.Errorf("actor: %w", err)
	}
	if a.SharedInbox != "" { // go-fed does not know endpoints
		doc["endpoints"] = map[string]any{"sharedInbox": a.SharedInbox}
	}
	if len(a.Multikeys) > 0 { // nor this
		doc["assertionMethod"] = a.multikeys()
	}
	return doc, nil
}

func (a Actor) multikeys() (all []any) {
	for _, key := range a.Multikeys {
		all = append(all, map[string]any{"id": key.ID, "type": "Multikey", "controller": a.ID, "publicKeyMultibase": key.Public})
	}
	return all
}

func (b *builder) boxes(t agent, a Actor) {
	if u := b.address(a.Inbox); u != nil {
		p := streams.NewActivityStreamsInboxProperty()
		p.SetIRI(u)
		t.SetActivityStreamsInbox(p)
	}
	if u := b.address(a.Outbox); u != nil {
		p := streams.NewActivityStreamsOutboxProperty()
		p.SetIRI(u)
		t.SetActivityStreamsOutbox(p)
	}
	if u := b.address(a.Followers); u != nil {
		p := streams.NewActivityStreamsFollowersProperty()
		p.SetIRI(u)
		t.SetActivityStreamsFollowers(p)
	}
	if u := b.address(a.Following); u != nil {
		p := streams.NewActivityStreamsFollowingProperty()
		p.SetIRI(u)
		t.SetActivityStreamsFollowing(p)
	}
	if u := b.address(a.Featured); u != nil {
		p := streams.NewTootFeaturedProperty()
		p.SetIRI(u)
		t.SetTootFeatured(p)
	}
}

func (b *builder) key(t agent, a Actor) {
	actor := b.address(a.ID)
	if a.KeyID == "" || actor == nil {
		return
	}
	key := streams.NewW3IDSecurityV1PublicKey()
	b.id(key, a.KeyID)
	owner := streams.NewW3IDSecurityV1OwnerProperty()
	owner.SetIRI(actor)
	key.SetW3IDSecurityV1Owner(owner)
	pem := streams.NewW3IDSecurityV1PublicKeyPemProperty()
	pem.Set(a.PublicKeyPEM)
	key.SetW3IDSecurityV1PublicKeyPem(pem)
	p := streams.NewW3IDSecurityV1PublicKeyProperty()
	p.AppendW3IDSecurityV1PublicKey(key)
	t.SetW3IDSecurityV1PublicKey(p)
}
