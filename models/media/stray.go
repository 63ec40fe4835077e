package media

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// Files are written before their row, so a crash between the two, or an upload whose form never came, leaves files that no row
// speaks of. Once a day the clock asks the album what is in it, asks the database which of it is unknown, and removes that:
//
//	ids, _ := album.Photos(wall.Add(-time.Hour))   no transaction
//	strays, _ := media.Strays(v, ids)              in a view
//	album.Remove(strays...)                        no transaction

// Photos lists the photos whose files were all written before the given wall time; younger ones may be about to get their row.
// Files that were never finished are removed on the way.
func (a *Album) Photos(before time.Time) ([]PhotoID, error) {
	entries, err := fs.ReadDir(a.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	old := map[PhotoID]bool{}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		past := info.ModTime().Before(before)
		if strings.HasSuffix(e.Name(), ".part") {
			if past {
				err = a.root.Remove(e.Name())
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			continue
		}
		stem, isPhoto := strings.CutSuffix(e.Name(), ".jpg")
		id := PhotoID(strings.TrimSuffix(stem, string(Thumb)))
		if !isPhoto || !store.ValidID(string(id)) { // not ours to judge
			continue
		}
		known, seen := old[id]
		old[id] = past && (known || !seen)
	}
	var ids []PhotoID
	for id, past := range old {
		if past {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Strays are those of the photos that no row speaks of. A dropped photo has a row still, and is no stray.
func Strays(v *store.View, ids []PhotoID) ([]PhotoID, error) {
	var strays []PhotoID
	for some := range slices.Chunk(ids, 500) {
		var known []PhotoID
		if err := v.DB().Model(&Photo{}).Where("id IN ?", some).Pluck("id", &known).Error; err != nil {
			return nil, err
		}
		for _, id := range some {
			if !slices.Contains(known, id) {
				strays = append(strays, id)
			}
		}
	}
	return strays, nil
}
