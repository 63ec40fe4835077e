package people

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Leave erases a member from this district: her name, what opens her doors, her role, notices, blocks both ways. A tombstone id
// stays. It asks nobody and needs no reason. Her things and promises are the other districts' part; models.Leave calls all.
func Leave(tx *store.Tx, by Member) (err error) {
	defer fault.Wrap(&err, "leave %s", by.ID)
	m, err := here(tx.View, by.ID)
	if err != nil {
		return err
	}
	if err := forgetKnocks(tx, m); err != nil {
		return err
	}
	if err := eachDelete(tx, m.ID, &Session{}, &Token{}, &RecoveryLink{}, &Credential{}, &Role{}, &Notice{}); err != nil {
		return err
	}
	if err := tx.DB().Where("member = ? OR other = ?", m.ID, m.ID).Delete(&Block{}).Error; err != nil {
		return err
	}
	if err := tx.DB().Where("made_by = ?", m.ID).Delete(&Invite{}).Error; err != nil {
		return err
	}
	left := day(tx.Now)
	m.Nickname, m.NicknameKey, m.Language, m.Contact = "", nil, "", ""
	m.Feed, m.FeedHash, m.JoinedAt, m.LeftAt = "", nil, nil, &left
	return tx.Save(&m)
}

// eachDelete deletes a member's rows from each table.
func eachDelete(tx *store.Tx, member MemberID, rows ...any) error {
	for _, row := range rows {
		if err := tx.DB().Where("member = ?", member).Delete(row).Error; err != nil {
			return err
		}
	}
	return nil
}
