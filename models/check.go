package models

import (
	"context"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
)

// straysFrom is the age from which a file without a row is no upload that is under way.
const straysFrom = time.Hour

// Check looks at everything that the node holds and says in a sentence each what is wrong with it. When it was made, and whether all
// was well, is kept for members to see. now is for the rules, wall for files and for what is kept; more is what the doors can check.
func Check(ctx context.Context, db *store.Store, album *media.Album, now, wall time.Time, more ...func(*store.View) ([]string, error)) (wrong []string, err error) {
	defer fault.Wrap(&err, "check")
	var photos media.Checked
	err = db.View(ctx, now, func(v *store.View) (err error) {
		for _, d := range districts() {
			if d.check != nil {
				more = append(more, d.check)
			}
		}
		for _, check := range more {
			found, err := check(v)
			if err != nil {
				return err
			}
			wrong = append(wrong, found...)
		}
		photos, err = media.Check(v, album, wall.Add(-straysFrom))
		return err
	})
	if err != nil {
		return wrong, err
	}
	wrong = append(wrong, photos.Wrong...)
	return wrong, db.Update(ctx, now, func(tx *store.Tx) error {
		if err := photos.Remember(tx); err != nil {
			return err
		}
		return tx.Checked(wall, len(wrong))
	})
}
