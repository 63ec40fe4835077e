package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// RoleName names a role. A power belongs to a role with a term, never to a person (DESIGN 8).
type RoleName string

// Steward is the one role to begin with: neighbours, hiding a thing for a while, letting a member back in, the collective's
// settings.
const Steward RoleName = "steward"

// Role is a member's term in a role. It ends by itself; nobody has to take it away.
type Role struct {
	Member MemberID `gorm:"primaryKey"`
	Role   RoleName `gorm:"primaryKey"`
	store.Root
	Since time.Time
	Until time.Time
}

// termMonths is how long a term lasts. Another steward's invite begins the next.
const termMonths = 3

// IsSteward reports whether the member is in her term.
func IsSteward(v *store.View, member MemberID) (bool, error) {
	return store.Exists(v.DB().Model(&Role{}).Where("member = ? AND role = ? AND until > ?", member, Steward, v.Now))
}

// Stewards lists who is in a term now, whose ends first. The list is empty when all terms are over: then the powers rest, and
// the page says so.
func Stewards(v *store.View) ([]Role, error) {
	return store.All[Role](v.DB().Where("role = ? AND until > ?", Steward, v.Now).Order("until, member"))
}

// AnotherSteward reports whether somebody else than the member is a steward in a term: what needs two people may be done by one
// while there is one (DESIGN 6).
func AnotherSteward(v *store.View, member MemberID) (bool, error) {
	return store.Exists(v.DB().Model(&Role{}).Where("member <> ? AND role = ? AND until > ?", member, Steward, v.Now))
}

// StepBack ends the member's own term today.
func StepBack(tx *store.Tx, by Member) error {
	return tx.DB().Where("member = ? AND role = ?", by.ID, Steward).Delete(&Role{}).Error
}

// TakeUp begins a term, or a new one, of somebody who is a member already and was given a steward's invite. Nobody prolongs
// herself, except while she is the only steward (DESIGN 6: what needs two may be done by one while there is one).
func TakeUp(tx *store.Tx, by Member, code Secret) (err error) {
	defer fault.Wrap(&err, "take up the steward's role")
	i, err := useInvite(tx, code)
	if err != nil {
		return err
	}
	if i.Kind != ForSteward {
		return fault.New(fault.Conflict, "invite.already_member")
	}
	if i.MadeBy != nil && *i.MadeBy == by.ID {
		another, err := AnotherSteward(tx.View, by.ID)
		if err != nil {
			return err
		}
		if another {
			return fault.New(fault.Forbidden, "invite.own")
		}
	}
	return begin(tx, Steward, by.ID)
}

// begin starts a term, or starts it anew.
func begin(tx *store.Tx, role RoleName, member MemberID) error {
	has, err := store.All[Role](tx.DB().Where("member = ? AND role = ?", member, role))
	if err != nil {
		return err
	}
	r := Role{Member: member, Role: role}
	if len(has) == 1 {
		r = has[0]
	}
	r.Since, r.Until = tx.Now, tx.Now.AddDate(0, termMonths, 0)
	return tx.Save(&r)
}

func mustBeSteward(v *store.View, by Member) error {
	ok, err := IsSteward(v, by.ID)
	if err == nil && !ok {
		err = fault.New(fault.Forbidden, "role.steward_needed")
	}
	return err
}
