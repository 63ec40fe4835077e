package models

import (
	"os"
	"slices"
	"testing"
)

// TestRoof_coversEveryDistrict fails when somebody builds a district and forgets that people leave, collectives part and
// things have a date of purge.
func TestRoof_coversEveryDistrict(t *testing.T) {
	// Why an entry may be missing. Nothing is missing without a sentence here.
	without := map[string]map[string]string{
		"agreeing":   {"leave": "messages end with the claims of sharing", "part": "likewise", "purge": "likewise", "apart": "likewise", "check": "the schema refuses what may not be"},
		"neighbours": {"check": "likewise", "apart": "members are no business of another collective", "leave": "edges belong to the collective, not to a person", "part": "it is neighbours.Part that begins the parting"},
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
