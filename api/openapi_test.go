package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Without this the document and the routes part ways with the first route that somebody adds in a hurry.
func TestOpenAPI_namesEveryRouteAndNoOther(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			Description string
			Security    *[]any
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for _, r := range routes(false) {
		path, ok := strings.CutPrefix(r.path, apiPrefix)
		if !ok {
			continue
		}
		name := r.method + " " + path
		served[name] = true
		op, ok := doc.Paths[path][strings.ToLower(r.method)]
		switch {
		case !ok:
			t.Errorf("%s is not in the document", name)
		case r.scope != "" && !strings.Contains(op.Description, string(r.scope)):
			t.Errorf("%s does not say that it needs %s", name, r.scope)
		case (op.Security != nil) != (r.who == anyone):
			t.Errorf("%s: the document and the route differ about who may", name)
		case op.Responses["4XX"] == nil:
			t.Errorf("%s refuses nothing?", name)
		}
	}
	for path, operations := range doc.Paths {
		for method := range operations {
			if name := strings.ToUpper(method) + " " + path; !served[name] {
				t.Errorf("%s is in the document and not served", name)
			}
		}
	}
}

func TestRoutes_haveAHandlerAndSayWhoMay(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range routes(true) {
		name := r.method + " " + r.path
		if seen[name] {
			t.Errorf("%s is in the table twice", name)
		}
		seen[name] = true
		if r.handle == nil {
			t.Errorf("%s has no handler", name)
		}
		if strings.Contains(r.path, "{") == (r.door == none) && !slices.Contains([]who{steward}, r.who) {
			t.Errorf("%s: an id without a door, or a door without an id", name)
		}
		if r.method != http.MethodGet && r.who == anyone && r.door != none {
			t.Errorf("%s changes something for nobody known", name)
		}
	}
}
