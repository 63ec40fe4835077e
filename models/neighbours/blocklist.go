package neighbours

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// The columns of a list of shut-outs. The first six are Mastodon's, so that either reads the other's; the last is ours.
const (
	columnDomain   = "domain"
	columnSeverity = "severity"
	columnComment  = "public_comment"
	columnReview   = "review_at"
)

func columns() []string {
	return []string{"#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate", "#review_at"}
}

// blocklistMost is how many lines are read: more is no list that people have thought about.
const blocklistMost = 5000

// ReadBlocklist reads a list as Mastodon and others export it, or bare hosts, one a line. It is read liberally: columns in any order
// and with or without "#", unknown ones ignored, lines without a host that can be blocked (comments, obfuscated ones) left out.
// Invalid "blocklist.unreadable" is for what is no such list.
func ReadBlocklist(from io.Reader) (lines []NewShutOut, err error) {
	r := csv.NewReader(from)
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	at := map[string]int{columnDomain: 0}
	for first := true; ; first = false {
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return lines, nil
		case err != nil || len(lines) >= blocklistMost:
			return nil, fault.New(fault.Invalid, "blocklist.unreadable").Because(err)
		}
		if names := header(row); first && slices.Contains(names, columnDomain) {
			for i, name := range names {
				at[name] = i
			}
			continue
		}
		if line, ok := readLine(row, at); ok {
			lines = append(lines, line)
		}
	}
}

func header(row []string) (names []string) {
	for _, name := range row {
		names = append(names, strings.ToLower(strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")), "#")))
	}
	return names
}

func readLine(row []string, at map[string]int) (line NewShutOut, ok bool) {
	cell := func(column string) string {
		if i, named := at[column]; named && i < len(row) {
			return disarmed(strings.TrimSpace(row[i]))
		}
		return ""
	}
	line = NewShutOut{Subject: shutName(strings.ToValidUTF8(cell(columnDomain), "")), Reason: strings.ToValidUTF8(cell(columnComment), "")}
	if runes := []rune(line.Reason); len(runes) > reasonLength {
		line.Reason = string(runes[:reasonLength])
	}
	switch strings.ToLower(cell(columnSeverity)) {
	case "silence", "limit":
		line.Severity = Limited
	case "suspend", "block", "":
		line.Severity = Blocking
	default: // "noop" says that nothing is to be done
		return line, false
	}
	if review, err := time.Parse(time.DateOnly, cell(columnReview)); err == nil {
		line.ReviewAt = review
	}
	host := hostOf(line.Subject)
	return line, line.Subject != "" && hostShaped(host) && !registry(host)
}

// WriteBlocklist writes a list that Mastodon reads, too.
func WriteBlocklist(to io.Writer, all []ShutOut) error {
	w := csv.NewWriter(to)
	if err := w.Write(columns()); err != nil {
		return err
	}
	for _, s := range all {
		severity, review := map[Severity]string{Limited: "silence", Blocking: "suspend"}[s.Severity], ""
		if s.ReviewAt != nil {
			review = s.ReviewAt.UTC().Format(time.DateOnly)
		}
		if err := w.Write([]string{armed(s.Subject), severity, "false", "false", armed(s.Reason), "false", review}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// armed keeps a cell from being a formula to whoever opens the list with a spreadsheet (security B10); disarmed takes that away again.
func armed(cell string) string {
	if cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func disarmed(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formula, rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

const formula = "=+-@\t\r"

// Change is what one line of a list would do.
type Change struct {
	NewShutOut
	Was *ShutOut // what stands now; nil when there is nothing
	// Neighbour is set when it would block a neighbour, which no list does: that is done by hand, one at a time.
	Neighbour bool
}

// Changes holds a list against what stands, and leaves out what would change nothing. What is stricter here stays as it is.
func Changes(v *store.View, lines []NewShutOut) (changes []Change, err error) {
	seen := map[string]bool{}
	for _, line := range lines {
		if seen[line.Subject] {
			continue
		}
		seen[line.Subject] = true
		c := Change{NewShutOut: line}
		was, err := FindShutOut(v, line.Subject)
		switch {
		case err == nil && (was.Severity == line.Severity || was.Severity == Blocking):
			continue
		case err == nil:
			c.Was = &was
		case !fault.Is(err, fault.NotFound):
			return nil, err
		}
		if !line.ReviewAt.After(v.Now) {
			c.ReviewAt = time.Time{}
		}
		if c.check(v) != nil { // our own host, and the like
			continue
		}
		edges, err := EdgesBehind(v, line.Subject)
		if err != nil {
			return nil, err
		}
		c.Neighbour = len(edges) > 0
		changes = append(changes, c)
	}
	return changes, nil
}

// TakeOver does what Changes says of a list, but for neighbours; stewards do. Where there are two, what it blocks is looked at again
// as soon as what one of them blocks by hand, whatever the list says. It is one deed, whatever it brings.
func TakeOver(tx *store.Tx, by people.Member, lines []NewShutOut) (err error) {
	defer fault.Wrap(&err, "take over a list")
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	changes, err := Changes(tx.View, lines)
	if err != nil {
		return err
	}
	latest, err := latestReview(tx.View, ShutOut{ByOne: &by.ID})
	if err != nil {
		return err
	}
	for _, c := range changes {
		if c.Neighbour {
			continue
		}
		if c.Severity == Blocking && c.ReviewAt.After(latest) {
			c.ReviewAt = latest
		}
		if _, _, err := keepAway(tx, by, c.NewShutOut); err != nil {
			return err
		}
	}
	return people.WriteDownBy(tx, by, DeedList, "list")
}
