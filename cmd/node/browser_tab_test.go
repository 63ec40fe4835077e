package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	shown "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"codeberg.org/manypots/manypots/api/web"
)

const (
	phone, phoneHeight = 360, 740         // CSS pixels of a small phone
	patience           = 20 * time.Second // how long a page may take on a busy machine
)

// openBrowser starts the Chromium that .ci/services found. It fetches nothing on its own account.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("TEST_BROWSER")
	if path == "" {
		t.Fatal("the tests look at the pages with a real browser: use `make test`, or `.ci/services go test ./cmd/node`")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, quit := chromedp.NewContext(ctx)
	t.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser %s: %v", path, err)
	}
	return ctx
}

// tab is somebody's browser at one node, with cookies of its own. Every page that it opens is looked over.
type tab struct {
	*testing.T
	ctx      context.Context
	base     string
	hosts    []string   // that may be asked for something
	language string     // what the person reads
	words    web.Locale // and what the pages say in it
	forms    *forms

	status int    // of the page that is shown
	text   string // what can be read on it

	mu    sync.Mutex
	wrong []string // what the browser complained of since the last look
}

// openTab makes a tab at a node, for somebody who reads this language best. script says whether the browser runs scripts.
func openTab(t *testing.T, browser context.Context, n *node, language string, script scripts) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	at := &tab{T: t, ctx: ctx, base: string(n.config.URL), hosts: append([]string{n.config.URL.Authority()}, n.config.DevPeers...), forms: &forms{}}
	pages, err := web.Open()
	if err != nil {
		t.Fatal(err)
	}
	at.language, at.words = language, pages.Locale(time.UTC, language)
	at.do(
		chromedp.EmulateViewport(phone, phoneHeight),
		lit("light"),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		command(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}),
		command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: script == off}),
	)
	if err := chromedp.Listen(ctx, at.hear); err != nil {
		t.Fatal(err)
	}
	return at
}

type scripts bool

const (
	on  scripts = true
	off scripts = false
)

// hear notes what nobody should hear: complaints of the browser, and requests to anybody but the two nodes.
func (at *tab) hear(event any) {
	at.mu.Lock()
	defer at.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		at.wrong = append(at.wrong, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, arg := range e.Args {
				at.wrong = append(at.wrong, fmt.Sprintf("console: %s %s", arg.Value, arg.Description))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Source != log.EntrySourceNetwork { // those are told below, and a refused form is no mistake
			at.wrong = append(at.wrong, fmt.Sprintf("%s: %s", e.Entry.Source, e.Entry.Text))
		}
	case *shown.EventJavascriptDialogOpening:
		at.wrong = append(at.wrong, "a dialog: "+e.Message)
		go func() { // until somebody closes it, the page stands still
			_ = chromedp.Do(at.ctx, command(shown.HandleJavaScriptDialog, shown.HandleJavaScriptDialogParams{}))
		}()
	case *network.EventResponseReceived:
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= 400 {
			at.wrong = append(at.wrong, fmt.Sprintf("%s answered %d", e.Response.URL, e.Response.Status))
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		local := err == nil && slices.Contains([]string{"data", "blob", "about"}, u.Scheme)
		if !local && (err != nil || !slices.Contains(at.hosts, u.Host)) {
			at.wrong = append(at.wrong, "asks somebody else: "+e.Request.URL)
		}
		if e.Request.Method == "POST" && err == nil {
			at.forms.send(u.Path)
		}
	}
}

func (at *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	at.Helper()
	ctx, stop := context.WithTimeout(at.ctx, patience)
	defer stop()
	if at.status == 0 {
		ctx = at.ctx // the first command opens the tab, which lives as long as its context
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		at.Fatalf("%v, on:\n%s", err, at.text)
	}
}

// turn does what leads to another page, and looks that over.
func (at *tab) turn(steps ...chromedp.Action[chromedp.Void]) {
	at.Helper()
	ctx, stop := context.WithTimeout(at.ctx, patience)
	defer stop()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		at.Fatalf("no page came: %v, after:\n%s", err, at.text)
	}
	if response == nil {
		at.Fatalf("no page came after:\n%s", at.text)
	}
	at.status = int(response.Status)
	at.look()
}

//go:embed testdata/look.js
var lookOver string

// look reads the page and reports what is wrong with it.
func (at *tab) look() {
	at.Helper()
	found := evaluate[struct {
		Wrong, Forms []string
		Text         string
	}](at, lookOver)
	at.text = strings.Join(strings.Fields(found.Text), " ")
	at.mu.Lock()
	wrong := append(found.Wrong, at.wrong...)
	at.wrong = nil
	at.mu.Unlock()
	for _, words := range wrong {
		at.Errorf("%s (%s): %s", at.here(), at.language, words)
	}
	for _, action := range found.Forms {
		at.forms.see(action)
	}
}

// evaluate works out an expression on the page, also where its own scripts are off.
func evaluate[T any](at *tab, expression string) T {
	at.Helper()
	ctx, stop := context.WithTimeout(at.ctx, patience)
	defer stop()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		at.Fatalf("%v, on:\n%s", err, at.text)
	}
	return value
}

func (at *tab) here() string { return evaluate[string](at, `location.pathname + location.search`) }

// goTo goes to a page, whatever comes.
func (at *tab) goTo(path string) *tab {
	at.Helper()
	at.turn(chromedp.Navigate(at.base + path))
	return at
}

