package neighbours

import (
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Exported is what this district holds of a member, for herself: what she wanted as a steward and no other has said yes to yet.
type Exported struct {
	Suggestions []ExportedSuggestion `json:"suggestions"`
	Blocks      []string             `json:"blocks"`
}

// ExportedSuggestion is what she suggests about another collective.
type ExportedSuggestion struct {
	Act   Act       `json:"act"`
	Actor string    `json:"actor"`
	At    time.Time `json:"at"`
}

// Export gathers it.
func Export(v *store.View, m people.Member) (out Exported, err error) {
	edges, err := store.All[Edge](v.DB().Where("suggested_by = ?", m.ID).Order("id"))
	if err != nil {
		return out, err
	}
	for _, e := range edges {
		out.Suggestions = append(out.Suggestions, ExportedSuggestion{e.Suggests, e.Actor, *e.SuggestedAt})
	}
	blocks, err := store.All[ShutOut](v.DB().Where("by_one = ?", m.ID).Order("subject"))
	for _, s := range blocks {
		out.Blocks = append(out.Blocks, s.Subject)
	}
	return out, err
}
