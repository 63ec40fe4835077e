package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"codeberg.org/manypots/manypots/models/fault"
)

func reencode(t testing.TB, photo []byte) Image {
	t.Helper()
	got, err := NewDarkroom(Deadline).Reencode(t.Context(), bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReencode_leavesNothingButThePicture(t *testing.T) {
	t.Parallel()
	const place = "canary: 52.5163 N 13.3777 E, Rigaer Strasse 14"
	picture := quarters(200, 100, [4]color.NRGBA{red, green, blue, yellow})
	block := exif(binary.LittleEndian, 1, place, asJPEG(t, quarters(16, 8, [4]color.NRGBA{red, red, red, red})))
	photo := asJPEG(t, picture)
	photo = withSegment(photo, 0xfe, []byte("canary: comment"))
	photo = withSegment(photo, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00canary: xmp"))
	photo = withSegment(photo, 0xe2, []byte("ICC_PROFILE\x00\x01\x01canary: profile"))
	photo = withSegment(photo, 0xe1, append([]byte("Exif\x00\x00"), block...))
	photo = append(photo, "PK\x03\x04canary: an archive behind the picture"...)
	drawing := withChunk(asPNG(t, picture), "tEXt", []byte("Author\x00canary"))
	drawing = withChunk(drawing, "eXIf", block)
	drawing = append(drawing, "canary"...)
	web := riff("VP8L", plainWebP(200, 100, red)[20:], riff("EXIF", block)[12:], riff("XMP ", []byte("canary"))[12:])
	for name, in := range map[string][]byte{"jpeg": photo, "png": drawing, "webp": web} {
		got := reencode(t, in)
		for size, p := range map[string]Picture{"full": got.Full, "thumb": got.Thumb} {
			if bytes.Contains(p.Bytes, []byte("canary")) {
				t.Errorf("%s, %s: a canary is left", name, size)
			}
			onlyPicture(t, p.Bytes)
		}
	}
}

// onlyPicture fails when a JPEG holds any segment that is not needed to draw it, or anything behind its end.
func onlyPicture(t testing.TB, picture []byte) {
	t.Helper()
	for marker := range segments(picture) {
		switch marker {
		case 0xdb, 0xc0, 0xc4: // quantisation, frame, Huffman
		default:
			t.Errorf("segment %#x is left", marker)
		}
	}
	if end := bytes.Index(picture, []byte("\xff\xd9")); end != len(picture)-2 {
		t.Errorf("the picture ends at %d of %d", end, len(picture))
	}
}

// How the four corners are stored for each orientation, from the words of EXIF 2.32 ("the 0th row is at the visual … of the image, and the
// 0th column is the visual …").
var stored = map[int][4]color.NRGBA{
	1: {red, green, blue, yellow}, // top, left
	2: {green, red, yellow, blue}, // top, right
	3: {yellow, blue, green, red}, // bottom, right
	4: {blue, yellow, red, green}, // bottom, left
	5: {red, blue, green, yellow}, // left, top
	6: {green, yellow, red, blue}, // right, top
	7: {yellow, green, blue, red}, // right, bottom
	8: {blue, red, yellow, green}, // left, bottom
}

func TestReencode_turnsThePictureUpright(t *testing.T) {
	t.Parallel()
	for orientation, corners := range stored {
		w, h := 2000, 1000
		if orientation >= 5 {
			w, h = h, w
		}
		picture := quarters(w, h, corners)
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			block := exif(order, uint16(orientation), "x", nil)
			for name, photo := range map[string][]byte{
				"jpeg": withSegment(asJPEG(t, picture), 0xe1, append([]byte("Exif\x00\x00"), block...)),
				"png":  withChunk(asPNG(t, picture), "eXIf", block),
			} {
				got := reencode(t, photo)
				if got.Full.Width != 1600 || got.Full.Height != 800 || got.Thumb.Width != 320 || got.Thumb.Height != 160 {
					t.Fatalf("%s %d: full %d × %d, thumb %d × %d", name, orientation, got.Full.Width, got.Full.Height, got.Thumb.Width, got.Thumb.Height)
				}
				sees(t, fmt.Sprint(name, orientation, order), got.Full, [4]color.NRGBA{red, green, blue, yellow})
				sees(t, fmt.Sprint(name, orientation, order, "thumb"), got.Thumb, [4]color.NRGBA{red, green, blue, yellow})
			}
		}
	}
}

// sees compares the middles of the four quarters.
func sees(t testing.TB, what string, p Picture, want [4]color.NRGBA) {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if size := m.Bounds().Size(); size != image.Pt(p.Width, p.Height) {
		t.Errorf("%s: is %v, says %d × %d", what, size, p.Width, p.Height)
	}
	for i, c := range want {
		at := image.Pt(p.Width*(1+2*(i%2))/4, p.Height*(1+2*(i/2))/4)
		if got := color.NRGBAModel.Convert(m.At(at.X, at.Y)).(color.NRGBA); !near(got, c) {
			t.Errorf("%s: at %v got %v, want %v", what, at, got, c)
		}
	}
}

// near forgives what JPEG does to colours.
func near(a, b color.NRGBA) bool {
	far := func(x, y uint8) bool { return max(int(x)-int(y), int(y)-int(x)) > 24 }
	return !far(a.R, b.R) && !far(a.G, b.G) && !far(a.B, b.B)
}

func TestReencode_readsEveryKindOfPhoto(t *testing.T) {
	t.Parallel()
	corners := [4]color.NRGBA{red, green, blue, yellow}
	small := quarters(64, 48, corners)
	deep := image.NewNRGBA64(small.Rect)
	palette := image.NewPaletted(small.Rect, color.Palette{red, green, blue, yellow})
	gray := image.NewGray16(small.Rect)
	for y := range 48 {
		for x := range 64 {
			deep.Set(x, y, small.At(x, y))
			palette.Set(x, y, small.At(x, y))
			gray.SetGray16(x, y, color.Gray16{Y: 0x8080})
		}
	}
	mid := color.NRGBA{R: 128, G: 128, B: 128, A: 255}
	pale := color.NRGBA{R: 255, G: 127, B: 127, A: 255} // half transparent red on white
	half := color.NRGBA{R: 255, A: 128}
	plain := func(c color.NRGBA) [4]color.NRGBA { return [4]color.NRGBA{c, c, c, c} }
	for name, c := range map[string]struct {
		photo []byte
		want  [4]color.NRGBA
	}{
		"jpeg":                    {asJPEG(t, small), corners},
		"png":                     {asPNG(t, small), corners},
		"png, 16 bits":            {asPNG(t, deep), corners},
		"png, palette":            {asPNG(t, palette), corners},
		"png, gray of 16 bits":    {asPNG(t, gray), plain(mid)},
		"png, half transparent":   {asPNG(t, quarters(64, 48, plain(half))), plain(pale)},
		"png, fully transparent":  {asPNG(t, quarters(64, 48, plain(color.NRGBA{}))), plain(color.NRGBA{255, 255, 255, 255})},
		"webp, lossless":          {plainWebP(64, 48, red), plain(red)},
		"webp, half transparent":  {plainWebP(64, 48, half), plain(pale)},
		"jpeg, gray gradient":     {file(t, "gray.jpg"), gradient(255, 255, 255, 0, 0, 0)},
		"jpeg, four inks":         {file(t, "cmyk.jpg"), gradient(255, 0, 0, 0, 0, 255)},
		"jpeg, progressive":       {file(t, "progressive.jpg"), gradient(255, 0, 0, 0, 0, 255)},
		"webp, lossy":             {file(t, "lossy.webp"), gradient(255, 0, 0, 0, 0, 255)},
		"webp, lossless, encoded": {file(t, "lossless.webp"), gradient(255, 0, 0, 0, 0, 255)},
	} {
		got := reencode(t, c.photo)
		sees(t, name, got.Full, c.want)
		if got.Thumb.Width != got.Full.Width {
			t.Errorf("%s: a small photo was made larger or smaller: %d", name, got.Thumb.Width)
		}
	}
}

// gradient is what a vertical gradient of 16 rows shows at rows 4 and 12.
func gradient(r0, g0, b0, r1, g1, b1 int) [4]color.NRGBA {
	mix := func(a, b, row int) uint8 { return uint8(a + (b-a)*row/15) }
	top := color.NRGBA{mix(r0, r1, 4), mix(g0, g1, 4), mix(b0, b1, 4), 255}
	bottom := color.NRGBA{mix(r0, r1, 12), mix(g0, g1, 12), mix(b0, b1, 12), 255}
	return [4]color.NRGBA{top, top, bottom, bottom}
}

func TestReencode_keepsTheShapeOfLongThinPhotos(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, wantW, wantH, thumbW, thumbH int }{
		{1, 1, 1, 1, 1, 1},
		{1600, 1, 1600, 1, 320, 1},
		{9000, 3, 1600, 1, 320, 1},
		{2, 9000, 1, 1600, 1, 640},
		{1601, 1601, 1600, 1600, 320, 320},
		{700, 2100, 533, 1600, 213, 640},
	} {
		got := reencode(t, asPNG(t, quarters(c.w, c.h, [4]color.NRGBA{red, red, red, red})))
		f, th := got.Full, got.Thumb
		if f.Width != c.wantW || f.Height != c.wantH || th.Width != c.thumbW || th.Height != c.thumbH {
			t.Errorf("%d × %d: full %d × %d, thumb %d × %d", c.w, c.h, f.Width, f.Height, th.Width, th.Height)
		}
		sees(t, fmt.Sprint(c), f, [4]color.NRGBA{red, red, red, red})
	}
}

func TestReencode_keepsTheListPictureLight(t *testing.T) {
	t.Parallel()
	noise := image.NewNRGBA(image.Rect(0, 0, 320, 640))
	grain := rand.NewChaCha8([32]byte{})
	grain.Read(noise.Pix)
	for i := 3; i < len(noise.Pix); i += 4 {
		noise.Pix[i] = 0xff
	}
	if got := reencode(t, asPNG(t, noise)); len(got.Thumb.Bytes) > ThumbSize {
		t.Errorf("the thumb of noise has %d bytes", len(got.Thumb.Bytes))
	}
}

func TestReencode_refusesWithASentence(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(64, 48, [4]color.NRGBA{red, green, blue, yellow}))
	drawing := asPNG(t, quarters(64, 48, [4]color.NRGBA{red, green, blue, yellow}))
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"one byte too many":                  {append(bytes.Clone(photo), make([]byte, MaxBytes)...), "media.too_large"},
		"png header bomb":                    {hugePNG(65535, 65535, 8, 2, 0), "media.too_many_pixels"},
		"png header bomb, overflowing":       {hugePNG(1<<31-1, 1<<31-1, 1, 0, 0), "media.damaged"},
		"png, one row of fifty million":      {hugePNG(50_000_000, 1, 8, 2, 0), "media.too_many_pixels"},
		"png, interlaced and deep":           {hugePNG(7000, 7000, 16, 6, 1), "media.too_many_pixels"},
		"png, a line above fifty megapixels": {hugePNG(10_000, 5001, 8, 2, 0), "media.too_many_pixels"},
		"webp bomb of thirty bytes":          {plainWebP(16384, 16384, red), "media.too_many_pixels"},
		"progressive bomb in full colour":    {resized(file(t, "progressive.jpg"), 7000, 7000), "media.too_many_pixels"},
		"jpeg header bomb":                   {resized(photo, 65535, 65535), "media.too_many_pixels"},
		"jpeg of no height":                  {resized(photo, 64, 0), "media.damaged"},
		"jpeg, cut":                          {photo[:len(photo)/2], "media.damaged"},
		"jpeg, only its first bytes":         {photo[:4], "media.damaged"},
		"png, cut":                           {drawing[:len(drawing)-20], "media.damaged"},
		"png, only its header":               {drawing[:40], "media.damaged"},
		"webp, cut":                          {file(t, "lossy.webp")[:40], "media.damaged"},
		"nothing":                            {nil, "media.not_a_photo"},
		"text renamed":                       {[]byte("Dear neighbours, this is not a photo"), "media.not_a_photo"},
		"gif":                                {[]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), "media.not_a_photo"},
		"svg":                                {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "media.not_a_photo"},
		"heic":                               {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "media.not_a_photo"},
		"html behind a jpeg's first bytes":   {[]byte("\xff\xd8\xff<script>alert(1)</script>"), "media.damaged"},
		"riff that is no picture":            {[]byte("RIFF\x24\x00\x00\x00WAVEfmt "), "media.not_a_photo"},
	} {
		got, err := NewDarkroom(Deadline).Reencode(t.Context(), bytes.NewReader(c.in))
		if fault.KindOf(err) != fault.Invalid || fault.KeyOf(err) != c.want || got.Full.Bytes != nil {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// resized overwrites the size in a JPEG's frame.
func resized(photo []byte, w, h uint16) []byte {
	out := bytes.Clone(photo)
	for marker, frame := range segments(out) {
		if marker == 0xc0 || marker == 0xc2 {
			binary.BigEndian.PutUint16(frame[1:], h)
			binary.BigEndian.PutUint16(frame[3:], w)
		}
	}
	return out
}

func TestReencode_weighsAFileBeforeItIsDecoded(t *testing.T) {
	t.Parallel()
	baseline, progressive, inks := asJPEG(t, scene(64, 48)), file(t, "progressive.jpg"), file(t, "cmyk.jpg")
	const mp = 1_000_000
	for name, c := range map[string]struct {
		photo     []byte
		weigh     func([]byte, int) int
		wantBytes int // per pixel, times ten
	}{
		"a phone's photo":             {withSegment(baseline, 0xe0, []byte("JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x00\x00")), weighJPEG, 15},
		"the same, perhaps RGB":       {baseline, weighJPEG, 55},
		"progressive, full colour":    {progressive, weighJPEG, 150},
		"four inks":                   {inks, weighJPEG, 65},
		"png":                         {hugePNG(1, 1, 8, 2, 0), weighPNG, 40},
		"png, 16 bits and interlaced": {hugePNG(1, 1, 16, 6, 1), weighPNG, 160},
		"webp":                        {plainWebP(1, 1, red), weighWebP, 80},
	} {
		if got := c.weigh(c.photo, mp); got != c.wantBytes*mp/10 {
			t.Errorf("%s: %d bytes for a megapixel, want %d", name, got, c.wantBytes*mp/10)
		}
	}
	if got := weighJPEG([]byte("\xff\xd8\xff\xd9"), mp); got <= maxMemory {
		t.Errorf("a frame nobody finds: %d", got)
	}
	// A second APP0 anywhere takes back the first one's word that this is not RGB.
	twice := withSegment(withSegment(baseline, 0xe0, []byte("JFIF\x00")), 0xe0, []byte("JFIF\x00"))
	if got := weighJPEG(twice, mp); got != 55*mp/10 {
		t.Errorf("two APP0: %d", got)
	}
}

func TestDarkroom_holdsOnePhotoAtATime(t *testing.T) {
	t.Parallel()
	room := NewDarkroom(Deadline)
	if err := room.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	photo := asJPEG(t, quarters(8, 8, [4]color.NRGBA{red, red, red, red}))
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := room.Reencode(gone, bytes.NewReader(photo)); fault.KeyOf(err) != "media.busy" || !fault.Is(err, fault.Busy) {
		t.Errorf("a taken room: %v", err)
	}
	room.leave()
	for range 2 { // a refusal gives the table back
		if _, err := room.Reencode(t.Context(), bytes.NewReader(photo[:len(photo)/2])); fault.KeyOf(err) != "media.damaged" {
			t.Error(err)
		}
	}
	if _, err := room.Reencode(t.Context(), bytes.NewReader(photo)); err != nil {
		t.Error(err)
	}
}

func TestDarkroom_givesUpAtItsDeadline(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(64, 64, [4]color.NRGBA{red, red, red, red}))
	n, err := inspect(photo)
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	if _, err := n.print(late); err == nil {
		t.Error("a decoder went on after its deadline")
	}
	// The last bytes are never handed out when the deadline comes while it decodes.
	running, stop := context.WithCancel(t.Context())
	n.decode = func(r io.Reader) (image.Image, error) {
		io.ReadFull(r, make([]byte, 10))
		stop()
		return jpeg.Decode(r)
	}
	if _, err := n.print(running); err == nil {
		t.Error("a decoder went on after it was stopped")
	}
}

func TestReencode_saysWhenTheConnectionBreaks(t *testing.T) {
	t.Parallel()
	_, err := NewDarkroom(Deadline).Reencode(t.Context(), iotest.ErrReader(io.ErrUnexpectedEOF))
	if fault.KindOf(err) != fault.Internal { // the door knows what its reader's errors mean
		t.Error(err)
	}
}

func FuzzOrientation(f *testing.F) {
	for o := range uint16(10) {
		f.Add(exif(binary.LittleEndian, o, "here", nil))
		f.Add(exif(binary.BigEndian, o, "here", nil))
	}
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, block []byte) {
		if o := orientation(block); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		// The same bytes as a whole file, for the three walks to the block.
		for _, find := range []func([]byte) []byte{exifInJPEG, exifInPNG, exifInWebP} {
			find(block)
		}
	})
}

