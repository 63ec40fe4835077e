package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
)

// gift is a thing of the demo with a picture made of a few shapes.
type gift struct {
	node, giver string
	sharing.NewOffer
	wall   color.RGBA
	shapes []shape
}

// shape is a filled rectangle, or the ellipse inside it, in hundredths of the picture.
type shape struct {
	x0, y0, x1, y1 int
	color          color.RGBA
	round          bool
}

func gifts() []gift {
	wood, dark := color.RGBA{0xb8, 0x86, 0x50, 0xff}, color.RGBA{0x7a, 0x52, 0x2c, 0xff}
	red, green, blue := color.RGBA{0xb8, 0x3a, 0x32, 0xff}, color.RGBA{0x4d, 0x7c, 0x4a, 0xff}, color.RGBA{0x35, 0x5f, 0x8c, 0xff}
	cream, grey := color.RGBA{0xf3, 0xea, 0xd8, 0xff}, color.RGBA{0x8d, 0x92, 0x8a, 0xff}
	return []gift{
		{
			node: "alder", giver: "Rosa", wall: color.RGBA{0xe3, 0xee, 0xe2, 0xff},
			NewOffer: sharing.NewOffer{
				Title: "Two kitchen chairs", Description: "Sturdy. They go together.", Category: "furniture", Condition: "good",
				Faults: "One has a scratch on the seat.", Place: "Elm Street 12, ring at Rosa", Audience: people.Anyone,
			},
			shapes: []shape{{32, 18, 38, 60, wood, false}, {38, 20, 62, 30, wood, false}, {60, 18, 66, 60, wood, false}, {30, 55, 70, 62, dark, false}, {32, 62, 37, 88, wood, false}, {63, 62, 68, 88, wood, false}},
		},
		{
			node: "alder", giver: "Karim", wall: color.RGBA{0xec, 0xe4, 0xf0, 0xff},
			NewOffer: sharing.NewOffer{
				Title: "كتب مدرسية للصف السابع", Description: "أربعة كتب بحالة جيدة.", Category: "books", Condition: "good", Language: "ar",
				Quantity: 4, MaxPerClaim: 2, Choice: sharing.ByGiver,
			},
			shapes: []shape{{22, 40, 34, 86, red, false}, {36, 34, 48, 86, blue, false}, {50, 44, 62, 86, green, false}, {64, 38, 78, 86, wood, false}},
		},
		{
			node: "birch", giver: "Maya", wall: color.RGBA{0xf4, 0xea, 0xdc, 0xff},
			NewOffer: sharing.NewOffer{
				Title: "Apples, about 6 kg", Description: "From the tree behind the house. Some spots, all sweet.", Category: "food", Condition: "good",
				Quantity: 6, MaxPerClaim: 2, Audience: people.Anyone,
			},
			shapes: []shape{{18, 44, 52, 82, red, true}, {46, 40, 82, 80, green, true}, {62, 28, 66, 44, dark, false}, {33, 32, 37, 48, dark, false}},
		},
		{
			node: "birch", giver: "Leyla", wall: color.RGBA{0xe0, 0xe9, 0xf2, 0xff},
			NewOffer: sharing.NewOffer{
				Title: "A child's blue bike, 20 inch", Description: "Brakes fine, bell loud.", Category: "children", Condition: "worn",
				Faults: "Some rust on the chain.", Place: "Oak Row 3, in the yard",
			},
			shapes: []shape{{14, 48, 44, 88, grey, true}, {18, 53, 40, 83, cream, true}, {56, 48, 86, 88, grey, true}, {60, 53, 82, 83, cream, true}, {28, 44, 72, 49, blue, false}, {34, 36, 44, 40, dark, false}, {66, 30, 70, 68, blue, false}, {62, 28, 78, 32, dark, false}},
		},
	}
}

// picture draws the gift. It is a PNG, as if it came from somebody's phone.
func (g gift) picture() io.Reader {
	const w, h = 960, 720
	canvas := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(g.wall), image.Point{}, draw.Src)
	for _, s := range g.shapes {
		box := image.Rect(s.x0*w/100, s.y0*h/100, s.x1*w/100, s.y1*h/100)
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				if !s.round || inside(box, x, y) {
					canvas.SetRGBA(x, y, s.color)
				}
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, canvas) // a buffer takes everything
	return &out
}

func inside(box image.Rectangle, x, y int) bool {
	dx, dy := float64(2*x-box.Min.X-box.Max.X)/float64(box.Dx()), float64(2*y-box.Min.Y-box.Max.Y)/float64(box.Dy())
	return dx*dx+dy*dy <= 1
}
