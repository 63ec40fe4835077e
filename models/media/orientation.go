package media

import (
	"bytes"
	"encoding/binary"
	"image"
)

// exifInJPEG finds the TIFF block of the first APP1 segment that says it is EXIF.
func exifInJPEG(data []byte) []byte {
	for marker, body := range segments(data) {
		if exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return exif
		}
	}
	return nil
}

// exifInPNG finds the eXIf chunk: length, name, body, checksum.
func exifInPNG(data []byte) []byte {
	const envelope = 4 + 4 + 4
	for p := 8; p+envelope <= len(data); {
		n := int64(binary.BigEndian.Uint32(data[p:]))
		if n > int64(len(data)-p-envelope) {
			return nil
		}
		if string(data[p+4:p+8]) == "eXIf" {
			return data[p+8 : p+8+int(n)]
		}
		p += envelope + int(n)
	}
	return nil
}

// exifInWebP finds the EXIF chunk: name, length, body, padded to even. Some writers put JPEG's prefix before it.
func exifInWebP(data []byte) []byte {
	for p := 12; p+8 <= len(data); {
		n := int64(binary.LittleEndian.Uint32(data[p+4:]))
		if n > int64(len(data)-p-8) {
			return nil
		}
		if string(data[p:p+4]) == "EXIF" {
			return bytes.TrimPrefix(data[p+8:p+8+int(n)], []byte("Exif\x00\x00"))
		}
		p += 8 + int(n) + int(n&1)
	}
	return nil
}

// orientation reads one number out of an EXIF block: how the camera was held (EXIF 2.32, tag 0x0112). It looks at the first directory only
// and takes anything odd for upright: a photo lying on its side is better than none.
func orientation(exif []byte) int {
	const upright, tag, short = 1, 0x0112, 3
	if len(exif) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(exif[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := int64(order.Uint32(exif[4:]))
	if at > int64(len(exif)-2) {
		return upright
	}
	directory := exif[at:]
	entries := directory[2:]
	for range order.Uint16(directory) {
		if len(entries) < 12 {
			return upright
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short && order.Uint32(entries[4:]) == 1 {
			if o := int(order.Uint16(entries[8:])); 1 <= o && o <= 8 {
				return o
			}
			return upright
		}
		entries = entries[12:]
	}
	return upright
}

// upright turns and mirrors a picture so that the stored one is seen as the camera saw it.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	across := orientation >= 5 // rows are stored as columns
	mirrored := orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8
	flipped := orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7
	size := image.Rect(0, 0, w, h)
	if across {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := x, y
			if across {
				sx, sy = y, x
			}
			if mirrored {
				sx = w - 1 - sx
			}
			if flipped {
				sy = h - 1 - sy
			}
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):])
		}
	}
	return dst
}
