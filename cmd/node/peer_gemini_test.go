//go:build peer

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const howToGetTootik = `TOOTIK must name a tootik program, v0.24 or so. In its source from https://github.com/dimkr/tootik say
go generate ./migrations && CGO_ENABLED=0 go build ./cmd/tootik, and here: make peer TOOTIK=/where/it/is/tootik`

// tootikSettings let somebody write more often than every minute, to servers that are younger than a day, and let them have an account
// whose id has a port in it, which tootik's portable accounts cannot have.
func tootikSettings() map[string]any {
	return map[string]any{
		"EnableNonPortableActorRegistration": true, "MinActorAge": 1, "PostThrottleUnit": 1, "EditThrottleUnit": 1,
		"FeedUpdateInterval": time.Second, "OutboxPollingInterval": time.Second / 2, "ActivitiesPollingInterval": time.Second / 2,
	}
}

// tootik is a real one on loopback, and somebody who has an account there. They read and write over Gemini: a request is a URL, an
// answer a line with a status and, where that is 20, a page of text.
type tootik struct {
	t       *testing.T
	gemini  string
	passage tls.Certificate
	me      string // the id of the actor
}

// startTootik runs the program that the environment names behind its address until the test is over, and gives somebody an account.
// It trusts the certificate authority in the file ca.
func startTootik(t *testing.T, address, behind, ca string) *tootik {
	t.Helper()
	program := os.Getenv("TOOTIK")
	if program == "" {
		t.Fatal(howToGetTootik)
	}
	dir := t.TempDir()
	settings := filepath.Join(dir, "settings.json")
	text, err := json.Marshal(tootikSettings())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, text, 0o600); err != nil {
		t.Fatal(err)
	}
	k := &tootik{t: t, gemini: "127.0.0.1:" + freePort(t), me: "https://" + address + "/user/admirer"}
	k.passage = certify(t, x509.Certificate{Subject: pkix.Name{CommonName: "admirer"}}) // which is the account
	server := exec.CommandContext(t.Context(), program, "-domain", address, "-plain", "-addr", behind, "-gemaddr", k.gemini,
		"-db", filepath.Join(dir, "db.sqlite3"), "-cfg", settings)
	server.Dir, server.Env, server.WaitDelay = dir, append(os.Environ(), "SSL_CERT_FILE="+ca), 30*time.Second
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	var said bytes.Buffer
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatalf("%v\n%s", err, howToGetTootik)
	}
	t.Cleanup(func() {
		_ = server.Wait() // it was interrupted when the test's context ended
		if t.Failed() {
			t.Logf("tootik said:\n%s", said.String())
		}
	})
	eventually(t, "tootik answers", func() bool {
		status, _, _, err := k.try("/", "")
		return err == nil && status == "20"
	})
	k.does("/users/register", "n") // as it was before accounts were portable
	version, err := exec.CommandContext(t.Context(), program, "-version").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("tootik %s at %s", bytes.TrimSpace(version), address)
	return k
}

// in is the same server, in a part of the test.
func (k tootik) in(t *testing.T) *tootik {
	k.t = t
	return &k
}

// try asks for a page, with what is typed there.
func (k *tootik) try(path, typed string) (status, about, page string, err error) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), 30*time.Second)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{Certificates: []tls.Certificate{k.passage}, InsecureSkipVerify: true}} // Gemini trusts whom it meets first
	conn, err := dialer.DialContext(ctx, "tcp", k.gemini)
	if err != nil {
		return "", "", "", err
	}
	defer conn.Close()
	request := "gemini://" + k.gemini + path
	if typed != "" {
		request += "?" + url.QueryEscape(typed)
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return "", "", "", err
	}
	answer, err := io.ReadAll(conn)
	line, page, _ := strings.Cut(string(answer), "\r\n")
	status, about, _ = strings.Cut(line, " ")
	return status, about, page, err
}

// does what ends in another page, and says which.
func (k *tootik) does(path, typed string) (leads string) {
	k.t.Helper()
	status, leads, page, err := k.try(path, typed)
	if err != nil || status != "30" {
		k.t.Fatalf("%s: %s %s %v\n%s", path, status, leads, err, page)
	}
	return leads
}

// page reads a page; it is empty where there is none.
func (k *tootik) page(path string) string {
	k.t.Helper()
	status, about, page, err := k.try(path, "")
	if err != nil || status != "20" && status != "40" {
		k.t.Fatalf("%s: %s %s %v", path, status, about, err)
	}
	return page
}

// pathOf is how tootik's pages name what has an id.
func pathOf(id string) string { return strings.TrimPrefix(id, "https://") }

// finds looks an account up.
func (k *tootik) finds(acct string) (id string) {
	k.t.Helper()
	return "https://" + strings.TrimPrefix(k.does("/users/resolve", acct), "/users/outbox/")
}

// follows asks to follow and waits until that is accepted.
func (k *tootik) follows(id string) {
	k.t.Helper()
	k.does("/users/follow/"+pathOf(id), "")
	eventually(k.t, "the follow is accepted", func() bool {
		_, about, _, err := k.try("/users/follow/"+pathOf(id), "")
		return err == nil && strings.HasPrefix(about, "Already following")
	})
}

func (k *tootik) unfollows(id string) {
	k.t.Helper()
	k.does("/users/unfollow/"+pathOf(id), "")
}

// sees waits until a post has these words.
func (k *tootik) sees(id, words string) (page string) {
	k.t.Helper()
	eventually(k.t, "they see “"+words+"”", func() bool {
		page = k.page("/users/view/" + pathOf(id))
		return strings.Contains(page, words)
	})
	return page
}

// replies answers a post, to whoever could read it.
func (k *tootik) replies(to, words string) (id string) {
	k.t.Helper()
	return "https://" + strings.TrimPrefix(k.does("/users/reply/"+pathOf(to), words), "/users/view/")
}

func (k *tootik) says(words string) (id string) {
	k.t.Helper()
	return "https://" + strings.TrimPrefix(k.does("/users/say", words), "/users/view/")
}

func (k *tootik) edits(id, words string) {
	k.t.Helper()
	k.does("/users/edit/"+pathOf(id), words)
}

func (k *tootik) deletes(id string) {
	k.t.Helper()
	k.does("/users/delete/"+pathOf(id), "")
}

var messageLink = regexp.MustCompile(`=> /users/view/(\S+/ap/messages/\S+)`)

// isTold waits until what mentions them has these words, and says which post that is.
func (k *tootik) isTold(words string) (id, page string) {
	k.t.Helper()
	eventually(k.t, "they read “"+words+"”", func() bool {
		for _, m := range messageLink.FindAllStringSubmatch(k.page("/users/mentions"), -1) {
			id = "https://" + m[1]
			if page = k.page("/users/view/" + m[1]); strings.Contains(page, words) {
				return true
			}
		}
		return false
	})
	return id, page
}
