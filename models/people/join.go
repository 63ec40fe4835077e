package people

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// NewMember is all that joining asks for (product F3).
type NewMember struct {
	Nickname   string
	Language   string // empty: the collective's
	Passphrase Hash   // made by a Hasher, before the transaction
}

// Check says what is wrong with the form before anybody spends work on hashing its passphrase.
func (n NewMember) Check(passphrase string) error {
	var in input
	n.check(&in)
	in.wrong = append(in.wrong, checkPassphrase(passphrase)...)
	return in.err()
}

// Join lets somebody in without an invite, where the collective is open: else Forbidden "join.invite_needed". The recovery
// words are shown once.
func Join(tx *store.Tx, n NewMember) (m Member, words Words, err error) {
	defer fault.Wrap(&err, "join")
	c, err := FindCollective(tx.View)
	if err != nil {
		return m, nil, err
	}
	if !c.Open {
		return m, nil, fault.New(fault.Forbidden, "join.invite_needed")
	}
	return join(tx, n, c)
}

// Redeem joins by an invite, and begins a steward's term if the invite is for one. However many come with an invite for one, one
// of them joins; the others get Gone "invite.used_up".
func Redeem(tx *store.Tx, code Secret, n NewMember) (m Member, words Words, err error) {
	defer fault.Wrap(&err, "redeem an invite")
	c, err := FindCollective(tx.View)
	if err != nil {
		return m, nil, err
	}
	i, err := useInvite(tx, code)
	if err != nil {
		return m, nil, err
	}
	if m, words, err = join(tx, n, c); err != nil || i.Kind != ForSteward {
		return m, words, err
	}
	return m, words, begin(tx, Steward, m.ID)
}

func join(tx *store.Tx, n NewMember, c Collective) (Member, Words, error) {
	if n.Language == "" {
		n.Language = c.Language
	}
	var in input
	n.check(&in)
	if err := in.err(); err != nil {
		return Member{}, nil, err
	}
	return welcome(tx, n)
}

// welcome writes a member whose form was checked.
func welcome(tx *store.Tx, n NewMember) (Member, Words, error) {
	shown, key := (&input{}).nickname(n.Nickname)
	known, err := store.Exists(named(tx.View, key).Model(&Member{}))
	if err != nil {
		return Member{}, nil, err
	}
	if known {
		return Member{}, nil, nicknameTaken()
	}
	m := Member{
		ID: store.RandomID[MemberID](), Nickname: shown, NicknameKey: &key, Language: n.Language, JoinedAt: &tx.Now,
	}
	if err := taken(tx.Save(&m)); err != nil {
		return Member{}, nil, err
	}
	words := newWords()
	return m, words, tx.DB().Create(&Credential{Member: m.ID, Passphrase: n.Passphrase, WordsHash: words.hash()}).Error
}

func (n NewMember) check(in *input) {
	in.nickname(n.Nickname)
	if n.Language != "" {
		in.language(n.Language)
	}
}
