package wire

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long what passes between nodes is kept.
func Spans() []store.Span {
	return []store.Span{{What: "post", For: itemKept}, {What: "riddles", For: parkedKept}, {What: "hashes", For: hashKept}, {What: "recipients", For: reachKept}}
}
