package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// BenchmarkNode measures the program as it is shipped, on SQLite and a real disk, and prints each figure beside a limit that was
// measured in the same run and the aim of the house. It is one amount of work for each, so run it with -benchtime 1x: make bench.
func BenchmarkNode(b *testing.B) {
	f := &figures{Writer: os.Stdout}
	program := build(b, ".")
	b.Run("start", func(b *testing.B) { benchmarkStart(b, f, program) })
	b.Run("inbox", func(b *testing.B) { benchmarkInbox(b, f, program) })
	b.Run("deliveries", func(b *testing.B) { benchmarkDeliveries(b, f, program) })
	b.Run("lists", func(b *testing.B) { benchmarkLists(b, f, program) })
	f.print()
}

// figures are what make bench prints at its end.
type figures struct {
	io.Writer
	rows [][4]string
}

// add notes a figure: what was measured, how often the limit goes into it, that limit, and the aim.
func (f *figures) add(what, measured, limit, aim string) {
	f.rows = append(f.rows, [4]string{what, measured, limit, aim})
}

func (f *figures) print() {
	fmt.Fprintf(f, "\n%-46s  %-42s  %-58s  %s\n", "figure", "measured", "limit, measured in this run", "aim")
	for _, r := range f.rows {
		fmt.Fprintf(f, "%-46s  %-42s  %-58s  %s\n", r[0], r[1], r[2], r[3])
	}
	fmt.Fprintln(f)
}

