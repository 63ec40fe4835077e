package media_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

func TestAlbum_findsFilesThatNoRowSpeaksOf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		dir := t.TempDir()
		a, err := media.OpenAlbum(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		p := media.Picture{Bytes: []byte("canary"), Width: 4, Height: 3}
		put := func() media.PhotoID {
			id, err := a.Put(media.Image{Full: p, Thumb: p})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		// Two photos of yesterday, one with its row; one of this moment; a file half written; a file of somebody else's.
		wall := time.Now()
		kept, stray := put(), put()
		for _, name := range []string{"half.jpg.part", "README.jpg"} {
			if err := os.WriteFile(filepath.Join(dir, "media", name), []byte("canary"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		files, _ := filepath.Glob(filepath.Join(dir, "media", "*"))
		for _, f := range files {
			if err := os.Chtimes(f, wall, wall.Add(-24*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		young := put()
		err = s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error { return media.Keep(tx, kept, "rosa", p) })
		if err != nil {
			t.Fatal(err)
		}

		ids, err := a.Photos(wall.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var strays []media.PhotoID
		err = s.View(context.Background(), storetest.Noon, func(v *store.View) (err error) {
			strays, err = media.Strays(v, ids)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(strays) != 1 || strays[0] != stray {
			t.Fatalf("strays %v of %v, want %s", strays, ids, stray)
		}
		if err := a.Remove(strays...); err != nil {
			t.Fatal(err)
		}
		files, _ = filepath.Glob(filepath.Join(dir, "media", "*"))
		names := make([]string, len(files))
		for i, f := range files {
			names[i] = filepath.Base(f)
		}
		want := []string{"README.jpg", string(kept) + "-thumb.jpg", string(kept) + ".jpg", string(young) + "-thumb.jpg", string(young) + ".jpg"}
		slices.Sort(want)
		slices.Sort(names)
		if !slices.Equal(names, want) {
			t.Errorf("left are %v, want %v", names, want)
		}
	})
}
