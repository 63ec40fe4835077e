package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// Exported is everything that this district knows about a member, for her own file (product 6: subject rights).
type Exported struct {
	Nickname string            `json:"nickname"`
	Language string            `json:"language"`
	Contact  string            `json:"contact"`
	JoinedAt *time.Time        `json:"joined_at"`
	Feed     bool              `json:"feed"`
	Steward  *time.Time        `json:"steward_until,omitempty"`
	Sessions []ExportedSession `json:"sessions"`
	Tokens   []ExportedToken   `json:"tokens"`
	Invites  []ExportedInvite  `json:"invites"`
	Notices  []ExportedNotice  `json:"notices"`
	Apart    []string          `json:"apart"`
}

// ExportedSession is a device on which she is signed in, or was until Until and it is not purged yet.
type ExportedSession struct {
	Label string    `json:"label"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// ExportedToken is a program that may act for her.
type ExportedToken struct {
	Name   string     `json:"name"`
	Scopes []Scope    `json:"scopes"`
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until,omitempty"`
}

// ExportedInvite is an invite of hers that can still be used.
type ExportedInvite struct {
	Kind  InviteKind `json:"kind"`
	Uses  int        `json:"uses"`
	Until time.Time  `json:"until"`
}

// ExportedNotice is something that she has still to be told.
type ExportedNotice struct {
	Kind    NoticeKind `json:"kind"`
	Subject string     `json:"subject"`
	At      time.Time  `json:"at"`
}

// Export gathers what is known about a member. Other people are in it by nickname, as she knows them, and only where she put them.
func Export(v *store.View, member MemberID) (e Exported, err error) {
	m, err := here(v, member)
	if err != nil {
		return e, err
	}
	e = Exported{Nickname: m.Nickname, Language: m.Language, Contact: m.Contact, JoinedAt: m.JoinedAt, Feed: m.Reachable()}
	sessions, err := store.All[Session](v.DB().Where("member = ?", m.ID).Order("id"))
	if err != nil {
		return e, err
	}
	for _, s := range sessions {
		e.Sessions = append(e.Sessions, ExportedSession{s.Label, s.CreatedOn, s.IdleUntil})
	}
	tokens, err := store.All[Token](v.DB().Where("member = ?", m.ID).Order("id"))
	if err != nil {
		return e, err
	}
	for _, t := range tokens {
		e.Tokens = append(e.Tokens, ExportedToken{t.Name, t.Scopes, t.CreatedOn, t.ExpiresAt})
	}
	invites, err := store.All[Invite](v.DB().Where("made_by = ? AND uses > 0 AND revoked_at IS NULL AND expires_at > ?", m.ID, v.Now).Order("id"))
	if err != nil {
		return e, err
	}
	for _, i := range invites {
		e.Invites = append(e.Invites, ExportedInvite{i.Kind, i.Uses, i.ExpiresAt})
	}
	notices, err := Notices(v, m.ID, -1)
	if err != nil {
		return e, err
	}
	for _, one := range notices {
		e.Notices = append(e.Notices, ExportedNotice{one.Kind, one.Subject, one.At})
	}
	if e.Apart, err = apartFrom(v, m); err != nil {
		return e, err
	}
	terms, err := store.All[Role](v.DB().Where("member = ? AND until > ?", m.ID, v.Now))
	for i := range terms {
		e.Steward = &terms[i].Until
	}
	return e, err
}

func apartFrom(v *store.View, m Member) ([]string, error) {
	blocks, err := Blocks(v, m)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, b := range blocks {
		other, err := FindMember(v, b.Other)
		if err != nil {
			return nil, err
		}
		names = append(names, other.Nickname)
	}
	return names, nil
}
