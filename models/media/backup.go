package media

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Kept lists the photos that a backup has to have: those that have not been dropped.
func Kept(v *store.View) ([]PhotoID, error) {
	var ids []PhotoID
	err := v.DB().Model(&Photo{}).Where("dropped_at IS NULL").Order("id").Pluck("id", &ids).Error
	return ids, err
}

// partOf is what a file is called in a backup: media/…
const partOf = "media/"

// Pack gives the files of photos to put, under the names that they have in a backup. One that has been dropped and swept since it
// was listed is left out.
func (a *Album) Pack(ids []PhotoID, put func(name string, data []byte) error) error {
	for _, id := range ids {
		for _, size := range []Size{Full, Thumb} {
			data, err := a.read(id, size)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if err := put(partOf+name(id, size), data); err != nil {
				return err
			}
		}
	}
	return nil
}

// Unpack writes a file that Pack gave.
func (a *Album) Unpack(part string, data []byte) error {
	file, ok := strings.CutPrefix(part, partOf)
	id := strings.TrimSuffix(strings.TrimSuffix(file, ".jpg"), string(Thumb))
	if !ok || !store.ValidID(id) || file != name(PhotoID(id), Full) && file != name(PhotoID(id), Thumb) {
		return fmt.Errorf("%q is no photo", part)
	}
	return a.write(file, data)
}

// MustBeEmpty refuses a data folder in which there are photos.
func MustBeEmpty(dir string) error {
	files, err := os.ReadDir(filepath.Join(dir, folder))
	if err == nil && len(files) > 0 {
		return fmt.Errorf("there are photos in %s already: nothing is ever restored over them; choose an empty folder", dir)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// RemoveAlbum removes all photos of a data folder, which a restore that was cut short has brought there.
func RemoveAlbum(dir string) error { return os.RemoveAll(filepath.Join(dir, folder)) }

// MoveAlbum brings the folder of photos from one data folder to another in one step, where there is none or an empty one.
func MoveAlbum(from, to string) error {
	if err := MustBeEmpty(to); err != nil {
		return err
	}
	place := filepath.Join(to, folder)
	if err := os.Remove(place); err != nil && !errors.Is(err, os.ErrNotExist) { // Rename takes the place of no folder
		return err
	}
	return os.Rename(filepath.Join(from, folder), place)
}

// Missing lists photos whose files are not both in the album, of those that have not been dropped.
func Missing(v *store.View, a *Album) (missing []PhotoID, err error) {
	ids, err := Kept(v)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, size := range []Size{Full, Thumb} {
			if _, err := a.root.Stat(name(id, size)); errors.Is(err, os.ErrNotExist) {
				missing = append(missing, id)
				break
			} else if err != nil {
				return nil, err
			}
		}
	}
	return missing, nil
}

func (a *Album) read(id PhotoID, size Size) ([]byte, error) {
	f, err := a.Open(id, size)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
