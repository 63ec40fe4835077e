package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// benchmarkInbox: neighbours' listings, signed, committed to the disk, answered 202, and applied, over a few connections at a time.
func benchmarkInbox(b *testing.B, f *figures, program string) {
	const houses = 8
	s := newStreet(b)
	p := prepare(b, program, s.hosts(houses), func(tx *store.Tx, sage people.Member) error {
		for i := range houses {
			if err := s.befriend(tx, sage, i); err != nil {
				return err
			}
		}
		return nil
	})
	p.start()
	db, err := store.Open(b.Context(), store.Config{Dir: p.dir, Log: storetest.Log()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	said := 0
	for _, run := range []struct{ connections, posts int }{{1, 512}, {8, 2048}, {32, 4096}} {
		b.Run(fmt.Sprint(run.connections), func(b *testing.B) {
			requests := make(chan *http.Request, run.posts)
			for range run.posts {
				requests <- s.says(p, said%houses, said)
				said++
			}
			close(requests)
			began, before := time.Now(), p.spent()
			took := answers(b, requests, run.connections)
			accepted := time.Since(began)
			for ctx := p.patience(); pending(b, db); {
				if ctx.Err() != nil {
					b.Fatal("not applied")
				}
			}
			applied, spent := time.Since(began), p.spent()-before
			if there := mirrors(b, db); there != said {
				b.Fatalf("%d of %d applied", there, said)
			}
			in, out, each := perSecond(run.posts, accepted), perSecond(run.posts, applied), spent/time.Duration(run.posts)
			limit, verify := commits(b, s.listing(0, 0), run.connections), s.verifies()
			b.ReportMetric(in, "accepted/s")
			b.ReportMetric(out, "applied/s")
			b.ReportMetric(ms(each), "cpu-ms/activity")
			what := fmt.Sprintf("inbox, %d abreast: ", run.connections)
			f.add(what+"accepted durably", fmt.Sprintf("%.0f/s, median %.1f ms, p99 %.1f ms", in, ms(median(took)), ms(percentile(took, 99))),
				fmt.Sprintf("%.0f rows/s synced in bare SQLite, %d a commit: %.2f", limit, run.connections, in/limit), "")
			f.add(what+"and applied", fmt.Sprintf("%.0f/s", out), fmt.Sprintf("the same: %.2f", out/limit), "1020/s when busy")
			f.add(what+"CPU for each", fmt.Sprintf("%.2f ms, or %.2f each CPU ms", ms(each), 1/ms(each)),
				fmt.Sprintf("%.3f ms to verify RSA-2048: x%.0f", ms(verify), float64(each)/float64(verify)), "1.7 ms")
		})
	}
}

// answers sends what waits, so many at a time, and gives how long each 202 took.
func answers(b *testing.B, requests <-chan *http.Request, abreast int) (took []time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: abreast}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range abreast {
		wg.Go(func() {
			for r := range requests {
				began := time.Now()
				answer, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				answer.Body.Close()
				if answer.StatusCode != http.StatusAccepted {
					b.Errorf("answered %s", answer.Status)
				}
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return took
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

func mirrors(b *testing.B, db *store.Store) (n int) {
	err := db.View(b.Context(), time.Now(), func(v *store.View) error {
		return v.DB().Raw("SELECT count(*) FROM offers WHERE iri <> ''").Scan(&n).Error
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func pending(b *testing.B, db *store.Store) (some bool) {
	err := db.View(b.Context(), time.Now(), func(v *store.View) error {
		oldest, err := wire.OldestPending(v)
		some = !oldest.IsZero()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return some
}

// commits is the limit of a durable inbox: how many rows a second bare SQLite syncs to this disk, so many in each commit.
func commits(b *testing.B, body []byte, each int) float64 {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.sqlite")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE inbox (id TEXT PRIMARY KEY, body BLOB)"); err != nil {
		b.Fatal(err)
	}
	const batches = 100
	began := time.Now()
	for range batches {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range each {
			if _, err := tx.Exec("INSERT INTO inbox VALUES (?, ?)", store.NewID[string](), body); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(batches*each) / time.Since(began).Seconds()
}
