package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// machine is a computer on which somebody types commands.
type machine struct {
	testing.TB
	data, database string
}

func newMachine(t testing.TB, dialect string) *machine {
	c := storetest.Config(t, dialect)
	return &machine{TB: t, data: t.TempDir(), database: c.URL}
}

func (m *machine) environ() []string {
	return []string{"MANYPOTS_URL=" + peopletest.BaseURL, "MANYPOTS_DATA=" + m.data, "MANYPOTS_DATABASE=" + m.database}
}

// types runs a command and gives what it says.
func (m *machine) types(args ...string) (out, errs string, err error) {
	var o, e bytes.Buffer
	err = run(context.Background(), args, m.environ(), &o, &e)
	return o.String(), e.String(), err
}

func (m *machine) must(args ...string) (out, errs string) {
	m.Helper()
	out, errs, err := m.types(args...)
	if err != nil {
		m.Fatalf("manypots %s: %v", strings.Join(args, " "), err)
	}
	return out, errs
}

func (m *machine) setUp() {
	m.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: m.database, Dir: m.data, Log: storetest.Log()})
	if err != nil {
		m.Fatal(err)
	}
	defer s.Close()
	sage := peopletest.SetUp(m, s)
	peopletest.Join(m, s, sage, "Ana")
}

// key has a new key printed and writes it down.
func (m *machine) key() (file string) {
	m.Helper()
	_, errs := m.must("backup", "--new-key")
	key := regexp.MustCompile(`AGE-SECRET-KEY-1[0-9A-Z]+`).FindString(errs)
	file = filepath.Join(m.TempDir(), "paper")
	if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil || key == "" {
		m.Fatalf("no key in %q: %v", errs, err)
	}
	return file
}

func TestBackup_isTypedOnOneMachineAndRestoredOnAnother(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			alder := newMachine(t, dialect)
			alder.setUp()
			file := filepath.Join(t.TempDir(), "monday.age")
			if _, _, err := alder.types("backup", file); err == nil || !strings.Contains(err.Error(), "--new-key") {
				t.Errorf("without a key: %v", err)
			}
			paper := alder.key()
			alder.must("backup", file)
			if _, _, err := alder.types("backup", file); err == nil || !strings.Contains(err.Error(), "already") {
				t.Errorf("over another: %v", err)
			}
			info, err := os.Stat(file)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the file: %v %v", info.Mode(), err)
			}
			alder.nowhere(strings.TrimSpace(string(readFile(t, paper))))
			if said, _ := alder.must("check", "--key-file", paper, file); !strings.Contains(said, "is whole") || !strings.Contains(said, "where members see it") {
				t.Errorf("the check of the backup: %s", said)
			}
			alder.rehearsed(1)
			aside := newMachine(t, "sqlite")
			said, _ := aside.must("check", "--key-file", paper, file)
			line := regexp.MustCompile(`manypots check --rehearsed 20[0-9-]+`).FindString(said)
			if left, err := os.ReadDir(aside.data); line == "" || len(left) > 0 || err != nil {
				t.Errorf("the check elsewhere: %s\n%v %v", said, left, err)
			}
			alder.must(strings.Fields(line)[1:]...)
			alder.rehearsed(2)
			if _, _, err := alder.types("check", "--rehearsed", "yesterday"); err == nil {
				t.Error("yesterday was taken for a day")
			}

			there := newMachine(t, dialect)
			wrong := newMachine(t, "sqlite")
			wrong.setUp()
			if _, _, err := there.types("restore", "--key-file", wrong.key(), file); err == nil || !strings.Contains(err.Error(), "another one") {
				t.Errorf("with another key: %v", err)
			}
			said, _ = there.must("restore", "--key-file", paper, file)
			if !strings.Contains(said, peopletest.BaseURL) {
				t.Errorf("after the restore: %s", said)
			}
			if said, _ := there.must("member", "list"); !strings.Contains(said, "Ana") {
				t.Errorf("members there: %s", said)
			}
			if said, _ := there.must("check"); !strings.Contains(said, "All is well") {
				t.Errorf("the check there: %s", said)
			}
			if _, _, err := there.types("restore", "--key-file", paper, file); err == nil || !strings.Contains(err.Error(), "already") {
				t.Errorf("restored twice: %v", err)
			}
		})
	}
}

// rehearsed fails unless it was written down so often that a restore was rehearsed.
func (m *machine) rehearsed(times int) {
	m.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: m.database, Dir: m.data, Log: storetest.Log()})
	if err != nil {
		m.Fatal(err)
	}
	defer s.Close()
	err = s.View(context.Background(), storetest.Noon, func(v *store.View) error {
		deeds, err := people.Deeds(v, nil, 100)
		for _, d := range deeds {
			if d.Kind == models.DeedRehearsed {
				times--
			}
		}
		return err
	})
	if err != nil || times != 0 {
		m.Errorf("%d times too few, %v", times, err)
	}
}

