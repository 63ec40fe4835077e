package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/fault"
)

// asProgram makes the test's own binary behave as manypots, for tests that need a process which can be killed.
const asProgram = "TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestCommands_sayInWordsWhatTheyRefuse(t *testing.T) {
	m := newMachine(t, "sqlite")
	if _, _, err := m.types("check"); err == nil || !strings.Contains(plain(err), m.data) {
		t.Errorf("where there is no node, check says %v", err)
	}
	if _, _, err := m.types("check", "--rehearsed", "2026-11-30"); err == nil {
		t.Error("a rehearsal is written down where there is no node")
	}
	if there, err := os.ReadDir(m.data); err != nil || len(there) > 0 {
		t.Errorf("looking for a node left %v, %v", there, err)
	}
	if _, _, err := m.types("backup", "--new-key"); err == nil || plain(err) != "This node is not set up yet." {
		t.Errorf("a key for a node that is not set up: %s", plain(err))
	}
	m.setUp()
	for command, says := range map[string]string{
		"member recover Nobody":         "Nobody here has that nickname.",
		"token Nobody --scope claims":   "Nobody here has that nickname.",
		"neighbour accept away.example": "That neighbour is not here.",
		"invite --uses 100":             "uses: Between 1 and 50, please.",
	} {
		if _, _, err := m.types(strings.Fields(command)...); err == nil || plain(err) != says {
			t.Errorf("%s says %v", command, err)
		}
	}
	if says := plain(fault.New(fault.Busy, "neighbour.unreachable").Because(errors.New("its name is not known"))); !strings.HasSuffix(says, ". (its name is not known)") {
		t.Errorf("what is behind a refusal is not said: %s", says)
	}
}
