package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/store"
)

// config is what the environment says. Every option has a _FILE form that names a file with its value.
type config struct {
	URL            iri.Base
	Listen         string
	MetricsListen  string
	Data           string
	NodeKey        string // a file, where systemd hands one over; empty: in the data folder
	Database       string
	TrustedProxies []netip.Prefix
	Log            slog.Level
	Dev            bool
	DevPeers       []string
	DevCA          string
	DevClock       bool
}

// option is one environment variable: the same table reads, checks and prints the configuration.
type option struct {
	name, fallback, meaning string
	set                     func(*config, string) error
}

func options() []option {
	return []option{
		{"MANYPOTS_URL", "http://localhost:8080", "The public base URL. It is stored at set-up and every id is made from it.", func(c *config, s string) (err error) {
			c.URL, err = iri.ParseBase(s)
			return err
		}},
		{"MANYPOTS_LISTEN", "127.0.0.1:8080", "Where to listen.", func(c *config, s string) error { c.Listen = s; return nil }},
		{"MANYPOTS_METRICS_LISTEN", "", "Where figures for operators and profiles are served, such as 127.0.0.1:9090; nowhere by default. Keep it private.", func(c *config, s string) error { c.MetricsListen = s; return nil }},
		{"MANYPOTS_DATA", "./data", "The data folder: the database, photos and keys.", func(c *config, s string) error { c.Data = s; return nil }},
		{"MANYPOTS_DATABASE", "", "postgres://… instead of SQLite in the data folder.", func(c *config, s string) error { c.Database = s; return nil }},
		{"MANYPOTS_TRUSTED_PROXIES", "127.0.0.0/8,::1/128", "Addresses whose forwarded headers are believed.", func(c *config, s string) (err error) {
			c.TrustedProxies, err = prefixes(s)
			return err
		}},
		{"MANYPOTS_LOG", "info", "debug, info, warn or error. No level logs personal words.", func(c *config, s string) error { return c.Log.UnmarshalText([]byte(s)) }},
		{"MANYPOTS_DEV", "off", "on allows the next three when the URL is not on this machine.", func(c *config, s string) (err error) {
			c.Dev, err = onOff(s)
			return err
		}},
		{"MANYPOTS_DEV_PEERS", "", "host:port, comma-separated: nodes that may be reached on loopback and over http.", func(c *config, s string) error {
			c.DevPeers = list(s)
			return nil
		}},
		{"MANYPOTS_DEV_CA", "", "A file with a certificate authority to trust beside the system's.", func(c *config, s string) error { c.DevCA = s; return nil }},
		{"MANYPOTS_DEV_CLOCK", "off", "on serves POST /dev/clock {\"advance\":\"25h\"}.", func(c *config, s string) (err error) {
			c.DevClock, err = onOff(s)
			return err
		}},
	}
}

// readConfig reads the environment. A variable that it does not know is an error that names the nearest one it does, so that a
// slip of the pen never means a default.
func readConfig(environ []string) (c config, err error) {
	given := map[string]string{}
	for _, pair := range environ {
		switch name, value, _ := strings.Cut(pair, "="); {
		case strings.HasPrefix(name, "MANYPOTS_"):
			given[name] = value
		case name == "CREDENTIALS_DIRECTORY":
			c.NodeKey = credential(value)
		}
	}
	for _, o := range options() {
		value, from, err := o.value(given)
		if err != nil {
			return c, err
		}
		if err := o.set(&c, value); err != nil {
			return c, fmt.Errorf("%s: %w", from, err)
		}
		delete(given, o.name)
		delete(given, o.name+"_FILE")
	}
	for name := range given {
		if !injected(name) {
			return c, fmt.Errorf("unknown option %s; did you mean %s?", name, nearest(name))
		}
	}
	if !c.Dev && !iri.Loopback(c.URL.Authority()) && (len(c.DevPeers) > 0 || c.DevCA != "" || c.DevClock) {
		return c, fmt.Errorf("MANYPOTS_DEV_PEERS, MANYPOTS_DEV_CA and MANYPOTS_DEV_CLOCK are for trying things out: set MANYPOTS_DEV=on as well, or leave them away")
	}
	return c, nil
}

// credential is the node key that systemd hands over (LoadCredential=), from a place that is not in the data folder; empty when it
// does not.
func credential(dir string) string {
	path := filepath.Join(dir, store.NodeKeyFile)
	if _, err := os.Stat(path); dir == "" || err != nil {
		return ""
	}
	return path
}

// store is how the database is opened.
func (c config) store(log *slog.Logger) store.Config {
	return store.Config{URL: c.Database, Dir: c.Data, NodeKey: c.NodeKey, Log: log}
}

func (o option) value(given map[string]string) (value, from string, err error) {
	if path := given[o.name+"_FILE"]; path != "" {
		if given[o.name] != "" {
			return "", "", fmt.Errorf("%s and %s_FILE are both set: keep one", o.name, o.name)
		}
		raw, err := os.ReadFile(path)
		return strings.TrimSpace(string(raw)), o.name + "_FILE", err
	}
	if value, ok := given[o.name]; ok && value != "" {
		return value, o.name, nil
	}
	return o.fallback, o.name, nil
}

// injected reports variables that container runtimes set by themselves for a service called manypots.
func injected(name string) bool {
	return strings.HasSuffix(name, "_SERVICE_HOST") || strings.Contains(name, "_SERVICE_PORT") ||
		strings.HasSuffix(name, "_PORT") || strings.Contains(name, "_PORT_")
}

func nearest(name string) string {
	best := slices.MinFunc(options(), func(a, b option) int { return distance(a.name, name) - distance(b.name, name) })
	return best.name
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func prefixes(s string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, part := range list(s) {
		if !strings.Contains(part, "/") {
			addr, err := netip.ParseAddr(part)
			if err != nil {
				return nil, err
			}
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func onOff(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "on", "true", "1", "yes":
		return true, nil
	case "off", "false", "0", "no", "":
		return false, nil
	}
	return false, fmt.Errorf("must be on or off")
}

// printConfig writes every option as a commented environment file.
func printConfig(w io.Writer) error {
	for _, o := range options() {
		if _, err := fmt.Fprintf(w, "# %s\n#%s=%s\n\n", o.meaning, o.name, o.fallback); err != nil {
			return err
		}
	}
	return nil
}
