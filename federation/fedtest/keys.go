package fedtest

import (
	"sync"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Making RSA keys is most of the time that a small story would take, so a test process makes those of a few nodes once.
const nodesWithKeys = 3

var actors = []wire.Actor{wire.Collective, wire.Decisions, wire.Node}

var keyPairs = sync.OnceValues(func() (rows []wire.ActorKey, err error) {
	for i := range nodesWithKeys * len(actors) {
		pair, err := signature.GenerateKey()
		if err != nil {
			return nil, err
		}
		row := wire.ActorKey{Actor: actors[i%len(actors)], Kind: wire.KeyRSA}
		if row.PrivatePEM, err = signature.EncodePrivateKey(pair); err != nil {
			return nil, err
		}
		if row.PublicPEM, err = signature.EncodePublicKey(pair.Public()); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
})

// keepKeys gives the nth node its keys; a node beyond those makes its own in EnsureKeys.
func keepKeys(nth int) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		rows, err := keyPairs()
		if err != nil || nth >= nodesWithKeys {
			return err
		}
		for _, row := range rows[nth*len(actors) : (nth+1)*len(actors)] {
			if err := wire.KeepActorKey(tx, row); err != nil {
				return err
			}
		}
		return nil
	}
}
