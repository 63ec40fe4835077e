package media

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"codeberg.org/manypots/manypots/models/store"
)

// Size is one of the two pictures of a photo.
type Size string

// The sizes, as they stand in file names.
const (
	Full  Size = ""
	Thumb Size = "-thumb"
)

// Album is the folder in which the files are. It is opened as a root, so that no name leads out of it (security A9).
type Album struct{ root *os.Root }

// folder is where in a data folder the photos are.
const folder = "media"

// OpenAlbum opens the folder "media" of a data folder, and makes it if it is not there.
func OpenAlbum(dir string) (*Album, error) {
	dir = filepath.Join(dir, folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Album{root}, nil
}

// Close closes the folder.
func (a *Album) Close() error { return a.root.Close() }

// Put writes the two files of a new photo and gives it its id. They are complete on the disk before anything points to them.
func (a *Album) Put(img Image) (PhotoID, error) {
	id := store.RandomID[PhotoID]()
	for size, p := range map[Size]Picture{Full: img.Full, Thumb: img.Thumb} {
		if err := a.write(name(id, size), p.Bytes); err != nil {
			return "", fmt.Errorf("put photo %s: %w", id, err)
		}
	}
	return id, nil
}

func (a *Album) write(name string, data []byte) (err error) {
	part := name + ".part"
	f, err := a.root.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, a.root.Remove(part))
	}
	return a.root.Rename(part, name)
}

// Open opens one picture of a photo for reading.
func (a *Album) Open(id PhotoID, size Size) (io.ReadSeekCloser, error) {
	if !store.ValidID(string(id)) {
		return nil, unknownPhoto()
	}
	f, err := a.root.Open(name(id, size))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknownPhoto()
	}
	return f, err
}

// Remove deletes the files of photos; files that are gone already are fine.
func (a *Album) Remove(ids ...PhotoID) error {
	for _, id := range ids {
		for _, size := range []Size{Full, Thumb} {
			if err := a.root.Remove(name(id, size)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func name(id PhotoID, size Size) string { return string(id) + string(size) + ".jpg" }
