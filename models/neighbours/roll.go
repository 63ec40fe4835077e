package neighbours

import (
	"slices"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Roll names the followers of one of our actors on one server.
type Roll struct {
	Of     wire.Actor
	Origin string
}

// Rolls are the ids of the followers on some servers, each once, in order. A neighbour follows our collective like everybody else whose
// Follow we have accepted (FEP-8fcf). Who has none there is not in it.
func Rolls(v *store.View, origins ...string) (map[Roll][]string, error) {
	var rows []struct {
		Roll
		Actor string
	}
	err := v.DB().Raw(`SELECT followed AS of, origin, actor FROM followers WHERE origin IN @origins
		UNION ALL SELECT 'collective', origin, actor FROM edges WHERE origin IN @origins AND theirs_accepted`,
		map[string]any{"origins": origins}).Scan(&rows).Error
	rolls := map[Roll][]string{}
	for _, r := range rows {
		rolls[r.Roll] = append(rolls[r.Roll], r.Actor)
	}
	for roll, actors := range rolls {
		slices.Sort(actors)
		rolls[roll] = slices.Compact(actors)
	}
	return rolls, err
}

// comparedFor is how long it is good that a neighbour's list was held against ours (FEP-8fcf; once an hour at most).
const comparedFor = time.Hour

// Compare reports that it is time to hold whom a collective counts as its followers against what we hold, and notes that it is done
// now. One question an hour to a node, whoever of several processes asks.
func Compare(tx *store.Tx, wall time.Time, e Edge) (due bool, err error) {
	done := tx.DB().Model(&Edge{}).Where("id = ? AND (compared_at IS NULL OR compared_at <= ?)", e.ID, wall.Add(-comparedFor)).
		Update("compared_at", wall)
	return done.RowsAffected > 0, done.Error
}

// HearCounted takes it that a collective counts us as its follower: whoever has not heard that it is over is told once more, and who is
// still to say yes to us has said it, and is asked again under the old id.
func HearCounted(tx *store.Tx, e Edge) error {
	switch {
	case e.State == Parted:
		e.Record(NeighbourParted, string(e.ID))
	case !e.Over() && e.OurFollow != "" && !e.OursAccepted:
		e.Record(NeighbourAsked, string(e.ID))
	default:
		return nil
	}
	return tx.Save(&e)
}
