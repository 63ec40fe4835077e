package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"testing"
)

// The corners of the test picture, clockwise from top left as a person sees it: red, green, yellow, blue.
var (
	red    = color.NRGBA{R: 230, A: 255}
	green  = color.NRGBA{G: 200, A: 255}
	blue   = color.NRGBA{B: 230, A: 255}
	yellow = color.NRGBA{R: 230, G: 200, A: 255}
)

// quarters is a picture of four colours: top left, top right, bottom left, bottom right.
func quarters(w, h int, colours [4]color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, colours[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// exif builds an EXIF block as a phone does: how the camera was held, where it was, and a small picture of the scene.
func exif(order binary.AppendByteOrder, orientation uint16, place string, preview []byte) []byte {
	const (
		short, long, ascii = 3, 4, 2
		root, gps          = 8, 8 + 2 + 2*12 + 4
		second             = gps + 2 + 12 + 4
		words              = second + 2 + 2*12 + 4
	)
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count)
		if kind == short {
			return order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
		}
		return order.AppendUint32(b, value)
	}
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint16(order.AppendUint32(b, root), 2)
	b = entry(b, 0x0112, short, 1, uint32(orientation))
	b = order.AppendUint32(entry(b, 0x8825, long, 1, gps), second)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint32(entry(b, 0x001c, ascii, uint32(len(place)), words), 0)
	b = order.AppendUint16(b, 2)
	b = entry(b, 0x0201, long, 1, uint32(words+len(place)))
	b = order.AppendUint32(entry(b, 0x0202, long, 1, uint32(len(preview))), 0)
	return append(append(b, place...), preview...)
}

// withSegment puts a segment behind the first two bytes of a JPEG.
func withSegment(photo []byte, marker byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(len(body)+2))
	return bytes.Join([][]byte{head, body, photo[2:]}, nil)
}

// withChunk puts a chunk behind the IHDR of a PNG.
func withChunk(photo []byte, name string, body []byte) []byte {
	const ihdrEnd = 8 + 4 + 4 + 13 + 4
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return bytes.Join([][]byte{photo[:ihdrEnd], chunk, photo[ihdrEnd:]}, nil)
}

// hugePNG is a header that promises w × h pixels, and nothing behind it.
func hugePNG(w, h uint32, depth, colour, interlace byte) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	body = append(body, depth, colour, 0, 0, interlace)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// plainWebP is a lossless WebP of one colour, about thirty bytes whatever its size: five Huffman codes with one symbol each need no bits per pixel.
func plainWebP(w, h int, c color.NRGBA) []byte {
	var bits []byte
	at := 0
	put := func(value, n int) {
		for i := range n {
			if at%8 == 0 {
				bits = append(bits, 0)
			}
			bits[at/8] |= byte(value >> i & 1 << (at % 8))
			at++
		}
	}
	put(0x2f, 8)
	put(w-1, 14)
	put(h-1, 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, no meta codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A, 0} {
		put(1, 1) // a simple code
		put(0, 1) // of one symbol
		put(1, 1) // in eight bits
		put(int(symbol), 8)
	}
	bits = append(bits, make([]byte, 2+len(bits)%2)...)
	return riff("VP8L", bits)
}

func riff(name string, body []byte, more ...[]byte) []byte {
	chunk := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	rest := append(append(chunk, body...), bytes.Join(more, nil)...)
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(rest)))
	return append(append(out, "WEBP"...), rest...)
}
