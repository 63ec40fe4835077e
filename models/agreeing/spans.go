package agreeing

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long what two people agreed on is kept.
func Spans() []store.Span {
	return []store.Span{{What: "promise", For: Kept}, {What: "silent", For: SilentKept}}
}
