package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"codeberg.org/manypots/manypots/models/store/storetest"
)

// The pages in a real browser, on a small phone. The stories share it; each person has cookies of her own.
func TestBrowser(t *testing.T) {
	browser := openBrowser(t)
	for name, story := range map[string]func(*testing.T, context.Context){
		"a thing walks to the neighbours":               aThingWalksToTheNeighbours,
		"an empty node is set up and somebody joins":    anEmptyNodeIsSetUp(on, "en"),
		"and so without script and in Arabic":           anEmptyNodeIsSetUp(off, "ar"),
		"every form works without script":               everyFormWorksWithoutScript("en"),
		"every form works without script and in Arabic": everyFormWorksWithoutScript("ar"),
		"what strangers write does nothing":             whatStrangersWriteDoesNothing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, browser)
		})
	}
}

// openStreet starts the two nodes of the demo, one on each database, on ports of their own, with a clock that only the test
// turns.
func openStreet(t *testing.T) *demo {
	t.Helper()
	c, err := readConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &surroundings{ctx: ctx, config: c, out: io.Discard, log: testLogger(t)}
	d, err := openDemo(s, t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", storetest.Config(t, "postgres").URL)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.populate(ctx); err != nil {
		t.Fatal(err)
	}
	return d
}

// testLogger shows what the nodes complain of beside the test that made them.
func testLogger(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type testLog struct{ *testing.T }

func (l testLog) Write(line []byte) (int, error) {
	l.Logf("%s", bytes.TrimSpace(line))
	return len(line), nil
}

// Rosa at one node gives a lamp with a photo from her phone. Maya at the neighbour's, who reads Arabic, would like it. Her name is
// drawn, they agree on a time and a place, and it changes hands. Each does it in a browser on a small phone.
func aThingWalksToTheNeighbours(t *testing.T, browser context.Context) {
	d := openStreet(t)
	rosa := openTab(t, browser, d.alder, "en", on).signIn("Rosa")
	maya := openTab(t, browser, d.birch, "ar", on).signIn("Maya").speaks()
	maya.open("/today").says(maya.sentence("today.title"))

	rosa.open("/today").press("things.give").write("title", "A reading lamp", "description", "Warm light.\nThe cable is long.", "place", "Elm Street 12, ring at Rosa")
	rosa.choose(phonePhoto(t)).wait(`!!document.querySelector(".n-Photo-preview")?.naturalWidth`)
	pickUp := d.clock.Now().Add(4 * 24 * time.Hour)
	rosa.unfold("give.more").picture("give-filled").write("windows_date", pickUp.Format(time.DateOnly), "windows_from", "18:00", "windows_to", "20:00")
	rosa.press("give.publish").is(200).says(rosa.sentence("flash.published"), "A reading lamp", "Warm light.", "Elm Street 12", "18:00–20:00")
	rosa.photoIsUprightAndSaysNothing()

	maya.open("/offers").until("A reading lamp").follow("A reading lamp").is(200).says("Elm Street Commons", "Warm light.").saysNot("Elm Street 12", "Rosa")
	maya.picture("mirror").unfold("ask.more").write("note", "للقراءة في المساء").press("ask.this").is(200).until(maya.sentence("claim.state.gathering"))
	wish := maya.picture("asking-gathering").here()
	rosa.turn(chromedp.Reload())
	rosa.saysNot("Maya", "للقراءة")

	d.clock.Advance(48 * time.Hour)
	maya.until(maya.sentence("claim.state.promised")).saysNot("Elm Street 12", "Rosa").picture("asking-promised")
	rosa.open("/today").until("A reading lamp").picture("today-giver").press("today.send_place.verb").is(200).says("Oak Row", "للقراءة").picture("promise-across")

	maya.open(wish).tick("window", windowOn(t, pickUp)).press("claim.pick.do").is(200)
	rosa.until(rosa.sentence("claim.when"))
	rosa.press("claim.send.place").is(200).says(rosa.sentence("flash.sent"))
	maya.until("Elm Street 12").says("Rosa")
	maya.write("text", "سآتي بالدراجة").send("/messages").is(200)
	rosa.until("سآتي بالدراجة").says("Maya").write("text", "The gate is open.").send("/messages").is(200)
	maya.until("The gate is open.").picture("asking-talk")
	rosa.picture("promise-talk")
	maya.open("/today").picture("today-receiver").open("/claims").picture("claims").open(wish)

	rosa.press("claim.handed_over.giver").is(200).says(rosa.sentence("claim.state.done"))
	maya.until(maya.sentence("claim.state.done")).picture("asking-done")
	rosa.press("claim.offer").is(200).says(rosa.sentence("offer.state.gone")).picture("offer-gone")
}

// windowOn is how a page names the pick-up window from six to eight in the evening of a day.
func windowOn(t *testing.T, day time.Time) string {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := day.Date()
	at := func(hour int) string { return time.Date(y, m, d, hour, 0, 0, 0, berlin).UTC().Format(time.RFC3339) }
	return at(18) + "/" + at(20)
}

// phonePhoto is a photo as a phone takes it: lying on its side, and knowing where it was taken.
func phonePhoto(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for y := range 300 {
		for x := range 400 {
			img.Set(x, y, color.RGBA{R: uint8(x / 2), G: 120, B: uint8(y / 2), A: 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08" + // big-endian, the first directory at 8
		"\x00\x02" + // two entries
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + // orientation 6: turn right
		"\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26" + // the directory of the place at 38
		"\x00\x00\x00\x00" +
		"\x00\x01" + "\x00\x1d\x00\x02\x00\x00\x00\x04GPS!" + "\x00\x00\x00\x00"
	size := len(exif) + 2
	marked := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte(size >> 8), byte(size)}, exif...)
	path := filepath.Join(t.TempDir(), "IMG_2041.jpg")
	if err := os.WriteFile(path, append(marked, out.Bytes()[2:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// photoIsUprightAndSaysNothing fetches the photo that the page shows.
func (at *tab) photoIsUprightAndSaysNothing() {
	at.Helper()
	encoded := evaluate[string](at, `fetch(document.querySelector("article img").src).then((r) => r.bytes()).then((b) => b.toBase64())`)
	photo, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		at.Fatal(err)
	}
	for _, secret := range []string{"Exif", "GPS"} {
		if bytes.Contains(photo, []byte(secret)) {
			at.Errorf("the photo still holds %s", secret)
		}
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(photo)); err != nil || c.Width != 300 || c.Height != 400 {
		at.Errorf("the photo is %d by %d: %v", c.Width, c.Height, err)
	}
}