func FuzzReencode(f *testing.F) {
	picture := quarters(24, 16, [4]color.NRGBA{red, green, blue, yellow})
	f.Add(withSegment(asJPEG(f, picture), 0xe1, append([]byte("Exif\x00\x00"), exif(binary.BigEndian, 6, "here", nil)...)))
	f.Add(asPNG(f, picture))
	f.Add(plainWebP(24, 16, red))
	for _, name := range []string{"cmyk.jpg", "gray.jpg", "progressive.jpg", "lossy.webp", "lossless.webp"} {
		f.Add(file(f, name))
	}
	room := NewDarkroom(Deadline)
	f.Fuzz(func(t *testing.T, photo []byte) {
		if n, err := inspect(photo); err == nil && n.memory > 8<<20 {
			return // allowed, and too slow for a million tries
		}
		got, err := room.Reencode(t.Context(), bytes.NewReader(photo))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
			return
		}
		for _, p := range []Picture{got.Full, got.Thumb} {
			head, err := jpeg.DecodeConfig(bytes.NewReader(p.Bytes))
			if err != nil || head.Width != p.Width || head.Height != p.Height || max(p.Width, p.Height) > FullSide {
				t.Errorf("%d × %d: %v, %v", p.Width, p.Height, head, err)
			}
			onlyPicture(t, p.Bytes)
		}
	})
}
