package storetest

import (
	"regexp"
	"strings"
	"testing"
)

// Guard of DESIGN 4 and product E2: nothing is counted, summed or grouped by a person. The incident it prevents is the
// harmless-looking query ("how many things has she taken?") from which every ranking begins.
var (
	aggregate = regexp.MustCompile(`(?i)\b(count|sum|avg|min|max|group_concat|string_agg|array_agg|total)\s*\(|\bgroup\s+by\b`)
	person    = regexp.MustCompile(`(?i)\b(member|member_id|giver|giver_id|asker|asker_id|nickname|handle)\b`)
)

// allowed are the aggregates by person that are right, each with its reason. DESIGN 4 allows three at most.
var allowed = []string{}

func guard(t testing.TB) func(string) {
	return func(statement string) {
		if !aggregate.MatchString(statement) || !person.MatchString(statement) {
			return
		}
		for _, ok := range allowed {
			if strings.Contains(statement, ok) {
				return
			}
		}
		t.Errorf("an aggregate touches a person (DESIGN 4): %s", statement)
	}
}
