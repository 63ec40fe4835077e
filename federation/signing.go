package federation

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// ownKey is a key pair of one of our actors, parsed.
type ownKey struct {
	id        string
	private   crypto.Signer
	publicPEM string
}

// ownKeys are those of one actor, by their kind.
type ownKeys struct {
	current map[wire.KeyKind]ownKey
	retired map[wire.KeyKind]ownKey // what was current a week ago, where it has changed since
	until   time.Time               // read again then: another process may have made new ones
}

const ownKeysRecent = time.Minute

// ourActors are those that have keys (DESIGN 3.4).
func ourActors() []wire.Actor { return []wire.Actor{wire.Collective, wire.Decisions, wire.Node} }

func keyKinds() []wire.KeyKind { return []wire.KeyKind{wire.KeyRSA, wire.KeyEd25519} }

// EnsureKeys makes the key pairs that our actors lack, and encloses what is in clear. Making one takes a while, so it happens outside any
// transaction; of two processes that start at once, the keys of one hold. Afterwards all are in memory. It refuses when
// the node key is not this database's.
func (f *Federation) EnsureKeys(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "ensure keys")
	if err := f.view(ctx, wire.CheckActorKeys); err != nil { // before a node key is made where one is missing
		return err
	}
	if err := f.Store.MakeNodeKey(); err != nil {
		return err
	}
	if err := f.update(ctx, wire.EncloseActorKeys); err != nil {
		return err
	}
	for _, actor := range ourActors() {
		keys, err := f.readKeys(ctx, actor)
		if err != nil {
			return err
		}
		for _, kind := range keyKinds() {
			if _, made := keys.current[kind]; made {
				continue
			}
			row, err := makeKey(actor, kind)
			if err == nil {
				err = f.update(ctx, func(tx *store.Tx) error { return wire.KeepActorKey(tx, row) })
			}
			if err != nil {
				return err
			}
		}
		if _, err := f.readKeys(ctx, actor); err != nil {
			return err
		}
	}
	return nil
}

func makeKey(actor wire.Actor, kind wire.KeyKind) (row wire.ActorKey, err error) {
	row.Actor, row.Kind = actor, kind
	var pair crypto.Signer
	if kind == wire.KeyEd25519 {
		_, pair, err = ed25519.GenerateKey(rand.Reader)
	} else {
		pair, err = signature.GenerateKey()
	}
	if err != nil {
		return row, err
	}
	if row.PrivatePEM, err = signature.EncodePrivateKey(pair); err != nil {
		return row, err
	}
	row.PublicPEM, err = signature.EncodePublicKey(pair.Public())
	return row, err
}

// ownKeys gives the keys of one of our actors: NotFound "key.unknown" before EnsureKeys. Once they are in memory no signature waits
// for the database, and none fails because it is away.
func (f *Federation) ownKeys(ctx context.Context, actor wire.Actor) (ownKeys, error) {
	f.mu.Lock()
	keys, known := f.keys[actor]
	f.mu.Unlock()
	if known && f.Wall().Before(keys.until) {
		return keys, nil
	}
	fresh, err := f.readKeys(ctx, actor)
	switch {
	case known && (err != nil || len(fresh.current) == 0):
		return keys, nil
	case err == nil && len(fresh.current) == 0:
		err = fault.New(fault.NotFound, "key.unknown")
	}
	return fresh, err
}

func (f *Federation) readKeys(ctx context.Context, actor wire.Actor) (keys ownKeys, err error) {
	err = f.view(ctx, func(v *store.View) (err error) {
		keys, err = f.findKeys(v, actor)
		return err
	})
	if err == nil && len(keys.current) > 0 {
		f.mu.Lock()
		f.keys[actor] = keys
		f.mu.Unlock()
	}
	return keys, err
}

// forgetKeys has the keys of an actor read again before it signs: they have changed.
func (f *Federation) forgetKeys(actor wire.Actor) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if keys, known := f.keys[actor]; known {
		keys.until = time.Time{}
		f.keys[actor] = keys
	}
}

// findKeys reads and parses the keys of one of our actors.
func (f *Federation) findKeys(v *store.View, actor wire.Actor) (ownKeys, error) {
	keys := ownKeys{map[wire.KeyKind]ownKey{}, map[wire.KeyKind]ownKey{}, f.Wall().Add(ownKeysRecent)}
	rows, err := wire.FindActorKeys(v, actor)
	if err != nil {
		return keys, err
	}
	for _, kind := range keyKinds() {
		if row, ok := rows.Current(kind); ok {
			if keys.current[kind], err = f.parseKey(v, row); err != nil {
				return keys, err
			}
		}
		if row, ok := rows.Retired(kind); ok {
			if keys.retired[kind], err = f.parseKey(v, row); err != nil {
				return keys, err
			}
		}
	}
	return keys, nil
}

func (f *Federation) parseKey(v *store.View, row wire.ActorKey) (ownKey, error) {
	text, err := row.Private(v)
	if err != nil {
		return ownKey{}, err
	}
	private, err := signature.ParsePrivateKey(text)
	return ownKey{f.Base.Key(iri.Actor(row.Actor), row.Name()), private, row.PublicPEM}, err
}

// pen is one way to sign: in a scheme, with a key that fits it.
type pen struct {
	scheme wire.Scheme
	key    ownKey
}

// penOf picks the key for a scheme among some of an actor's; not ok where there is none.
func penOf(scheme wire.Scheme, keys map[wire.KeyKind]ownKey) (pen, bool) {
	kind := wire.KeyRSA
	if scheme == wire.Ed25519 {
		kind = wire.KeyEd25519
	}
	key, ok := keys[kind]
	return pen{scheme, key}, ok
}

func (p pen) sign(r *http.Request, body []byte, now time.Time) error {
	if p.scheme == wire.RFC9421 || p.scheme == wire.Ed25519 {
		return signature.SignRFC9421(r, body, p.key.id, p.key.private, now)
	}
	return signature.Sign(r, body, p.key.id, p.key.private, now)
}
