package htmlcheck

import (
	"slices"
	"strings"
	"testing"
)

const good = `<!DOCTYPE html><html lang="en" dir="ltr"><head><title>A · B</title></head><body><a href="#main">skip</a>
<header></header><main id="main"><h1>A</h1><form action="/x" method="post"><input type="hidden" name="form_key" value="k">
<label for="a">A</label><input id="a" name="a"></form></main><footer></footer></body></html>`

func TestCheck_acceptsAPageThatEverybodyCanUse(t *testing.T) {
	t.Parallel()
	if problems := Check(strings.NewReader(good)); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestCheck_seesWhatPeopleStumbleOver(t *testing.T) {
	t.Parallel()
	for _, story := range []struct{ old, new, want string }{
		{`<label for="a">A</label>`, ``, `the field "a" has no label`},
		{`<h1>A</h1>`, `<h2>A</h2>`, `0 times <h1>`},
		{`<h1>A</h1>`, `<h1>A</h1><h3>B</h3>`, `h3 "B" comes after a heading of level 1`},
		{` value="k"`, ` value=""`, `the form "/x" has no key`},
		{`dir="ltr"`, ``, `html has no lang or no dir`},
		{`<h1>A</h1>`, `<h1 id="main">A</h1>`, `the id "main" is there twice`},
		{`<h1>A</h1>`, `<h1 style="color:red">A</h1>`, `<h1> has an inline style`},
		{`<h1>A</h1>`, `<h1>A</h1><script>1</script>`, `an inline <script>`},
		{`<h1>A</h1>`, `<h1>A</h1><img src="https://elsewhere.example/x.gif" alt="">`, `<img src="https://elsewhere.example/x.gif"> leaves the node`},
		{`<h1>A</h1>`, `<h1>A</h1><img src="/x.gif">`, `the picture "/x.gif" has no alt`},
		{`<h1>A</h1>`, `<h1>A</h1><a href="/y"></a>`, `<a /y> says nothing`},
		{`name="a">`, `name="a" aria-invalid="true">`, `the field "a" has a problem that is not tied to it`},
		{`name="a">`, `name="a" aria-describedby="b">`, `aria-describedby="b" of <input> points nowhere`},
		{`name="a">`, `name="a" type="file">`, `the form "/x" drops its file`},
		{`<a href="#main">skip</a>`, ``, `the first link does not skip to the page`},
	} {
		page := strings.Replace(good, story.old, story.new, 1)
		if problems := Check(strings.NewReader(page)); !slices.Contains(problems, story.want) {
			t.Errorf("got %q, want %q", problems, story.want)
		}
	}
}
