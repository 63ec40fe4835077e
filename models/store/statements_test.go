package store_test

import (
	"context"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// A statement that is kept must be whole again after it failed, and see a table as it is now.
func TestStatements_canBeUsedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		withPots(t, s)
		put := func(id string) error {
			return s.Update(context.Background(), storetest.Noon, func(tx *store.Tx) error {
				return tx.DB().Exec("INSERT INTO pots (id, version, words) VALUES (?, 1, ?)", id, id).Error
			})
		}
		for _, id := range []string{"a", "b", "c"} {
			if err := put(id); err != nil {
				t.Fatal(err)
			}
			if err := put(id); !store.Duplicate(err) {
				t.Fatalf("%s twice: %v", id, err)
			}
		}

		update(t, s, func(tx *store.Tx) error {
			return tx.DB().Exec("ALTER TABLE pots ADD COLUMN lid TEXT NOT NULL DEFAULT 'on'").Error
		})
		if err := put("d"); err != nil {
			t.Error(err)
		}
		var lids []string
		view(t, s, func(v *store.View) error { return v.DB().Raw("SELECT lid FROM pots").Scan(&lids).Error })
		if len(lids) != 4 || lids[3] != "on" {
			t.Errorf("lids: %v", lids)
		}
	})
}

// On SQLite one read may begin before another with the same words ends.
func TestStatements_areNotInTwoHands(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	withPots(t, s)
	update(t, s, func(tx *store.Tx) error {
		return tx.DB().Exec("INSERT INTO pots (id, version, words) VALUES ('a', 1, ''), ('b', 1, '')").Error
	})
	pairs := ""
	view(t, s, func(v *store.View) error {
		return walk(v, func(outer string) error {
			return walk(v, func(inner string) error {
				pairs += outer + inner + " "
				return nil
			})
		})
	})
	if pairs != "aa ab ba bb " {
		t.Errorf("read %q", pairs)
	}
}

func walk(v *store.View, each func(string) error) error {
	rows, err := v.DB().Raw("SELECT id FROM pots ORDER BY id").Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if err := each(id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// What ends early leaves nothing open: a read that was cut short would hold up every checkpoint.
func TestStatements_thatAreCutShortHoldNothing(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	withPots(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	_ = s.View(ctx, storetest.Noon, func(v *store.View) error {
		cancel()
		return v.DB().Exec("SELECT count(*) FROM pots").Error
	})
	update(t, s, func(tx *store.Tx) error {
		return tx.DB().Exec("INSERT INTO pots (id, version, words, until) VALUES ('a', 1, '', ?)", storetest.Noon.Add(time.Hour)).Error
	})
	if err := s.Checkpoint(); err != nil {
		t.Error(err)
	}
}
