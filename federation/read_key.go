package federation

import (
	"slices"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/wire"
)

// keysOfOne is how many keys an actor may have; what comes after them is not read.
const keysOfOne = 8

// keyLength bounds a key in PEM; one of 8192 bits has some 1500 bytes.
const keyLength = 8 << 10

// readKeys reads an actor's keys, in the two ways in which they are published: in PEM, and as Multikeys (FEP-521a). One that cannot
// be used is left out.
func readKeys(doc map[string]any, owner, origin string) (keys []wire.RemoteKey) {
	published := slices.Concat(codec.Objects(codec.Get(doc, "publicKey")), codec.Objects(codec.Get(doc, "assertionMethod")))
	for _, key := range published {
		k, ok := readKey(key, owner, origin)
		known := slices.ContainsFunc(keys, func(other wire.RemoteKey) bool { return other.ID == k.ID })
		if ok && !known && len(keys) < keysOfOne {
			keys = append(keys, k)
		}
	}
	return keys
}

// readKey reads one key: one that says it is another's is none of the actor's (security I3).
func readKey(doc map[string]any, owner, origin string) (wire.RemoteKey, bool) {
	id, err := iri.Canonical(codec.ID(doc))
	if err != nil || !iri.SameOrigin(id, origin) {
		return wire.RemoteKey{}, false
	}
	if says, err := iri.Canonical(keyOwner(doc)); err != nil || says != owner {
		return wire.RemoteKey{}, false
	}
	pem := codec.String(codec.Get(doc, "publicKeyPem"))
	if text := codec.String(codec.Get(doc, "publicKeyMultibase")); pem == "" && text != "" {
		if pem, err = pemOfMultikey(text); err != nil {
			return wire.RemoteKey{}, false
		}
	}
	return wire.RemoteKey{ID: id, Owner: owner, Origin: origin, PEM: pem}, pem != "" && len(pem) <= keyLength
}

// isKey reports whether a document holds a key.
func isKey(doc map[string]any) bool {
	return codec.Get(doc, "publicKeyPem") != nil || codec.Get(doc, "publicKeyMultibase") != nil
}

// keyOwner is whose key it says it is.
func keyOwner(doc map[string]any) string {
	if owner := codec.ID(codec.Get(doc, "owner")); owner != "" {
		return owner
	}
	return codec.ID(codec.Get(doc, "controller"))
}

func pemOfMultikey(text string) (string, error) {
	key, err := signature.ParseMultikey(text)
	if err != nil {
		return "", err
	}
	return signature.EncodePublicKey(key)
}
