package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// RecoveryLink lets a member back in who lost her passphrase and her words. A steward makes it on a page or an operator on the
// command line, and hands it over in person; both are written down where all members see it.
type RecoveryLink struct {
	CodeHash  string `gorm:"primaryKey"`
	Member    MemberID
	ExpiresAt time.Time
}

// recoveryLinkLife is as long as two people stand beside one another.
const recoveryLinkLife = 15 * time.Minute

// What a member is told about her own door. The subject is her own id.
const (
	NoticeLinkMade  NoticeKind = "recovery.link_made" // somebody made a link that would let her in
	NoticeRecovered NoticeKind = "recovery.used"      // her door was opened with words or a link
)

// LetBackIn makes a link that lets a member back in; stewards do.
func LetBackIn(tx *store.Tx, by Member, nickname string) (m Member, code Secret, err error) {
	defer fault.Wrap(&err, "let a member back in")
	if err := mustBeSteward(tx.View, by); err != nil {
		return m, "", err
	}
	if m, code, err = makeRecoveryLink(tx, nickname); err != nil {
		return m, "", err
	}
	return m, code, WriteDownBy(tx, by, DeedLetBackIn, string(m.ID))
}

// LetBackInByCommandLine makes the same link for an operator.
func LetBackInByCommandLine(tx *store.Tx, nickname string) (m Member, code Secret, err error) {
	defer fault.Wrap(&err, "let a member back in by command line")
	if m, code, err = makeRecoveryLink(tx, nickname); err != nil {
		return m, "", err
	}
	return m, code, WriteDown(tx, DeedLetBackIn, string(m.ID))
}

// FindRecoveryLink finds who a link is for, for the page that asks her for a new passphrase: NotFound "recovery.link.unknown".
func FindRecoveryLink(v *store.View, code Secret) (Member, error) {
	link, err := store.First[RecoveryLink](v.DB().
		Where("code_hash = ? AND expires_at > ?", code.code().hash(), v.Now), "recovery.link.unknown")
	if err != nil {
		return Member{}, err
	}
	return here(v, link.Member)
}

// RecoverByLink takes a new passphrase from whoever holds the link, once. Sessions, tokens and the old words end; the new words
// are shown once, and the member is told.
func RecoverByLink(tx *store.Tx, code Secret, hash Hash) (m Member, words Words, err error) {
	defer fault.Wrap(&err, "recover by link")
	if m, err = FindRecoveryLink(tx.View, code); err != nil {
		return m, nil, err
	}
	used := tx.DB().Where("code_hash = ?", code.code().hash()).Delete(&RecoveryLink{})
	if used.Error != nil {
		return m, nil, used.Error
	}
	if used.RowsAffected == 0 {
		return m, nil, fault.New(fault.NotFound, "recovery.link.unknown")
	}
	words, err = recoverMember(tx, m, hash)
	return m, words, err
}

// RecoverByWords takes a new passphrase from whoever has the member's words; the words are spent and new ones shown once. A wrong
// nickname and wrong words are one refusal: Invalid "recovery.wrong" beside the words. 96 random bits need no waiting.
func RecoverByWords(tx *store.Tx, nickname, typed string, hash Hash) (m Member, words Words, err error) {
	defer fault.Wrap(&err, "recover by words")
	wrong := fault.Fields(fault.Field{Name: "words", Key: "recovery.wrong"})
	if m, err = FindByNickname(tx.View, nickname); fault.Is(err, fault.NotFound) {
		return m, nil, wrong
	} else if err != nil {
		return m, nil, err
	}
	ok, err := store.Exists(tx.DB().Model(&Credential{}).
		Where("member = ? AND words_hash = ?", m.ID, readWords(typed).hash()))
	if err != nil {
		return m, nil, err
	}
	if !ok {
		return Member{}, nil, wrong
	}
	words, err = recoverMember(tx, m, hash)
	return m, words, err
}

// RenewWords replaces words that were lost or seen by somebody; whoever renews them has just shown that she knows the passphrase.
func RenewWords(tx *store.Tx, by Member, proof Door) (words Words, err error) {
	defer fault.Wrap(&err, "renew words of %s", by.ID)
	if err := proof.admits(tx, by); err != nil {
		return nil, err
	}
	words = newWords()
	return words, tx.DB().Model(&Credential{}).Where("member = ?", by.ID).Update("words_hash", words.hash()).Error
}

func makeRecoveryLink(tx *store.Tx, nickname string) (Member, Secret, error) {
	m, err := FindByNickname(tx.View, nickname)
	if err != nil {
		return m, "", err
	}
	code := newCode()
	link := RecoveryLink{CodeHash: code.hash(), Member: m.ID, ExpiresAt: tx.Now.Add(recoveryLinkLife)}
	if err := tx.DB().Create(&link).Error; err != nil {
		return m, "", err
	}
	return m, code, Notify(tx, m.ID, NoticeLinkMade, string(m.ID))
}

// recoverMember changes the lock: whoever was inside is out.
func recoverMember(tx *store.Tx, m Member, hash Hash) (Words, error) {
	words := newWords()
	err := tx.DB().Model(&Credential{}).Where("member = ?", m.ID).
		Updates(map[string]any{"passphrase": hash, "words_hash": words.hash()}).Error
	if err != nil {
		return nil, err
	}
	if err := eachDelete(tx, m.ID, &Session{}, &Token{}, &RecoveryLink{}); err != nil {
		return nil, err
	}
	if err := forgetKnocks(tx, m); err != nil {
		return nil, err
	}
	return words, Notify(tx, m.ID, NoticeRecovered, string(m.ID))
}
