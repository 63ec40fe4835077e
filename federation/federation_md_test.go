package federation

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An example stands under the name of the golden file that it is made from, and for those that hold a walk its number in there.
var example = regexp.MustCompile("(?sm)(<!-- (federation/testdata/[a-z0-9.-]+)(?:#([0-9]+))? -->\n```json\n).*?(^```$)")

// What FEDERATION.md shows is what goes out: go test ./federation -update writes its examples anew.
func TestFederationMd_showsWhatGoesOut(t *testing.T) {
	const page = "../FEDERATION.md"
	is, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	should := example.ReplaceAllFunc(is, func(found []byte) []byte {
		shown++
		part := example.FindSubmatch(found)
		return slices.Concat(part[1], excerpt(t, string(part[2]), string(part[3])), part[4])
	})
	if named := bytes.Count(is, []byte("<!-- federation/testdata/")); shown == 0 || shown != named {
		t.Fatalf("%d examples found where %d are named", shown, named)
	}
	if fence := []byte("\n```"); bytes.Count(should, fence) != 2*shown {
		t.Error("something begins or ends within an example")
	}
	if *rewrite {
		if err := os.WriteFile(page, should, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(is, should) {
		t.Error("the examples are not those of the golden files any more: go test ./federation -update")
	}
}

// Each pots: term that goes out has its row in the table of terms.
func TestFederationMd_namesEachTerm(t *testing.T) {
	page, err := os.ReadFile("../FEDERATION.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := bytes.Cut(page, []byte("\n## The `pots:` terms\n"))
	table, _, _ = bytes.Cut(table, []byte("\n## "))
	golden, err := filepath.Glob("testdata/*.json")
	if err != nil || len(golden) == 0 {
		t.Fatal(golden, err)
	}
	for _, file := range golden {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range regexp.MustCompile(`"pots:([A-Za-z]+)":`).FindAllSubmatch(raw, -1) {
			if !bytes.Contains(table, []byte("`"+string(term[1])+"`")) {
				t.Errorf("%s: pots:%s is not in the table", file, term[1])
			}
		}
	}
}

// excerpt gives a golden document with a line for each of its names, who it is from first. Sentences are in the collective's language,
// and so an ellipsis stands for them.
func excerpt(t *testing.T, name, number string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if number == "" {
		err = json.Unmarshal(raw, &doc)
	} else {
		var walk []struct{ Activity map[string]any }
		err = json.Unmarshal(raw, &walk)
		at, _ := strconv.Atoi(number)
		doc = walk[at-1].Activity
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	names := slices.DeleteFunc([]string{"id", "type", "actor", "attributedTo"}, func(n string) bool { return doc[n] == nil })
	for _, n := range slices.Sorted(maps.Keys(doc)) {
		if n != "contentMap" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	var lines []string
	for _, n := range names {
		lines = append(lines, strconv.Quote(n)+": "+compact(t, elide(doc[n], n)))
	}
	return []byte("{" + strings.Join(lines, ",\n ") + "}\n")
}

// elide puts an ellipsis in the place of every sentence.
func elide(v any, under string) any {
	switch v := v.(type) {
	case string:
		if under == "content" {
			return "…"
		}
	case []any:
		for i := range v {
			v[i] = elide(v[i], under)
		}
	case map[string]any:
		delete(v, "contentMap")
		for name := range v {
			v[name] = elide(v[name], name)
		}
	}
	return v
}

func compact(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
