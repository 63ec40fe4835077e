package storetest

import (
	"bytes"
	"os/exec"
	"testing"

	"codeberg.org/manypots/manypots/models/store"
)

// Interrupt ends every connection to a PostgreSQL database, as a restart of the server does to whoever was connected.
func Interrupt(t testing.TB, c store.Config) {
	t.Helper()
	err := execute(c.URL, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	if err != nil {
		t.Error(err)
	}
}

// Dump is everything that a PostgreSQL database holds, as a backup would.
func Dump(t testing.TB, c store.Config) []byte {
	t.Helper()
	var errs bytes.Buffer
	dump := exec.CommandContext(t.Context(), "pg_dump", "--dbname", c.URL)
	dump.Stderr = &errs
	out, err := dump.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, errs.String())
	}
	return out
}
