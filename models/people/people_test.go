package people_test

import (
	"context"
	"testing"
	"time"
	_ "time/tzdata"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

var noon = storetest.Noon

// node is one collective's database at a time of day that the story turns.
type node struct {
	*testing.T
	*store.Store
	now time.Time
}

// each runs a story on both databases, before set-up.
func each(t *testing.T, story func(n *node)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { story(&node{t, s, noon}) })
}

// alder runs a story on both databases in a collective with one steward, Sage.
func alder(t *testing.T, story func(n *node, sage people.Member)) {
	t.Helper()
	each(t, func(n *node) { story(n, peopletest.SetUp(n.T, n.Store)) })
}

func (n *node) try(fn func(tx *store.Tx) error) error {
	return n.Update(context.Background(), n.now, fn)
}

func (n *node) do(fn func(tx *store.Tx) error) {
	n.Helper()
	if err := n.try(fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) look(fn func(v *store.View) error) {
	n.Helper()
	if err := n.View(context.Background(), n.now, fn); err != nil {
		n.Fatal(err)
	}
}

func (n *node) later(span time.Duration) { n.now = n.now.Add(span) }

func (n *node) join(sage people.Member, nickname string) people.Member {
	n.Helper()
	return peopletest.Join(n.T, n.Store, sage, nickname)
}

// invite makes an invite and gives its code.
func (n *node) invite(by people.Member, in people.NewInvite) (code people.Secret) {
	n.Helper()
	n.do(func(tx *store.Tx) (err error) {
		_, code, err = people.MakeInvite(tx, by, in)
		return err
	})
	return code
}

func (n *node) redeem(code people.Secret, nickname string) (m people.Member, words people.Words, err error) {
	err = n.try(func(tx *store.Tx) (err error) {
		m, words, err = people.Redeem(tx, code, people.NewMember{Nickname: nickname, Passphrase: peopletest.Hash})
		return err
	})
	return m, words, err
}

func (n *node) refused(err error, kind fault.Kind, key string) {
	n.Helper()
	if !fault.Is(err, kind) || fault.KeyOf(err) != key {
		n.Errorf("got %v, want %v: %s", err, kind, key)
	}
}

// refusedField wants this sentence beside this field.
func (n *node) refusedField(err error, field, key string) {
	n.Helper()
	e, ok := fault.As(err)
	if !ok {
		n.Errorf("got %v, want %s=%s", err, field, key)
		return
	}
	for _, f := range e.Fields {
		if f.Name == field && f.Key == key {
			return
		}
	}
	n.Errorf("got %v, want %s=%s", err, field, key)
}
