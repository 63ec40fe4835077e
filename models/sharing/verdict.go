package sharing

import (
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Verdict is what a home says about an asking.
type Verdict struct {
	Home      string // the actor that says so
	Agreement string // its id there
	Seq       int64  // 0 in answers that do not count
	State     agreeing.State
	Reason    string
	Window    *agreeing.Window
	Offered   []agreeing.Window // times that the giver named, told with the promise
	HoldUntil *time.Time
	Apart     bool
}

// HearVerdict takes over what the home says, unless it is old news; it may come twice and in any order (protocol 3.3). What the home
// promises after we took the wish back changes nothing, and the home is told again.
func HearVerdict(tx *store.Tx, id agreeing.ID, says Verdict) (err error) {
	defer fault.Wrap(&err, "hear verdict on asking %s", id)
	a, err := FindAsking(tx.View, id)
	if err != nil {
		return err
	}
	if a.Peer != says.Home || (a.Theirs != "" && says.Agreement != "" && a.Theirs != says.Agreement) {
		return fault.New(fault.Forbidden, "asking.not_home")
	}
	if !says.State.FromHome() {
		return fault.New(fault.Invalid, "claim.wish")
	}
	if a.Theirs == "" && says.Agreement != "" {
		a.Theirs = says.Agreement
	} else if says.Seq != 0 && says.Seq <= a.Seq {
		return nil
	}
	if err := a.keepApart(tx, says); err != nil {
		return err
	}
	was := a.State
	news := says.Seq == 0 || says.Seq > a.Seq
	a.Seq = max(a.Seq, says.Seq)
	switch {
	case !news || says.anotherWish(a):
		return tx.Save(&a)
	case !a.State.Live():
		if a.State == agreeing.Released && says.State.Live() {
			a.Record(AskingWithdrew, string(a.ID))
		}
		return tx.Save(&a)
	}
	a.Reason, a.Window, a.Offered, a.HoldUntil = says.reason(), says.Window, says.Offered, says.HoldUntil
	a.proposed()
	a.Wished, a.WishedWindow = "", nil
	if says.State == agreeing.Promised && says.HoldUntil == nil { // other software names no date
		until := tx.Now.Add(silenceUnheard)
		a.HoldUntil = &until
	}
	a.Hear(says.State, tx.Now)
	if a.State.Live() {
		err = tx.Save(&a)
	} else {
		err = a.keep(tx)
	}
	if err != nil {
		return err
	}
	return a.notify(tx, was)
}

// proposed keeps what she proposed before her eyes until there is a time that both have: the home says only that one.
func (a *Asking) proposed() {
	switch {
	case a.Window != nil:
		a.Proposed = nil
	case a.WishedWindow != nil:
		a.Proposed = a.WishedWindow
	}
}

// keepApart remembers which agreement's id to send along to this home, and shows nothing of it to anybody (DESIGN 3.5).
func (a Asking) keepApart(tx *store.Tx, says Verdict) error {
	if !says.Apart || a.Theirs == "" {
		return nil
	}
	kept := keptApart{Theirs: a.Theirs, Member: a.Asker, Peer: a.Peer}
	return tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&kept).Error
}

// anotherWish reports that the home refuses a wish said anew, and not the agreement, of which it would give the number: the wish
// before it stands (protocol 3.3).
func (v Verdict) anotherWish(a Asking) bool {
	return v.State == agreeing.Refused && v.Seq == 0 && a.Seq != 0
}

// reason takes the words of pots:reason that a page has a sentence for.
func (v Verdict) reason() string {
	known := []string{"taken", "expired", "ineligible", "window", "limit", "withdrawn", "revoked", "not-a-listing", "parted"}
	if slices.Contains(known, v.Reason) {
		return v.Reason
	}
	return ""
}

func (a Asking) notify(tx *store.Tx, was agreeing.State) error {
	switch {
	case a.State == agreeing.Promised && was != agreeing.Promised:
		return people.Notify(tx, a.Asker, NoticePromised, string(a.ID))
	case a.State == agreeing.Promised, was == agreeing.Promised && a.State != agreeing.Done:
		return people.Notify(tx, a.Asker, NoticeChanged, string(a.ID))
	}
	return nil
}
