package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// LetterID names a letter, in /letters/{id}.
type LetterID string

// LetterKind says what is to be done with a letter.
type LetterKind string

// The kinds.
const (
	Word   LetterKind = "word"   // to be read: a message, a mention, a private word about an agreement that is over (DESIGN 3.5)
	Voice  LetterKind = "voice"  // said in public about a thing of ours: a steward may let it through to the thing's page
	Wish   LetterKind = "wish"   // somebody who is no neighbour would like a thing of ours: a human lets them in, or does not
	Report LetterKind = "report" // that something is wrong with a thing of ours, or with what was said from outside
	Move   LetterKind = "move"   // a collective says that it has another address now, and that address says so too
)

// Manner is how somebody who is no neighbour asked for a thing, and so how they are answered: in words, and those who made an offer of
// an agreement in activities as well.
type Manner string

// The manners.
const (
	ByReply Manner = "reply"
	ByOffer Manner = "offer"
)

// Letter is what somebody on another server wrote to the collective: a reply to a thing of ours, a message to nobody in particular.
// Stewards read it and nobody else, except that a voice may be let through. It is shown with where it comes from, in a place of its
// own: an outside voice.
type Letter struct {
	ID LetterID `gorm:"primaryKey"`
	store.Root
	Kind       LetterKind
	From       string `gorm:"column:sender"` // the actor's id; of a report only the origin, since who reports is nobody's business
	Origin     string
	Name       string   // of the sender, for people to read
	Object     string   // the id of what was written, or of the Offer; a new version replaces the old one
	About      string   // our id of the offer that it answers; empty otherwise
	Objects    []string `gorm:"serializer:json"` // what a report is about, at most ReportedAtMost addresses
	AskedBy    Manner   // how a wish was said
	Quantity   int      // of a wish
	Text       string   // plain, cleaned by federation
	Language   string   // BCP 47; empty when it does not say
	ReceivedAt time.Time
	ReadAt     *time.Time
	ShownAt    *time.Time // since when it is on the page of the thing
}

// NoticeLetter tells stewards that there are letters to read. The subject is one of them: there is one card at a time, however
// many letters there are.
const NoticeLetter people.NoticeKind = "letter.received"

// letterKept is how long a letter stays, read or not.
const letterKept = 30 * 24 * time.Hour

// HearLetter keeps a letter; ID, Origin and ReceivedAt are set here. What came before under the same object is replaced, if it is from
// the same sender: Forbidden "letter.another" otherwise. A voice whose words have changed waits to be let through again.
func HearLetter(tx *store.Tx, l Letter) (err error) {
	defer fault.Wrap(&err, "hear a letter")
	if l.Origin, err = wire.OriginOf(l.From); err != nil {
		return err
	}
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
	l.ReceivedAt, l.ReadAt, l.ShownAt, l.Quantity = tx.Now, nil, nil, max(l.Quantity, 1)
	if l.Kind == "" {
		l.Kind = Word
	}
	if l.Kind == Wish && had.Kind != Wish {
		l.Record(WishHeard, string(l.ID))
	}
	return arrive(tx, l)
}

// arrive keeps a letter and tells the stewards, unless it is a voice where voices are not held.
func arrive(tx *store.Tx, l Letter) error {
	if l.Kind == Voice {
		c, err := people.FindCollective(tx.View)
		if err != nil {
			return err
		}
		if !c.HoldVoices {
			l.ShownAt, l.ReadAt = &tx.Now, &tx.Now
			return tx.Save(&l)
		}
	}
	unread, err := unread(tx.View)
	if err != nil {
		return err
	}
	if err := tx.Save(&l); err != nil || len(unread) > 0 {
		return err
	}
	if away, err := KeptAway(tx.View, l.From); err != nil || away {
		return err // it is there to be read, and calls nobody
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

// ReadLetter puts a letter away; stewards do. The next one that nobody has read takes its place on their cards. Whoever wished for
// something is told that it is not this time.
func ReadLetter(tx *store.Tx, by people.Member, id LetterID) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	l, err := FindLetter(tx.View, id)
	if err != nil || l.ReadAt != nil {
		return err
	}
	return l.putAway(tx)
}

func (l *Letter) putAway(tx *store.Tx) error {
	if l.Kind == Wish {
		l.Record(WishDeclined, string(l.ID))
	}
	l.ReadAt = &tx.Now
	if err := tx.Save(l); err != nil {
		return err
	}
	return nextLetter(tx, *l)
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
	return removeLetter(tx, l)
}

// forgetLettersOf removes all that somebody wrote who is gone.
func forgetLettersOf(tx *store.Tx, sender string) error {
	letters, err := store.All[Letter](tx.DB().Where("sender = ?", sender).Order("received_at, id"))
	if err != nil {
		return err
	}
	for _, l := range letters {
		if err := removeLetter(tx, l); err != nil {
			return err
		}
	}
	return nil
}

func removeLetter(tx *store.Tx, l Letter) error {
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

// unread finds the oldest letter that nobody has read, if there is one.
func unread(v *store.View) ([]Letter, error) {
	return store.All[Letter](v.DB().Where("read_at IS NULL").Order("id").Limit(1))
}

func purgeLetters(tx *store.Tx) error {
	return tx.DB().Where("received_at <= ?", tx.Now.Add(-letterKept)).Delete(&Letter{}).Error
}
