package federation

import (
	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// receiveUpdate hears how an agreement stands, or takes a new version of what an actor made. Of what an actor says about itself only
// the fact is taken: its document is fetched from where it lives (security I11).
func (f *Federation) receiveUpdate(tx *store.Tx, h *heard) error {
	switch {
	case h.ofItself():
		return f.actorChanged(tx, h.signer.Actor)
	case !codec.Is(h.embedded, "Agreement"):
		return f.receiveCreate(tx, h)
	}
	asking, err := sharing.FindAskingTheirs(tx.View, h.object)
	if fault.Is(err, fault.NotFound) { // it has overtaken the answer that tells its id (protocol 8 case 45)
		return h.notYet(err)
	}
	if err != nil {
		return err
	}
	return f.heardAgreement(tx, h, asking, h.embedded)
}

// actorChanged has an actor's document read again and, of a neighbour, all that it has with us: it may have come back from a backup.
func (f *Federation) actorChanged(tx *store.Tx, actor string) error {
	if err := tx.Enqueue(f.actorJob(actor)); err != nil {
		return err
	}
	friends, err := friend(tx.View, actor)
	if err != nil || !friends {
		return err
	}
	return f.pullNow(tx, actor)
}
