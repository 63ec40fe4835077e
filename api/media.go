package api

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

const photoEnding = ".jpg"

// uploaded is a photo that waits for its thing.
type uploaded struct {
	ID     string `json:"id"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// uploadPhoto keeps the first image of a multipart body, unattached for a day. It is kept as it comes and not inside one
// transaction with the rest; the same key gives the same photo.
func uploadPhoto(c *call) error {
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind != "multipart/form-data" {
		return mediaType()
	}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return notUnderstood(err)
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return fault.Fields(fault.Field{Name: "image", Key: "media.not_a_photo"})
		}
		if err != nil {
			return notUnderstood(err)
		}
		if name := part.FormName(); name != "image" && name != "photo" {
			continue
		}
		return c.upload(part)
	}
}

// upload develops a photo and answers with it. Under a key that was used before it only reads the picture, to compare it.
func (c *call) upload(picture io.Reader) error {
	sum := sha256.New()
	picture = io.TeeReader(picture, sum)
	twice, err := c.twice()
	if err != nil {
		return err
	}
	document := uploaded{}
	if !twice {
		id, full, err := c.keepPhoto(picture)
		if err != nil {
			return err
		}
		document = c.photoDocument(id, full.Width, full.Height)
	}
	if _, err := io.Copy(io.Discard, picture); err != nil {
		return notUnderstood(err)
	}
	c.digest = hex.EncodeToString(sum.Sum(nil))
	return c.do(nil, act{verb: func(*store.Tx) (result, error) {
		return result{at: photoPath(media.PhotoID(document.ID), media.Full), made: true, shown: &shown{document: document}}, nil
	}})
}

func (c *call) photoDocument(id media.PhotoID, width, height int) uploaded {
	return uploaded{string(id), c.url(photoPath(id, media.Full)), width, height}
}

// putDown writes down a photo whose files are in the album.
func putDown(id media.PhotoID, by people.Member, p media.Picture) func(*store.Tx) error {
	return func(tx *store.Tx) error { return media.Keep(tx, id, string(by.ID), p) }
}

// showPhoto serves a picture to whoever may see the thing that it shows; one that belongs to nothing yet, to its owner.
func showPhoto(c *call) error {
	name, ok := strings.CutSuffix(c.Param("file"), photoEnding)
	name, thumb := strings.CutSuffix(name, string(media.Thumb))
	if id := media.PhotoID(name); ok && store.ValidID(name) {
		return c.servePhoto(id, thumb)
	}
	return fault.New(fault.NotFound, "photo.unknown")
}

func (c *call) servePhoto(id media.PhotoID, thumb bool) error {
	public := false
	err := c.view(func(v *store.View) (err error) {
		public, err = c.seePhoto(v, id)
		return err
	})
	if err != nil {
		return err
	}
	size := media.Full
	if thumb {
		size = media.Thumb
	}
	f, err := c.s.Album.Open(id, size)
	if err != nil {
		return err
	}
	defer f.Close()
	h := c.Response().Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", `inline; filename="photo.jpg"`)
	if public {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Del("Vary")
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, f)
	return nil
}

// seePhoto reports whether a photo is for anybody: NotFound "photo.unknown" when it is not for this viewer.
func (c *call) seePhoto(v *store.View, id media.PhotoID) (public bool, err error) {
	unseen := fault.New(fault.NotFound, "photo.unknown")
	p, err := media.FindPhoto(v, id)
	if err != nil {
		return false, err
	}
	of, ok := offerOf(p.Subject)
	if !ok {
		if c.member == nil || p.Owner != string(c.member.ID) {
			return false, unseen
		}
		return false, nil
	}
	thing, err := c.thing(v, of)
	if fault.Is(err, fault.NotFound) {
		return false, unseen
	}
	if err != nil {
		return false, err
	}
	if may, err := c.maySee(v, thing); err != nil {
		return false, err
	} else if !may {
		return false, unseen
	}
	_, mirror := thing.(sharing.Mirror)
	anybody, err := neighbours.ViewerOf(v, "")
	return !mirror && err == nil && neighbours.CanView(anybody, thing), err
}

// thing is an offer or, for members, a mirror, before anybody asked whether this viewer may see it.
func (c *call) thing(v *store.View, id sharing.OfferID) (neighbours.Thing, error) {
	o, err := sharing.FindOffer(v, id)
	if err == nil || !fault.Is(err, fault.NotFound) || c.member == nil {
		return o, err
	}
	return sharing.FindMirror(v, id)
}
