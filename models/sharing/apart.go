package sharing

import (
	"gorm.io/gorm/clause"

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

// Separate ends what two members have between them in the free store, because by does not want to meet the other: promises are let
// go without a reason, her own wishes for the other's things are taken back, and the other's wishes for hers come to nothing like any
// wish that is not drawn, so that nobody is told (product 4.6, F6). models.KeepApart calls it.
func Separate(tx *store.Tx, by people.Member, other people.MemberID) error {
	hers, err := claimsBetween(tx.View, by.ID, other)
	if err != nil {
		return err
	}
	for _, id := range hers {
		if err := leaveOut(tx, id); err != nil {
			return err
		}
	}
	theirs, err := claimsBetween(tx.View, other, by.ID)
	if err != nil {
		return err
	}
	for _, id := range theirs {
		o, c, err := lockClaim(tx, id)
		if err != nil {
			return err
		}
		if err := letGo(tx, &o, c); err != nil {
			return err
		}
	}
	return nil
}

// leaveOut lets a promise go for its giver, or keeps a wish out of every draw.
func leaveOut(tx *store.Tx, id agreeing.ID) error {
	o, c, err := lockClaim(tx, id)
	if err != nil {
		return err
	}
	if c.State == agreeing.Promised {
		return giverReleases(tx, &o, c)
	}
	return tx.DB().Model(&Claim{}).Where("id = ?", c.ID).UpdateColumn("left_out", true).Error
}

// claimsBetween lists the live claims of one member on the things of another.
func claimsBetween(v *store.View, giver, asker people.MemberID) ([]agreeing.ID, error) {
	var ids []agreeing.ID
	given := v.DB().Model(&Offer{}).Select("id").Where("home = '' AND giver = ?", giver)
	err := v.DB().Model(&Claim{}).Where("asker = ? AND asker <> '' AND state IN ? AND offer IN (?)", asker, liveStates, given).
		Order("id").Pluck("id", &ids).Error
	return ids, err
}

// HiddenFrom reports that the giver and a member are kept apart, so that this is not hers to see (product F6). Whoever shows an
// offer of ours to a member asks it beside neighbours.CanView; List has asked already.
func (o Offer) HiddenFrom(v *store.View, m people.MemberID) (bool, error) {
	return people.Apart(v, o.Giver, m)
}

// apartFrom lists those whom a member is kept apart from, by either's wish.
func apartFrom(v *store.View, m people.MemberID) ([]people.MemberID, error) {
	blocks, err := store.All[people.Block](v.DB().Where("member = ? OR other = ?", m, m))
	others := make([]people.MemberID, len(blocks))
	for i, b := range blocks {
		if others[i] = b.Other; b.Other == m {
			others[i] = b.Member
		}
	}
	return others, err
}

// remember keeps that a giver does not want to meet a remote asker again.
func (a apart) remember(tx *store.Tx) error {
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&a).Error
}

// keepApart reports that one of the agreements which came along belongs to the same giver. The claim is then in every respect
// like another, only that no draw sees it.
func keepApart(v *store.View, giver people.MemberID, in HeardClaim) (bool, error) {
	const most = 500
	if in.Outside != "" { // the actor is the person, who sends no ids back
		return store.Exists(v.DB().Model(&apart{}).Where("giver = ? AND peer = ?", giver, in.From))
	}
	if len(in.Apart) == 0 {
		return false, nil
	}
	return store.Exists(v.DB().Model(&apart{}).Where("agreement IN ? AND giver = ? AND peer = ?", in.Apart[:min(len(in.Apart), most)], giver, in.From))
}

// ApartFrom lists the agreements after which a giver at this home did not want to meet this member again; they go along with
// her later claims there (pots:apart).
func ApartFrom(v *store.View, m people.MemberID, home string) ([]string, error) {
	var ids []string
	err := v.DB().Model(&keptApart{}).Where("member = ? AND peer = ?", m, home).Order("theirs").Pluck("theirs", &ids).Error
	return ids, err
}
