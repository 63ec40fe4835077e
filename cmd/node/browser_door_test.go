package main

import (
	"context"
	"net"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// openEmptyNode starts a node that nobody has set up yet, and gives the link to its seven questions.
func openEmptyNode(t *testing.T) (n *node, link string) {
	t.Helper()
	c, err := readConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(door.Addr().String())
	c.URL, c.Data = iri.Base("http://localhost:"+port), t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	if n, err = open(ctx, c, &clock{}, testLogger(t)); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- n.serve(ctx, door) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	var code people.Secret
	err = n.store.Update(ctx, n.clock.Now(), func(tx *store.Tx) (err error) {
		code, err = people.MakeSetupLink(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n, "/setup?key=" + string(code)
}

// The link of an empty node opens the seven questions. The first steward invites Noor, who joins with a nickname and a passphrase,
// goes, comes back, and finds her way in with the words that she wrote down.
func anEmptyNodeIsSetUp(script scripts, language string) func(*testing.T, context.Context) {
	return func(t *testing.T, browser context.Context) {
		n, link := openEmptyNode(t)
		sage := openTab(t, browser, n, language, script)
		sage.open(link).picture("setup")
		if script == on {
			sage.has("zone", evaluate[string](sage, `Intl.DateTimeFormat().resolvedOptions().timeZone`))
		}
		sage.write("name", "Pear Tree Court", "area", "Pear Tree Court", "zone", "Nowhere/Land", "nickname", "Sage", "passphrase", demoPassphrase)
		sage.tick("language", language).send("/setup").is(422).picture("setup-refused").has("name", "Pear Tree Court").has("nickname", "Sage")
		sage.write("zone", "Europe/Berlin", "passphrase", demoPassphrase).send("/setup").is(200).picture("recovery-words").says("Pear Tree Court")
		sage.press("words.done").says(sage.sentence("today.title"), sage.sentence("today.second.line")).picture("today-first")
		openTab(t, browser, n, language, script).open("/").picture("welcome-empty").goTo(link).is(409).picture("set-up-already")

		sage.open("/invites").write("uses", "2").send("/invites").is(200).picture("invites")
		noor := openTab(t, browser, n, language, script)
		noor.open(linkOn(sage, `/join\?invite=[a-z0-9]+`)).picture("join").says("Pear Tree Court")
		noor.write("nickname", "sage", "passphrase", demoPassphrase).send("/join").is(422).picture("join-refused").has("nickname", "sage")
		noor.write("nickname", "Noor", "passphrase", demoPassphrase).send("/join").is(200)
		words := evaluate[[]string](noor, `[...document.querySelectorAll("main ol code")].map((w) => w.innerText)`)
		noor.press("words.done").says("Noor")

		noor.open("/us").press("us.sign_out").is(200).says(noor.sentence("flash.signed_out"))
		noor.open("/sign-in").picture("sign-in").write("nickname", "Noor", "passphrase", "not what she chose").press("frame.sign_in").is(422)
		noor.picture("sign-in-refused").has("nickname", "Noor")
		noor.press("sign_in.recover").is(200).picture("recover").write("nickname", "Noor", "words", strings.Join(words, " "), "passphrase", "a kettle and four cups")
		noor.press("recover.do").is(200).picture("recovered").says("Noor")
	}
}

// linkOn finds a link of our own in the words of a page.
func linkOn(at *tab, pattern string) string {
	at.Helper()
	found := regexp.MustCompile(`http://\S+` + pattern).FindString(at.text)
	u, err := url.Parse(found)
	if err != nil || found == "" {
		at.Fatalf("no link like %s on:\n%s", pattern, at.text)
	}
	return u.RequestURI()
}
