package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

const day = 24 * time.Hour

// Whatever two people tell each other about a thing is gone from both nodes a week after it ended, and a thing's words when their
// time has come: from SQLite's file and log, from a dump of PostgreSQL, from the media folder; and no log line ever had it (DESIGN 2).
func TestCanary_isNowhereAfterThePurgeDates(t *testing.T) {
	t.Parallel()
	y := openAviary(t)
	y.walk(y.alder, y.birch, "north")
	y.walk(y.birch, y.alder, "south")
	y.mishaps()
	y.still(y.private)
	y.still(y.words)

	y.pass(8, day)
	y.gone(y.private)
	y.still(y.words)
	y.pass(4, 7*day)
	y.gone(y.late)
	y.pass(7, 7*day)
	y.gone(y.words)
	y.noPhotos()
}

// aviary is two neighbouring nodes, one on each database, and the words by which what is told there is found again.
type aviary struct {
	*testing.T
	demo         *demo
	alder, birch *villager
	stranger     *played
	log          *lockedBuffer
	postgres     store.Config
	// private goes a week after what it is about has ended, late after a month, words when a thing's listing does.
	private, late, words []string
}

// villager is a node with its people, its door and what they come in with.
type villager struct {
	*node
	others  []string // members beside the steward
	members map[string]people.Member
	tokens  map[string]string
	deaf    bool // hangs up on everybody
}

func openAviary(t *testing.T) *aviary {
	t.Helper()
	y := &aviary{T: t, stranger: playBirch(t), log: &lockedBuffer{}, postgres: storetest.Config(t, "postgres")}
	c, err := readConfig([]string{"MANYPOTS_DEV_PEERS=" + y.stranger.authority()})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(y.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := &surroundings{ctx: t.Context(), config: c, out: io.Discard, log: log}
	if y.demo, err = openDemo(s, t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", y.postgres.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := y.demo.close(); err != nil {
			t.Error(err)
		}
	})
	y.alder, y.birch = y.villager(0, y.demo.alder, "Sage", "Rosa", "Karim"), y.villager(1, y.demo.birch, "Robin", "Maya", "Leyla")
	y.befriend()
	return y
}

// villager sets a node up and opens its door. Its wheels are turned by the story.
func (y *aviary) villager(door int, n *node, steward string, others ...string) *villager {
	y.Helper()
	v := &villager{node: n, others: others, tokens: map[string]string{}}
	who := []person{{steward, "en"}}
	for _, name := range others {
		who = append(who, person{name, "en"})
	}
	var err error
	v.members, err = y.demo.people(y.Context(), n, people.Answers{Name: steward + "'s", Area: "Elm Street", Language: "en", Zone: "Europe/Berlin", QuietFrom: "21:00", QuietTo: "08:00"}, who)
	if err != nil {
		y.Fatal(err)
	}
	v.do(y.T, func(tx *store.Tx) error {
		for name, m := range v.members {
			_, token, err := people.MakeToken(tx, wall(), m, people.NewToken{Name: "test", Scopes: people.Scopes()})
			if err != nil {
				return err
			}
			v.tokens[name] = string(token)
		}
		return wire.Wake(tx)
	})
	inside := n.Handler()
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v.deaf {
			panic(http.ErrAbortHandler)
		}
		inside.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(y.demo.doors[door]) }()
	y.Cleanup(func() { _ = server.Close() })
	return v
}

func (v *villager) do(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := v.store.Update(t.Context(), v.clock.Now(), fn); err != nil {
		t.Fatal(err)
	}
}

func (y *aviary) befriend() {
	y.Helper()
	there, err := y.alder.federation.Lookup(y.Context(), y.birch.config.URL.Authority())
	if err != nil {
		y.Fatal(err)
	}
	y.alder.do(y.T, func(tx *store.Tx) error {
		_, err := neighbours.AddNeighbour(tx, y.alder.members["Sage"], there)
		return err
	})
	y.settle()
	y.birch.do(y.T, func(tx *store.Tx) error {
		edge, err := neighbours.FindEdgeTo(tx.View, y.alder.config.URL.Collective())
		if err != nil {
			return err
		}
		_, err = neighbours.AcceptNeighbour(tx, y.birch.members["Robin"], edge.ID)
		return err
	})
	y.settle()
}

// settle turns the wheels of both until nothing is under way between them.
func (y *aviary) settle() {
	y.Helper()
	for range 2 {
		y.alder.rest(y.T)
		y.birch.rest(y.T)
	}
}

// later turns the clock.
func (y *aviary) later(d time.Duration) {
	y.Helper()
	y.demo.clock.Advance(d)
	for _, v := range []*villager{y.alder, y.birch} {
		v.do(y.T, wire.Beat)
	}
	y.settle()
}

