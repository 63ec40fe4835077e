//go:build peer

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const howToGetOne = `GOTOSOCIAL must name a GoToSocial program with its web folder beside it. Unpack a release from
https://codeberg.org/superseriousbusiness/gotosocial/releases and say: make peer GOTOSOCIAL=/where/it/is/gotosocial`

// goToSocialSettings make it speak http on loopback, which it refuses by default.
const goToSocialSettings = `
host: %q
protocol: http
bind-address: 127.0.0.1
port: %s
log-level: warn
db-type: sqlite
db-address: %q
storage-local-base-path: %q
web-template-base-dir: %q
web-asset-base-dir: %q
instance-federation-mode: blocklist
letsencrypt-enabled: false
landing-page-user: ""
advanced-rate-limit-requests: 0
http-client:
  allow-ips: ["127.0.0.1/32"]
  insecure-outgoing: true
`

// goToSocial is a real one on loopback, and somebody who is signed in there.
type goToSocial struct {
	t     *testing.T
	url   string
	token string
	me    string // the id of the actor who is signed in
}

// These are as much of its API as the story needs.
type (
	account struct {
		ID          string `json:"id"`
		Acct        string `json:"acct"`
		DisplayName string `json:"display_name"`
		URL         string `json:"url"`
	}
	post struct {
		ID          string  `json:"id"`
		URI         string  `json:"uri"`
		URL         string  `json:"url"`
		Content     string  `json:"content"`
		SpoilerText string  `json:"spoiler_text"`
		Sensitive   bool    `json:"sensitive"`
		Language    string  `json:"language"`
		Visibility  string  `json:"visibility"` // public, or direct
		EditedAt    string  `json:"edited_at"`
		Media       []photo `json:"media_attachments"`
	}
	photo struct {
		Type        string `json:"type"`
		URL         string `json:"url"`
		Description string `json:"description"`
	}
)

const theirEmail, theirPassword = "admirer@example.org", "many pots on many stoves, 1 fire"

// startGoToSocial runs the program that the environment names until the test is over, and signs somebody in. It listens behind its
// address. All that it asks of others goes through proxy: so our node can have a name without a port, as nodes do, and listen anywhere.
func startGoToSocial(t *testing.T, address, behind, proxy string) *goToSocial {
	t.Helper()
	program := os.Getenv("GOTOSOCIAL")
	if program == "" {
		t.Fatal(howToGetOne)
	}
	_, port, _ := net.SplitHostPort(behind)
	dir, web := t.TempDir(), filepath.Join(filepath.Dir(program), "web")
	settings := filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf(goToSocialSettings, address, port, filepath.Join(dir, "sqlite.db"), filepath.Join(dir, "storage"),
		filepath.Join(web, "template"), filepath.Join(web, "assets"))
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, append([]string{"--config-path", settings}, args...)...)
		c.Dir, c.Env, c.WaitDelay = dir, append(os.Environ(), "HTTP_PROXY=http://"+proxy, "NO_PROXY="), 30*time.Second
		c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
		return c
	}
	var said bytes.Buffer
	server := command("server", "start")
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatalf("%v\n%s", err, howToGetOne)
	}
	t.Cleanup(func() {
		_ = server.Wait() // it was interrupted when the test's context ended
		if t.Failed() {
			t.Logf("GoToSocial said:\n%s", said.String())
		}
	})
	g := &goToSocial{t: t, url: "http://" + address, me: "http://" + address + "/users/admirer"}
	eventually(t, "GoToSocial answers", func() bool {
		response, err := http.Get(g.url + "/readyz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	for _, args := range [][]string{{"create", "--email", theirEmail, "--password", theirPassword}, {"promote"}} { // who is promoted reads reports
		args = append([]string{"admin", "account", args[0], "--username", "admirer"}, args[1:]...)
		if out, err := command(args...).CombinedOutput(); err != nil {
			t.Fatalf("no account: %v\n%s", err, out)
		}
	}
	g.signIn(theirEmail, theirPassword)
	return g
}

// in is the same server, in a part of the test.
func (g goToSocial) in(t *testing.T) *goToSocial {
	g.t = t
	return &g
}

// signIn goes the way of a person with a browser: sign in, allow the program, hand it the code.
func (g *goToSocial) signIn(email, password string) {
	g.t.Helper()
	const nowhere, scope = "urn:ietf:wg:oauth:2.0:oob", "read write follow admin:read"
	var app struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	g.ask(http.MethodPost, "/api/v1/apps", url.Values{"client_name": {"peer test"}, "redirect_uris": {nowhere}, "scopes": {scope}}, &app)

	jar, _ := cookiejar.New(nil) // fails never
	browser := &http.Client{Jar: jar}
	visit := func(method, path string, form url.Values) *url.URL {
		g.t.Helper()
		request := g.request(method, path, form)
		request.Header.Set("Accept", "text/html")
		response, err := browser.Do(request)
		if err != nil {
			g.t.Fatal(err)
		}
		defer response.Body.Close()
		if page, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
			g.t.Fatalf("%s %s: %s\n%s", method, path, response.Status, page)
		}
		return response.Request.URL
	}
	visit(http.MethodGet, "/oauth/authorize?"+url.Values{"client_id": {app.ID}, "redirect_uri": {nowhere}, "response_type": {"code"}, "scope": {scope}}.Encode(), nil)
	visit(http.MethodPost, "/auth/sign_in", url.Values{"username": {email}, "password": {password}})
	code := visit(http.MethodPost, "/oauth/authorize", url.Values{}).Query().Get("code")

	var token struct {
		Access string `json:"access_token"`
	}
	g.ask(http.MethodPost, "/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {app.ID}, "client_secret": {app.Secret}, "redirect_uri": {nowhere},
	}, &token)
	g.token = token.Access
}

