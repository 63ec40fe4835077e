package models

import (
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// DeedRestored is written down where all members see it; the subject is the day of the backup.
const DeedRestored people.DeedKind = "node.restored"

// ComeBack is the first thing that a node does after a restore, before it says anything. What happened between the backup and the
// loss of the disk is not known here any more, and is known elsewhere: so whatever carries a number jumps ahead of any number
// that was told then, nothing is decided by itself about a window that closed meanwhile, and neighbours are told to look again.
// It reports whether there was anything to come back from; doing it twice changes nothing.
func ComeBack(tx *store.Tx) (back bool, err error) {
	defer fault.Wrap(&err, "come back")
	if err := tx.Lock("models.comeback"); err != nil { // processes that share a database start at once
		return false, err
	}
	k, err := store.FindSafekeeping(tx.View)
	if err != nil || k.Resumed {
		return false, err
	}
	if err := sharing.ComeBack(tx, *k.RestoredAt); err != nil {
		return false, err
	}
	if err := people.WriteDown(tx, DeedRestored, k.RestoredFrom.Format(time.DateOnly)); err != nil {
		return false, err
	}
	if err := people.SayAgain(tx); err != nil {
		return false, err
	}
	return true, tx.Resumed()
}
