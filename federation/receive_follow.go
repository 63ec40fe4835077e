package federation

import (
	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveFollow: who follows gets what is for anyone, at once. Who asks to be neighbours (pots:relation) waits for a human, and is a
// collective and no person (protocol 4.2).
func (f *Federation) receiveFollow(tx *store.Tx, h *heard) error {
	of, ok := f.followed(h.object)
	if !ok {
		return nil
	}
	who, err := neighbours.FindActor(tx.View, h.signer.Actor)
	if err != nil {
		return err
	}
	relation := codec.String(codec.Get(h.doc, "pots:relation"))
	if of != wire.Collective || relation != "neighbour" || who.Type == "Person" {
		return neighbours.AddFollower(tx, who, of, h.ID)
	}
	edge, err := neighbours.HearFollow(tx, who, h.ID)
	if err != nil {
		return err
	}
	return f.befriended(tx, edge)
}

// befriended fetches what a new neighbour has open, or what other software shows to anyone once it lets us follow. From then on it is
// one pull a day.
func (f *Federation) befriended(tx *store.Tx, edge neighbours.Edge) error {
	if !edge.OursAccepted {
		return nil
	}
	actor, err := neighbours.FindActor(tx.View, edge.Actor)
	if err != nil || actor.OpenURL != "" && edge.State != neighbours.Neighbours {
		return err
	}
	return f.pullNow(tx, edge.Actor)
}

// parted ends what is open with a collective, if nothing is between us any more. No edge is nothing to end.
func parted(tx *store.Tx, edge neighbours.Edge, err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil || !edge.Over():
		return err
	}
	return models.Part(tx, edge.Actor)
}
