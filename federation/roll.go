package federation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// A roll is the list of those at one server who follow one actor (FEP-8fcf). Two servers may come to differ about it, since a message
// is lost or one of them comes back from a backup. So what goes to followers carries a digest of the roll as we hold it, and whoever
// holds another asks for ours and puts it right.

// forFollowers reports that an activity of ours is addressed to the followers of who says it.
func forFollowers(a wire.Activity) bool {
	return a.Public && a.Recipient == "" && (a.Actor == wire.Collective || a.Actor == wire.Decisions)
}

// withFollowers reads the rolls of all parcels that go to followers, in one question, since there are as many as couriers.
func withFollowers(v *store.View, all []wire.Parcel) ([]parcel, error) {
	var origins []string
	parcels := make([]parcel, len(all))
	for i, p := range all {
		parcels[i].Parcel = p
		if forFollowers(p.Activity) {
			origins = append(origins, p.Delivery.Host)
		}
	}
	if len(origins) == 0 {
		return parcels, nil
	}
	rolls, err := neighbours.Rolls(v, origins...)
	for i, p := range all {
		if forFollowers(p.Activity) {
			parcels[i].followers = rolls[neighbours.Roll{Of: p.Activity.Actor, Origin: p.Delivery.Host}]
		}
	}
	return parcels, err
}

// rollHeader says who follows the actor who speaks, of those at the server that a parcel goes to.
func (f *Federation) rollHeader(p parcel) string {
	as := iri.Actor(p.Activity.Actor)
	return fmt.Sprintf(`collectionId="%s", url="%s", digest="%s"`, f.Base.Followers(as), f.Base.Roll(as), digestOf(p.followers...))
}

// digestOf is the digest of a roll: the SHA-256 of each id, XORed together, so that their order does not matter.
func digestOf(ids ...string) string {
	var all [sha256.Size]byte
	for _, id := range ids {
		for i, b := range sha256.Sum256([]byte(id)) {
			all[i] ^= b
		}
	}
	return hex.EncodeToString(all[:])
}

// roll shows a server which of its own follow an actor of ours. Nobody else is in it, and to others it is not there (DESIGN 3.4).
func (f *Federation) roll(of wire.Actor) func(*store.View, neighbours.Viewer, string) (answer, error) {
	return func(v *store.View, viewer neighbours.Viewer, _ string) (answer, error) {
		if viewer.Origin == "" || viewer.Blocked || viewer.Outside {
			return answer{}, notThere()
		}
		rolls, err := neighbours.Rolls(v, viewer.Origin)
		if err != nil {
			return answer{}, err
		}
		c := codec.Collection{ID: f.Base.Roll(iri.Actor(of)), AttributedTo: f.actorID(of)}
		for _, id := range rolls[neighbours.Roll{Of: of, Origin: viewer.Origin}] {
			c.Items = append(c.Items, id)
		}
		if len(c.Items) == 0 {
			return answer{}, notThere()
		}
		a, err := document(c.Document())
		a.private = true
		return a, err
	}
}

// theirRoll is what a peer says about who of us follows it.
type theirRoll struct{ collection, url, digest string }

// readRoll reads what a delivery says about its sender's followers here. Unless it is signed, and all of it on the sender's origin, it
// says nothing (FEP-8fcf, protocol 8 case 96).
func (c credential) readRoll(r *http.Request) *theirRoll {
	params, ok := c.signature.RollOf(r)
	if !ok {
		return nil
	}
	roll := theirRoll{own(params["collectionid"], c.origin), own(params["url"], c.origin), strings.ToLower(params["digest"])}
	if roll.collection == "" || roll.url == "" {
		return nil
	}
	return &roll
}

// holdRoll holds what a collective says of its followers here against what we know: we follow it as a neighbour, all of us together, or
// not at all. Where that differs its list is read, soon, and not while it waits for our answer.
func (f *Federation) holdRoll(tx *store.Tx, h *heard) error {
	if h.roll == nil {
		return nil
	}
	edge, err := neighbours.FindEdgeTo(tx.View, h.signer.Actor)
	if err != nil || edge.OurFollow == "" { // whom we never asked says nothing that we would look into
		return ignoreUnknown(err)
	}
	them, err := neighbours.FindActor(tx.View, edge.Actor)
	if err != nil || them.FollowersURL != h.roll.collection {
		return err
	}
	var following []string
	if edge.OursAccepted {
		following = append(following, f.Base.Collective())
	}
	if h.roll.digest == digestOf(following...) {
		return nil
	}
	due, err := neighbours.Compare(tx, f.Wall(), edge)
	if err != nil || !due {
		return err
	}
	return tx.Enqueue(f.job(JobRoll, h.roll.url, f.Wall()))
}

// compareRoll reads whom a collective counts as its followers here. If we are among them although it is over, it has not heard that; if
// we wait for its yes, that is lost; if we are not although we are neighbours, it is asked about that.
func (f *Federation) compareRoll(ctx context.Context, url string) (func(*store.Tx) error, error) {
	listed := false
	err := f.leafThrough(ctx, url, func(item any) error {
		listed = listed || canonicalID(item) == f.Base.Collective()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return func(tx *store.Tx) error {
		edge, err := neighbours.FindEdgeAt(tx.View, originOf(url))
		switch {
		case err != nil:
			return ignoreUnknown(err)
		case listed:
			return neighbours.HearCounted(tx, edge)
		case edge.State == neighbours.Neighbours:
			return f.pullNow(tx, edge.Actor)
		}
		return nil
	}, nil
}
