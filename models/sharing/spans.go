package sharing

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long things and the wishes for them are kept once they are over.
func Spans() []store.Span {
	return []store.Span{{What: "photos", For: asksKept}, {What: "asks", For: asksKept}, {What: "offers", For: listingKept}, {What: "copies", For: lease}}
}
