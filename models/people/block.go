package people

import (
	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Block keeps two members apart. It works both ways, has no reason and no date, and the other is not told (product F6).
type Block struct {
	Member MemberID `gorm:"primaryKey"` // who asked for it, and may lift it
	Other  MemberID `gorm:"primaryKey"`
}

// KeepApart keeps member and other apart until member lifts it. Saying it twice changes nothing.
func KeepApart(tx *store.Tx, member, other MemberID) error {
	if member == other {
		return fault.New(fault.Invalid, "block.self")
	}
	err := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&Block{Member: member, Other: other}).Error
	if store.Dangling(err) {
		return unknownMember()
	}
	return err
}

// LiftBlock lets them meet again, as far as this member is concerned.
func LiftBlock(tx *store.Tx, by Member, other MemberID) error {
	return tx.DB().Where("member = ? AND other = ?", by.ID, other).Delete(&Block{}).Error
}

// Apart reports whether either of two members does not want to meet the other.
func Apart(v *store.View, a, b MemberID) (bool, error) {
	return store.Exists(v.DB().Model(&Block{}).Where("(member = ? AND other = ?) OR (member = ? AND other = ?)", a, b, b, a))
}

// Blocks lists whom a member does not want to meet, for her own page.
func Blocks(v *store.View, by Member) ([]Block, error) {
	return store.All[Block](v.DB().Where("member = ?", by.ID).Order("other"))
}
