package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// SetupLink lets whoever holds its code set the node up, once. The program prints it where only the operator reads.
type SetupLink struct {
	CodeHash  string `gorm:"primaryKey"`
	ExpiresAt time.Time
}

// setupLinkLife is long enough to carry the link from a terminal to a meeting.
const setupLinkLife = 24 * time.Hour

// MakeSetupLink makes the only set-up link that works; earlier ones end. Conflict "setup.done" once the node is set up.
func MakeSetupLink(tx *store.Tx) (code Secret, err error) {
	defer fault.Wrap(&err, "make a set-up link")
	if err := mustNotBeSetUp(tx.View); err != nil {
		return "", err
	}
	if err := forgetSetupLinks(tx); err != nil {
		return "", err
	}
	code = newCode()
	return code, tx.DB().Create(&SetupLink{CodeHash: code.hash(), ExpiresAt: tx.Now.Add(setupLinkLife)}).Error
}

// CheckSetupLink says whether the page with the seven questions may be shown: Conflict "setup.done" once they were answered,
// NotFound "setup.link.unknown" for a code that is not the link's, or no longer.
func CheckSetupLink(v *store.View, code Secret) error {
	if err := mustNotBeSetUp(v); err != nil {
		return err
	}
	found, err := store.Exists(v.DB().Model(&SetupLink{}).Where("code_hash = ? AND expires_at > ?", code.code().hash(), v.Now))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "setup.link.unknown")
	}
	return err
}

// SetUp answers the seven questions: it writes the collective and its first steward, whose recovery words are shown once. Of two
// people with the same link one is first; the other gets Conflict "setup.done".
func SetUp(tx *store.Tx, link Secret, answers Answers, baseURL string, first NewMember) (m Member, words Words, err error) {
	defer fault.Wrap(&err, "set up the node")
	if err := CheckSetupLink(tx.View, link); err != nil {
		return m, nil, err
	}
	c := Collective{ID: theCollective, BaseURL: baseURL, Secret: newNodeSecret(), SetUpAt: tx.Now}
	var in input
	c.answer(&in, answers)
	if first.Language == "" {
		first.Language = c.Language
	}
	first.check(&in)
	if err := in.err(); err != nil {
		return m, nil, err
	}
	if err := tx.Save(&c); store.Duplicate(err) {
		return m, nil, setUpAlready()
	} else if err != nil {
		return m, nil, err
	}
	if m, words, err = welcome(tx, first); err != nil {
		return m, nil, err
	}
	if err := begin(tx, Steward, m.ID); err != nil {
		return m, nil, err
	}
	return m, words, forgetSetupLinks(tx)
}

func mustNotBeSetUp(v *store.View) error {
	done, err := store.Exists(v.DB().Model(&Collective{}))
	if err == nil && done {
		err = setUpAlready()
	}
	return err
}

func setUpAlready() error { return fault.New(fault.Conflict, "setup.done") }

func forgetSetupLinks(tx *store.Tx) error {
	return tx.DB().Where("1 = 1").Delete(&SetupLink{}).Error
}
