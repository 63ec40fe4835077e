package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

var noon = storetest.Noon

func update(t *testing.T, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), noon, fn); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *store.Store, fn func(v *store.View) error) {
	t.Helper()
	if err := s.View(context.Background(), noon, fn); err != nil {
		t.Fatal(err)
	}
}

// pot is a row for these tests, kept in a table that they make.
type pot struct {
	ID string
	store.Root
	Words string
	Until *time.Time
}

func withPots(t *testing.T, s *store.Store) {
	update(t, s, func(tx *store.Tx) error {
		kind := map[string]string{"sqlite": "TIMESTAMP", "postgres": "TIMESTAMPTZ"}[s.Dialect()]
		return tx.DB().Exec("CREATE TABLE pots (id TEXT PRIMARY KEY, version BIGINT NOT NULL, words TEXT NOT NULL, until " + kind + ")").Error
	})
}

func TestSave_refusesARowThatHasMovedOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		p := pot{ID: store.NewID[string](), Words: "soup"}
		update(t, s, func(tx *store.Tx) error { return tx.Save(&p) })
		stale := p
		p.Words = "stew"
		update(t, s, func(tx *store.Tx) error { return tx.Save(&p) })
		err := s.Update(context.Background(), noon, func(tx *store.Tx) error { return tx.Save(&stale) })
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestSave_keepsTimesAndEmptyFields(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		berlin, _ := time.LoadLocation("Europe/Berlin")
		until := noon.In(berlin).Add(time.Hour)
		p := pot{ID: "a", Words: "soup", Until: &until}
		update(t, s, func(tx *store.Tx) error { return tx.Save(&p) })
		view(t, s, func(v *store.View) error {
			got, err := store.First[pot](v.DB().Where("until > ?", noon), "pot.unknown")
			if err != nil {
				return err
			}
			if !got.Until.Equal(until) || got.Version != 1 {
				t.Errorf("got %v version %d", got.Until, got.Version)
			}
			none, err := store.All[pot](v.DB().Where("until > ?", until))
			if len(none) != 0 {
				t.Errorf("compares times across zones wrongly: %v", none)
			}
			return err
		})
		p.Words, p.Until = "", nil
		update(t, s, func(tx *store.Tx) error { return tx.Save(&p) })
		view(t, s, func(v *store.View) error {
			got, err := store.First[pot](v.DB(), "pot.unknown")
			if got.Words != "" || got.Until != nil {
				t.Errorf("an emptied field came back: %+v", got)
			}
			return err
		})
	})
}

func TestUpdate_journalsNothingThatRollsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		boom := errors.New("boom")
		err := s.Update(context.Background(), noon, func(tx *store.Tx) error {
			p := pot{ID: "a"}
			p.Record("pot.filled", p.ID)
			if err := tx.Save(&p); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		select {
		case <-s.Bell(store.BellJournal):
			t.Error("rang for a change that never was")
		default:
		}
		update(t, s, func(tx *store.Tx) error {
			events, err := tx.Unpublished(10)
			if len(events) != 0 {
				t.Errorf("journal holds %v", events)
			}
			return err
		})
	})
}

