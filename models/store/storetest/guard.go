package storetest

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
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

// guard judges each text once: a story runs the same few hundred again and again.
func guard(t testing.TB) func(string) {
	var known sync.Map // by text, whether it picks offers by their giver
	return func(statement string) {
		picks, judged := known.Load(statement)
		if !judged {
			if aggregate.MatchString(statement) && person.MatchString(statement) && !isAllowed(statement) {
				t.Errorf("an aggregate touches a person (DESIGN 4): %s", statement)
			}
			picks = gifts.MatchString(statement)
			known.Store(statement, picks)
		}
		if picks == true {
			if verb := asking(); verb != "" {
				t.Errorf("%s looks at what somebody gives (DESIGN 4): %s", verb, statement)
			}
		}
	}
}

func isAllowed(statement string) bool {
	return slices.ContainsFunc(allowed, func(ok string) bool { return strings.Contains(statement, ok) })
}

// The other guard of DESIGN 4 and product 5.12: nothing that decides whether a person may ask, book or be helped reads what that
// person has given. gifts are statements that pick offers by their giver; askingVerbs are where none may be made.
var (
	gifts       = regexp.MustCompile("(?is)\\boffers\\b.*\\bwhere\\b.*\\bgiver[`\"]?\\s*(=|in\\b)")
	askingVerbs = regexp.MustCompile(`/models/(sharing\.(Ask|AskAcross|HearClaim|Choose|DrawNow|Advance|HearWish|HearVerdict)|lending\.Book|helping\.Offer)$`)
)

// asking names the verb under which the present statement runs, if it is one that decides about asking.
func asking() string {
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if askingVerbs.MatchString(frame.Function) {
			return frame.Function
		}
		if !more {
			return ""
		}
	}
}
