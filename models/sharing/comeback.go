package sharing

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// ComeBack puts things right after a restore at the given wall time. What was told to others between the backup and the loss is not
// known here, so nothing that may have been decided then is decided again by itself.
func ComeBack(tx *store.Tx, restored time.Time) (err error) {
	defer fault.Wrap(&err, "come back to things")
	if err := jumpAhead(tx, restored.Unix()); err != nil {
		return err
	}
	offers, err := store.All[Offer](tx.DB().Where("home = '' AND state IN ?", []State{Gathering, Choosing, Promised, AllPromised, Open, Resting}).Order("id"))
	if err != nil {
		return err
	}
	for i := range offers {
		if err := comeBack(tx, &offers[i]); err != nil {
			return err
		}
	}
	return nil
}

// jumpAhead makes the number of everything that others know by its number larger than any that they have heard: a number of changes
// never reaches the number of seconds since 1970, and the next restore, from whichever backup, jumps further. So what home says
// now is news everywhere (protocol 8 case 110).
func jumpAhead(tx *store.Tx, epoch int64) error {
	ahead := gorm.Expr("CASE WHEN version < ? THEN ? ELSE version + 1 END", epoch, epoch)
	err := tx.DB().Model(&Offer{}).Where("home = ''").UpdateColumn("version", ahead).Error
	if err != nil {
		return err
	}
	return tx.DB().Model(&Claim{}).Where("TRUE").UpdateColumn("version", ahead).Error
}

// comeBack leaves a choice to the giver once more, with all the time for it: she may have chosen. A promise that stands waits for a
// while longer, since a time may have been agreed on.
func comeBack(tx *store.Tx, o *Offer) error {
	switch {
	case o.State == Choosing:
		return letGiverChoose(tx, o)
	case o.State == Gathering:
		return nil
	}
	held, err := promises(tx.View, o.ID)
	if err != nil || len(held) == 0 {
		return err
	}
	if o.GoesOffToday { // it was fetched, or it is no good: nobody else is promised it by itself
		over := func(c Claim) bool { return c.HoldUntil != nil && !tx.Now.Before(*c.HoldUntil) }
		if o.State == Resting || !slices.ContainsFunc(held, over) {
			return nil
		}
		return restUnasked(tx, o)
	}
	until := tx.Now.Add(promiseStands)
	for _, c := range held {
		if c.HoldUntil != nil && !c.HoldUntil.Before(until) {
			continue
		}
		c.HoldUntil = &until
		c.tell(ClaimChanged)
		if err := tx.Save(&c); err != nil {
			return err
		}
	}
	return reschedule(tx, o)
}

// forgotten reports that a window closed in the days that a restore has lost, or was over when the backup was made and not drawn yet: it
// may have been drawn then, and told to people. It is not drawn again by itself. The thing rests, with whoever asks until then, and its giver knows how it is.
func forgotten(v *store.View, freeze time.Time) (bool, error) {
	k, err := store.FindSafekeeping(v)
	if err != nil || k.RestoredAt == nil {
		return false, err
	}
	return freeze.Before(*k.RestoredAt), nil
}

// AskedAt lists our members' live wishes at another collective, which are held against what it knows of.
func AskedAt(v *store.View, peer string) ([]Asking, error) {
	return store.All[Asking](v.DB().Where("peer = ? AND state IN ?", peer, liveStates).Order("id"))
}

// LostThere begins anew with a wish of which its home does not know any more, as after a restore there: it is on its way again. What
// home has said about it is void, and whoever had a promise is told that it changed. A wish that changed while home was asked is left alone.
func LostThere(tx *store.Tx, asked Asking) (lost bool, err error) {
	defer fault.Wrap(&err, "asking %s is lost at home", asked.ID)
	a, err := FindAsking(tx.View, asked.ID)
	if err != nil || a.Version != asked.Version || !a.State.Live() {
		return false, err
	}
	if a.Theirs == "" && (a.State == agreeing.OnItsWay || a.State == agreeing.Silent) {
		return true, nil // it is told again, and if home stays silent that runs on
	}
	was := a.State
	a.Hear(agreeing.OnItsWay, tx.Now)
	a.Theirs, a.Seq, a.HoldUntil, a.Window, a.Proposed, a.Offered = "", 0, nil, nil, nil, nil
	a.Wished, a.WishedWindow, a.Reason = "", nil, ""
	if err := tx.Save(&a); err != nil {
		return false, err
	}
	return true, a.notify(tx, was)
}
