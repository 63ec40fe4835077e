package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// A mirror vanishes a week after its home was last heard of. Whoever turns the clock day by day sees the neighbours' things stay,
// as they would if the days had passed.
func TestClock_turnedByDaysReadsWhatTheNeighboursHaveOpen(t *testing.T) {
	c := watchChairs(t)
	before := *c.mirror().LeaseUntil
	for day := range 3 {
		c.turn(`{"advance":"25h"}`)
		c.renewed(before.Add(time.Duration(day) * 25 * time.Hour))
	}
}

// Whoever turns it by more than a week in one go has silenced nobody: they are asked before anything is forgotten.
func TestClock_turnedByMoreThanAWeekAsksBeforeItForgets(t *testing.T) {
	c := watchChairs(t)
	before := c.mirror()
	c.turn(`{"advance":"192h"}`)
	c.renewed(before.LeaseUntil.Add(24 * time.Hour))
	if now := c.mirror(); now.ID != before.ID {
		t.Error("the chairs were forgotten and met anew")
	}
}

// chairs are Alder's kitchen chairs as Birch knows them.
type chairs struct {
	*testing.T
	d *demo
}

func watchChairs(t *testing.T) chairs {
	t.Helper()
	c := chairs{t, openStreet(t)}
	within(t, patience, "the chairs are at the neighbours'", func() bool { return c.mirror().LeaseUntil != nil })
	return c
}

// mirror is how they stand there; the zero mirror while they do not.
func (c chairs) mirror() (m sharing.Mirror) {
	c.Helper()
	err := c.d.birch.store.View(c.Context(), c.d.clock.Now(), func(v *store.View) error {
		maya, err := people.FindByNickname(v, "Maya")
		if err != nil {
			return err
		}
		rows, _, err := sharing.List(v, neighbours.Viewer{Member: &maya}, sharing.Filter{Search: "kitchen chairs"})
		if err != nil || len(rows) == 0 {
			return err
		}
		m, err = sharing.FindMirror(v, rows[0].ID)
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	return m
}

func (c chairs) renewed(past time.Time) {
	c.Helper()
	within(c.T, patience, "their lease is renewed", func() bool { m := c.mirror(); return m.LeaseUntil != nil && m.LeaseUntil.After(past) })
}

// turn turns the clock as a developer does.
func (c chairs) turn(by string) {
	c.Helper()
	birch := c.d.birch.config
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, "http://"+birch.Listen+"/dev/clock", strings.NewReader(by))
	if err != nil {
		c.Fatal(err)
	}
	r.Host = birch.URL.Authority()
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		c.Fatalf("the clock answers %s", answer.Status)
	}
}
