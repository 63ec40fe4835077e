package federation

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// plainText makes text of what another server calls HTML: paragraphs and line breaks stay, links and markup go, and so does
// everything that makes a reader see other words than the sender wrote (protocol 8 case 82). At most limit characters.
func plainText(source string, limit int) string {
	return cut(clean(unmarked(source)), limit)
}

// plainLine is plainText on one line.
func plainLine(source string, limit int) string {
	return cut(strings.Join(strings.Fields(clean(unmarked(source))), " "), limit)
}

// unmarked drops the markup. A tokenizer and not a parser: it cannot be nested too deep, and nothing is built from what is read.
func unmarked(source string) string {
	if !strings.ContainsAny(source, "<&") {
		return source
	}
	var b strings.Builder
	hidden := 0 // inside of what is no text
	tokens := html.NewTokenizer(strings.NewReader(source))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == 0 {
				b.Write(tokens.Text())
			}
		case html.StartTagToken:
			name, _ := tokens.TagName()
			switch string(name) {
			case "script", "style", "iframe", "object", "template", "noscript", "textarea", "title", "svg", "math":
				hidden++
			case "br":
				b.WriteByte('\n')
			case "p", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre":
				b.WriteString("\n\n")
			}
		case html.SelfClosingTagToken:
			if name, _ := tokens.TagName(); string(name) == "br" {
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			switch string(name) {
			case "script", "style", "iframe", "object", "template", "noscript", "textarea", "title", "svg", "math":
				hidden = max(hidden-1, 0)
			case "p", "div":
				b.WriteString("\n\n")
			}
		}
	}
}

// clean drops characters that are not seen but change what is: controls, overrides of direction, invisible operators. Joiners and
// the two plain marks of direction stay, since Persian, Arabic and Hebrew are written with them. Of marks that are stacked on one
// letter the first few stay: no script needs more, and a tower of them covers the lines above (security B3).
func clean(text string) string {
	const most = 8
	stacked := 0
	text = strings.Map(func(r rune) rune {
		if stacked++; !unicode.Is(unicode.M, r) {
			stacked = 0
		}
		switch {
		case stacked > most:
			return -1
		case r == '\n' || r >= '\u200c' && r <= '\u200f':
			return r
		case r == '\t' || r == '\r' || r == '\u00a0' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, text)
	var kept []string
	blank := true
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && blank {
			continue
		}
		blank = line == ""
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	return text
}
