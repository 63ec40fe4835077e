package media

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"runtime/debug"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// What a photo may be, and what becomes of it (DESIGN 6, product 7.5, security A8).
const (
	MaxBytes  = 12 << 20   // of the file that is sent
	MaxPixels = 50_000_000 // of the photo, before it is made smaller
	FullSide  = 1600       // longest side of the full picture
	ThumbSide = 320        // width of the list picture
	ThumbSize = 25_000     // bytes of the list picture, at most
	Deadline  = 10 * time.Second

	maxSide      = 65535         // what JPEG can say; a PNG with more is no photo, and one row of it would be a bomb
	maxMemory    = 8 * MaxPixels // bytes that decoding may take: 16 bits in each of four channels
	fullQuality  = 80
	worthFreeing = 32 << 20 // bytes
)

// Picture is one JPEG, ready to be kept: its bytes and its size in pixels.
type Picture struct {
	Bytes         []byte
	Width, Height int
}

// Image is one photo in the two sizes that pages show.
type Image struct {
	Full  Picture // longest side at most FullSide
	Thumb Picture // at most ThumbSide wide, twice that high, ThumbSize bytes
}

// A Darkroom re-encodes one photo at a time. A process needs exactly one: what a decode costs is memory that a small machine has
// only once. Measured on two busy cores (go test -bench . ./models/media): a 12 megapixel phone photo takes 0.6 s and 34 MB, 50 megapixels
// 1.6 s and 98 MB; the heaviest file that is let in, a 16-bit PNG of 50 megapixels, 3.2 s and 410 MB. It goes back to the system at once.
type Darkroom struct {
	table    chan struct{} // holds one photo
	deadline time.Duration
}

// NewDarkroom opens a darkroom. A photo may wait as long as deadline for its turn, and then take as long again.
func NewDarkroom(deadline time.Duration) *Darkroom {
	return &Darkroom{table: make(chan struct{}, 1), deadline: deadline}
}

// Reencode reads a JPEG, PNG or WebP and makes new JPEGs of it, upright and on white, in which no metadata is left. It refuses with
//
//	Invalid media.too_large        more than MaxBytes
//	Invalid media.too_many_pixels  more than MaxPixels, or a kind of file that takes too much memory or time for its size
//	Invalid media.not_a_photo      neither JPEG nor PNG nor WebP, whatever its name says
//	Invalid media.damaged          it begins like one, and cannot be decoded
//	Busy    media.busy             the darkroom was taken until ctx or the deadline ended
//
// Colours of a wide profile become slightly paler, because the profile goes with the rest of the metadata.
func (d *Darkroom) Reencode(ctx context.Context, r io.Reader) (_ Image, err error) {
	defer fault.Wrap(&err, "reencode photo")
	// The body is read before the table is taken, so that a slow phone keeps nobody waiting.
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Image{}, err
	}
	if len(data) > MaxBytes {
		return Image{}, fault.New(fault.Invalid, "media.too_large", fault.Args{"MiB": MaxBytes >> 20})
	}
	n, err := inspect(data)
	if err != nil {
		return Image{}, err
	}
	if err := d.enter(ctx); err != nil {
		return Image{}, err
	}
	defer d.leave()
	work, cancel := context.WithTimeout(ctx, d.deadline)
	defer cancel()
	both, err := n.print(work)
	switch {
	case err == nil:
		return both, nil
	case ctx.Err() != nil:
		return Image{}, fault.New(fault.Busy, "media.busy").Because(ctx.Err())
	case work.Err() != nil:
		return Image{}, tooManyPixels().Because(err) // "send a smaller one" is the advice that helps
	default:
		return Image{}, damaged(err)
	}
}

func (d *Darkroom) enter(ctx context.Context) error {
	patience := time.NewTimer(d.deadline)
	defer patience.Stop()
	select {
	case d.table <- struct{}{}:
		return nil
	case <-patience.C:
		return fault.New(fault.Busy, "media.busy")
	case <-ctx.Done():
		return fault.New(fault.Busy, "media.busy").Because(ctx.Err())
	}
}

func (d *Darkroom) leave() { <-d.table }

// print makes both pictures. The decoded photo, which may be forty times their size, is dead when small is there.
func (n negative) print(ctx context.Context) (Image, error) {
	small, err := n.develop(ctx)
	if n.memory > worthFreeing {
		debug.FreeOSMemory() // a node that showed one big photo must not stay big
	}
	if err != nil {
		return Image{}, err
	}
	return encode(ctx, upright(small, n.orientation))
}

func (n negative) develop(ctx context.Context) (*image.RGBA, error) {
	photo, err := n.decode(patient{ctx, bytes.NewReader(n.data)})
	if err != nil {
		return nil, err
	}
	w, h := fit(n.width, n.height, FullSide, FullSide)
	return shrink(ctx, photo, w, h)
}

// patient hands out few bytes at a time and none after the deadline: this is what stops a decoder. A progressive JPEG can ask for a walk
// through all its pixels with every ten bytes.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b[:min(len(b), 512)])
}

func encode(ctx context.Context, full *image.RGBA) (_ Image, err error) {
	var both Image
	if both.Full, err = toJPEG(full, fullQuality); err != nil {
		return Image{}, err
	}
	if both.Thumb, err = thumbnail(ctx, full); err != nil {
		return Image{}, err
	}
	return both, nil
}

// thumbnail lowers quality, then size, until the list picture is light enough (product J3).
func thumbnail(ctx context.Context, full *image.RGBA) (Picture, error) {
	w, h := fit(full.Rect.Dx(), full.Rect.Dy(), ThumbSide, 2*ThumbSide)
	for ; ; w, h = max(1, w/2), max(1, h/2) {
		small, err := shrink(ctx, full, w, h)
		if err != nil {
			return Picture{}, err
		}
		for quality := 75; quality >= 30; quality -= 15 {
			picture, err := toJPEG(small, quality)
			if err != nil || len(picture.Bytes) <= ThumbSize {
				return picture, err
			}
		}
	}
}

func toJPEG(m *image.RGBA, quality int) (Picture, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality})
	return Picture{Bytes: out.Bytes(), Width: m.Rect.Dx(), Height: m.Rect.Dy()}, err
}

// fit is the largest size of the same shape inside a frame. It never enlarges.
func fit(w, h, frameW, frameH int) (int, int) {
	if w <= frameW && h <= frameH {
		return w, h
	}
	if w*frameH >= h*frameW {
		return frameW, max(1, (h*frameW+w/2)/w)
	}
	return max(1, (w*frameH+h/2)/h), frameH
}

func tooManyPixels() *fault.Error {
	return fault.New(fault.Invalid, "media.too_many_pixels", fault.Args{"Megapixels": MaxPixels / 1_000_000})
}

func damaged(cause error) error {
	return fault.New(fault.Invalid, "media.damaged").Because(cause)
}
