// Package htmlcheck reads a rendered page and says what a person with a
// keyboard, a screen reader or no script would stumble over. It is for tests,
// of the templates here and of the handlers that fill them, and imports
// nothing of this module.
package htmlcheck

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Check returns a sentence for each thing that is wrong with the page.
func Check(page io.Reader) []string {
	root, err := html.Parse(page)
	if err != nil {
		return []string{"cannot be read: " + err.Error()}
	}
	c := checker{byID: map[string]*html.Node{}, labelled: map[string]bool{}}
	c.collect(root)
	c.whole()
	for _, n := range c.all {
		c.node(n)
	}
	return c.problems
}

type checker struct {
	all      []*html.Node
	byID     map[string]*html.Node
	labelled map[string]bool // ids that a label is for
	problems []string
}

func (c *checker) say(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *checker) collect(n *html.Node) {
	if n.Type == html.ElementNode {
		c.all = append(c.all, n)
		if id := attr(n, "id"); id != "" {
			if c.byID[id] != nil {
				c.say("the id %q is there twice", id)
			}
			c.byID[id] = n
		}
		if n.DataAtom == atom.Label {
			c.labelled[attr(n, "for")] = true
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.collect(child)
	}
}

// whole checks what a page has once: language, title, landmarks, one h1 and
// headings that do not skip a level, and the way past the navigation.
func (c *checker) whole() {
	count := map[atom.Atom]int{}
	level := 0
	for _, n := range c.all {
		count[n.DataAtom]++
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4:
			l := int(n.Data[1] - '0')
			if l > level+1 {
				c.say("%s %q comes after a heading of level %d", n.Data, text(n), level)
			}
			level = l
			if text(n) == "" {
				c.say("an empty %s", n.Data)
			}
		case atom.Html:
			if attr(n, "lang") == "" || attr(n, "dir") == "" {
				c.say("html has no lang or no dir")
			}
		case atom.Title:
			if strings.Trim(text(n), " ·") == "" {
				c.say("the title is empty")
			}
		}
	}
	for _, once := range []atom.Atom{atom.H1, atom.Main, atom.Header, atom.Footer, atom.Title} {
		if count[once] != 1 {
			c.say("%d times <%s>", count[once], once)
		}
	}
	if len(c.all) > 0 && c.byID["main"] == nil {
		c.say("nothing to skip to: no id main")
	}
	if skip := c.firstLink(); skip == nil || attr(skip, "href") != "#main" {
		c.say("the first link does not skip to the page")
	}
}

func (c *checker) firstLink() *html.Node {
	for _, n := range c.all {
		if n.DataAtom == atom.A {
			return n
		}
	}
	return nil
}

func (c *checker) node(n *html.Node) {
	c.references(n)
	c.policy(n)
	switch n.DataAtom {
	case atom.Input, atom.Select, atom.Textarea:
		c.control(n)
	case atom.Form:
		c.form(n)
	case atom.Img:
		if !has(n, "alt") {
			c.say("the picture %q has no alt", attr(n, "src"))
		}
	case atom.A, atom.Button, atom.Summary:
		if text(n) == "" && attr(n, "aria-label") == "" {
			c.say("<%s %s> says nothing", n.Data, attr(n, "href"))
		}
	case atom.Nav:
		if attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
			c.say("a nav has no name")
		}
	case atom.Fieldset:
		if first := firstElement(n); first == nil || first.DataAtom != atom.Legend {
			c.say("a fieldset does not begin with its legend")
		}
	case atom.Table:
		if first := firstElement(n); first == nil || first.DataAtom != atom.Caption {
			c.say("a table has no caption")
		}
	}
}

// references: what an attribute points to is on the page.
func (c *checker) references(n *html.Node) {
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "list"} {
		for _, id := range strings.Fields(attr(n, name)) {
			if c.byID[id] == nil {
				c.say("%s=%q of <%s> points nowhere", name, id, n.Data)
			}
		}
	}
	if href := attr(n, "href"); len(href) > 1 && href[0] == '#' && c.byID[href[1:]] == nil {
		c.say("the link %q points nowhere", href)
	}
}

// policy: nothing that the strict Content-Security-Policy would refuse, and
// nothing from elsewhere (security 5.4, product G7).
func (c *checker) policy(n *html.Node) {
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			c.say("<%s> has an inline %s", n.Data, a.Key)
		}
		if a.Val == "#ZgotmplZ" || strings.Contains(a.Val, "ZgotmplZ") {
			c.say("<%s %s> was refused by html/template", n.Data, a.Key)
		}
	}
	switch n.DataAtom {
	case atom.Style:
		c.say("an inline <style>")
	case atom.Script:
		if attr(n, "src") == "" {
			c.say("an inline <script>")
		}
	}
	for _, name := range []string{"src", "action"} {
		if v := attr(n, name); strings.Contains(v, "//") {
			c.say("<%s %s=%q> leaves the node", n.Data, name, v)
		}
	}
	if n.DataAtom == atom.Link && strings.Contains(attr(n, "rel"), "stylesheet") && strings.Contains(attr(n, "href"), "//") {
		c.say("a style sheet from elsewhere")
	}
}

// control: every field has a label, and a problem is tied to it.
func (c *checker) control(n *html.Node) {
	name := attr(n, "name")
	if slices.Contains([]string{"hidden", "submit"}, attr(n, "type")) {
		return
	}
	if !c.labelled[attr(n, "id")] && attr(n, "aria-label") == "" {
		c.say("the field %q has no label", name)
	}
	if name == "" {
		c.say("the field %q has no name", attr(n, "id"))
	}
	if attr(n, "aria-invalid") == "true" && attr(n, "aria-describedby") == "" {
		c.say("the field %q has a problem that is not tied to it", name)
	}
}

// form: whatever changes something carries the key made for this rendering.
func (c *checker) form(n *html.Node) {
	if strings.EqualFold(attr(n, "method"), "get") {
		return
	}
	key, file := false, false
	for d := range n.Descendants() {
		if d.DataAtom == atom.Input {
			key = key || attr(d, "name") == "form_key" && attr(d, "value") != ""
			file = file || attr(d, "type") == "file"
		}
	}
	if !key {
		c.say("the form %q has no key", attr(n, "action"))
	}
	if attr(n, "action") == "" {
		c.say("a form goes nowhere")
	}
	if file && attr(n, "enctype") != "multipart/form-data" {
		c.say("the form %q drops its file", attr(n, "action"))
	}
}

func firstElement(n *html.Node) *html.Node {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode {
			return child
		}
	}
	return nil
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is what is read out: words and the alt of pictures.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
		if d.DataAtom == atom.Img {
			b.WriteString(attr(d, "alt"))
		}
	}
	return strings.TrimSpace(b.String())
}
