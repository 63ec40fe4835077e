package main

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"codeberg.org/manypots/manypots/federation/iri"
)

// mount leads each request to its door by its path alone: /ap, /.well-known and /nodeinfo are federation's, the rest is for
// people and programs. Where a page and a document are two faces of one thing, GET and HEAD are led from one to the other by
// what the client would rather have (DESIGN 3.3).
func mount(base iri.Base, people, nodes http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forNodes := nodesOwn(r.URL.Path)
		if forNodes {
			bare(w.Header(), base)
		}
		if forNodes && !knownHost(base, r) {
			http.Error(w, "This is not the host that you asked for.", http.StatusMisdirectedRequest)
			return
		}
		if to, status := otherFace(r); to != "" {
			bare(w.Header(), base)
			w.Header().Add("Vary", "Accept")
			http.Redirect(w, r, to, status)
			return
		}
		if forNodes {
			nodes.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	})
}

// bare are the headers of answers that neither door writes: a redirect, another host, a path in an odd spelling (security 5.4).
func bare(h http.Header, base iri.Base) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, noarchive, noai")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if strings.HasPrefix(string(base), "https:") {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
}

func nodesOwn(path string) bool {
	return strings.HasPrefix(path, "/ap/") || strings.HasPrefix(path, "/.well-known/") || strings.HasPrefix(path, "/nodeinfo/")
}

// knownHost refuses names that are not ours, before anything is built from them (security L7).
func knownHost(base iri.Base, r *http.Request) bool {
	return strings.EqualFold(r.Host, base.Authority())
}

// faces pairs documents with their pages, by path.
var (
	pagePath     = regexp.MustCompile(`^/(offers)/[0-9a-hjkmnp-tv-z]{26}$`)
	documentPath = regexp.MustCompile(`^/ap/(offers)/[0-9a-hjkmnp-tv-z]{26}$`)
)

func otherFace(r *http.Request) (to string, status int) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return "", 0
	}
	path := r.URL.Path
	switch {
	case (path == "/" || path == "/decisions" || pagePath.MatchString(path)) && prefers(r) == documents:
		return document(path), http.StatusFound
	case (path == "/ap/collective" || path == "/ap/node" || path == "/ap/decisions" || documentPath.MatchString(path)) && prefers(r) == pages:
		return page(path), http.StatusSeeOther
	}
	return "", 0
}

func document(page string) string {
	if page == "/" {
		return "/ap/collective"
	}
	return "/ap" + page
}

func page(document string) string {
	if document == "/ap/collective" || document == "/ap/node" {
		return "/"
	}
	return strings.TrimPrefix(document, "/ap")
}

type face int

const (
	either face = iota // whatever is there
	pages
	documents
)

// prefers reads Accept (RFC 9110 12.5.1). The higher q wins; on a tie, with a wildcard or without the header, either is right:
// a page stays HTML and an id stays JSON.
func prefers(r *http.Request) face {
	var html, json float64
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, params, _ := strings.Cut(part, ";")
		q := 1.0
		for param := range strings.SplitSeq(params, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(param), "="); ok && strings.EqualFold(name, "q") {
				q, _ = strconv.ParseFloat(value, 64)
			}
		}
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "text/html", "application/xhtml+xml":
			html = max(html, q)
		case "application/activity+json", "application/ld+json":
			json = max(json, q)
		}
	}
	switch {
	case html > json:
		return pages
	case json > html:
		return documents
	}
	return either
}
