package web

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed pages parts static locales
var embedded embed.FS

// Page is one of the page structs of this package.
type Page interface {
	// template names the page's file under pages/, without its ending.
	template() string
}

// Engine renders pages. It is safe for use by many goroutines.
type Engine struct {
	locales  *locales
	static   *static
	pristine map[string]*template.Template // by language, never executed, so that it can be cloned

	mu   sync.Mutex
	sets map[setKey]*template.Template
}

// setKey names one compiled set of templates: the functions t and moment are
// bound to a language and a zone, so that no template passes them around.
type setKey struct {
	language string
	zone     string
}

// Open prepares every page in every language and returns an error that names
// whatever is missing: a template, a part or a sentence.
func Open() (*Engine, error) { return open(embedded, pages()) }

func open(files fs.FS, registry []Page) (*Engine, error) {
	loc, err := readLocales(files)
	if err != nil {
		return nil, err
	}
	st, err := readStatic(files)
	if err != nil {
		return nil, err
	}
	e := &Engine{locales: loc, static: st, pristine: map[string]*template.Template{}, sets: map[setKey]*template.Template{}}
	for _, language := range loc.tags() {
		set, err := readTemplates(files, e.functions(loc.in(language, time.UTC)))
		if err != nil {
			return nil, err
		}
		e.pristine[language] = set
	}
	if err := check(files, e.pristine[fallbackLanguage], registry, loc); err != nil {
		return nil, err
	}
	return e, nil
}

// readTemplates reads all parts and pages into one set. A page's body is named
// "<district>/<page>" and its title "<district>/<page>:title".
func readTemplates(files fs.FS, functions template.FuncMap) (*template.Template, error) {
	set := template.New("").Funcs(functions).Option("missingkey=error")
	for _, root := range []string{"parts", "pages"} {
		err := fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".html" {
				return err
			}
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			_, err = set.New(templateName(name)).Parse(string(text))
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read templates: %w", err)
		}
	}
	return set, nil
}

// templateName turns "pages/sharing/offer.html" into "sharing/offer".
func templateName(file string) string {
	return strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), ".html")
}

// view is the dot of a page's template: $.Frame for what every page has,
// {{with .Page}} for its own.
type view struct {
	Frame Frame
	Page  Page
}

// keyed is the dot of a part that holds forms.
type keyed struct {
	FormKey string
	Of      any
}

// whole is the dot of the layout.
type whole struct {
	Frame Frame
	Dir   string
	Title template.HTML
	Body  template.HTML
}

// Render writes the page inside its frame, whole or not at all.
func (e *Engine) Render(w io.Writer, f Frame, p Page) error {
	locale := e.Locale(f.Zone, f.Language)
	f.Language = locale.Language()
	f.Collective = cmp.Or(f.Collective, "Manypots") // until set-up gives it a name
	set, err := e.set(locale)
	if err != nil {
		return err
	}
	name := p.template()
	body, err := fragment(set, name, view{f, p})
	if err != nil {
		return err
	}
	title, err := fragment(set, name+":title", view{f, p})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = set.ExecuteTemplate(&out, "parts/frame", whole{f, locale.Dir(), template.HTML(strings.TrimSpace(string(title))), body})
	if err != nil {
		return fmt.Errorf("render the frame of %s: %w", name, err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// fragment executes one template. Its output went through html/template, so
// the layout may take it as it is; nothing else makes a template.HTML.
func fragment(set *template.Template, name string, dot any) (template.HTML, error) {
	var b strings.Builder
	if err := set.ExecuteTemplate(&b, name, dot); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return template.HTML(b.String()), nil
}

// set returns the templates bound to the locale's language and zone. A node
// has one zone, so this holds one set for each language in use.
func (e *Engine) set(l Locale) (*template.Template, error) {
	key := setKey{l.Language(), l.zone.String()}
	e.mu.Lock()
	defer e.mu.Unlock()
	if set, ok := e.sets[key]; ok {
		return set, nil
	}
	set, err := e.pristine[key.language].Clone()
	if err != nil {
		return nil, fmt.Errorf("bind templates to %s: %w", key.language, err)
	}
	set.Funcs(e.functions(l))
	e.sets[key] = set
	return set, nil
}

func (e *Engine) functions(l Locale) template.FuncMap {
	return template.FuncMap{
		"t":       l.t,
		"word":    l.Word,
		"field":   l.field,
		"windows": l.windows,
		"moment":  l.Moment,
		"day":     l.Day,
		"date":    l.Date,
		"clock":   l.Clock,
		"span":    l.Span,
		"iso":     iso,
		"initial": initial,
		"static":  e.Static,
		"keyed":   func(formKey string, of any) keyed { return keyed{formKey, of} },
	}
}
