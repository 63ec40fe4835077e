package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	shown "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// desk is the width of a larger screen.
const desk = 1200

// picture keeps what a page looks like on both screens, by day and by night, in the folder that SHOTS names: see `make shots`.
func (at *tab) picture(name string) *tab {
	at.Helper()
	folder := os.Getenv("SHOTS")
	if folder == "" {
		return at
	}
	for _, width := range []int64{desk, phone} {
		at.do(chromedp.EmulateViewport(width, phoneHeight))
		at.look()
		height := evaluate[int64](at, `document.documentElement.scrollHeight`)
		at.do(chromedp.EmulateViewport(width, max(height, phoneHeight))) // so that what sticks to the edge does
		for _, scheme := range []string{"dark", "light"} {
			at.do(lit(scheme))
			at.keep(filepath.Join(folder, fmt.Sprintf("%s-%s-%d-%s.png", name, at.language, width, scheme)))
		}
		at.do(chromedp.EmulateViewport(width, phoneHeight))
	}
	return at
}

// lit is a browser by day ("light") or by night ("dark"), in which nothing moves.
func lit(scheme string) chromedp.Action[chromedp.Void] {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
}

func (at *tab) keep(path string) {
	at.Helper()
	at.do(func(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return none, err
		}
		taken, err := chromedp.Call(ctx, shown.CaptureScreenshot, shown.CaptureScreenshotParams{})
		if err != nil {
			return none, err
		}
		return none, os.WriteFile(path, taken.Data, 0o644)
	})
}
