package federation

import (
	"net/http"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// SignedBy says which actor signed a GET, and nobody ("") when it bears no signature: the other door asks before it shows a
// picture that only neighbours may see. A signature that does not hold is an error.
func (f *Federation) SignedBy(r *http.Request) (actor string, err error) {
	if !signed(r) {
		return "", nil
	}
	s, err := f.signer(r, nil)
	return s.Actor, err
}

// EverSent reports whether anything was ever queued for another server. From then on the base URL stays what it is.
func EverSent(v *store.View) (bool, error) {
	return store.Exists(v.DB().Model(&wire.Activity{}))
}
