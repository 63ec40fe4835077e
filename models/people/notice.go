package people

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// NoticeID names a notice; it is the id of its entry in the personal feed.
type NoticeID string

// NoticeKind says what a notice is about, as noun.what. The districts name their own.
type NoticeKind string

// Notice is something a member is to be told: a card on Today and an entry of her feed. It holds ids and no words; the page and the
// feed say it in hers.
type Notice struct {
	ID      NoticeID `gorm:"primaryKey"`
	Member  MemberID
	Kind    NoticeKind
	Subject string
	At      time.Time
}

// noticesKept is how long a notice waits that nobody settles.
const noticesKept = 30 * 24 * time.Hour

// Notify tells a member something. The same again is not told twice, but moves up. Nobody tells a member who left.
func Notify(tx *store.Tx, member MemberID, kind NoticeKind, subject string) error {
	still, err := store.Exists(tx.DB().Model(&Member{}).Where("id = ? AND left_at IS NULL", member))
	if err != nil || !still {
		return err
	}
	again := clause.OnConflict{
		Columns:   []clause.Column{{Name: "member"}, {Name: "kind"}, {Name: "subject"}},
		DoUpdates: clause.AssignmentColumns([]string{"at"}),
	}
	n := Notice{ID: store.NewID[NoticeID](), Member: member, Kind: kind, Subject: subject, At: tx.Now}
	return tx.DB().Clauses(again).Create(&n).Error
}

// Settle takes a notice away from everybody who has it, because what it was about is over.
func Settle(tx *store.Tx, kind NoticeKind, subject string) error {
	return tx.DB().Where("kind = ? AND subject = ?", kind, subject).Delete(&Notice{}).Error
}

// Dismiss takes one away because the member has read it: NotFound "notice.unknown" when it is not hers.
func Dismiss(tx *store.Tx, by Member, id NoticeID) error {
	done := tx.DB().Where("id = ? AND member = ?", id, by.ID).Delete(&Notice{})
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "notice.unknown")
	}
	return done.Error
}

// Notices lists what a member is to be told, newest first. There is no second page: whatever has waited longest is settled or
// gone before anybody would turn to it.
func Notices(v *store.View, member MemberID, limit int) ([]Notice, error) {
	return store.All[Notice](v.DB().Where("member = ?", member).Order("at DESC, id DESC").Limit(limit))
}
