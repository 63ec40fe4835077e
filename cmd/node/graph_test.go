package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "codeberg.org/manypots/manypots/"

// floors is the house of DESIGN 1 from the ground up: a package may import what stands on a lower floor, never on its own or a
// higher one, except that media stands beside people.
var floors = [][]string{
	{"models/fault"},
	{"models/store"},
	{"models/store/storetest"},
	{"models/wire", "models/media"},
	{"models/people"},
	{"models/neighbours"},
	{"models/agreeing"},
	{"models/sharing", "models/lending", "models/helping", "models/deciding", "models/tending"},
	{"models"},
	{"api", "federation"},
	{"cmd"},
}

// TestGraph_holds keeps the walls where they are. Without it the first shortcut from a district to HTTP, or from one door to the
// other, would be there to stay.
func TestGraph_holds(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		at := floor(name)
		if at < 0 {
			t.Errorf("%s stands on no floor of the house", name)
			continue
		}
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, module); ok {
				if below := floor(ours); below > at || below == at && root(ours) != root(name) {
					t.Errorf("%s imports %s, which is not below it", name, ours)
				}
				continue
			}
			if why := forbidden(name, imp); why != "" {
				t.Errorf("%s imports %s: %s", name, imp, why)
			}
		}
	}
}

func forbidden(name, imp string) string {
	inModels := strings.HasPrefix(name, "models")
	switch {
	case inModels && (imp == "net/http" || strings.HasPrefix(imp, "github.com/labstack/") || strings.HasPrefix(imp, "github.com/go-fed/")):
		return "no network call can happen inside a transaction if nothing there can make one"
	case !inModels && (strings.HasPrefix(imp, "gorm.io/") || imp == "database/sql"):
		return "only the districts touch rows"
	case !strings.HasPrefix(name, "federation") && strings.HasPrefix(imp, "github.com/go-fed/"):
		return "go-fed is the vocabulary of federation alone"
	}
	return ""
}

// root is the first two parts of a district's path, the first part of the others: api and api/web are one place.
func root(name string) string {
	parts := strings.Split(name, "/")
	if parts[0] == "models" {
		return strings.Join(parts[:min(2, len(parts))], "/")
	}
	return parts[0]
}

func floor(name string) int {
	return slices.IndexFunc(floors, func(rooms []string) bool {
		return slices.Contains(rooms, name) || slices.Contains(rooms, root(name)) && name != "models/store/storetest"
	})
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
