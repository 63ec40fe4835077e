package media

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long a photo waits for its form; one that is part of something goes when that goes.
func Spans() []store.Span { return []store.Span{{What: "drafts", For: unattachedKept}} }
