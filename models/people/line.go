package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"

	"codeberg.org/manypots/manypots/models/fault"
)

// How long what people type may be, in characters (security A7).
const (
	nicknameMax = 40
	nameMax     = 80
	areaMax     = 80
	labelMax    = 40
	contactMax  = 200
	aboutMax    = 1000
)

// input collects what is wrong with a form, one sentence beside each field.
type input struct{ wrong []fault.Field }

func (in *input) refuse(field, key string, args ...fault.Args) {
	f := fault.Field{Name: field, Key: key}
	if len(args) > 0 {
		f.Args = args[0]
	}
	in.wrong = append(in.wrong, f)
}

func (in *input) err() error { return fault.Fields(in.wrong...) }

// line is a line of people's words: trimmed, with nothing in it that cannot be seen or that turns the direction of what
// follows it on the page.
func (in *input) line(field, key, text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	in.text(field, key, text, limit)
	return text
}

// paragraphs are a few lines of people's words.
func (in *input) paragraphs(field, key, text string, limit int) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	in.text(field, key, text, limit, '\n')
	return text
}

func (in *input) text(field, key, text string, limit int, also ...rune) {
	// The joiners are not to be seen either, but Persian and many emoji are written with them.
	joiners := append(also, '\u200c', '\u200d')
	unseen := func(r rune) bool { return !unicode.IsGraphic(r) && !slices.Contains(joiners, r) }
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unseen):
		in.refuse(field, key+".characters")
	case utf8.RuneCountInString(text) > limit:
		in.refuse(field, key+".long", fault.Args{"Max": limit})
	}
}

// required is a line that must not be empty.
func (in *input) required(field, key, text string, limit int) string {
	text = in.line(field, key, text, limit)
	if text == "" {
		in.refuse(field, key+".missing")
	}
	return text
}

// nickname gives a nickname as it is shown and the key by which two are the same (RFC 8266): SAGE and Sage are one person. The key is that
// of what is shown, since that is what people write when they sign in, and some letters have another one.
func (in *input) nickname(text string) (shown, key string) {
	shown, err := precis.Nickname.String(text)
	if err == nil {
		key, err = precis.Nickname.CompareKey(shown)
	}
	switch {
	case strings.TrimSpace(text) == "":
		in.refuse("nickname", "member.nickname.missing")
	case err != nil:
		in.refuse("nickname", "member.nickname.characters")
	case utf8.RuneCountInString(shown) > nicknameMax:
		in.refuse("nickname", "member.nickname.long", fault.Args{"Max": nicknameMax})
	}
	return shown, key
}
