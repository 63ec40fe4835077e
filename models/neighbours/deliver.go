package neighbours

import (
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// IsNeighbour reports whether an origin is a neighbour's node now. It is asked when something is sent or shown, not when it is
// queued (protocol 4.6).
func IsNeighbour(v *store.View, origin string) (bool, error) {
	is, err := store.Exists(v.DB().Model(&Edge{}).Where("origin = ? AND state = ?", origin, Neighbours))
	if err != nil || !is {
		return false, err
	}
	shut, err := Blocked(v, origin)
	return !shut, err
}

// MayDeliver is the courier's question before each attempt: may this activity still go to that origin (DESIGN 2)?
//
//	                     farewell  public               private   friends'
//	shut out             no        no                   no        no
//	neighbours           yes       yes                  yes       yes
//	declined, parted     yes       to followers there   no        no
//	anybody else         yes       yes                  yes       no
//
// Private is what has one recipient: a Follow and its answer must pass before anybody is a neighbour.
func MayDeliver(v *store.View, origin string, a wire.Activity) (bool, error) {
	if shut, err := Blocked(v, origin); err != nil || shut {
		return false, err
	}
	if a.Farewell {
		return true, nil
	}
	edges, err := store.All[Edge](v.DB().Where("origin = ?", origin))
	switch {
	case err != nil:
		return false, err
	case len(edges) == 1 && edges[0].Over():
		if !a.Public {
			return false, nil
		}
		return store.Exists(v.DB().Model(&Follower{}).Where("origin = ?", origin))
	case len(edges) == 1 && edges[0].State == Neighbours:
		return true, nil
	}
	return a.Public || a.Recipient != "", nil
}
