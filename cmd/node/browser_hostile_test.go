package main

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	shown "github.com/chromedp/cdproto/page"

	"codeberg.org/manypots/manypots/models/people"
)

// What hostile neighbours write does nothing in a real browser that runs scripts: it opens no dialog, asks nobody for anything, executes
// nothing, and leaves the policy of the page nothing to forbid (security B1). The tab complains of each of these on whichever page it happens.
func whatStrangersWriteDoesNothing(t *testing.T, browser context.Context) {
	r := newReader(t, payloads())
	listener, err := net.Listen("tcp", r.config.Listen)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: r.handler}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	seen, words := map[string]bool{}, 0
	for _, who := range []people.Member{r.members[0], r.steward} {
		if err := r.cameBeforeAs(r.n.store, who); err != nil {
			t.Fatal(err)
		}
		at := openTab(t, browser, r.n, "en", on)
		at.hosts = []string{r.config.URL.Authority()}
		at.do(
			command(shown.AddScriptToEvaluateOnNewDocument, shown.AddScriptToEvaluateOnNewDocumentParams{Source: canaries}),
			command(network.SetCookie, network.SetCookieParams{URL: at.base, Name: r.cookie(), Value: string(r.session)}),
		)
		pages := r.crawl()
		for _, path := range slices.Sorted(maps.Keys(pages)) {
			if list := strings.HasPrefix(path, "/offers"); list && seen[path] || !strings.Contains(pages[path], "marked") {
				continue // a thing and a list are the same to both
			}
			seen[path] = true
			at.open(path)
			words += strings.Count(at.text, "marked")
		}
	}
	if words < 5*len(payloads()) {
		t.Errorf("only %d of the words can be read: this proves little", words)
	}
}

// canaries cry out on the console, which the tab hears, when a payload does what it is for, in whatever frame.
const canaries = `
for (const deed of ["alert", "confirm", "prompt"]) window[deed] = () => console.error("executed: " + deed);
addEventListener("securitypolicyviolation", (e) => console.error("the policy forbids " + e.effectiveDirective + " " + e.blockedURI));
`
