// Package peopletest sets a collective up for the stories of the districts to the right of people.
package peopletest

import (
	"context"
	"testing"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// BaseURL is where the collective lives.
const BaseURL = "https://alder.example"

// Hash has the shape of a passphrase's hash and fits no passphrase; stories that sign in make a real one.
const Hash people.Hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw"

// Answers are the seven questions as Alder answered them.
func Answers() people.Answers {
	return people.Answers{
		Name: "Alder", Area: "Lower Mill Street", Language: "en", Zone: "Europe/Berlin", QuietFrom: "21:00", QuietTo: "08:00",
	}
}

// SetUp sets Alder up at storetest.Noon and gives its first steward, Sage.
func SetUp(t testing.TB, s *store.Store) (sage people.Member) {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		link, err := people.MakeSetupLink(tx)
		if err != nil {
			return err
		}
		sage, _, err = people.SetUp(tx, link, Answers(), BaseURL, people.NewMember{Nickname: "Sage", Passphrase: Hash})
		return err
	})
	return sage
}

// Join lets somebody join Alder by an invite of a steward's.
func Join(t testing.TB, s *store.Store, steward people.Member, nickname string) (m people.Member) {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		_, code, err := people.MakeInvite(tx, steward, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		if err != nil {
			return err
		}
		m, _, err = people.Redeem(tx, code, people.NewMember{Nickname: nickname, Passphrase: Hash})
		return err
	})
	return m
}

// TakeUp makes a member a steward, by an invite of one who is.
func TakeUp(t testing.TB, s *store.Store, steward, member people.Member) {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		_, code, err := people.MakeInvite(tx, steward, people.NewInvite{Kind: people.ForSteward, Uses: 1, Days: 7})
		if err != nil {
			return err
		}
		return people.TakeUp(tx, member, code)
	})
}

func do(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), storetest.Noon, fn); err != nil {
		t.Fatal(err)
	}
}
