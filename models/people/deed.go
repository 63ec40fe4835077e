package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// DeedID names a line of the list.
type DeedID string

// DeedKind says what was done, as noun.what; the page has the sentence. The districts name their own.
type DeedKind string

// Deeds of this package. Subjects are ids or words of ours, never people's.
const (
	DeedInvite    DeedKind = "invite.made"        // subject: the kind of invite
	DeedToken     DeedKind = "token.made"         // subject: the member it acts for
	DeedLetBackIn DeedKind = "member.let_back_in" // subject: the member
)

// Deed is a line in the list, which every member reads, of what was done on the command line or with a steward's power over
// another: there is no silent admin (DESIGN 6, 8).
type Deed struct {
	ID      DeedID `gorm:"primaryKey"`
	At      time.Time
	Kind    DeedKind
	Subject string
	MadeBy  *MemberID // nil: on the command line
}

// deedsKept is how long a line stays (security 5.1).
const deedsKept = 365 * 24 * time.Hour

// WriteDown notes what was done on the command line, in the transaction that does it.
func WriteDown(tx *store.Tx, kind DeedKind, subject string) error {
	return writeDown(tx, nil, kind, subject)
}

// WriteDownBy notes what a member did with a steward's power.
func WriteDownBy(tx *store.Tx, by Member, kind DeedKind, subject string) error {
	return writeDown(tx, &by.ID, kind, subject)
}

// Deeds lists what was done, newest first, from before a line (nil for the first page).
func Deeds(v *store.View, before *Deed, limit int) ([]Deed, error) {
	query := v.DB().Order("at DESC, id DESC").Limit(limit)
	if before != nil {
		query = query.Where("(at, id) < (?, ?)", before.At, before.ID)
	}
	return store.All[Deed](query)
}

// LastDeed is the newest line of a kind; nil when there is none.
func LastDeed(v *store.View, kind DeedKind) (*Deed, error) {
	found, err := store.All[Deed](v.DB().Where("kind = ?", kind).Order("at DESC, id DESC").Limit(1))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func writeDown(tx *store.Tx, by *MemberID, kind DeedKind, subject string) error {
	return tx.DB().Create(&Deed{ID: store.NewID[DeedID](), At: tx.Now, Kind: kind, Subject: subject, MadeBy: by}).Error
}
