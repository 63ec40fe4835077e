package models_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// What a process that is to be killed is told.
const (
	dies         = "TEST_RESTORE_DIES" // after so many statements
	diesAt       = "TEST_RESTORE_AT"   // the wall time, in seconds
	diesFrom     = "TEST_RESTORE_FROM" // the backup
	diesInto     = "TEST_RESTORE_DIR"
	diesDatabase = "TEST_RESTORE_URL"
	killed       = 9
)

// A process of TestRestore_canBeTypedAgainWhereverItWasKilled: it restores, and ends at once after some statement, or says how many
// there were.
func TestRestore_thatIsKilled(t *testing.T) {
	left, err := strconv.Atoi(os.Getenv(dies))
	if err != nil {
		t.Skip("it is part of another test")
	}
	at, err := strconv.ParseInt(os.Getenv(diesAt), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	backup, err := os.Open(os.Getenv(diesFrom))
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	c := store.Config{URL: os.Getenv(diesDatabase), Dir: os.Getenv(diesInto), Log: storetest.Log(), Observe: func(string) {
		if done++; done == left {
			os.Exit(killed)
		}
	}}
	if _, err := models.Restore(context.Background(), c, time.Unix(at, 0), backup); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv(diesFrom)+".statements", []byte(strconv.Itoa(done)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A restore that is killed at any statement leaves a place in which no node starts by mistake, or a whole node; and it can be typed again
// (security P12).
func TestRestore_canBeTypedAgainWhereverItWasKilled(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup, want := n.backup(), n.rows()
		file := filepath.Join(n.TempDir(), "backup")
		if err := os.WriteFile(file, backup, 0o600); err != nil {
			n.Fatal(err)
		}
		die := func(c store.Config, left int) {
			n.Helper()
			p := exec.Command(os.Args[0], "-test.run=^TestRestore_thatIsKilled$") //nolint:gosec // ourselves
			p.Env = append(os.Environ(), dies+"="+strconv.Itoa(left), diesAt+"="+strconv.FormatInt(n.now.Unix(), 10), diesFrom+"="+file, diesInto+"="+c.Dir, diesDatabase+"="+c.URL)
			out, err := p.CombinedOutput()
			var exit *exec.ExitError
			if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != killed) {
				n.Fatalf("after %d statements: %v\n%s", left, err, out)
			}
		}
		die(elsewhere(n, n.Dialect()), 0) // it does not
		raw, err := os.ReadFile(file + ".statements")
		if err != nil {
			n.Fatal(err)
		}
		all, err := strconv.Atoi(string(raw))
		if err != nil || all < 20 {
			n.Fatalf("%d statements, %v", all, err)
		}
		// Where rows come in, each try beginning where the last one left off; then at the last statements, one by one.
		c := elsewhere(n, n.Dialect())
		for _, left := range []int{2, all / 2, all - 8} {
			die(c, left)
			if n.opensNothingHalf(c) != nil {
				n.Fatalf("after %d statements there is a node", left)
			}
		}
		if got := n.restore(c, backup).rows(); got != want {
			n.Errorf("there is\n%s\nand not\n%s", got, want)
		}
		for left := all - 3; left <= all; left++ {
			c := elsewhere(n, n.Dialect())
			die(c, left)
			there := n.opensNothingHalf(c)
			if there == nil {
				there = n.restore(c, backup)
			}
			if got := there.rows(); got != want {
				n.Errorf("killed after %d of %d statements, there is\n%s\nand not\n%s", left, all, got, want)
			}
			if wrong := there.check(); len(wrong) > 0 {
				n.Errorf("killed after %d of %d statements: %v", left, all, wrong)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "restoring")); !errors.Is(err, os.ErrNotExist) {
				n.Errorf("killed after %d of %d statements, something is left: %v", left, all, err)
			}
		}
	})
}

// opensNothingHalf fails when a node starts on what a killed restore has left: it says what to do. Where the restore had not begun to
// write, or was done, a node starts; in the second case it is the neighbourhood.
func (n *neighbourhood) opensNothingHalf(c store.Config) *neighbourhood {
	n.Helper()
	s, err := store.OpenBeside(context.Background(), c)
	if err != nil {
		if !strings.Contains(err.Error(), "manypots restore again") {
			n.Errorf("got %v", err)
		}
		return nil
	}
	if err := s.Close(); err != nil {
		n.Fatal(err)
	}
	there := n.opens(c)
	if there.rows() == "" {
		return nil
	}
	return there
}
