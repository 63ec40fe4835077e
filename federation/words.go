package federation

import (
	"html"
	"strings"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
)

// Sentences are the keys of all that federation says, for the guard that each has words in every language.
func Sentences() []string {
	keys := []string{
		"wire.collective.summary", "wire.decisions.name", "wire.decisions.summary", "wire.node.summary",
		"wire.offer.title", "wire.offer.taken", "wire.offer.near", "wire.offer.condition", "wire.offer.faults", "wire.offer.until",
		"wire.offer.left", "wire.offer.go", "wire.goes_off_today", "wire.news.taken", "wire.news.lengthened",
	}
	for _, state := range []sharing.State{
		sharing.Gathering, sharing.Choosing, sharing.Open, sharing.Promised, sharing.AllPromised, sharing.Resting, sharing.Gone, sharing.Expired,
	} {
		keys = append(keys, "wire.state."+string(state))
	}
	for _, condition := range sharing.Conditions() {
		keys = append(keys, "condition."+string(condition))
	}
	for _, state := range []agreeing.State{
		agreeing.Gathering, agreeing.Waiting, agreeing.Promised, agreeing.Done, agreeing.Released, agreeing.Lapsed,
		agreeing.DidNotHappen, agreeing.Refused, agreeing.Revoked,
	} {
		keys = append(keys, "claim.state."+string(state))
	}
	return append(keys, outsideSentences()...)
}

// outsideSentences are what somebody on other software is told about what they asked for, and by which words we know that they ask.
func outsideSentences() []string {
	keys := []string{"wire.outside.wishes"}
	for _, what := range []string{
		"heard", "declined", "listed", "time", string(agreeing.Gathering), string(agreeing.Waiting), string(agreeing.Promised),
		string(agreeing.Done), string(agreeing.Released), string(agreeing.Lapsed), string(agreeing.DidNotHappen),
		string(agreeing.Refused), string(agreeing.Revoked),
	} {
		keys = append(keys, "wire.outside."+what)
	}
	return keys
}

// speaker says sentences in one language.
type speaker struct {
	words    Words
	language string
}

func (f *Federation) speaks(language string) speaker { return speaker{f.Words, language} }

// ours speaks the language in which the collective writes in public.
func (f *Federation) ours(c people.Collective) speaker { return f.speaks(c.Language) }

// say says a sentence as text. Arguments come as name, value, name, value.
func (s speaker) say(key string, args ...any) string {
	named := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		named[args[i].(string)] = args[i+1]
	}
	return s.words.Sentence(s.language, key, named)
}

// paragraphs writes a text as HTML: an empty line ends a paragraph, a line break stays one. Everything else is text.
func paragraphs(text string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}
