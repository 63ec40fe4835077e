package federation

import (
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

// hearsay reports whether a word of somebody's carries the word of another whom we shut out: an answer to them, or a quotation
// (security L18).
func hearsay(v *store.View, h *heard) (bool, error) {
	for _, property := range []string{"inReplyTo", "quote", "quoteUrl", "quoteUri", "_misskey_quote"} {
		id := h.of(property)
		if id == "" {
			continue
		}
		if shut, err := neighbours.Blocked(v, id); err != nil || shut {
			return shut, err
		}
	}
	return false, nil
}
