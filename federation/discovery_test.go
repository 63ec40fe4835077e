package federation

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// get asks the node as anybody would.
func (n *node) get(path string) *httptest.ResponseRecorder {
	n.Helper()
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, httptest.NewRequestWithContext(n.Context(), http.MethodGet, string(n.Base)+path, nil))
	return w
}

func TestWebfinger_knowsOurThreeActors(t *testing.T) {
	alder(t, func(n *node) {
		for resource, want := range map[string]string{
			"acct:collective@alder.example":                "collective",
			"acct:Collective@ALDER.example":                "collective",
			"acct:collective@alder.example:443":            "collective",
			"acct:@collective@alder.example":               "collective",
			"@decisions@alder.example":                     "decisions",
			"acct:decisions@alder.example":                 "decisions",
			"acct:alder.example@alder.example":             "alder.example",
			"https://alder.example/ap/collective":          "collective",
			"https://ALDER.example:443/ap/node":            "alder.example",
			"https://alder.example/":                       "alder.example",
			"https://alder.example":                        "alder.example",
			"https://alder.example/ap/decisions":           "decisions",
			"acct:alder.example@alder.example.":            "alder.example",
			"acct:nobody@alder.example":                    "404",
			"acct:collective@birch.example":                "404",
			"https://alder.example/ap/offers/x":            "404",
			"https://birch.example/ap/collective":          "404",
			"https://alder.example/ap/collective#main-key": "404",
			"":                               "400",
			"collective@alder.example":       "400",
			"=acct:collective@alder.example": "400",
			"acct:collective":                "400",
			"acct:@":                         "400",
			"acct:collective@":               "400",
			"acct:collective@al der":         "400",
		} {
			w := n.get("/.well-known/webfinger?resource=" + url.QueryEscape(resource))
			if w.Code != http.StatusOK {
				if got := http.StatusText(w.Code); !strings.HasPrefix(want, "4") || got != http.StatusText(map[string]int{"400": 400, "404": 404}[want]) {
					t.Errorf("%q: %d, want %s", resource, w.Code, want)
				}
				continue
			}
			var found jrd
			if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
				t.Fatal(err)
			}
			if want := "acct:" + want + "@alder.example"; found.Subject != want {
				t.Errorf("%q: %s, want %s", resource, found.Subject, want)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Content-Type") != "application/jrd+json" {
				t.Errorf("%q: headers %v", resource, w.Header())
			}
		}
	})
}

func TestWebfinger_leavesOutWhatWasNotAskedFor(t *testing.T) {
	alder(t, func(n *node) {
		w := n.get("/.well-known/webfinger?resource=acct:collective@alder.example&rel=self")
		var found jrd
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil {
			t.Fatal(err)
		}
		if len(found.Links) != 1 || found.Links[0].Href != "https://alder.example/ap/collective" {
			t.Errorf("links %+v", found.Links)
		}
	})
}

func TestDiscovery_isWhatOthersKnow(t *testing.T) {
	alder(t, func(n *node) {
		if err := n.EnsureKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, path := range map[string]string{
			"webfinger":      "/.well-known/webfinger?resource=acct:collective@alder.example",
			"webfinger-node": "/.well-known/webfinger?resource=https://alder.example/",
			"nodeinfo":       "/.well-known/nodeinfo",
			"nodeinfo-2.0":   "/nodeinfo/2.0",
			"nodeinfo-2.1":   "/nodeinfo/2.1",
			"host-meta":      "/.well-known/host-meta.json",
		} {
			w := n.get(path)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			goldenBytes(t, name, w.Body.Bytes())
		}
		if w := n.get("/.well-known/host-meta"); !strings.Contains(w.Body.String(), `template="https://alder.example/.well-known/webfinger?resource={uri}"`) {
			t.Errorf("host-meta: %s", w.Body)
		}
		if got := n.get("/nodeinfo/2.1").Header().Get("Content-Type"); !strings.Contains(got, nodeInfoSchema+"2.1") {
			t.Errorf("nodeinfo is %s", got)
		}
	})
}

func TestActors_areServedToWhoeverAsks(t *testing.T) {
	alder(t, func(n *node) {
		if got := n.get("/ap/collective").Code; got != http.StatusNotFound {
			t.Errorf("an actor without a key: %d", got)
		}
		if err := n.EnsureKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/ap/collective", "/ap/decisions", "/ap/node"} {
			w := n.get(path)
			var doc map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			if doc["id"] != string(n.Base)+path || w.Header().Get("Content-Type") != "application/activity+json" {
				t.Errorf("%s is %v, %v", path, doc["id"], w.Header())
			}
			if vary := w.Header().Get("Vary"); vary != "Accept, Authorization, Signature, Signature-Input" {
				t.Errorf("%s varies with %q", path, vary)
			}
		}
		for _, path := range []string{"/ap/collective-no-such", "/ap/", "/ap", "/.well-known/other", "/nodeinfo/1.0"} {
			if got := n.get(path).Code; got != http.StatusNotFound {
				t.Errorf("%s: %d", path, got)
			}
		}
	})
}
