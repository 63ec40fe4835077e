package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// SessionID names a session on the page that ends it; it opens nothing.
type SessionID string

// Session is a device on which a member is signed in. It knows no address and no browser, only what the member calls the
// device, and days, not hours (security 5.1). Its ends are wall time, like those of the cookie that carries it (DESIGN 2): whoever
// turns the clock in development stays signed in.
type Session struct {
	ID        SessionID `gorm:"primaryKey"`
	Member    MemberID
	TokenHash string
	Label     string
	CreatedOn time.Time
	IdleUntil time.Time // moves on with use, at most once a day
	EndsAt    time.Time // never moves
}

// How long a session lasts unused, and at all (security 5.1; the cookie lives as long as EndsAt).
const (
	SessionIdle = 14 * 24 * time.Hour
	SessionLife = 90 * 24 * time.Hour
)

// StartSession signs a member in, who has just joined, set up or got back in; everybody else comes through Enter.
func StartSession(tx *store.Tx, wall time.Time, m Member, label string) (token Secret, err error) {
	defer fault.Wrap(&err, "start a session of %s", m.ID)
	var in input
	label = in.line("label", "session.label", label, labelMax)
	if err := in.err(); err != nil {
		return "", err
	}
	today := day(wall)
	token = newSecret("")
	return token, tx.DB().Create(&Session{
		ID: store.RandomID[SessionID](), Member: m.ID, TokenHash: token.hash(), Label: label,
		CreatedOn: today, IdleUntil: today.Add(SessionIdle), EndsAt: today.Add(SessionLife),
	}).Error
}

// FindSession finds who comes with this cookie: NotFound "session.unknown" when nobody does, or no longer.
func FindSession(v *store.View, wall time.Time, token Secret) (s Session, m Member, err error) {
	s, err = store.First[Session](v.DB().Where("token_hash = ? AND idle_until > ?", token.hash(), second(wall)), "session.unknown")
	if err != nil {
		return s, m, err
	}
	m, err = here(v, s.Member)
	return s, m, err
}

// Stale reports that the session is used on another day than before and wants KeepSession.
func (s Session) Stale(wall time.Time) bool { return s.idle(wall).After(s.IdleUntil) }

// KeepSession moves the idle end on, because the session is used.
func KeepSession(tx *store.Tx, wall time.Time, s Session) error {
	return tx.DB().Model(&Session{}).Where("id = ?", s.ID).Update("idle_until", s.idle(wall)).Error
}

// EndSession ends one of the member's sessions: NotFound "session.unknown" when it is not hers.
func EndSession(tx *store.Tx, by Member, id SessionID) error {
	done := tx.DB().Where("id = ? AND member = ?", id, by.ID).Delete(&Session{})
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "session.unknown")
	}
	return done.Error
}

// EndSessions ends them all, everywhere.
func EndSessions(tx *store.Tx, by Member) error {
	return tx.DB().Where("member = ?", by.ID).Delete(&Session{}).Error
}

// Sessions lists where the member is signed in. She has few, and ends what she does not know.
func Sessions(v *store.View, wall time.Time, by Member) ([]Session, error) {
	return store.All[Session](v.DB().Where("member = ? AND idle_until > ?", by.ID, second(wall)).Order("id"))
}

func (s Session) idle(wall time.Time) time.Time {
	idle := day(wall).Add(SessionIdle)
	if idle.After(s.EndsAt) {
		return s.EndsAt
	}
	return idle
}

// PurgeDoors drops the sessions and tokens whose end has come by the clock on the wall; Purge drops the rest.
func PurgeDoors(tx *store.Tx, wall time.Time) error {
	if err := tx.DB().Where("idle_until <= ?", second(wall)).Delete(&Session{}).Error; err != nil {
		return err
	}
	return tx.DB().Where("expires_at <= ?", second(wall)).Delete(&Token{}).Error
}

func day(t time.Time) time.Time    { return t.UTC().Truncate(24 * time.Hour) }
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
