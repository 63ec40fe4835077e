package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// Checked is what a check of the photos has found: what is wrong, in a sentence each, and the hashes of those that were seen for
// the first time.
type Checked struct {
	Wrong  []string
	hashes map[PhotoID]string
}

// Check looks at every photo: both files are there, are the picture that the row speaks of, and are what they were when they were
// first checked. Files without a row are named, too, if they were written before the given wall time. It reads every file and so
// belongs in no transaction that writes.
func Check(v *store.View, a *Album, before time.Time) (c Checked, err error) {
	c.hashes = map[PhotoID]string{}
	rows, err := store.All[Photo](v.DB().Where("dropped_at IS NULL").Order("id"))
	if err != nil {
		return c, err
	}
	for _, p := range rows {
		hash, why := a.look(p)
		switch {
		case why != "":
			c.Wrong = append(c.Wrong, fmt.Sprintf("Photo %s %s.", p.ID, why))
		case p.Hash == "":
			c.hashes[p.ID] = hash
		case p.Hash != hash:
			c.Wrong = append(c.Wrong, fmt.Sprintf("Photo %s is not what it was when it was first checked.", p.ID))
		}
	}
	old, err := a.Photos(before)
	if err != nil {
		return c, err
	}
	strays, err := Strays(v, old)
	for _, id := range strays {
		c.Wrong = append(c.Wrong, fmt.Sprintf("Photo %s has files and no row; the next sweep removes them.", id))
	}
	return c, err
}

// Remember keeps the hashes of photos that were seen for the first time.
func (c Checked) Remember(tx *store.Tx) error {
	for id, hash := range c.hashes {
		if err := tx.DB().Model(&Photo{}).Where("id = ? AND hash = ''", id).UpdateColumn("hash", hash).Error; err != nil {
			return err
		}
	}
	return nil
}

func (a *Album) look(p Photo) (hash, why string) {
	sum := sha256.New()
	for _, size := range []Size{Full, Thumb} {
		data, err := a.read(p.ID, size)
		if err != nil {
			return "", "has lost a file"
		}
		head, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return "", "cannot be read"
		}
		if size == Full && (head.Width != p.Width || head.Height != p.Height) {
			return "", "has another size than it had"
		}
		_, _ = sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)), ""
}
