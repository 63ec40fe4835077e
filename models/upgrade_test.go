package models_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// A node of any released schema, brought up to date, is in order and goes on with its life (security P14). When a schema is released
// its dump joins the others: the story of newNeighbourhood, told on either database, with pg_dump --column-inserts or its like.
func TestUpgrade_goesOnWithWhatAnOlderProgramLeft(t *testing.T) {
	for _, schema := range storetest.Schemas {
		for _, dialect := range storetest.Dialects {
			t.Run(fmt.Sprintf("%s from %d", dialect, schema), func(t *testing.T) {
				t.Parallel()
				c := storetest.Golden(t, dialect, schema)
				s, err := store.Open(context.Background(), c)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				n := &neighbourhood{TB: t, Store: s, album: album(t, c.Dir), now: storetest.Noon.Add(5 * 24 * time.Hour)}
				n.findsItsPhotos()
				if wrong := n.check(); len(wrong) > 0 {
					t.Errorf("after the upgrade: %v", wrong)
				}
				n.meets()
				n.later(4 * 24 * time.Hour)
				if got := n.offer(n.lamp).State; got != sharing.AllPromised {
					t.Errorf("the lamp is %s", got)
				}
				n.asks(n.ben, n.gives(n.ana, "A kettle", n.photographs(n.ana)))
				there := n.restore(elsewhere(n, dialect), n.backup())
				if wrong := there.check(); len(wrong) > 0 {
					t.Errorf("after a restore: %v", wrong)
				}
			})
		}
	}
}

// findsItsPhotos puts pictures where rows speak of them: a dump has none.
func (n *neighbourhood) findsItsPhotos() {
	n.Helper()
	var jpg bytes.Buffer
	err := jpeg.Encode(&jpg, image.NewGray(image.Rect(0, 0, 8, 6)), nil)
	n.see(func(v *store.View) error {
		kept, e := media.Kept(v)
		for _, id := range kept {
			err = errors.Join(err, n.album.Unpack("media/"+string(id)+".jpg", jpg.Bytes()), n.album.Unpack("media/"+string(id)+"-thumb.jpg", jpg.Bytes()))
		}
		return errors.Join(e, err)
	})
}

// meets finds Ana, Ben and the lamp.
func (n *neighbourhood) meets() {
	n.Helper()
	n.see(func(v *store.View) error {
		for who, to := range map[string]*people.Member{"Ana": &n.ana, "Ben": &n.ben} {
			if err := v.DB().Where("nickname = ?", who).Take(to).Error; err != nil {
				return err
			}
		}
		var lamp sharing.Offer
		err := v.DB().Where("title = ?", "A lamp with a green shade").Take(&lamp).Error
		n.lamp = lamp.ID
		return err
	})
}