func (g *goToSocial) request(method, path string, form url.Values) *http.Request {
	g.t.Helper()
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if g.token != "" {
		request.Header.Set("Authorization", "Bearer "+g.token)
	}
	return request
}

// try calls its API and reads the answer, whatever it is.
func (g *goToSocial) try(method, path string, form url.Values) (status int, body []byte) {
	g.t.Helper()
	response, err := http.DefaultClient.Do(g.request(method, path, form))
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		g.t.Fatal(err)
	}
	return response.StatusCode, body
}

// ask calls its API; anything but success ends the test.
func (g *goToSocial) ask(method, path string, form url.Values, answer any) {
	g.t.Helper()
	status, body := g.try(method, path, form)
	if status != http.StatusOK {
		g.t.Fatalf("%s %s: %d\n%s", method, path, status, body)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		g.t.Fatalf("%s %s: %v\n%s", method, path, err, body)
	}
}

func (g *goToSocial) version() string {
	g.t.Helper()
	var instance struct {
		Version string `json:"version"`
	}
	g.ask(http.MethodGet, "/api/v2/instance", nil, &instance)
	return "GoToSocial " + instance.Version
}

// find looks something up, as somebody does who pastes it into the search box.
func (g *goToSocial) find(what string) (accounts []account, posts []post) {
	g.t.Helper()
	var found struct {
		Accounts []account `json:"accounts"`
		Posts    []post    `json:"statuses"`
	}
	g.ask(http.MethodGet, "/api/v2/search?"+url.Values{"q": {what}, "resolve": {"true"}}.Encode(), nil, &found)
	return found.Accounts, found.Posts
}

// collective finds ours.
func (g *goToSocial) collective(ours *peered) account {
	g.t.Helper()
	found, _ := g.find("@collective@" + ours.config.URL.Authority())
	if len(found) != 1 {
		g.t.Fatalf("the collective is found as %+v", found)
	}
	return found[0]
}

// follow asks to follow and waits until that is accepted.
func (g *goToSocial) follow(who account) {
	g.t.Helper()
	g.ask(http.MethodPost, "/api/v1/accounts/"+who.ID+"/follow", url.Values{}, &struct{}{})
	eventually(g.t, "the follow is accepted", func() bool {
		var between []struct {
			Following bool `json:"following"`
		}
		g.ask(http.MethodGet, "/api/v1/accounts/relationships?"+url.Values{"id[]": {who.ID}}.Encode(), nil, &between)
		return len(between) == 1 && between[0].Following
	})
}

func (g *goToSocial) unfollow(who account) {
	g.t.Helper()
	g.ask(http.MethodPost, "/api/v1/accounts/"+who.ID+"/unfollow", url.Values{}, &struct{}{})
}

func (g *goToSocial) block(who account) {
	g.t.Helper()
	g.ask(http.MethodPost, "/api/v1/accounts/"+who.ID+"/block", url.Values{}, &struct{}{})
}

func (g *goToSocial) unblock(who account) {
	g.t.Helper()
	g.ask(http.MethodPost, "/api/v1/accounts/"+who.ID+"/unblock", url.Values{}, &struct{}{})
}

// leave deletes the account.
func (g *goToSocial) leave() {
	g.t.Helper()
	if status, body := g.try(http.MethodPost, "/api/v1/accounts/delete", url.Values{"password": {theirPassword}}); status != http.StatusAccepted {
		g.t.Fatalf("leaving: %d\n%s", status, body)
	}
}
