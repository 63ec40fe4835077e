package web

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"slices"
	"text/template/parse"
)

// check returns an error that lists everything a page would miss when it is
// first asked for: its template, its title, a part, or a sentence in any
// language (DESIGN 6). It also names pages that no struct leads to.
func check(files fs.FS, set *template.Template, registry []Page, loc *locales) error {
	var missing []error
	used := map[string]bool{}
	for _, p := range registry {
		name := p.template()
		used[name] = true
		for _, part := range []string{name, name + ":title"} {
			if set.Lookup(part) == nil {
				missing = append(missing, fmt.Errorf("page %T has no template %q", p, part))
			}
		}
	}
	names, err := fs.Glob(files, "pages/*/*.html")
	if err != nil {
		return err
	}
	for _, file := range names {
		if name := templateName(file); !used[name] {
			missing = append(missing, fmt.Errorf("%s belongs to no page in the registry", file))
		}
	}
	needs := needsOf(set)
	for _, name := range needs.templates {
		if set.Lookup(name) == nil {
			missing = append(missing, fmt.Errorf("no part %q", name))
		}
	}
	for _, group := range needs.groups {
		if loc.groups[group] == nil {
			missing = append(missing, fmt.Errorf("no group of words %q", group))
		}
	}
	for _, tag := range loc.tags() {
		for _, key := range slices.Concat(needs.keys, ownKeys(loc.groups)) {
			if !loc.has(tag, key) {
				missing = append(missing, fmt.Errorf("no sentence %q in %q", key, tag))
			}
		}
	}
	return errors.Join(missing...)
}

// ownKeys are the sentences that Go code asks for by name.
func ownKeys(groups map[string][]string) []string {
	keys := []string{"language.name", "language.dir", apology, "date.moment", "date.day", "date.date", "date.span"}
	for i := range 7 {
		keys = append(keys, fmt.Sprintf("date.weekday.%d", i))
	}
	for i := range 12 {
		keys = append(keys, fmt.Sprintf("date.month.%d", i+1), fmt.Sprintf("date.month.short.%d", i+1))
	}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		for _, word := range slices.Concat(groups[group], []string{"unknown"}) {
			keys = append(keys, group+"."+word)
		}
	}
	for _, kind := range todayKinds() {
		keys = append(keys, "today."+kind+".line", "today."+kind+".verb")
	}
	for _, act := range acts() {
		keys = append(keys, "suggestion."+act+".mine", "suggestion."+act+".of")
	}
	for status := range errorStatuses() {
		keys = append(keys, fmt.Sprintf("error.%d", status), fmt.Sprintf("error.%d.title", status))
	}
	return keys
}

// needs is what templates ask for by name.
type needs struct{ keys, groups, templates []string }

func needsOf(set *template.Template) needs {
	var n needs
	for _, t := range set.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			n.walk(t.Tree.Root)
		}
	}
	return n
}

func (n *needs) walk(node parse.Node) {
	switch v := node.(type) {
	case *parse.ListNode:
		if v == nil {
			return
		}
		for _, child := range v.Nodes {
			n.walk(child)
		}
	case *parse.ActionNode:
		n.walk(v.Pipe)
	case *parse.IfNode:
		n.branch(&v.BranchNode)
	case *parse.RangeNode:
		n.branch(&v.BranchNode)
	case *parse.WithNode:
		n.branch(&v.BranchNode)
	case *parse.TemplateNode:
		n.templates = append(n.templates, v.Name)
		n.walk(v.Pipe)
	case *parse.PipeNode:
		if v == nil {
			return
		}
		for _, command := range v.Cmds {
			n.call(command)
		}
	}
}

func (n *needs) branch(b *parse.BranchNode) {
	n.walk(b.Pipe)
	n.walk(b.List)
	n.walk(b.ElseList)
}

// call notes the sentences behind {{t "key"}}, {{word "group" …}},
// {{field "key" …}} and {{windows "key" …}}, wherever they stand.
func (n *needs) call(c *parse.CommandNode) {
	for _, arg := range c.Args {
		n.walk(arg)
	}
	name, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || len(c.Args) < 2 {
		return
	}
	text, ok := c.Args[1].(*parse.StringNode)
	if !ok {
		return
	}
	switch name.Ident {
	case "t":
		n.keys = append(n.keys, text.Text)
	case "field", "windows":
		n.keys = append(n.keys, text.Text+".label")
		n.pairs(c.Args[2:])
	case "word":
		n.groups = append(n.groups, text.Text)
	}
}

// pairs notes the group that a field's setting "words" names.
func (n *needs) pairs(args []parse.Node) {
	for i := 0; i+1 < len(args); i++ {
		setting, ok := args[i].(*parse.StringNode)
		value, ok2 := args[i+1].(*parse.StringNode)
		if ok && ok2 && setting.Text == "words" {
			n.groups = append(n.groups, value.Text)
		}
	}
}
