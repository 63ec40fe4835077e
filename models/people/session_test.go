package people_test

import (
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

func (n *node) session(m people.Member, label string) (token people.Secret) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) {
		token, err = people.StartSession(tx, n.now, m, label)
		return err
	})
	return token
}

func TestSession_endsWhenNobodyUsesIt(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		token := n.session(sage, "phone")
		n.later(13 * 24 * time.Hour)
		if n.who(token) != "Sage" {
			n.Error("it ended too soon")
		}
		n.later(24 * time.Hour)
		if n.who(token) != "" {
			n.Error("it is two weeks old and unused")
		}
	})
}

func TestSession_endsAfterNinetyDaysHoweverOftenItIsUsed(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		token := n.session(sage, "phone")
		for days := 0; days < 89; days++ {
			n.later(24 * time.Hour)
			n.do(func(tx *store.Tx) error {
				s, _, err := people.FindSession(tx.View, n.now, token)
				if err != nil {
					return err
				}
				if days < 75 && !s.Stale(n.now) {
					n.Errorf("day %d: another day does not move its end", days)
				}
				return people.KeepSession(tx, n.now, s)
			})
			n.look(func(v *store.View) error {
				s, _, err := people.FindSession(v, n.now, token)
				if s.Stale(n.now) {
					n.Errorf("day %d: it is written more than once a day", days)
				}
				return err
			})
		}
		n.later(24 * time.Hour)
		if n.who(token) != "" {
			n.Error("it is ninety days old")
		}
	})
}

// The clock of the rules can be turned; what opens a door goes by the one on the wall (DESIGN 2).
func TestDoors_goByTheClockOnTheWall(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		var session, program people.Secret
		turned := func(fn func(tx *store.Tx) error) error {
			return n.Update(t.Context(), n.now.AddDate(1, 0, 0), fn)
		}
		err := turned(func(tx *store.Tx) (err error) {
			if session, err = people.StartSession(tx, n.now, sage, ""); err != nil {
				return err
			}
			_, program, err = people.MakeToken(tx, n.now, sage, people.NewToken{Name: "board", Scopes: people.Scopes(), Days: 3})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		opens := func(wall time.Time) (doors int) {
			err := turned(func(tx *store.Tx) error {
				if err := people.PurgeDoors(tx, wall); err != nil {
					return err
				}
				if err := people.Purge(tx); err != nil {
					return err
				}
				if _, _, err := people.FindSession(tx.View, wall, session); err == nil {
					doors++
				}
				if _, _, err := people.FindToken(tx.View, wall, program); err == nil {
					doors++
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return doors
		}
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 2}, {72*time.Hour - time.Second, 2}, {72 * time.Hour, 1}, {13 * 24 * time.Hour, 1}, {14 * 24 * time.Hour, 0}} {
			if got := opens(n.now.Add(step.after)); got != step.want {
				t.Errorf("after %v on the wall %d doors open, want %d", step.after, got, step.want)
			}
		}
	})
}

func TestSession_isEndedByItsMemberOnly(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		phone, tablet, hers := n.session(sage, "phone"), n.session(sage, "tablet"), n.session(maya, "")
		var list []people.Session
		n.look(func(v *store.View) (err error) {
			list, err = people.Sessions(v, n.now, sage)
			return err
		})
		if len(list) != 2 {
			n.Fatalf("Sage is signed in on %d devices", len(list))
		}
		end := func(by people.Member, s people.Session) error {
			return n.try(func(tx *store.Tx) error { return people.EndSession(tx, by, s.ID) })
		}
		n.refused(end(maya, list[0]), fault.NotFound, "session.unknown")
		for _, s := range list {
			if s.Label == "phone" {
				if err := end(sage, s); err != nil {
					n.Fatal(err)
				}
			}
			if !s.CreatedOn.Equal(noon.Truncate(24 * time.Hour)) {
				n.Errorf("it knows the hour: %v", s.CreatedOn)
			}
		}
		if n.who(phone) != "" || n.who(tablet) != "Sage" {
			n.Error("the wrong device is signed out")
		}
		n.do(func(tx *store.Tx) error { return people.EndSessions(tx, sage) })
		if n.who(tablet) != "" || n.who(hers) != "Maya" {
			n.Error("everywhere is everywhere of hers")
		}
	})
}