// benchmarkStart: from the exec to the first answer, and what is resident once nothing happens any more.
func benchmarkStart(b *testing.B, f *figures, program string) {
	trivial := filepath.Join(b.TempDir(), "trivial")
	if err := os.MkdirAll(trivial, 0o700); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"main.go": "package main\n\nfunc main() { println() }\n", "go.mod": "module trivial\n"} {
		if err := os.WriteFile(filepath.Join(trivial, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	nothing := build(b, trivial)
	p := prepare(b, program, nil, func(*store.Tx, people.Member) error { return nil })
	const times = 9
	var ours, limit []time.Duration
	for range times {
		began := time.Now()
		if err := exec.Command(nothing).Run(); err != nil {
			b.Fatal(err)
		}
		limit = append(limit, time.Since(began))
		began = time.Now()
		p.start()
		ours = append(ours, time.Since(began))
		p.stop()
	}
	took, least := median(ours), median(limit)
	b.ReportMetric(took.Seconds(), "s/start")
	f.add("start, until it answers", took.Round(time.Millisecond).String(),
		fmt.Sprintf("%v for a program that does nothing: x%.0f", least.Round(100*time.Microsecond), float64(took)/float64(least)), "< 300ms")

	p.start()
	p.get("/")
	p.get("/offers")
	idle := p.resident()
	b.ReportMetric(float64(idle)/1e6, "MB/idle")
	f.add("resident memory, idle", fmt.Sprintf("%.1f MB", float64(idle)/1e6), "", "< 45 MB")
}

// benchmarkLists: pages of the list with 100 000 offers, as somebody without an account and as a member see them.
func benchmarkLists(b *testing.B, f *figures, program string) {
	const offers, pages = 100_000, 200
	var cookie people.Secret
	p := prepare(b, program, nil, func(tx *store.Tx, sage people.Member) (err error) {
		if cookie, err = people.StartSession(tx, wall(), sage, "bench"); err != nil {
			return err
		}
		return fill(tx, sage, offers)
	})
	limit := selects(b, p)
	p.start()
	worst := time.Duration(0)
	for _, who := range []string{"", fmt.Sprintf("sid-%s=%s", p.port, cookie)} {
		for _, query := range []string{"", "category=books", "from=home", "q=lamp", "q=chair"} { // a lamp is in 1 of 100, a chair in all
			var took []time.Duration
			for at := "/offers?" + query; len(took) < pages; {
				began := time.Now()
				body := p.getAs(who, at)
				took = append(took, time.Since(began))
				at = nextPage(body, "/offers?"+query)
			}
			p99 := percentile(took, 99)
			worst = max(worst, p99)
			reader := "anybody"
			if who != "" {
				reader = "a member"
			}
			f.add("list of 100 000, "+reader+" "+query, fmt.Sprintf("p99 %.1f ms, median %.1f ms", ms(p99), ms(median(took))),
				fmt.Sprintf("%.2f ms for one SELECT of 24 rows, p99: x%.0f", ms(limit), float64(p99)/float64(limit)), "< 20 ms")
		}
	}
	b.ReportMetric(ms(worst), "ms/p99")
}

var nextLink = regexp.MustCompile(`href="(/offers\?[^"]*after=[^"]*)"`)

// nextPage follows the link to older things, and begins anew at the end.
func nextPage(body, first string) string {
	if m := nextLink.FindStringSubmatch(body); m != nil {
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	return first
}

// fill gives one thing through its verbs and copies its row.
func fill(tx *store.Tx, by people.Member, offers int) error {
	for _, in := range []sharing.NewOffer{
		{Title: "Two chairs", Description: "Sturdy. They go together.", Category: "furniture", Audience: people.Anyone},
		{Title: "A box of books", Description: "Novels, a chair to read them in.", Category: "books", Audience: people.Members},
	} {
		o, err := sharing.Write(tx, by, in)
		if err == nil {
			err = sharing.Publish(tx, by, o.ID, zeros{})
		}
		if err == nil {
			err = tx.DB().Exec("UPDATE offers SET next_at = NULL WHERE id = ?", o.ID).Error // the clock has no business here
		}
		if err == nil {
			err = copies(tx, string(o.ID), offers/2)
		}
		if err != nil {
			return err
		}
	}
	return tx.DB().Exec("UPDATE journal SET published_at = at").Error
}

func copies(tx *store.Tx, id string, n int) error {
	var columns []string
	err := tx.DB().Raw("SELECT name FROM pragma_table_info('offers') WHERE name NOT IN ('id', 'published_at')").Scan(&columns).Error
	if err != nil {
		return err
	}
	for i, c := range columns {
		columns[i] = `"` + c + `"`
	}
	list := strings.Join(columns, ", ")
	numbers := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
	copied := fmt.Sprintf("substr('%s', 1, 20) || printf('%%06d', n.i)", id)
	if err := tx.DB().Exec(numbers + "INSERT INTO offers (id, published_at, " + list + ") SELECT " + copied +
		", datetime(published_at, '-' || n.i || ' seconds') || '+00:00', " + list + " FROM n, offers WHERE id = '" + id + "'").Error; err != nil {
		return err
	}
	return tx.DB().Exec(numbers + "INSERT INTO words (word, kind, subject) SELECT word, kind, " + copied + " FROM n, words WHERE subject = '" + id + "'" +
		" UNION ALL SELECT DISTINCT 'lamp', kind, " + copied + " FROM n, words WHERE subject = '" + id + "' AND n.i % 100 = 0").Error
}

// selects is the limit of a list: the same rows by the same index and nothing else, in this process.
func selects(b *testing.B, p *process) time.Duration {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "manypots.sqlite")+"?_pragma=query_only(1)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var took []time.Duration
	for i := range 400 {
		began := time.Now()
		rows, err := db.Query("SELECT id, title, description, published_at FROM offers WHERE listed ORDER BY published_at DESC, id DESC LIMIT 24 OFFSET ?", i)
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			var id, title, description, at string
			if err := rows.Scan(&id, &title, &description, &at); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return percentile(took, 99)
}

// process is the program on a data folder of its own, set up, with Sage as its steward.
type process struct {
	testing.TB
	program, dir, port string
	base               iri.Base
	peers              []string
	metrics            string // where it serves its figures; empty: nowhere
	cmd                *exec.Cmd
}

// prepare sets a node up and lets more be written before it starts.
func prepare(b *testing.B, program string, peers []string, more func(tx *store.Tx, sage people.Member) error) *process {
	b.Helper()
	p := &process{TB: b, program: program, dir: b.TempDir(), port: freePort(b), peers: peers}
	p.base = iri.Base("http://localhost:" + p.port)
	db, err := store.Open(b.Context(), store.Config{Dir: p.dir, Log: storetest.Log()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.Update(b.Context(), time.Now(), func(tx *store.Tx) error {
		link, err := people.MakeSetupLink(tx)
		if err != nil {
			return err
		}
		sage, _, err := people.SetUp(tx, link, peopletest.Answers(), string(p.base), people.NewMember{Nickname: "Sage", Passphrase: peopletest.Hash})
		if err != nil {
			return err
		}
		return more(tx, sage)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.stop)
	return p
}

// start returns when the node answers.
func (p *process) start() {
	p.Helper()
	p.cmd = exec.Command(p.program, "serve")
	p.cmd.Env = append(os.Environ(), "MANYPOTS_URL="+string(p.base), "MANYPOTS_LISTEN=127.0.0.1:"+p.port, "MANYPOTS_DATA="+p.dir,
		"MANYPOTS_LOG=error", "MANYPOTS_DEV_PEERS="+strings.Join(p.peers, ","), "MANYPOTS_METRICS_LISTEN="+p.metrics)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.Fatal(err)
	}
	for ctx := p.patience(); ; {
		if answer, err := http.Get(string(p.base) + "/healthz"); err == nil {
			answer.Body.Close()
			return
		}
		if ctx.Err() != nil {
			p.Fatal("the node does not start")
		}
	}
}

func (p *process) stop() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	p.cmd = nil
}

func (p *process) patience() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	p.Cleanup(cancel)
	return ctx
}

func (p *process) get(path string) string { return p.getAs("", path) }

func (p *process) getAs(cookie, path string) string {
	p.Helper()
	r, err := http.NewRequest(http.MethodGet, string(p.base)+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.Fatalf("%s: %s, %v", path, answer.Status, err)
	}
	return string(body)
}

// proc reads a file of the kernel about the process.
func (p *process) proc(name string) string {
	p.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, name))
	if err != nil {
		p.Fatal(err)
	}
	return string(raw)
}

// spent is the CPU time of the process so far, to the hundredth of a second.
func (p *process) spent() time.Duration {
	fields := strings.Fields(p.proc("stat"))
	user, _ := strconv.Atoi(fields[13])
	system, _ := strconv.Atoi(fields[14])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident is in bytes.
func (p *process) resident() int {
	_, rest, _ := strings.Cut(p.proc("status"), "VmRSS:")
	kib, _ := strconv.Atoi(strings.Fields(rest)[0])
	return kib << 10
}

// build compiles the program in a folder and gives its path.
func build(b *testing.B, folder string) string {
	b.Helper()
	to := filepath.Join(b.TempDir(), "program")
	cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", to, ".")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return to
}

func percentile(took []time.Duration, n int) time.Duration {
	slices.Sort(took)
	return took[(len(took)-1)*n/100]
}

func median(took []time.Duration) time.Duration { return percentile(took, 50) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// zeros is a source of randomness for what is never drawn.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func parse(b testing.TB, address string) *url.URL {
	b.Helper()
	u, err := url.Parse(address)
	if err != nil {
		b.Fatal(err)
	}
	return u
}
