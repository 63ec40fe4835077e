package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"iter"

	"golang.org/x/image/webp"

	"codeberg.org/manypots/manypots/models/fault"
)

// negative is a photo as it came, of which only the header has been read.
type negative struct {
	data          []byte
	width, height int
	memory        int // bytes that decoding will take, at most
	orientation   int // EXIF: 1 to 8, 1 is upright
	decode        func(io.Reader) (image.Image, error)
}

// inspect decides by the first bytes what a file is, never by its name, and refuses what is too big before anything is decoded.
func inspect(data []byte) (negative, error) {
	n := negative{data: data}
	var config func(io.Reader) (image.Config, error)
	var weigh func([]byte, int) int
	var exif []byte
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		config, n.decode, weigh, exif = jpeg.DecodeConfig, jpeg.Decode, weighJPEG, exifInJPEG(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		config, n.decode, weigh, exif = png.DecodeConfig, png.Decode, weighPNG, exifInPNG(data)
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		config, n.decode, weigh, exif = webp.DecodeConfig, webp.Decode, weighWebP, exifInWebP(data)
	default:
		return n, fault.New(fault.Invalid, "media.not_a_photo")
	}
	head, err := config(bytes.NewReader(data))
	if err == nil && (head.Width < 1 || head.Height < 1) {
		err = errors.New("no pixels")
	}
	if err != nil {
		return n, damaged(err)
	}
	// Sides first: their product must not overflow on a 32-bit machine.
	if head.Width > maxSide || head.Height > maxSide || int64(head.Width)*int64(head.Height) > MaxPixels {
		return n, tooManyPixels()
	}
	n.width, n.height = head.Width, head.Height
	if n.memory = weigh(data, n.width*n.height); n.memory > maxMemory {
		return n, tooManyPixels()
	}
	n.orientation = orientation(exif)
	return n, nil
}

// weighJPEG knows how image/jpeg works: one byte per sample; a progressive file keeps four more per sample until its end; four inks, and RGB that
// JFIF does not rule out, are copied once more into four bytes per pixel. Colour at full resolution in a progressive file thus costs ten
// times a phone's photo.
func weighJPEG(data []byte, pixels int) int {
	// Only a single APP0 is believed: the decoder would take a later one, even between scans, for a revocation.
	jfif := len(data) > 11 && string(data[2:4]) == "\xff\xe0" && string(data[6:11]) == "JFIF\x00" && bytes.Count(data, []byte("\xff\xe0")) == 1
	for marker, frame := range segments(data) {
		if marker < 0xc0 || marker > 0xc2 {
			continue
		}
		memory := pixels * eighths(frame) / 8
		if marker == 0xc2 {
			memory *= 5
		}
		if len(frame) > 6+3*3 || !jfif {
			memory += 4 * pixels
		}
		return memory
	}
	return maxMemory + 1 // the decoder found a frame where this walk found none
}

// eighths is how many samples a frame keeps for eight of its pixels: 8 for gray, 12 for a phone's photo, 24 for full colour.
func eighths(frame []byte) int {
	sum, largest := 0, 1
	for i := 7; i < len(frame); i += 3 {
		area := int(frame[i]>>4) * int(frame[i]&15)
		sum, largest = sum+area, max(largest, area)
	}
	return 8 * sum / largest
}

// weighPNG: image/png decodes into four bytes, or eight if they have 16 bits, and interlaced files through a second picture.
func weighPNG(data []byte, pixels int) int {
	const bitDepth, interlace = 24, 28 // in the IHDR, which always comes first
	memory := 4 * pixels
	if data[bitDepth] == 16 {
		memory *= 2
	}
	if data[interlace] != 0 {
		memory *= 2
	}
	return memory
}

// weighWebP: golang.org/x/image/webp needs two pictures of four bytes at the worst, a palette or an alpha plane.
func weighWebP(_ []byte, pixels int) int { return 8 * pixels }

// segments walks the headers of a JPEG up to its first scan, as forgiving as image/jpeg: a walk that sees another frame than the decoder would
// weigh the wrong one.
func segments(data []byte) iter.Seq2[byte, []byte] {
	return func(yield func(byte, []byte) bool) {
		for p := 2; ; {
			skip := bytes.IndexByte(data[min(p, len(data)):], 0xff)
			if skip < 0 {
				return
			}
			for p += skip; p < len(data) && data[p] == 0xff; p++ { // fill bytes
			}
			if p >= len(data) {
				return
			}
			marker := data[p]
			p++
			switch {
			case marker == 0 || 0xd0 <= marker && marker <= 0xd7: // stuffing and restarts have no body
				continue
			case marker == 0xda || marker == 0xd9:
				return
			case p+2 > len(data):
				return
			}
			end := p + int(binary.BigEndian.Uint16(data[p:]))
			if end < p+2 || end > len(data) || !yield(marker, data[p+2:end]) {
				return
			}
			p = end
		}
	}
}
