package main

import (
	"encoding/json"
	"runtime/debug"
)

type versionCommand struct {
	JSON bool `name:"json" help:"As JSON."`
}

// version is the released version; a build from a checkout adds its commit.
const version = "0.1.0"

type built struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
}

func buildInfo() built {
	b := built{Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Run prints what this program is.
func (c versionCommand) Run(s *surroundings) error {
	b := buildInfo()
	if c.JSON {
		return json.NewEncoder(s.out).Encode(b)
	}
	return s.print("manypots %s %s (%s)", b.Version, b.Commit, b.Go)
}
