//go:build peer

package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// inTimeline waits until the home timeline has what has this id.
func (g *goToSocial) inTimeline(uri string) (found post) {
	g.t.Helper()
	eventually(g.t, "the offer is in the home timeline", func() bool {
		var posts []post
		g.ask(http.MethodGet, "/api/v1/timelines/home", nil, &posts)
		i := slices.IndexFunc(posts, func(p post) bool { return p.URI == uri })
		if i >= 0 {
			found = posts[i]
		}
		return i >= 0
	})
	return found
}

// hasPinned waits until an account shows this on top.
func (g *goToSocial) hasPinned(who account, uri string) {
	g.t.Helper()
	g.shows("it is pinned", who, "?pinned=true", func(p post) bool { return p.URI == uri })
}

// hasSaid waits until an account has said these words.
func (g *goToSocial) hasSaid(who account, words string) {
	g.t.Helper()
	g.shows("“"+words+"” is said", who, "", func(p post) bool { return strings.Contains(p.Content, words) })
}

func (g *goToSocial) shows(what string, who account, which string, is func(post) bool) {
	g.t.Helper()
	eventually(g.t, what, func() bool {
		var posts []post
		g.ask(http.MethodGet, "/api/v1/accounts/"+who.ID+"/statuses"+which, nil, &posts)
		return slices.ContainsFunc(posts, is)
	})
}

// isReported waits until their stewards have a report with these words, and says about which post it is, and from whom.
func (g *goToSocial) isReported(words string) (about []post, from string) {
	g.t.Helper()
	eventually(g.t, "their stewards read “"+words+"”", func() bool {
		var reports []struct {
			Comment string `json:"comment"`
			Posts   []post `json:"statuses"`
			By      struct {
				Account account `json:"account"`
			} `json:"account"`
		}
		g.ask(http.MethodGet, "/api/v1/admin/reports", nil, &reports)
		for _, r := range reports {
			if about, from = r.Posts, r.By.Account.Acct; strings.Contains(r.Comment, words) {
				return true
			}
		}
		return false
	})
	return about, from
}

func (g *goToSocial) post(id string) (p post) {
	g.t.Helper()
	g.ask(http.MethodGet, "/api/v1/statuses/"+id, nil, &p)
	return p
}

func (g *goToSocial) gone(p post) bool {
	g.t.Helper()
	status, _ := g.try(http.MethodGet, "/api/v1/statuses/"+p.ID, nil)
	return status == http.StatusNotFound
}

// size is how many bytes of a picture it serves.
func (g *goToSocial) size(picture string) int {
	g.t.Helper()
	status, body := g.try(http.MethodGet, strings.TrimPrefix(picture, g.url), nil)
	if status != http.StatusOK {
		g.t.Errorf("%s: %d", picture, status)
	}
	return len(body)
}

// reply answers in public, with the name of whoever is answered in front, as clients write it.
func (g *goToSocial) reply(to post, whom account, text string) post {
	g.t.Helper()
	return g.write(url.Values{"status": {"@" + whom.Acct + " " + text}, "in_reply_to_id": {to.ID}, "visibility": {"public"}})
}

// answer answers in private.
func (g *goToSocial) answer(to post, whom account, text string) post {
	g.t.Helper()
	return g.write(url.Values{"status": {"@" + whom.Acct + " " + text}, "in_reply_to_id": {to.ID}, "visibility": {"direct"}})
}

func (g *goToSocial) say(text, visibility string) post {
	g.t.Helper()
	return g.write(url.Values{"status": {text}, "visibility": {visibility}})
}

func (g *goToSocial) write(form url.Values) (p post) {
	g.t.Helper()
	g.ask(http.MethodPost, "/api/v1/statuses", form, &p)
	return p
}

// isTold waits for a direct message with these words, which has rung there.
func (g *goToSocial) isTold(words string) (told post) {
	g.t.Helper()
	eventually(g.t, "they read “"+words+"”", func() bool {
		var rung []struct {
			Status post `json:"status"`
		}
		g.ask(http.MethodGet, "/api/v1/notifications?types[]=mention", nil, &rung)
		for _, n := range rung {
			if told = n.Status; strings.Contains(told.Content, words) {
				return true
			}
		}
		return false
	})
	if told.Visibility != "direct" {
		g.t.Errorf("%s: it is %s", words, told.Visibility)
	}
	return told
}

func (g *goToSocial) delete(p post) {
	g.t.Helper()
	g.ask(http.MethodDelete, "/api/v1/statuses/"+p.ID, nil, &struct{}{})
}
