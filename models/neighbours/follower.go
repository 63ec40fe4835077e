package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// FollowerID names a follower.
type FollowerID string

// Follower is somebody elsewhere who gets what we publish for anyone. Following gives no access to what is for friends
// (protocol 8 case 91), and nobody counts followers or shows them.
type Follower struct {
	ID FollowerID `gorm:"primaryKey"`
	store.Root
	Actor    string
	Origin   string
	Of       wire.Actor `gorm:"column:followed"` // wire.Collective or wire.Decisions
	FollowID string     // the id of their Follow
	Inbox    string     // where deliveries go: Actor.Mailbox
	Since    time.Time
	// Hushed is set while a block covers them: nothing is queued for them then.
	Hushed bool
}

// AddFollower takes a Follow and records that it is to be accepted, also when it comes again. Refusals: Forbidden
// "neighbour.blocked" and "neighbour.limited", Invalid "follower.what" for an actor that cannot be followed.
func AddFollower(tx *store.Tx, a Actor, of wire.Actor, followID string) (err error) {
	defer fault.Wrap(&err, "add follower")
	if of != wire.Collective && of != wire.Decisions || followID == "" {
		return fault.New(fault.Invalid, "follower.what")
	}
	if a, err = welcome(tx, a); err != nil {
		return err
	}
	if away, err := KeptAway(tx.View, a.IRI); err != nil || away {
		return fault.New(fault.Forbidden, "neighbour.limited").Because(err)
	}
	f := Follower{ID: store.NewID[FollowerID](), Actor: a.IRI, Origin: a.Origin, Of: of, Since: tx.Now}
	known, err := store.All[Follower](tx.DB().Where("actor = ? AND followed = ?", a.IRI, of))
	if err != nil {
		return err
	}
	if len(known) == 1 {
		f = known[0]
	}
	f.FollowID, f.Inbox = followID, a.Mailbox()
	f.Record(FollowerAccepted, string(f.ID))
	return tx.Save(&f)
}

// RemoveFollower takes it that somebody follows no more; nothing happens when nobody did.
func RemoveFollower(tx *store.Tx, actor string, of wire.Actor) error {
	return tx.DB().Where("actor = ? AND followed = ?", actor, of).Delete(&Follower{}).Error
}

// RemoveFollow is RemoveFollower for an Undo that names only the id of the Follow; removed reports whether there was one.
func RemoveFollow(tx *store.Tx, actor, followID string) (removed bool, err error) {
	done := tx.DB().Where("actor = ? AND follow_id = ?", actor, followID).Delete(&Follower{})
	return done.RowsAffected > 0, done.Error
}

// ForgetInbox removes the followers behind an inbox that has been gone for a week (protocol 8 case 109).
func ForgetInbox(tx *store.Tx, inbox string) error {
	return tx.DB().Where("inbox = ?", inbox).Delete(&Follower{}).Error
}

// FindFollower finds a follower, for the relay: NotFound "follower.unknown" when it is one no more.
func FindFollower(v *store.View, id FollowerID) (Follower, error) {
	return store.First[Follower](v.DB().Where("id = ?", id), "follower.unknown")
}

// FollowerInboxes lists where what one of our actors publishes goes, each inbox once, in order, from after the given one. Where
// everybody is blocked there is none.
func FollowerInboxes(v *store.View, of wire.Actor, after string, limit int) ([]string, error) {
	var inboxes []string
	err := v.DB().Model(&Follower{}).Distinct().Where("followed = ? AND NOT hushed AND inbox > ?", of, after).
		Order("inbox").Limit(limit).Pluck("inbox", &inboxes).Error
	return inboxes, err
}
