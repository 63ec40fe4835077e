package neighbours

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long what others told us about themselves is kept.
func Spans() []store.Span {
	return []store.Span{{What: "letters", For: letterKept}, {What: "parted", For: endedKept}, {What: "servers", For: actorKept}, {What: "suggestions", For: suggestionKept}}
}