// open goes to a page that is there.
func (at *tab) open(path string) *tab {
	at.Helper()
	return at.goTo(path).is(200)
}

func (at *tab) is(status int) *tab {
	at.Helper()
	if at.status != status {
		at.Fatalf("%s answered %d instead of %d:\n%s", at.here(), at.status, status, at.text)
	}
	return at
}

// element is an expression for what can be seen of one of these kinds and reads like this, or begins so. The earlier kinds go
// first.
func element(words string, kinds ...string) string {
	list, _ := json.Marshal(kinds)
	return fmt.Sprintf(`(() => {
		const reads = (e) => e.innerText.replace(/\s+/g, " ").trim();
		const all = %s.flatMap((kind) => [...document.querySelectorAll(kind)]).filter((e) => e.checkVisibility());
		return all.find((e) => reads(e) === %s) || all.find((e) => reads(e).startsWith(%[2]s));
	})()`, list, quoted(words))
}

// field is an expression for the first field of that name that can be seen.
func field(name string) string {
	return fmt.Sprintf(`[...document.getElementsByName(%s)].find((e) => e.checkVisibility())`, quoted(name))
}

// quoted writes a string as a script does.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string always can be
	return string(text)
}

// tap is a finger on the middle of an element. It fails when there is no such element, or another one lies above it.
func (at *tab) tap(element string) chromedp.Action[chromedp.Void] {
	at.Helper()
	place := evaluate[[]float64](at, `((e) => {
		if (!e) return [];
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const box = e.getBoundingClientRect();
		const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
		const top = document.elementFromPoint(x, y);
		return e.contains(top) || e === top?.closest("label")?.control ? [x, y] : [];
	})(`+element+`)`)
	if len(place) != 2 {
		at.Fatalf("%s has nothing to tap at %s\n%s", at.here(), element, at.text)
	}
	return chromedp.MouseClickXY(place[0], place[1])
}

// press presses the button or the link that says this, and waits for the page to which it leads.
func (at *tab) press(key string, args ...any) *tab {
	at.Helper()
	at.turn(at.tap(element(at.sentence(key, args...), "main button", "main a", "a")))
	return at
}

// send presses the button of the form that leads there, where several say the same.
func (at *tab) send(action string) *tab {
	at.Helper()
	at.turn(at.tap(fmt.Sprintf(`[...document.querySelectorAll('form[action$=%s] button')].find((e) => e.checkVisibility())`, quoted(action))))
	return at
}

// follow follows the link with these words of somebody's.
func (at *tab) follow(words string) *tab {
	at.Helper()
	at.turn(at.tap(element(words, "main a")))
	return at
}

// unfold opens what is folded away.
func (at *tab) unfold(key string) *tab {
	at.Helper()
	at.do(at.tap(element(at.sentence(key), "summary")))
	return at
}

func (at *tab) sentence(key string, args ...any) string {
	given := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		given[args[i].(string)] = args[i+1]
	}
	return strings.Join(strings.Fields(at.words.Sentence(key, given)), " ")
}

// write fills in fields: name, value, name, value. Texts are typed; what has a keyboard of its own on a phone is set.
func (at *tab) write(pairs ...string) *tab {
	at.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		kind := evaluate[string](at, `((e) => {
			e?.focus();
			e?.select?.();
			return e?.type ?? "";
		})(`+field(name)+`)`)
		switch kind {
		case "":
			at.Fatalf("%s has no field %s:\n%s", at.here(), name, at.text)
		case "date", "time", "select-one":
			evaluate[string](at, field(name)+`.value = `+quoted(value))
		default:
			at.do(command(input.InsertText, input.InsertTextParams{Text: value}))
		}
	}
	return at
}

// tick ticks the box, or chooses the round one, of that name and value.
func (at *tab) tick(name, value string) *tab {
	at.Helper()
	at.do(at.tap(fmt.Sprintf(`document.querySelector('input[name=%s][value=%s]')`, quoted(name), quoted(value))))
	return at
}

// choose puts a file into the field for files.
func (at *tab) choose(file string) *tab {
	at.Helper()
	at.do(func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		input, err := chromedp.Evaluate[*runtime.RemoteObject](`document.querySelector("input[type=file]")`)(ctx, t)
		if err == nil {
			_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, ObjectID: input.ObjectID})
		}
		return none, err
	})
	return at
}

// wait waits until an expression is true on the page.
func (at *tab) wait(expression string) *tab {
	at.Helper()
	for end := time.Now().Add(patience); !evaluate[bool](at, expression); {
		if time.Now().After(end) {
			at.Fatalf("%s never comes to %s", at.here(), expression)
		}
	}
	return at
}

// command is a command to the browser whose answer does not matter.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
		_, err = chromedp.Call(ctx, c, params)
		return none, err
	}
}

// signIn comes in by the door.
func (at *tab) signIn(nickname string) *tab {
	at.Helper()
	at.open("/sign-in").write("nickname", nickname, "passphrase", demoPassphrase).press("frame.sign_in").is(200)
	if at.here() == "/sign-in" {
		at.Fatalf("%s did not come in:\n%s", nickname, at.text)
	}
	return at
}

// speaks chooses the language of the tab in the settings.
func (at *tab) speaks() *tab {
	at.Helper()
	return at.open("/settings").write("language", at.language).send("/settings").is(200)
}

var anID = regexp.MustCompile(`[0-9a-hjkmnp-tv-z]{26}`)
