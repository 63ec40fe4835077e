package models

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRoof_coversEveryDistrict fails when somebody builds a district and forgets that people leave, collectives part and
// things have a date of purge.
func TestRoof_coversEveryDistrict(t *testing.T) {
	// Why an entry may be missing. Nothing is missing without a sentence here.
	without := map[string]map[string]string{
		"agreeing":   {"leave": "messages end with the claims of sharing", "part": "likewise", "purge": "likewise", "apart": "likewise", "check": "the schema refuses what may not be"},
		"neighbours": {"check": "likewise", "apart": "members are no business of another collective", "part": "it is neighbours.Part that begins the parting"},
		"media":      {"check": "it reads files, and so models.Check calls it by itself", "apart": "a photo is between nobody", "part": "a mirror's photo goes with the mirror", "events": "photos are announced by what they show"},
		"people":     {"check": "the schema refuses what may not be", "apart": "people.KeepApart is what begins it", "part": "members are no business of another collective"},
		"wire":       {"apart": "rows of the wire name no member", "leave": "rows of the wire name no member", "part": "the courier asks for the edge at each delivery"},
		"store":      {"apart": "likewise", "leave": "the store knows nobody", "part": "likewise", "events": "the store is where events go"},
		"fault":      {"check": "no rows", "apart": "no rows", "leave": "no rows", "part": "no rows", "purge": "no rows", "events": "no rows", "spans": "no rows"},
	}
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		i := slices.IndexFunc(districts(), func(d district) bool { return d.name == f.Name() })
		var d district
		if i >= 0 {
			d = districts()[i]
		}
		for entry, missing := range map[string]bool{
			"leave": d.leave == nil, "part": d.part == nil, "purge": d.purge == nil, "events": d.events == nil, "apart": d.apart == nil, "check": d.check == nil, "spans": d.spans == nil,
		} {
			if missing && without[f.Name()][entry] == "" {
				t.Errorf("models/%s is not under the roof: no %s, and no reason why", f.Name(), entry)
			}
			if !missing && without[f.Name()][entry] != "" {
				t.Errorf("models/%s has %s and a reason why not", f.Name(), entry)
			}
		}
	}
}

// A date of purge that is not on the page of what we keep is a promise that nobody can read: the page of product 6 once left out four.
func TestSpans_leaveOutNoDateOfPurge(t *testing.T) {
	// Why a span need not be told. None is missing without a sentence here.
	untold := map[string]string{
		"keyKept":       "keys are among what other servers say of themselves",
		"retiredKept":   "the keys of our own actors are about nobody",
		"takeBacksKept": "the id of a wish that was taken back before it came, and none of its words",
	}
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	kept := regexp.MustCompile(`(?m)^\s*(?:const )?(\w*Kept)\s*=.*time\.Hour`)
	dates, told := map[string][]string{}, map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		district := filepath.Dir(file)
		for _, found := range kept.FindAllSubmatch(text, -1) {
			dates[district] = append(dates[district], string(found[1]))
		}
		_, spans, _ := strings.Cut(string(text), "func Spans()")
		told[district] += spans
	}
	for district, names := range dates {
		for _, name := range names {
			if said := regexp.MustCompile(`\b` + name + `\b`).MatchString(told[district]); said == (untold[name] != "") {
				t.Errorf("models/%s: %s is told by Spans: %v; the reason why not: %q", district, name, said, untold[name])
			}
		}
	}
	if len(dates) < 5 {
		t.Errorf("dates of purge were found in %d districts only", len(dates))
	}
}
