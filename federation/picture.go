package federation

import (
	"bytes"
	"context"

	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// fetchPicture gets a neighbour's photo and keeps a copy of our own making: nothing of what came is shown (security L10, L12).
func (f *Federation) fetchPicture(ctx context.Context, id string) (func(*store.Tx) error, error) {
	from, err := f.pictureOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if from == "" {
		return func(*store.Tx) error { return nil }, nil
	}
	got, err := f.client.GetImage(ctx, from)
	if err != nil {
		return nil, err
	}
	photo, shown, err := f.Photos.Keep(ctx, bytes.NewReader(got.Body))
	if err != nil {
		return nil, err
	}
	return func(tx *store.Tx) error {
		mirror, err := sharing.FindMirror(tx.View, sharing.OfferID(id))
		if err != nil || mirror.Picture != from { // it has changed meanwhile, and another job is on its way
			return ignoreUnknown(err)
		}
		if err := media.Keep(tx, photo, "", shown); err != nil {
			return err
		}
		return sharing.SetPicture(tx, mirror.ID, photo)
	}, nil
}

// pictureOf is where a mirror's photo is; empty when there is none.
func (f *Federation) pictureOf(ctx context.Context, id string) (address string, err error) {
	err = f.view(ctx, func(v *store.View) error {
		mirror, err := sharing.FindMirror(v, sharing.OfferID(id))
		address = mirror.Picture
		return ignoreUnknown(err)
	})
	return address, err
}
