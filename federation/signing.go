package federation

import (
	"context"
	"crypto"
	"net/http"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// ownKey is the key pair of one of our actors, parsed.
type ownKey struct {
	private   crypto.Signer
	publicPEM string
}

// ourActors are those that have a key each (DESIGN 3.4).
func ourActors() []wire.Actor { return []wire.Actor{wire.Collective, wire.Decisions, wire.Node} }

// EnsureKeys makes the key pairs that our actors lack. Making one takes a while, so it happens outside any transaction; of two
// processes that start at once, the keys of one hold. Afterwards all are in memory.
func (f *Federation) EnsureKeys(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "ensure keys")
	for _, actor := range ourActors() {
		_, err := f.ownKey(ctx, actor)
		if fault.Is(err, fault.NotFound) {
			if err = f.makeKey(ctx, actor); err == nil {
				_, err = f.ownKey(ctx, actor)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Federation) makeKey(ctx context.Context, actor wire.Actor) error {
	pair, err := signature.GenerateKey()
	if err != nil {
		return err
	}
	row := wire.ActorKey{Actor: actor}
	if row.PrivatePEM, err = signature.EncodePrivateKey(pair); err != nil {
		return err
	}
	if row.PublicPEM, err = signature.EncodePublicKey(pair.Public()); err != nil {
		return err
	}
	return f.update(ctx, func(tx *store.Tx) error {
		_, err := wire.KeepActorKey(tx, row)
		return err
	})
}

// ownKey gives the key of one of our actors: NotFound "key.unknown" before EnsureKeys.
func (f *Federation) ownKey(ctx context.Context, actor wire.Actor) (ownKey, error) {
	f.mu.Lock()
	key, known := f.keys[actor]
	f.mu.Unlock()
	if known {
		return key, nil
	}
	var row wire.ActorKey
	err := f.view(ctx, func(v *store.View) (err error) {
		row, err = wire.FindActorKey(v, actor)
		return err
	})
	if err != nil {
		return ownKey{}, err
	}
	key.publicPEM = row.PublicPEM
	if key.private, err = signature.ParsePrivateKey(row.PrivatePEM); err != nil {
		return ownKey{}, err
	}
	f.mu.Lock()
	f.keys[actor] = key
	f.mu.Unlock()
	return key, nil
}

// sign signs a request as one of our actors.
func (f *Federation) sign(r *http.Request, body []byte, as wire.Actor) error {
	key, err := f.ownKey(r.Context(), as)
	if err != nil {
		return err
	}
	return signature.Sign(r, body, f.Base.Key(iri.Actor(as)), key.private, f.Wall())
}
