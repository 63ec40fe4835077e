package people

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Scope is what a program may do in a member's name. A scope never allows more than the member herself may.
type Scope string

// The scopes. GET /me and GET /node need none.
const (
	ThingsRead      Scope = "things:read"      // see what is offered, and the member's own offers with who was found
	ThingsWrite     Scope = "things:write"     // offer, change and hand over things, add photos
	ClaimsScope     Scope = "claims"           // ask for things, agree on times, read and write the messages about it
	NeighboursRead  Scope = "neighbours:read"  // see the neighbours
	NeighboursWrite Scope = "neighbours:write" // add, accept and part from neighbours, where the member is a steward
	PeopleScope     Scope = "people"           // make and list invites, list and end her sessions
)

// Scopes are all scopes, in the order in which a page lists them.
func Scopes() []Scope {
	return []Scope{ThingsRead, ThingsWrite, ClaimsScope, NeighboursRead, NeighboursWrite, PeopleScope}
}

// TokenID names a token on the page that revokes it.
type TokenID string

// Token lets a program act for a member. Its end is wall time.
type Token struct {
	ID        TokenID `gorm:"primaryKey"`
	Member    MemberID
	TokenHash string
	Name      string
	Scopes    []Scope `gorm:"serializer:json"`
	CreatedOn time.Time
	ExpiresAt *time.Time // nil: until it is revoked
}

// NewToken is what making a token asks for.
type NewToken struct {
	Name   string
	Scopes []Scope
	Days   int // until it ends; 0 is until it is revoked
}

// tokenPrefix lets secret scanners and people recognise a token of ours.
const (
	tokenPrefix  = "manypots_"
	tokenDaysMax = 365
)

// MakeToken makes a token; the secret is shown once.
func MakeToken(tx *store.Tx, wall time.Time, by Member, n NewToken) (t Token, secret Secret, err error) {
	defer fault.Wrap(&err, "make a token for %s", by.ID)
	if t, err = n.token(wall); err != nil {
		return t, "", err
	}
	secret = newSecret(tokenPrefix)
	t.Member, t.TokenHash = by.ID, secret.hash()
	return t, secret, tx.DB().Create(&t).Error
}

// MakeTokenByCommandLine makes a token for a member and writes that down.
func MakeTokenByCommandLine(tx *store.Tx, wall time.Time, nickname string, n NewToken) (t Token, secret Secret, err error) {
	m, err := FindByNickname(tx.View, nickname)
	if err != nil {
		return t, "", err
	}
	if t, secret, err = MakeToken(tx, wall, m, n); err != nil {
		return t, "", err
	}
	return t, secret, WriteDown(tx, DeedToken, string(m.ID))
}

// FindToken finds who a program acts for, and what it may: NotFound "token.unknown" when the token is none of ours, or no longer.
func FindToken(v *store.View, wall time.Time, secret Secret) (t Token, m Member, err error) {
	t, err = store.First[Token](v.DB().
		Where("token_hash = ? AND (expires_at IS NULL OR expires_at > ?)", secret.hash(), second(wall)), "token.unknown")
	if err != nil {
		return t, m, err
	}
	m, err = here(v, t.Member)
	return t, m, err
}

// Allows reports whether the token has the scope.
func (t Token) Allows(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Tokens lists the member's tokens.
func Tokens(v *store.View, wall time.Time, by Member) ([]Token, error) {
	return store.All[Token](v.DB().
		Where("member = ? AND (expires_at IS NULL OR expires_at > ?)", by.ID, second(wall)).Order("id"))
}

// RevokeToken ends a token of the member's: NotFound "token.unknown" when it is not hers.
func RevokeToken(tx *store.Tx, by Member, id TokenID) error {
	done := tx.DB().Where("id = ? AND member = ?", id, by.ID).Delete(&Token{})
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "token.unknown")
	}
	return done.Error
}

func (n NewToken) token(wall time.Time) (Token, error) {
	var in input
	t := Token{ID: store.NewID[TokenID](), CreatedOn: day(wall)}
	t.Name = in.required("name", "token.name", n.Name, labelMax)
	for _, s := range Scopes() { // in our order, each once
		if slices.Contains(n.Scopes, s) {
			t.Scopes = append(t.Scopes, s)
		}
	}
	unknown := func(s Scope) bool { return !slices.Contains(Scopes(), s) }
	switch {
	case slices.ContainsFunc(n.Scopes, unknown):
		in.refuse("scopes", "token.scopes.unknown")
	case len(t.Scopes) == 0:
		in.refuse("scopes", "token.scopes.missing")
	}
	if n.Days < 0 || n.Days > tokenDaysMax {
		in.refuse("days", "token.days", fault.Args{"Max": tokenDaysMax})
	}
	if n.Days > 0 {
		end := second(wall).AddDate(0, 0, n.Days)
		t.ExpiresAt = &end
	}
	return t, in.err()
}
