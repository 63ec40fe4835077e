package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMount_leadsBetweenTheTwoFacesOfAThing(t *testing.T) {
	const id = "01jd3v8r6n0000000000000000"
	says := func(word string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(word)) })
	}
	h := mount("https://alder.example", says("page"), says("document"))
	const activity, browser = "application/activity+json", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		method, path, accept string
		want                 string
	}{
		{"GET", "/", browser, "page"},
		{"GET", "/", "", "page"},
		{"GET", "/", "*/*", "page"},
		{"GET", "/", activity, "302 /ap/collective"},
		{"GET", "/ap/collective", activity, "document"},
		{"GET", "/ap/collective", "*/*", "document"},
		{"GET", "/ap/collective", browser, "303 /"},
		{"HEAD", "/ap/node", browser, "303 /"},
		{"GET", "/ap/decisions", browser, "303 /decisions"},
		{"GET", "/offers/" + id, activity, "302 /ap/offers/" + id},
		{"GET", "/offers/" + id, `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "302 /ap/offers/" + id},
		{"GET", "/offers/" + id, activity + ";q=0.5, text/html", "page"},
		{"GET", "/offers/" + id, activity + ", text/html", "page"},
		{"GET", "/ap/offers/" + id, activity + ", text/html", "document"},
		{"GET", "/ap/offers/" + id, browser, "303 /offers/" + id},
		{"POST", "/offers/" + id, activity, "page"},
		{"GET", "/offers/new", activity, "page"},
		{"GET", "/ap/agreements/" + id, browser, "document"},
		{"GET", "/api/v1/offers", activity, "page"},
		{"GET", "/.well-known/webfinger", browser, "document"},
	} {
		r := httptest.NewRequest(c.method, "https://alder.example"+c.path, nil)
		if c.accept != "" {
			r.Header.Set("Accept", c.accept)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Body.String()
		if w.Code >= 300 && w.Code < 400 {
			got = w.Result().Status[:3] + " " + w.Header().Get("Location")
		}
		if got != c.want {
			t.Errorf("%s %s, Accept %q: %s, want %s", c.method, c.path, c.accept, got, c.want)
		}
	}
}

func TestMount_answersNoOtherHost(t *testing.T) {
	never := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("answered") })
	r := httptest.NewRequest("GET", "https://evil.example/ap/collective", nil)
	w := httptest.NewRecorder()
	mount("https://alder.example", never, never).ServeHTTP(w, r)
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("got %d", w.Code)
	}
}
