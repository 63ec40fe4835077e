package people

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// InviteID names an invite on the page that revokes it; it lets nobody in.
type InviteID string

// InviteKind says what an invite is for.
type InviteKind string

// The kinds of invite.
const (
	ForMember  InviteKind = "member"  // whoever comes with it joins
	ForSteward InviteKind = "steward" // and begins a steward's term; a member may take it up too
)

// Invite lets people join. Its code is shown once, to whoever made it; who that was only stewards see (product F1).
type Invite struct {
	ID InviteID `gorm:"primaryKey"`
	store.Root
	CodeHash  string
	Kind      InviteKind
	Uses      int       // how many may still join; the schema keeps it from going below 0
	MadeBy    *MemberID // nil: on the command line
	ExpiresAt time.Time
	RevokedAt *time.Time
}

// NewInvite is what making an invite asks for.
type NewInvite struct {
	Kind InviteKind
	Uses int
	Days int // until it expires
}

// Limits of an invite (product T11). One for a steward lets one in, for a week at most.
const (
	inviteUsesMax     = 50
	inviteDaysMax     = 90
	stewardInviteDays = 7
	invitesKept       = 30 * 24 * time.Hour // after expiry
)

// MakeInvite makes an invite. Every member may invite members; stewards invite stewards, and that is written down where all members see
// it: who is a steward decides with the others.
func MakeInvite(tx *store.Tx, by Member, n NewInvite) (i Invite, code Secret, err error) {
	defer fault.Wrap(&err, "make an invite")
	if n.Kind != ForSteward {
		return makeInvite(tx, &by.ID, n)
	}
	if err := mustBeSteward(tx.View, by); err != nil {
		return i, "", err
	}
	if i, code, err = makeInvite(tx, &by.ID, n); err != nil {
		return i, "", err
	}
	return i, code, WriteDownBy(tx, by, DeedInvite, string(n.Kind))
}

// MakeInviteByCommandLine makes an invite and writes that down where all members see it.
func MakeInviteByCommandLine(tx *store.Tx, n NewInvite) (i Invite, code Secret, err error) {
	defer fault.Wrap(&err, "make an invite on the command line")
	if i, code, err = makeInvite(tx, nil, n); err != nil {
		return i, "", err
	}
	return i, code, WriteDown(tx, DeedInvite, string(n.Kind))
}

// FindInvite finds the invite of a code that can still be used. Refusals say why: NotFound "invite.unknown", Gone
// "invite.expired", "invite.used_up", "invite.revoked".
func FindInvite(v *store.View, code Secret) (Invite, error) {
	i, err := store.First[Invite](v.DB().Where("code_hash = ?", code.code().hash()), "invite.unknown")
	if err != nil {
		return i, err
	}
	return i, i.over(v.Now)
}

// Invites lists what can still be used, newest first, from before an id ("" for the first page). Stewards see everybody's, others
// their own.
func Invites(v *store.View, by Member, before InviteID, limit int) ([]Invite, error) {
	steward, err := IsSteward(v, by.ID)
	if err != nil {
		return nil, err
	}
	query := v.DB()
	if !steward {
		query = query.Where("made_by = ?", by.ID)
	}
	return store.All[Invite](listInvites(v, query, before, limit))
}

// RevokeInvite ends an invite: the maker may, and stewards.
func RevokeInvite(tx *store.Tx, by Member, id InviteID) (err error) {
	defer fault.Wrap(&err, "revoke invite %s", id)
	i, err := store.First[Invite](tx.DB().Where("id = ?", id), "invite.unknown")
	if err != nil {
		return err
	}
	if i.MadeBy == nil || *i.MadeBy != by.ID {
		steward, err := IsSteward(tx.View, by.ID)
		if err != nil {
			return err
		}
		if !steward {
			return unknownInvite()
		}
	}
	i.RevokedAt = &tx.Now
	return tx.Save(&i)
}

func makeInvite(tx *store.Tx, by *MemberID, n NewInvite) (Invite, Secret, error) {
	usesMax, daysMax := inviteUsesMax, inviteDaysMax
	if n.Kind == ForSteward {
		usesMax, daysMax = 1, stewardInviteDays
	}
	var in input
	if n.Kind != ForMember && n.Kind != ForSteward {
		in.refuse("kind", "invite.kind")
	}
	if n.Uses < 1 || n.Uses > usesMax {
		in.refuse("uses", "invite.uses", fault.Args{"Max": usesMax})
	}
	if n.Days < 1 || n.Days > daysMax {
		in.refuse("days", "invite.days", fault.Args{"Max": daysMax})
	}
	if err := in.err(); err != nil {
		return Invite{}, "", err
	}
	code := newCode()
	i := Invite{
		ID: store.NewID[InviteID](), CodeHash: code.hash(), Kind: n.Kind, Uses: n.Uses, MadeBy: by,
		ExpiresAt: tx.Now.AddDate(0, 0, n.Days),
	}
	return i, code, tx.Save(&i)
}

// useInvite takes one use. The condition is checked by the statement that changes the row, so that of many who come at once with
// an invite for one, one is let in.
func useInvite(tx *store.Tx, code Secret) (Invite, error) {
	i, err := FindInvite(tx.View, code)
	if err != nil {
		return i, err
	}
	used := tx.DB().Model(&Invite{}).
		Where("id = ? AND uses > 0 AND revoked_at IS NULL AND expires_at > ?", i.ID, tx.Now).
		Updates(map[string]any{"uses": gorm.Expr("uses - 1"), "version": gorm.Expr("version + 1")})
	if used.Error == nil && used.RowsAffected == 0 {
		return i, usedUp()
	}
	return i, used.Error
}

func listInvites(v *store.View, query *gorm.DB, before InviteID, limit int) *gorm.DB {
	query = query.Where("uses > 0 AND revoked_at IS NULL AND expires_at > ?", v.Now)
	if before != "" {
		query = query.Where("id < ?", before)
	}
	return query.Order("id DESC").Limit(limit)
}

func (i Invite) over(now time.Time) error {
	switch {
	case i.RevokedAt != nil:
		return fault.New(fault.Gone, "invite.revoked")
	case i.Uses == 0:
		return usedUp()
	case !i.ExpiresAt.After(now):
		return fault.New(fault.Gone, "invite.expired")
	}
	return nil
}

func usedUp() error { return fault.New(fault.Gone, "invite.used_up") }

func unknownInvite() error { return fault.New(fault.NotFound, "invite.unknown") }
