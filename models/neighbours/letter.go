package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// LetterID names a letter, in /letters/{id}.
type LetterID string

// Letter is what somebody on another server wrote to the collective: a reply to a thing of ours, a message to nobody in
// particular, a private word about an agreement that is over (DESIGN 3.5). Stewards read it and nobody else.
type Letter struct {
	ID LetterID `gorm:"primaryKey"`
	store.Root
	From       string `gorm:"column:sender"` // the actor's id
	Name       string // of the sender, for people to read
	Object     string // the id of what was written; a new version replaces the old one
	About      string // our id of the offer that it answers; empty otherwise
	Text       string // plain, cleaned by federation
	Language   string // BCP 47; empty when it does not say
	ReceivedAt time.Time
	ReadAt     *time.Time
}

// NoticeLetter tells stewards that there are letters to read. The subject is one of them: there is one card at a time, however
// many letters there are.
const NoticeLetter people.NoticeKind = "letter.received"

// letterKept is how long a letter stays, read or not.
const letterKept = 30 * 24 * time.Hour

// HearLetter keeps a letter; ID and ReceivedAt are set here. What came before under the same object is replaced, if it is from
// the same sender: Forbidden "letter.another" otherwise.
func HearLetter(tx *store.Tx, l Letter) (err error) {
	defer fault.Wrap(&err, "hear a letter")
	had, err := FindLetterByObject(tx.View, l.Object)
	switch {
	case fault.Is(err, fault.NotFound):
		l.ID = store.NewID[LetterID]()
	case err != nil:
		return err
	case had.From != l.From:
		return fault.New(fault.Forbidden, "letter.another")
	case had.Text == l.Text:
		return nil
	default:
		l.ID, l.Root = had.ID, had.Root
	}
	l.ReceivedAt, l.ReadAt = tx.Now, nil
	unread, err := unread(tx.View)
	if err != nil {
		return err
	}
	if err := tx.Save(&l); err != nil || len(unread) > 0 {
		return err
	}
	return callStewards(tx, l)
}

func callStewards(tx *store.Tx, l Letter) error {
	stewards, err := people.Stewards(tx.View)
	if err != nil {
		return err
	}
	for _, s := range stewards {
		if err := people.Notify(tx, s.Member, NoticeLetter, string(l.ID)); err != nil {
			return err
		}
	}
	return nil
}

// ReadLetter puts a letter away; stewards do. The next one that nobody has read takes its place on their cards.
func ReadLetter(tx *store.Tx, by people.Member, id LetterID) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	l, err := FindLetter(tx.View, id)
	if err != nil || l.ReadAt != nil {
		return err
	}
	l.ReadAt = &tx.Now
	if err := tx.Save(&l); err != nil {
		return err
	}
	return nextLetter(tx, l)
}

// ForgetLetter removes what its sender has deleted; nothing happens when there is none, or it is another's.
func ForgetLetter(tx *store.Tx, sender, object string) error {
	l, err := FindLetterByObject(tx.View, object)
	if fault.Is(err, fault.NotFound) || err == nil && l.From != sender {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.Delete(&l); err != nil {
		return err
	}
	return nextLetter(tx, l)
}

// nextLetter takes a letter's card away, if it has one, and shows the next.
func nextLetter(tx *store.Tx, l Letter) error {
	if err := people.Settle(tx, NoticeLetter, string(l.ID)); err != nil {
		return err
	}
	next, err := unread(tx.View)
	if err != nil || len(next) == 0 {
		return err
	}
	return callStewards(tx, next[0])
}

// FindLetter finds a letter: NotFound "letter.unknown".
func FindLetter(v *store.View, id LetterID) (Letter, error) {
	return store.First[Letter](v.DB().Where("id = ?", id), "letter.unknown")
}

// FindLetterByObject finds a letter by the id of what was written: NotFound "letter.unknown".
func FindLetterByObject(v *store.View, object string) (Letter, error) {
	return store.First[Letter](v.DB().Where("object = ?", object), "letter.unknown")
}

// Letters lists letters for the stewards' page, newest first, from before the given one; an empty before begins at the newest.
func Letters(v *store.View, before LetterID, limit int) ([]Letter, error) {
	query := v.DB().Order("id DESC").Limit(limit)
	if before != "" {
		query = query.Where("id < ?", before)
	}
	return store.All[Letter](query)
}

// unread finds the oldest letter that nobody has read, if there is one.
func unread(v *store.View) ([]Letter, error) {
	return store.All[Letter](v.DB().Where("read_at IS NULL").Order("id").Limit(1))
}

func purgeLetters(tx *store.Tx) error {
	return tx.DB().Where("received_at <= ?", tx.Now.Add(-letterKept)).Delete(&Letter{}).Error
}
