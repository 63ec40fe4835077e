package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// apart remembers, by the agreement's id, that a giver does not want to meet somebody at a neighbour again. The id comes
// back with that person's later claims (pots:apart) and says nothing to anybody else.
type apart struct {
	Agreement agreeing.ID `gorm:"primaryKey"`
	Giver     people.MemberID
	Peer      string
}

// TableName is gorm's.
func (apart) TableName() string { return "aparts" }

// keptApart is the asking side's memory of the same: which agreement's id to send along to which home.
type keptApart struct {
	Theirs string `gorm:"primaryKey"`
	Member people.MemberID
	Peer   string
}

// TableName is gorm's.
func (keptApart) TableName() string { return "kept_aparts" }

// asEither finds a claim for one of its two sides and locks the offer. To everybody else there is no such claim.
func asEither(tx *store.Tx, by people.Member, id agreeing.ID) (Offer, Claim, error) {
	o, c, err := lockClaim(tx, id)
	if err != nil {
		return o, c, err
	}
	if by.ID == "" || !o.GivenBy(by.ID) && c.Asker != by.ID {
		return Offer{}, Claim{}, unknownClaim()
	}
	// Before the choice the giver knows of no claim either (DESIGN 4).
	if c.Asker != by.ID && c.State.Open() {
		return Offer{}, Claim{}, unknownClaim()
	}
	return o, c, nil
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