// pass lets time pass in steps, each with what a node does of itself.
func (y *aviary) pass(steps int, step time.Duration) {
	y.Helper()
	for range steps {
		y.later(step)
		for _, v := range []*villager{y.alder, y.birch} {
			for more := true; more; {
				var err error
				if more, err = v.purge(y.Context()); err != nil {
					y.Fatal(err)
				}
			}
		}
	}
}

// call lets somebody's program do something, and gives the document of the answer.
func (y *aviary) call(v *villager, who, method, path string, body doc, want int) (answer doc) {
	y.Helper()
	raw := []byte(nil)
	if body != nil {
		raw = mustJSON(body)
	}
	got, status := y.send(v, who, method, "/api/v1"+path, "application/json", raw)
	if status != want {
		y.Fatalf("%s %s of %s: %d\n%s", method, path, who, status, got)
	}
	if len(got) == 0 {
		return nil
	}
	return y.read(got)
}

func (y *aviary) read(answer []byte) (d doc) {
	y.Helper()
	if err := json.Unmarshal(answer, &d); err != nil {
		y.Fatal(err)
	}
	return d
}

// send goes through the node's door.
func (y *aviary) send(v *villager, who, method, path, kind string, body []byte) (answer []byte, status int) {
	y.Helper()
	r, err := http.NewRequestWithContext(y.Context(), method, "http://"+v.config.Listen+path, bytes.NewReader(body))
	if err != nil {
		y.Fatal(err)
	}
	r.Host = v.config.URL.Authority()
	r.Header.Set("Content-Type", kind)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+v.tokens[who])
	}
	got, err := client.Do(r)
	if err != nil {
		y.Fatal(err)
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(got.Body)
	if err != nil {
		y.Fatal(err)
	}
	return answer, got.StatusCode
}

// bird makes a word that stands nowhere else, and remembers when it must be gone.
func bird(cage *[]string, name ...string) string {
	word := "canary" + strings.Join(name, "")
	*cage = append(*cage, word)
	return word
}

// everything is all that both nodes keep, by place, in lower case: folded words are words.
func (y *aviary) everything() map[string][]byte {
	y.Helper()
	all := map[string][]byte{"a dump of birch": storetest.Dump(y.T, y.postgres), "the log": y.log.bytes()}
	for _, v := range []*villager{y.alder, y.birch} {
		if err := v.store.Checkpoint(); err != nil {
			y.Fatal(err)
		}
		all["a fresh backup of "+v.config.URL.Authority()] = y.unpacked(v)
		err := filepath.WalkDir(v.config.Data, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			all[path], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			y.Fatal(err)
		}
	}
	for place, text := range all {
		all[place] = bytes.ToLower(text)
	}
	return all
}

// unpacked is all that a backup made now would hold, with what is in it as base64 read.
func (y *aviary) unpacked(v *villager) []byte {
	y.Helper()
	var made, all bytes.Buffer
	if err := models.Backup(y.Context(), v.store, v.album, wall(), &made); err != nil {
		y.Fatal(err)
	}
	backup, err := store.ReadArchive(&made)
	if err != nil {
		y.Fatal(err)
	}
	words := regexp.MustCompile(`"[A-Za-z0-9+/]+=*"`)
	err = backup.Each(func(name string, data []byte) error {
		all.WriteString(name + "\n")
		all.Write(data)
		for _, word := range words.FindAll(data, -1) {
			if octets, err := base64.StdEncoding.DecodeString(string(word[1 : len(word)-1])); err == nil {
				all.Write(octets)
			}
		}
		return nil
	})
	if err != nil {
		y.Fatal(err)
	}
	return all.Bytes()
}

// places are where a word stands. PostgreSQL dumps bytes in hex.
func places(all map[string][]byte, word string) (found []string) {
	for place, text := range all {
		if bytes.Contains(text, []byte(word)) || bytes.Contains(text, []byte(hex.EncodeToString([]byte(word)))) {
			found = append(found, place)
		}
	}
	return found
}

// still makes sure that the birds sing, or their silence would mean nothing.
func (y *aviary) still(cage []string) {
	y.Helper()
	all := y.everything()
	backedUp := false
	for _, word := range cage {
		found := places(all, word)
		if len(found) == 0 {
			y.Errorf("%s is nowhere before its time", word)
		}
		backedUp = backedUp || slices.ContainsFunc(found, func(place string) bool { return strings.HasPrefix(place, "a fresh backup") })
	}
	if !backedUp && len(cage) > 0 {
		y.Error("a backup has nothing of what there is")
	}
}

func (y *aviary) gone(cage []string) {
	y.Helper()
	all := y.everything()
	for _, word := range cage {
		if found := places(all, word); len(found) > 0 {
			y.Errorf("%s is still in %v", word, found)
		}
	}
}

func (y *aviary) noPhotos() {
	y.Helper()
	for place := range y.everything() {
		if strings.HasSuffix(place, ".jpg") {
			y.Errorf("%s is still there", place)
		}
	}
}

// lockedBuffer takes the lines of both nodes.
type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(line)
}

func (b *lockedBuffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.all.Bytes())
}
