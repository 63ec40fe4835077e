package sharing

import (
	"fmt"

	"codeberg.org/manypots/manypots/models/store"
)

// what must hold between rows, beyond what the schema refuses by itself: the statement finds the things of which it does not.
var holds = []struct{ statement, sentence string }{
	{`SELECT id FROM offers WHERE home = '' AND "left" + COALESCE(
		(SELECT SUM(quantity) FROM claims WHERE offer = offers.id AND state IN ('promised', 'done')), 0) > quantity`,
		"More is promised of thing %s than there is."},
	{`SELECT id FROM offers WHERE state IN ('gone', 'withdrawn', 'expired', 'draft')
		AND EXISTS (SELECT 1 FROM claims WHERE offer = offers.id AND state IN ('gathering', 'waiting'))`,
		"Somebody still waits for thing %s, which is not to be had."},
	{`SELECT id FROM offers WHERE state IN ('gone', 'withdrawn', 'draft')
		AND EXISTS (SELECT 1 FROM claims WHERE offer = offers.id AND state = 'promised')`,
		"Thing %s is promised, and not to be had."},
	{`SELECT id FROM offers WHERE home = '' AND purged_at IS NULL AND NOT EXISTS (SELECT 1 FROM members WHERE id = giver)`,
		"Nobody gives thing %s."},
	{`SELECT id FROM claims WHERE asker <> '' AND NOT EXISTS (SELECT 1 FROM members WHERE id = asker)`, "Nobody makes claim %s."},
	{`SELECT id FROM askings WHERE NOT EXISTS (SELECT 1 FROM members WHERE id = asker)`, "Nobody makes asking %s."},
}

// Check says in a sentence each what is wrong with the free store: stock, promises, draws, photos.
func Check(v *store.View) (wrong []string, err error) {
	for _, h := range holds {
		var ids []string
		if err := v.DB().Raw(h.statement).Scan(&ids).Error; err != nil {
			return wrong, err
		}
		for _, id := range ids {
			wrong = append(wrong, fmt.Sprintf(h.sentence, id))
		}
	}
	offers, err := store.All[Offer](v.DB().Where("home = '' AND secret <> ''").Order("id"))
	if err != nil {
		return wrong, err
	}
	for _, o := range offers {
		if chain, err := ParseChain(o.Secret); err != nil || chain.Commit() != o.DrawCommit {
			wrong = append(wrong, fmt.Sprintf("The draw of thing %s is not the one that it was published with.", o.ID))
		}
	}
	return wrong, nil
}
