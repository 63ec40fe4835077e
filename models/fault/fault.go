package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an error is; one table at each door turns it into a status.
type Kind uint8

// The kinds. The zero kind is everything nobody foresaw.
const (
	Internal  Kind = iota
	Invalid        // what was sent cannot be used as it is; Fields may say where
	Forbidden      // the actor is known and may not; never says whether the thing exists
	NotFound       // not there, or not for these eyes
	Conflict       // the thing has moved on since the actor looked
	Gone           // was there once and will not come back
	Busy           // the node cannot now; the same request may succeed later
)

var kindNames = [...]string{"internal", "invalid", "forbidden", "not found", "conflict", "gone", "busy"}

// String names the kind for logs.
func (k Kind) String() string { return kindNames[k] }

// Args fill the placeholders of a message. They may hold people's words, so they are shown and never logged.
type Args map[string]any

// Field is what is wrong with one field of a form or document, by its name in DESIGN 7.
type Field struct {
	Name string
	Key  string
	Args Args
}

// Error is a refusal. Key names the sentence that the reader gets ("offer.moved_on").
type Error struct {
	Kind   Kind
	Key    string
	Args   Args
	Fields []Field
	Cause  error
}

// New refuses with a kind and a message key. Of several args maps the first counts.
func New(kind Kind, key string, args ...Args) *Error {
	e := &Error{Kind: kind, Key: key}
	if len(args) > 0 {
		e.Args = args[0]
	}
	return e
}

// Fields refuses input with a sentence beside each field. With no field it returns nil, so that a check can end with it.
func Fields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "input.fields", Fields: fields}
}

// Because gives the refusal a cause for the log.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// Error is the log line: kind, key, field names and cause, never the arguments.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Key
	for _, f := range e.Fields {
		s += " " + f.Name + "=" + f.Key
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// As finds the refusal inside an error, however deeply wrapped.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// KindOf is the kind of an error; Internal for errors that are not ours.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return Internal
}

// KeyOf is the message key of an error; empty for errors that are not ours.
func KeyOf(err error) string {
	if e, ok := As(err); ok {
		return e.Key
	}
	return ""
}

// Is reports whether err is a refusal of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Wrap puts the operation and its subject before a non-nil error: defer fault.Wrap(&err, "approve loan %s", id).
// Subjects are ids, never people's words.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}
