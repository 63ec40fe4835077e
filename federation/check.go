package federation

import (
	"fmt"

	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// CheckKeys says in a sentence each what is wrong with the keys of our actors: by them other servers know us.
func CheckKeys(v *store.View) (wrong []string, err error) {
	pairs, err := wire.AllActorKeys(v)
	for _, pair := range pairs {
		private, err := pair.Private(v)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("A key of actor %s cannot be opened: the node key is missing or is not this database's.", pair.Actor))
			continue
		}
		key, err := signature.ParsePrivateKey(private)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("A key of actor %s cannot be read.", pair.Actor))
			continue
		}
		if public, err := signature.EncodePublicKey(key.Public()); err != nil || public != pair.PublicPEM {
			wrong = append(wrong, fmt.Sprintf("The two halves of a key of actor %s do not belong together.", pair.Actor))
		}
	}
	return wrong, err
}
