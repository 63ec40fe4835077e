package neighbours

import (
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// ReportedAtMost is how many things one report may be about (security I27).
const ReportedAtMost = 50

// ReportPassedOn names a report that stewards pass on: a Flag, as our server.
const ReportPassedOn store.EventKind = "report.passed_on"

const reportLength = 500

// Reported is what a member tells the stewards about something from elsewhere.
type Reported struct {
	Author string // its actor; empty for a thing of ours
	Object string // its id
	About  string // the offer that it is, or on whose page it stands
	Words  string // at most 500 characters
}

// TellStewards lays a member's report before the stewards. Who told them is kept nowhere (product F5).
func TellStewards(tx *store.Tx, in Reported) error {
	words := strings.TrimSpace(in.Words)
	if utf8.RuneCountInString(words) > reportLength {
		return fault.Fields(fault.Field{Name: "words", Key: "hide.words.long", Args: fault.Args{"Max": reportLength}})
	}
	c, err := people.FindCollective(tx.View)
	if err != nil {
		return err
	}
	l := Letter{Kind: Report, From: c.BaseURL, Name: c.Name, Object: "report:" + store.RandomID[string](), About: in.About, Text: words}
	if in.Author != "" {
		l.Objects = []string{in.Author, in.Object}
	}
	return HearLetter(tx, l)
}

// PassOn tells the stewards of the other server; ours do. Conflict "letter.not_a_report" for what did not come from a member of ours.
func PassOn(tx *store.Tx, by people.Member, id LetterID) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	l, err := FindLetter(tx.View, id)
	if err != nil {
		return err
	}
	if l.Kind != Report || !l.FromMember() || l.ReadAt != nil {
		return fault.New(fault.Conflict, "letter.not_a_report")
	}
	l.Record(ReportPassedOn, string(l.ID))
	return l.putAway(tx)
}

// FromMember reports that a report was written here, about something from elsewhere.
func (l Letter) FromMember() bool {
	return strings.HasPrefix(l.Object, "report:") && len(l.Objects) > 0
}

// moveAgain is how soon a collective is believed again that it has moved (security I25).
const moveAgain = 7 * 24 * time.Hour

// HearMove tells stewards that a neighbour's collective has another address now, which both addresses say. Nothing else happens: they
// ask there if they want to be neighbours, and people there say yes (protocol 8 case 106).
func HearMove(tx *store.Tx, old, target string) error {
	recently, err := store.Exists(tx.DB().Model(&Letter{}).
		Where("sender = ? AND kind = 'move' AND received_at > ?", old, tx.Now.Add(-moveAgain)))
	if err != nil || recently {
		return err
	}
	edge, err := FindEdgeTo(tx.View, old)
	if err != nil || edge.Over() {
		return err
	}
	a, err := FindActor(tx.View, old)
	if err != nil {
		return err
	}
	if _, err := wire.OriginOf(target); err != nil {
		return err
	}
	return HearLetter(tx, Letter{Kind: Move, From: old, Name: a.Name, Object: "move:" + store.RandomID[string](), Objects: []string{target}, Text: target})
}
