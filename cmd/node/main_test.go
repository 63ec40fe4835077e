package main

import (
	"os"
	"testing"
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
