package agreeing

import (
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// MessageID names a private message; it is random.
type MessageID string

// Side is one of the two ends of an agreement.
type Side string

// The two sides.
const (
	Giver Side = "giver"
	Asker Side = "asker"
)

// Message is a private word between the two: a line of talk, the place, how to reach somebody. It is kept apart from the
// agreement, is shown to these two and nobody else, and goes with it.
type Message struct {
	ID MessageID `gorm:"primaryKey"`
	store.Root
	Agreement ID
	From      Side `gorm:"column:side"`
	// Nickname is what the sender is called; across nodes it travels with the first message after the promise.
	Nickname string
	Text     string
	SentAt   time.Time
	// Origin is the peer's activity id of a message that came from another node, so that it is taken once.
	Origin string
}

// TableName is gorm's.
func (Message) TableName() string { return "messages" }

// MessageSent is recorded for a message that must cross to the other collective.
const MessageSent store.EventKind = "message.sent"

// The longest text and name, in characters.
const (
	messageLength  = 2000
	nicknameLength = 60
)

// Say writes a message. Only people with a promise between them talk: before it there is the note, after it nothing, except for
// the week after a hand-over.
func Say(tx *store.Tx, a Agreement, from Side, nickname, text string) (Message, error) {
	text = strings.TrimSpace(text)
	switch {
	case !a.State.Live() && !a.talking():
		return Message{}, movedOn()
	case !a.talking():
		return Message{}, fault.New(fault.Conflict, "message.too_early")
	case text == "":
		return Message{}, fault.Fields(fault.Field{Name: "text", Key: "message.text.missing"})
	case utf8.RuneCountInString(text) > messageLength:
		return Message{}, fault.Fields(fault.Field{Name: "text", Key: "message.text.long", Args: fault.Args{"Max": messageLength}})
	}
	m := Message{ID: store.RandomID[MessageID](), Agreement: a.ID, From: from, Nickname: nickname, Text: text, SentAt: tx.Now}
	if a.Peer != "" {
		m.Record(MessageSent, string(m.ID))
	}
	return m, tx.Save(&m)
}

// Hear takes a message that the other collective sent; a repeated one changes nothing.
func Hear(tx *store.Tx, a Agreement, from Side, activity, nickname, text string) error {
	if !a.talking() {
		return movedOn()
	}
	if text = strings.TrimSpace(text); text == "" {
		return fault.New(fault.Invalid, "message.text.missing")
	}
	text, nickname = cut(text, messageLength), cut(strings.TrimSpace(nickname), nicknameLength)
	known, err := store.Exists(tx.DB().Model(&Message{}).Where("agreement = ? AND origin = ?", a.ID, activity))
	if err != nil || known {
		return err
	}
	return tx.Save(&Message{
		ID: store.RandomID[MessageID](), Agreement: a.ID, From: from,
		Nickname: nickname, Text: text, SentAt: tx.Now, Origin: activity,
	})
}

// Messages lists what the two wrote, oldest first.
func Messages(v *store.View, id ID) ([]Message, error) {
	return store.All[Message](v.DB().Where("agreement = ?", id).Order("sent_at, id"))
}

// FindMessage finds one message, for the relay.
func FindMessage(v *store.View, id MessageID) (Message, error) {
	return store.First[Message](v.DB().Where("id = ?", id), "message.unknown")
}

// Erase removes what the two wrote.
func Erase(tx *store.Tx, ids ...ID) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.DB().Where("agreement IN ?", ids).Delete(&Message{}).Error
}

// PurgeOnTheWire has everything private that passed between the two collectives about an agreement, on its way out and in, blanked
// at the agreement's date, or now if it has none (DESIGN 2). Whoever ends an agreement or removes one calls it.
func PurgeOnTheWire(tx *store.Tx, a Agreement) error {
	if a.Peer == "" {
		return nil
	}
	at := tx.Now
	if a.PurgeAt != nil {
		at = *a.PurgeAt
	}
	messages, err := Messages(tx.View, a.ID)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := wire.PurgeAbout(tx, string(m.ID), at); err != nil {
			return err
		}
	}
	return wire.PurgeAbout(tx, string(a.ID), at)
}

// Events are the kinds that this package records.
func Events() []store.EventKind { return []store.EventKind{MessageSent} }

// talking: from the promise on, and for the week after a hand-over, in which a lid left behind can be asked for. Once a promise
// was let go nobody can write any more, so that a plain release and "not with this person" look the same.
func (a Agreement) talking() bool {
	switch a.State {
	case Promised, Done, DidNotHappen:
		return !a.Apart
	}
	return false
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}
