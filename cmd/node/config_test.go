package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfig_namesTheNearestOptionForASlipOfThePen(t *testing.T) {
	_, err := readConfig([]string{"MANYPOTS_LISTEM=127.0.0.1:1"})
	if err == nil || !strings.Contains(err.Error(), "MANYPOTS_LISTEN?") {
		t.Errorf("got %v", err)
	}
}

func TestConfig_ignoresWhatContainerRuntimesInject(t *testing.T) {
	_, err := readConfig([]string{"MANYPOTS_SERVICE_HOST=10.0.0.1", "MANYPOTS_SERVICE_PORT=80", "MANYPOTS_PORT=tcp://x", "MANYPOTS_PORT_80_TCP=x"})
	if err != nil {
		t.Error(err)
	}
}

func TestConfig_readsAnOptionFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(path, []byte("https://pots.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{"MANYPOTS_URL_FILE=" + path})
	if err != nil || c.URL != "https://pots.example" {
		t.Errorf("got %q, %v", c.URL, err)
	}
	if _, err := readConfig([]string{"MANYPOTS_URL_FILE=" + path, "MANYPOTS_URL=https://b.example"}); err == nil {
		t.Error("two values for one option")
	}
}

// The node key may lie outside the data folder, where systemd hands it over.
func TestConfig_takesTheNodeKeyThatSystemdHandsOver(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "node-key")
	environ := []string{"CREDENTIALS_DIRECTORY=" + dir}
	for name, want := range map[string]string{"not among the credentials": "", "among them": path} {
		if want != "" {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		} else if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if c, err := readConfig(environ); err != nil || c.store(nil).NodeKey != want {
			t.Errorf("%s: it reads %q, %v", name, c.NodeKey, err)
		}
	}
	if c, err := readConfig([]string{"CREDENTIALS_DIRECTORY="}); err != nil || c.NodeKey != "" {
		t.Errorf("without credentials it reads %q, %v", c.NodeKey, err)
	}
}

func TestConfig_keepsDevelopmentSwitchesOffThePublicInternet(t *testing.T) {
	for _, c := range []struct {
		env []string
		ok  bool
	}{
		{[]string{"MANYPOTS_URL=https://pots.example", "MANYPOTS_DEV_CLOCK=on"}, false},
		{[]string{"MANYPOTS_URL=https://pots.example", "MANYPOTS_DEV_PEERS=localhost:1"}, false},
		{[]string{"MANYPOTS_URL=https://pots.example", "MANYPOTS_DEV_CLOCK=on", "MANYPOTS_DEV=on"}, true},
		{[]string{"MANYPOTS_URL=http://alder.localhost:8081", "MANYPOTS_DEV_CLOCK=on"}, true},
		{[]string{"MANYPOTS_URL=http://pots.example"}, false},
		{[]string{"MANYPOTS_URL=https://pots.example/sub"}, false},
	} {
		if _, err := readConfig(c.env); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.env, err)
		}
	}
}

func TestConfig_printedAsAFileReadsBackAsTheDefaults(t *testing.T) {
	var file strings.Builder
	if err := printConfig(&file); err != nil {
		t.Fatal(err)
	}
	var environ []string
	for line := range strings.Lines(file.String()) {
		if option, ok := strings.CutPrefix(strings.TrimSpace(line), "#MANYPOTS_"); ok {
			environ = append(environ, "MANYPOTS_"+option)
		}
	}
	printed, err := readConfig(environ)
	if err != nil || len(environ) != len(options()) {
		t.Fatalf("%d options, %v", len(environ), err)
	}
	defaults, _ := readConfig(nil)
	if printed.URL != defaults.URL || printed.Data != defaults.Data || printed.Log != defaults.Log {
		t.Errorf("%+v is not %+v", printed, defaults)
	}
}
