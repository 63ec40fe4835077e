package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"
)

// scene is a picture with smooth parts and grain, as a phone would take it.
func scene(w, h int) *image.YCbCr {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	grain := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			m.Y[y*m.YStride+x] = uint8(x*200/w + int(grain.Uint32()%24))
		}
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = uint8(90+i%m.CStride*60/m.CStride), uint8(110+i/m.CStride%40)
	}
	return m
}

// BenchmarkReencode prints what one photo costs. B/op is close to the highest need: nothing big is freed while a photo is decoded.
func BenchmarkReencode(b *testing.B) {
	var phone, big, deep bytes.Buffer
	jpeg.Encode(&phone, scene(4032, 3024), &jpeg.Options{Quality: 85})
	jpeg.Encode(&big, scene(8160, 6120), &jpeg.Options{Quality: 70})
	flat := image.NewNRGBA64(image.Rect(0, 0, 8160, 6120))
	for i := range flat.Pix {
		flat.Pix[i] = uint8(i >> 20)
	}
	png.Encode(&deep, flat)
	for name, photo := range map[string][]byte{"jpeg-12MP": phone.Bytes(), "jpeg-50MP": big.Bytes(), "png16-50MP": deep.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got, err := NewDarkroom(Deadline).Reencode(b.Context(), bytes.NewReader(photo))
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(got.Full.Bytes)), "full-B")
				b.ReportMetric(float64(len(got.Thumb.Bytes)), "thumb-B")
			}
		})
	}
}

// BenchmarkShrink compares three ways from 50 megapixels to 1600 (see shrink).
func BenchmarkShrink(b *testing.B) {
	src := scene(8160, 6120)
	dst := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	for name, way := range map[string]func(){
		"CatmullRom": func() { draw.CatmullRom.Scale(dst, dst.Rect, src, src.Rect, draw.Src, nil) },
		"BiLinear":   func() { draw.ApproxBiLinear.Scale(dst, dst.Rect, src, src.Rect, draw.Src, nil) },
		"average":    func() { shrink(b.Context(), src, 1600, 1200) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				way()
			}
		})
	}
}
