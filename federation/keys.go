package federation

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Signer is the actor whose key signed a request.
type Signer struct {
	Actor  string // its canonical id
	KeyID  string
	Origin string // of both
}

// signer verifies the signature of a request, and fetches the key when it is not known. What is refused is a *refusal with
// status 401, or 503 when too many keys are being fetched already.
func (f *Federation) signer(r *http.Request, body []byte) (Signer, error) {
	c, err := f.credential(r, body)
	if err != nil {
		return Signer{}, err
	}
	s, err := f.prove(r, body, c)
	if err == nil {
		f.noteScheme(r.Context(), c.origin, c.takes())
	}
	return s, err
}

// signed reports whether a request claims to be signed at all, for what also strangers may see.
func signed(r *http.Request) bool {
	return r.Header.Get("Signature") != "" || r.Header.Get("Authorization") != "" || r.Header.Get("Signature-Input") != ""
}

// credential is what a request says about its signer. It is well formed, fresh and covers what it must; nothing of it is proved.
type credential struct {
	signature signature.Signature
	key       string // canonical id
	origin    string
}

// credential reads the signature as far as that can be done without its key (security 1.2).
func (f *Federation) credential(r *http.Request, body []byte) (c credential, err error) {
	if c.signature, err = signature.Parse(r); err != nil {
		return c, unproved(err)
	}
	if err := c.signature.Check(r, body, f.verification()); err != nil {
		return c, unproved(err)
	}
	if c.key, err = iri.Canonical(c.signature.KeyID()); err != nil {
		return c, unproved(errors.New("keyId is not an address that we would fetch"))
	}
	if c.origin, err = iri.Origin(c.key); err != nil || c.origin == string(f.Base) {
		return c, unproved(errors.New("keyId is on our own host, and we do not write to ourselves"))
	}
	return c, nil
}

// prove verifies a credential. A key that does not fit is fetched anew, once in five minutes, since it may have been changed.
func (f *Federation) prove(r *http.Request, body []byte, c credential) (Signer, error) {
	ctx := r.Context()
	known, err := f.knownKey(ctx, c.key)
	if err != nil {
		return Signer{}, err
	}
	if known.Known() {
		err := f.verify(r, body, c, known)
		if err == nil {
			return c.by(known), nil
		}
		if !mayHaveChanged(err) {
			return Signer{}, unproved(err)
		}
	}
	fresh, err := f.fetchKey(ctx, c, known.PEM)
	if err != nil {
		return Signer{}, err
	}
	if err := f.verify(r, body, c, fresh); err != nil {
		return Signer{}, unproved(err)
	}
	return c.by(fresh), nil
}

// knownKey gives a key that was fetched before; its PEM is empty when none was. What was read lately is not read again: most of
// what arrives together comes from few.
func (f *Federation) knownKey(ctx context.Context, id string) (k wire.RemoteKey, err error) {
	if k, ok := f.in.recall(id, f.Wall()); ok {
		return k, nil
	}
	err = f.view(ctx, func(v *store.View) (err error) {
		k, err = wire.FindKey(v, id)
		return ignoreUnknown(err)
	})
	if err == nil && k.Known() {
		f.in.remember(k, f.Wall())
	}
	return k, err
}

func (c credential) by(k wire.RemoteKey) Signer {
	return Signer{Actor: k.Owner, KeyID: k.ID, Origin: k.Origin}
}

// takes is what the signature shows that its server takes: what it sends. An Ed25519 key is not shown by it; servers say that they
// take those.
func (c credential) takes() wire.Scheme {
	if c.signature.Scheme() == signature.RFC9421 {
		return wire.RFC9421
	}
	return wire.Unknown
}

func (f *Federation) verify(r *http.Request, body []byte, c credential, k wire.RemoteKey) error {
	public, err := f.in.publicKey(k.PEM)
	if err != nil {
		return err
	}
	return c.signature.Verify(r, body, public, f.verification())
}

func (f *Federation) verification() signature.Options {
	return signature.Options{Now: f.Wall(), Origin: string(f.Base)}
}

// mayHaveChanged: after these two another look at the signer's key can change the verdict.
func mayHaveChanged(err error) bool {
	var no *signature.Refusal
	return errors.As(err, &no) && (no.Reason == signature.Forged || no.Reason == signature.BadKey)
}

// unproved answers 401 with what the peer's operator can do about it.
func unproved(err error) error { return &refusal{status: http.StatusUnauthorized, detail: err.Error()} }

// keyTimeout is for all that one key needs (security H9).
const keyTimeout = 5 * time.Second

