package sharing

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// hiddenFor is how long a steward can hide a thing; then its giver decides (product 4.4).
const hiddenFor = 7 * 24 * time.Hour

const hiddenWordsLength = 500

// Hide lets a steward take a thing down, in words that the giver reads. To the outside it is gone for good: an id that was
// deleted on the wire is burnt.
func Hide(tx *store.Tx, by people.Member, id OfferID, words string) (err error) {
	defer fault.Wrap(&err, "hide offer %s", id)
	steward, err := people.IsSteward(tx.View, by.ID)
	if err != nil {
		return err
	}
	if !steward {
		return fault.New(fault.Forbidden, "steward.only")
	}
	words = strings.TrimSpace(words)
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return fault.Fields(fault.Field{Name: "words", Key: "hide.words.missing"})
	case n > hiddenWordsLength:
		return fault.Fields(fault.Field{Name: "words", Key: "hide.words.long", Args: fault.Args{"Max": hiddenWordsLength}})
	}
	o, err := lockOffer(tx, id)
	if err != nil {
		return err
	}
	if o.State == Draft {
		return unknownOffer()
	}
	until := tx.Now.Add(hiddenFor)
	o.HiddenBy, o.HiddenWords, o.HiddenUntil = by.ID, words, &until
	if err := people.Notify(tx, o.Giver, NoticeHidden, string(o.ID)); err != nil {
		return err
	}
	return withdraw(tx, &o)
}

// ShowAgain makes a new offer with the words and photos of one that a steward hid, once its seven days are over. It has a new
// id and a new chain of draws; the old page leads to it.
func ShowAgain(tx *store.Tx, by people.Member, id OfferID, random io.Reader) (fresh OfferID, err error) {
	defer fault.Wrap(&err, "show offer %s again", id)
	old, err := lockOwn(tx, by, id)
	if err != nil {
		return "", err
	}
	if old.HiddenUntil == nil || old.ReplacedBy != "" || old.PurgedAt != nil {
		return "", old.movedOn()
	}
	if tx.Now.Before(*old.HiddenUntil) {
		return "", fault.New(fault.Conflict, "hide.not_yet", fault.Args{"Until": *old.HiddenUntil})
	}
	o, err := takeOver(tx, by, old)
	if err != nil {
		return "", err
	}
	old.ReplacedBy, old.Photos = o.ID, nil
	if err := saveOffer(tx, &old); err != nil {
		return "", err
	}
	if err := people.Settle(tx, NoticeHidden, string(old.ID)); err != nil {
		return "", err
	}
	return o.ID, Publish(tx, by, o.ID, random)
}