func TestJournal_keepsEventsUntilAWeekAfterPublication(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		update(t, s, func(tx *store.Tx) error {
			p := pot{ID: "a"}
			p.Record("pot.filled", p.ID)
			p.Record("pot.warmed", p.ID)
			return tx.Save(&p)
		})
		<-s.Bell(store.BellJournal)
		update(t, s, func(tx *store.Tx) error {
			events, err := tx.Unpublished(10)
			if err != nil {
				return err
			}
			if len(events) != 2 || events[0].Kind != "pot.filled" || events[0].Version != 1 || events[0].Subject != "a" {
				t.Errorf("got %+v", events)
			}
			return tx.Publish(events)
		})
		for _, c := range []struct {
			after time.Duration
			left  int64
		}{{6 * 24 * time.Hour, 2}, {8 * 24 * time.Hour, 0}} {
			err := s.Update(context.Background(), noon.Add(c.after), func(tx *store.Tx) error {
				if err := tx.Purge(); err != nil {
					return err
				}
				var left int64
				err := tx.DB().Model(&store.Event{}).Count(&left).Error
				if left != c.left {
					t.Errorf("after %v: %d events, want %d", c.after, left, c.left)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestJobs_areLeasedOnceEachByManyWorkers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const jobs, workers = 60, 6
		update(t, s, func(tx *store.Tx) error {
			for range jobs {
				if err := tx.Enqueue(store.Job{Kind: "fetch", RunAt: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		seen := map[store.JobID]int{}
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					var leased []store.Job
					err := s.Update(context.Background(), noon, func(tx *store.Tx) (err error) {
						leased, err = tx.LeaseJobs(noon, time.Minute, 4, "fetch")
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					if len(leased) == 0 {
						return
					}
					mu.Lock()
					for _, j := range leased {
						seen[j.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != jobs {
			t.Errorf("leased %d of %d", len(seen), jobs)
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("job %s leased %d times", id, n)
			}
		}
	})
}

func TestJobs_ofADeadWorkerComeBackAndItsLateFinishIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key := "pull birch"
		lease := func(at time.Time) (leased []store.Job) {
			update(t, s, func(tx *store.Tx) (err error) {
				leased, err = tx.LeaseJobs(at, time.Minute, 4, "pull")
				return err
			})
			return leased
		}
		update(t, s, func(tx *store.Tx) error {
			for range 3 {
				if err := tx.Enqueue(store.Job{Kind: "pull", Key: &key, RunAt: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		first := lease(noon)
		if len(first) != 1 || first[0].Attempt != 1 {
			t.Fatalf("got %+v", first)
		}
		if again := lease(noon.Add(30 * time.Second)); len(again) != 0 {
			t.Fatalf("leased twice: %+v", again)
		}
		second := lease(noon.Add(2 * time.Minute))
		if len(second) != 1 || second[0].Attempt != 2 {
			t.Fatalf("got %+v", second)
		}
		late := s.Update(context.Background(), noon, func(tx *store.Tx) error { return tx.FinishJob(first[0]) })
		if !fault.Is(late, fault.Conflict) {
			t.Errorf("late finish: %v", late)
		}
		update(t, s, func(tx *store.Tx) error { return tx.FinishJob(second[0]) })
	})
}

func TestRemember_showsTheFirstResultForADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := store.Result{Member: "m", Route: "/offers", Key: "k", BodyHash: "h", Location: "/offers/a", Status: 201}
		update(t, s, func(tx *store.Tx) error { return tx.Remember(r) })
		err := s.Update(context.Background(), noon, func(tx *store.Tx) error { return tx.Remember(r) })
		if fault.KeyOf(err) != "store.twice" {
			t.Errorf("got %v", err)
		}
		view(t, s, func(v *store.View) error {
			got, ok, err := v.Recall("m", "/offers", "k")
			if !ok || got.Location != "/offers/a" {
				t.Errorf("got %+v", got)
			}
			if _, ok, _ := v.Recall("another", "/offers", "k"); ok {
				t.Error("one member's key answers another")
			}
			return err
		})
		if err := s.Update(context.Background(), noon.Add(25*time.Hour), (*store.Tx).Purge); err != nil {
			t.Fatal(err)
		}
		view(t, s, func(v *store.View) error {
			if _, ok, err := v.Recall("m", "/offers", "k"); ok || err != nil {
				t.Error("still there after a day", err)
			}
			return nil
		})
	})
}

func TestOpen_refusesASchemaNewerThanTheProgram(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			c := storetest.Config(t, dialect)
			s, err := store.Open(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			update(t, s, func(tx *store.Tx) error {
				return tx.DB().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)").Error
			})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(context.Background(), c); err == nil {
				t.Error("an older program opened a newer schema")
			}
		})
	}
}

func TestView_cannotWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		err := s.View(context.Background(), noon, func(v *store.View) error {
			return v.DB().Exec("INSERT INTO pots (id, version, words) VALUES ('a', 1, '')").Error
		})
		if err == nil {
			t.Error("a view wrote")
		}
	})
}

func TestLockFolder_letsOneServe(t *testing.T) {
	dir := t.TempDir()
	release, err := store.LockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.LockFolder(dir); err == nil {
		t.Error("two serve from one folder")
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := store.LockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = again()
}
