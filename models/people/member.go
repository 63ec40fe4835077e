package people

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// MemberID names a member, for ever and at random. It never leaves the node.
type MemberID string

// Member is a person of this collective, known by a nickname. What opens her door is kept apart, in Credential.
//
// A member who left is a tombstone: an id, so that what she is part of still has two ends, and nothing that says who it was.
type Member struct {
	ID MemberID `gorm:"primaryKey"`
	store.Root
	Nickname string
	// NicknameKey is by what two nicknames are the same; nil once she left.
	NicknameKey *string
	Language    string
	// Contact is how people can reach her: one line, hidden until she sends it to somebody with whom she has a promise.
	Contact string
	// Feed is the secret in the addresses of her personal feed, empty while she has none. It is kept in clear because a
	// page shows it again; it opens neutral titles and nothing else.
	Feed     Secret
	FeedHash *string
	JoinedAt *time.Time
	LeftAt   *time.Time
}

// Profile is what a member may change about herself.
type Profile struct{ Nickname, Language, Contact string }

// FindMember finds a member, also one who left.
func FindMember(v *store.View, id MemberID) (Member, error) {
	return store.First[Member](v.DB().Where("id = ?", id), "member.unknown")
}

// FindMembers finds several members at once, for a page that names them.
func FindMembers(v *store.View, ids ...MemberID) (map[MemberID]Member, error) {
	rows, err := store.All[Member](v.DB().Where("id IN ?", ids))
	found := make(map[MemberID]Member, len(rows))
	for _, m := range rows {
		found[m.ID] = m
	}
	return found, err
}

// FindByNickname finds a member who is here by her nickname, however she writes it.
func FindByNickname(v *store.View, nickname string) (Member, error) {
	var in input
	_, key := in.nickname(nickname)
	if in.err() != nil {
		return Member{}, unknownMember()
	}
	return store.First[Member](named(v, key), "member.unknown")
}

// ListMembers lists who is here by nickname, a page at a time, for the command line. No page shows such a list (product T1).
func ListMembers(v *store.View, after string, limit int) ([]Member, error) {
	return store.All[Member](v.DB().Where("nickname_key > ?", after).Order("nickname_key").Limit(limit))
}

// ChangeProfile changes what a member says about herself.
func ChangeProfile(tx *store.Tx, by Member, p Profile) (m Member, err error) {
	defer fault.Wrap(&err, "change profile of %s", by.ID)
	if m, err = here(tx.View, by.ID); err != nil {
		return m, err
	}
	var in input
	shown, key := in.nickname(p.Nickname)
	m.Language = in.language(p.Language)
	m.Contact = in.line("contact", "member.contact", p.Contact, contactMax)
	if err := in.err(); err != nil {
		return m, err
	}
	m.Nickname, m.NicknameKey = shown, &key
	return m, taken(tx.Save(&m))
}

// Reachable reports that she has chosen a channel that reaches her, so that silence may count sooner (DESIGN 4).
func (m Member) Reachable() bool { return m.Feed != "" }

// Left reports that she is no longer here.
func (m Member) Left() bool { return m.LeftAt != nil }

func named(v *store.View, key string) *gorm.DB { return v.DB().Where("nickname_key = ?", key) }

// here finds a member who has not left.
func here(v *store.View, id MemberID) (Member, error) {
	return store.First[Member](v.DB().Where("id = ? AND left_at IS NULL", id), "member.unknown")
}

// taken turns the broken constraint on nicknames into a sentence beside the field.
func taken(err error) error {
	if store.Duplicate(err) {
		return nicknameTaken()
	}
	return err
}

func nicknameTaken() error {
	return fault.Fields(fault.Field{Name: "nickname", Key: "member.nickname.taken"})
}

func unknownMember() error { return fault.New(fault.NotFound, "member.unknown") }
