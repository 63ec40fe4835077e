package federation

import (
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// receiveDelete removes what its owner has removed: themselves, a thing that we mirror, a letter, a wish.
func (f *Federation) receiveDelete(tx *store.Tx, h *heard) error {
	if h.ofItself() {
		return f.actorGone(tx, h.signer.Actor)
	}
	mirror, err := sharing.FindMirrorByIRI(tx.View, h.object)
	switch {
	case fault.Is(err, fault.NotFound):
		return replyGone(tx, h)
	case err != nil:
		return err
	case mirror.Home != h.signer.Actor:
		return fault.New(fault.Forbidden, "mirror.not_home")
	}
	return sharing.Forget(tx, mirror)
}

// actorGone ends everything with an actor that is no more (protocol 8 cases 54 and 55).
func (f *Federation) actorGone(tx *store.Tx, actor string) error {
	if err := neighbours.HearDelete(tx, actor); err != nil {
		return err
	}
	return models.Part(tx, actor)
}