// nowhere fails when a secret is in the data folder.
func (m *machine) nowhere(secret string) {
	m.Helper()
	err := filepath.WalkDir(m.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if bytes.Contains(readFile(m, path), []byte(secret)) {
			m.Errorf("the key is in %s", path)
		}
		return nil
	})
	if err != nil {
		m.Error(err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRestore_waitsForNobodyWhoServesFromTheFolder(t *testing.T) {
	m := newMachine(t, "sqlite")
	release, err := store.LockFolder(m.data)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = release() }()
	if _, _, err := m.types("restore", "--key-file", "/dev/null", "/dev/null"); err == nil || !strings.Contains(err.Error(), "another manypots") {
		t.Errorf("got %v", err)
	}
}

// A backup that is killed at any moment leaves no file under its name, or a whole one (security P12).
func TestBackup_thatIsKilledLeavesNoHalfFile(t *testing.T) {
	m := newMachine(t, "sqlite")
	m.setUp()
	paper := m.key()
	dir := t.TempDir()
	for n := range 12 {
		file := filepath.Join(dir, "backup"+string(rune('a'+n)))
		c := exec.CommandContext(t.Context(), os.Args[0], "backup", file)
		c.Env = append(append(os.Environ(), asProgram+"=on"), m.environ()...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// Kill it once it has begun to write, a little further each time.
		part := filepath.Join(dir, ".manypots-backup.part")
		for size := int64(-1); size < int64(n)*400; {
			info, err := os.Stat(part)
			if err == nil {
				size = info.Size()
			}
			if _, err := os.Stat(file); err == nil {
				break
			}
		}
		_ = c.Process.Kill()
		_ = c.Wait()
		if _, err := os.Stat(file); err == nil {
			m.must("check", "--key-file", paper, file)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if name := f.Name(); name != ".manypots-backup.part" {
			m.must("check", "--key-file", paper, filepath.Join(dir, name))
		}
	}
	last := filepath.Join(dir, "last")
	m.must("backup", last)
	m.must("check", "--key-file", paper, last)
}

// In a folder that anybody can write to, somebody may have put something where a backup comes into being.
func TestBackup_followsNoLinkToAnotherFile(t *testing.T) {
	m := newMachine(t, "sqlite")
	m.setUp()
	m.key()
	dir := t.TempDir()
	diary := filepath.Join(t.TempDir(), "diary")
	if err := os.WriteFile(diary, []byte("dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(diary, filepath.Join(dir, ".manypots-backup.part")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.types("backup", filepath.Join(dir, "monday.age")); err == nil {
		t.Error("it was made")
	}
	if got := string(readFile(t, diary)); got != "dear diary" {
		t.Errorf("the diary has %d bytes", len(got))
	}
}

// A key that could not be printed closes no backup: nothing would open it.
func TestBackup_isSealedForNoKeyThatNobodyRead(t *testing.T) {
	m := newMachine(t, "sqlite")
	if _, _, err := m.types("backup", "--new-key"); err == nil {
		t.Error("there is a key before set-up, which makes another")
	}
	m.setUp()
	paper := m.key()
	if err := run(context.Background(), []string{"backup", "--new-key"}, m.environ(), io.Discard, deaf{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	file := filepath.Join(t.TempDir(), "monday.age")
	m.must("backup", file)
	m.must("check", "--key-file", paper, file)
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// No command brings the database of a node up to date beneath it: only the start of the new version does, and a restore.
func TestCommands_leaveTheSchemaToTheNode(t *testing.T) {
	for _, dialect := range storetest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := storetest.Golden(t, dialect, storetest.Schemas[0])
			old := &machine{TB: t, data: c.Dir, database: c.URL}
			if dialect == "postgres" {
				old.data = t.TempDir()
			}
			file := filepath.Join(t.TempDir(), "monday.age")
			for _, typed := range []string{"setup-link", "invite", "token Ana --scope claims", "member list", "neighbour list", "queue list", "check", "backup " + file, "backup --new-key"} {
				if _, _, err := old.types(strings.Fields(typed)...); err == nil || !strings.Contains(err.Error(), "manypots serve") {
					t.Errorf("%s: %v", typed, err)
				}
			}
		})
	}
}

// The node's private keys are in its database: whoever else has an account on the machine reads none of its files.
func TestFiles_areForNobodyElse(t *testing.T) {
	m := newMachine(t, "sqlite")
	if err := os.Chmod(m.data, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "setup-link")
	c.Env = append(append(os.Environ(), asProgram+"=on"), m.environ()...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := os.ReadDir(m.data)
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
}
