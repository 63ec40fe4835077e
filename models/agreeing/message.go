package agreeing

import (
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
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

// messageLength is the longest text, in characters.
const messageLength = 2000

// Say writes a message. Only people with a promise between them talk: before it there is the note, after it the purge date.
func Say(tx *store.Tx, a Agreement, from Side, nickname, text string) (Message, error) {
	text = strings.TrimSpace(text)
	switch {
	case !talking(a.State):
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
	if !talking(a.State) {
		return fault.New(fault.Conflict, "message.too_early")
	}
	if text = strings.TrimSpace(text); text == "" {
		return fault.New(fault.Invalid, "message.text.missing")
	}
	if runes := []rune(text); len(runes) > messageLength {
		text = string(runes[:messageLength])
	}
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

// Events are the kinds that this package records.
func Events() []store.EventKind { return []store.EventKind{MessageSent} }

// talking: from the promise on, and for the week after the end, in which a lid left behind can be asked for.
func talking(s State) bool {
	switch s {
	case Promised, Done, Released, DidNotHappen, Lapsed:
		return true
	}
	return false
}
