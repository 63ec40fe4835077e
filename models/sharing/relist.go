package sharing

import (
	"io"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Relist makes a new offer, with a new id and a new chain of draws, of what is left of one that cannot be drawn any more; the old page
// leads to it. Whoever waited is told that the old one is no longer there. Promises stand: while there are any, the old offer is about
// them alone.
func Relist(tx *store.Tx, by people.Member, id OfferID, random io.Reader) (fresh OfferID, err error) {
	defer fault.Wrap(&err, "relist offer %s", id)
	old, err := lockOwn(tx, by, id)
	if err != nil {
		return "", err
	}
	if old.State != Resting || !old.DrawnOut() {
		return "", old.movedOn()
	}
	o, err := takeOver(tx, by, old)
	if err != nil {
		return "", err
	}
	old.ReplacedBy, old.Photos = o.ID, nil
	if err := keepPromises(tx, &old); err != nil {
		return "", err
	}
	return o.ID, Publish(tx, by, o.ID, random)
}

// keepPromises leaves of an offer what is promised, or nothing.
func keepPromises(tx *store.Tx, o *Offer) error {
	promised, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	if !promised {
		return withdraw(tx, o)
	}
	o.letGoOfRest()
	if err := refuseAll(tx, o.ID, "withdrawn"); err != nil {
		return err
	}
	return saveOffer(tx, o)
}

// takeOver makes a draft with the words and photos of another offer.
func takeOver(tx *store.Tx, by people.Member, old Offer) (o Offer, err error) {
	o = old.again()
	if err := saveOffer(tx, &o); err != nil {
		return o, err
	}
	return o, attach(tx, by, o, old.ID)
}