func TestSession_labelIsALine(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		err := n.try(func(tx *store.Tx) error {
			_, err := people.StartSession(tx, n.now, sage, "a\u2066b")
			return err
		})
		n.refusedField(err, "label", "session.label.characters")
	})
}

func TestToken_allowsItsScopesUntilItEnds(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		var secret people.Secret
		var token people.Token
		n.do(func(tx *store.Tx) (err error) {
			token, secret, err = people.MakeToken(tx, n.now, sage, people.NewToken{
				Name: "label printer", Scopes: []people.Scope{people.ClaimsScope, people.ThingsRead, people.ThingsRead}, Days: 30,
			})
			return err
		})
		find := func() (got people.Token, m people.Member, err error) {
			err = n.View(t.Context(), n.now, func(v *store.View) (err error) {
				got, m, err = people.FindToken(v, n.now, secret)
				return err
			})
			return got, m, err
		}
		got, m, err := find()
		if err != nil {
			n.Fatal(err)
		}
		if m.ID != sage.ID || !got.Allows(people.ThingsRead) || !got.Allows(people.ClaimsScope) || got.Allows(people.ThingsWrite) || len(got.Scopes) != 2 {
			n.Errorf("%s may %v", m.Nickname, got.Scopes)
		}
		maya := n.join(sage, "Maya")
		n.refused(n.try(func(tx *store.Tx) error { return people.RevokeToken(tx, maya, token.ID) }), fault.NotFound, "token.unknown")
		n.later(30 * 24 * time.Hour)
		_, _, err = find()
		n.refused(err, fault.NotFound, "token.unknown")
		n.do(func(tx *store.Tx) error { return people.RevokeToken(tx, sage, token.ID) })
	})
}

func TestToken_isRefusedWithoutNameOrScope(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		for key, wrong := range map[string]people.NewToken{
			"token.name.missing":   {Scopes: people.Scopes()},
			"token.scopes.missing": {Name: "x"},
			"token.scopes.unknown": {Name: "x", Scopes: []people.Scope{"admin"}},
			"token.days":           {Name: "x", Scopes: people.Scopes(), Days: 366},
		} {
			err := n.try(func(tx *store.Tx) error {
				_, _, err := people.MakeToken(tx, n.now, sage, wrong)
				return err
			})
			e, ok := fault.As(err)
			if !ok || len(e.Fields) != 1 || e.Fields[0].Key != key {
				n.Errorf("got %v, want %s", err, key)
			}
		}
	})
}

func TestFeed_hasASecretAddressThatCanBeRevoked(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		renew := func() (m people.Member) {
			n.do(func(tx *store.Tx) (err error) {
				m, err = people.RenewFeed(tx, sage)
				return err
			})
			return m
		}
		opens := func(feed people.Secret) bool {
			err := n.View(t.Context(), n.now, func(v *store.View) error {
				_, err := people.FindByFeed(v, feed)
				return err
			})
			return err == nil
		}
		if sage.Reachable() || opens("") {
			n.Error("she has no feed yet")
		}
		first := renew()
		if !first.Reachable() || !opens(first.Feed) {
			n.Error("her feed does not open")
		}
		second := renew()
		if opens(first.Feed) || !opens(second.Feed) {
			n.Error("the old address still opens")
		}
		n.look(func(v *store.View) error {
			again, err := people.FindMember(v, sage.ID)
			if again.Feed != second.Feed {
				n.Error("her page cannot show the address again")
			}
			return err
		})
		n.do(func(tx *store.Tx) error { return people.EndFeed(tx, sage) })
		if opens(second.Feed) {
			n.Error("the revoked address still opens")
		}
	})
}
