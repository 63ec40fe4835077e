package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// asEither finds a claim for one of its two sides and locks the offer. To everybody else there is no such claim; before the choice
// the giver knows of none either, nor of one that came to nothing without a promise (DESIGN 4).
func asEither(tx *store.Tx, by people.Member, id agreeing.ID) (Offer, Claim, error) {
	o, c, err := lockClaim(tx, id)
	if err != nil {
		return o, c, err
	}
	if by.ID == "" || !o.GivenBy(by.ID) && c.Asker != by.ID {
		return Offer{}, Claim{}, unknownClaim()
	}
	if c.Asker == by.ID {
		return o, c, nil
	}
	if c.State.Open() || c.State == agreeing.Refused {
		return Offer{}, Claim{}, unknownClaim()
	}
	return o, c, heard(tx, &o)
}

func asGiver(tx *store.Tx, by people.Member, id agreeing.ID) (Offer, Claim, error) {
	o, c, err := asEither(tx, by, id)
	if err == nil && !o.GivenBy(by.ID) {
		return Offer{}, Claim{}, unknownClaim()
	}
	return o, c, err
}

func asReceiver(tx *store.Tx, by people.Member, id agreeing.ID) (Offer, Claim, error) {
	o, c, err := asEither(tx, by, id)
	if err == nil && c.Asker != by.ID {
		return Offer{}, Claim{}, unknownClaim()
	}
	return o, c, err
}