// fetchKey gets a key that is not known, or whose PEM was tried and does not fit. Requests that need the same key wait for one
// fetch.
func (f *Federation) fetchKey(ctx context.Context, c credential, tried string) (wire.RemoteKey, error) {
	got := f.in.flights.DoChan(c.key, func() (any, error) {
		// Not the request's own context: others wait for this too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyTimeout)
		defer cancel()
		return f.fetchKeyOnce(ctx, c, tried)
	})
	select {
	case <-ctx.Done():
		return wire.RemoteKey{}, busy()
	case result := <-got:
		if errors.Is(result.Err, context.DeadlineExceeded) {
			return wire.RemoteKey{}, busy()
		}
		if result.Err != nil {
			return wire.RemoteKey{}, result.Err
		}
		return result.Val.(wire.RemoteKey), nil
	}
}

func (f *Federation) fetchKeyOnce(ctx context.Context, c credential, tried string) (k wire.RemoteKey, err error) {
	if wait := f.in.keys.take(f.Wall(), c.origin, 1, tempoOfKeys()); wait > 0 {
		return k, slowDown(wait)
	}
	leave, err := f.in.gate.enter(ctx, c.origin)
	if err != nil {
		return k, busy()
	}
	defer leave()
	var mine bool
	err = f.update(ctx, func(tx *store.Tx) (err error) {
		if mine, err = wire.ReserveFetch(tx, f.Wall(), c.key, c.origin); err != nil || mine {
			return err
		}
		k, err = wire.FindKey(tx.View, c.key)
		return err
	})
	switch {
	case err != nil:
		return k, err
	case !mine && k.Known() && k.PEM != tried: // somebody else has just fetched it
		return k, nil
	case !mine:
		return k, unproved(errors.New("the key of this signature was asked for less than five minutes ago, and did not fit"))
	}
	switch may, err := f.mayVisit(ctx, c.origin); {
	case err != nil:
		return k, err
	case !may:
		return k, outOfReach(c.origin)
	}
	p, err := f.fetchOwner(ctx, c)
	if err != nil {
		return k, noKey(err)
	}
	k, ok := p.key(c.key)
	if !ok {
		return k, unproved(errors.New("the actor does not name this key as its own"))
	}
	if _, err := signature.ParsePublicKey(k.PEM); err != nil {
		return k, unproved(err)
	}
	err = f.update(ctx, func(tx *store.Tx) error { return wire.LearnKeys(tx, f.Wall(), p.actor.IRI, p.keys...) })
	if err == nil {
		f.in.relearn(p, f.Wall())
	}
	return k, err
}

// outOfReach is the answer to a signature in the name of a server that is shut out, whose key is not fetched (protocol 8 case 97): that
// of a server that cannot be reached. With a 403 anybody could read off, name by name, whom we shut out. Those who prove who they are
// get it; see admit.
func outOfReach(origin string) error {
	_, host, _ := strings.Cut(origin, "://")
	return noKey(&fetch.Failure{Cause: fetch.Unreachable, Detail: host + " cannot be reached: the connection broke"})
}

// fetchOwner gets the document of the actor that a key belongs to. The key's address is the actor's with a fragment, or has an
// actor under another id (GoToSocial), or is a document that holds the key alone and names its owner, who must name it back
// (security I2; protocol 5.2).
func (f *Federation) fetchOwner(ctx context.Context, c credential) (profile, error) {
	doc, at, err := f.fetchDocument(ctx, iri.Document(c.key))
	if err != nil {
		return profile{}, err
	}
	id, err := iri.Canonical(codec.ID(doc))
	if isKey(doc) {
		id, err = iri.Canonical(keyOwner(doc))
	}
	switch {
	case err != nil || !iri.SameOrigin(id, c.key):
		return profile{}, notItself()
	case id == at:
		return f.profileFrom(ctx, doc, at)
	}
	return f.fetchProfile(ctx, id)
}

// noKey says why there is no key. The owner's 410 keeps its meaning, for a Delete of the owner itself.
func noKey(err error) error {
	if gone(err) {
		return &keyGone{unproved(errors.New("the key of this signature is gone"))}
	}
	if failure, ok := asFailure(err); ok && failure.Cause != fetch.Refused { // where we do not go is nobody's business
		return unproved(errors.New("the key of this signature cannot be had: " + failure.Detail))
	}
	return unproved(errors.New("the key of this signature cannot be had: its owner's document is not in order"))
}

// keyGone is a refusal because the owner of the key says that it is gone.
type keyGone struct{ error }

func (k *keyGone) Unwrap() error { return k.error }

func asFailure(err error) (*fetch.Failure, bool) {
	var failure *fetch.Failure
	return failure, errors.As(err, &failure)
}

func busy() error {
	return &refusal{status: http.StatusServiceUnavailable, detail: "too much is being looked up at once", after: 30 * time.Second}
}

func slowDown(wait time.Duration) error {
	return &refusal{status: http.StatusTooManyRequests, detail: "slow down", after: max(wait.Round(time.Second), 30*time.Second)}
}

// notShutOut refuses those with whom we have nothing to do. They are told so and nothing else (protocol 8 case 97).
func notShutOut(v *store.View, id string) error {
	shut, err := neighbours.Blocked(v, id)
	if err == nil && shut {
		err = &refusal{status: http.StatusForbidden}
	}
	return err
}
