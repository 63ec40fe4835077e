package sharing

import (
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// ComeBack puts things right after a restore at the given wall time. What was told to others between the backup and the loss is not
// known here: a thing may have been promised, handed over or withdrawn. So nothing is to be had before its giver has said that it still
// is, and no draw uses a secret that may have been shown.
func ComeBack(tx *store.Tx, restored time.Time) (err error) {
	defer fault.Wrap(&err, "come back to things")
	if err := jumpAhead(tx, restored.Unix()); err != nil {
		return err
	}
	offers, err := store.All[Offer](tx.DB().Where("home = '' AND state IN ?", append([]State{Draft}, mirrored...)).Order("id"))
	if err != nil {
		return err
	}
	for i := range offers {
		if err := comeBack(tx, &offers[i], restored); err != nil {
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

func comeBack(tx *store.Tx, o *Offer, restored time.Time) error {
	if o.State == Draft {
		return renew(tx, o)
	}
	if err := standLonger(tx, *o); err != nil {
		return err
	}
	if o.undrawn(restored) {
		return restTold(tx, o)
	}
	o.Secret = ""
	if o.State == Resting {
		return saveOffer(tx, o)
	}
	return restUnasked(tx, o)
}

// renew gives a draft another id: under the one that it has it may have been published, with another commitment.
func renew(tx *store.Tx, draft *Offer) error {
	giver, err := people.FindMember(tx.View, draft.Giver)
	if err != nil {
		return err
	}
	if _, err := takeOver(tx, giver, *draft); err != nil {
		return err
	}
	return tx.Delete(draft)
}

// undrawn reports that no draw can have been made of it before the given time, whatever was done with it: its first window ends later,
// and while nothing is promised that window cannot be cut short.
func (o Offer) undrawn(by time.Time) bool {
	return o.State == Gathering && o.Round == 0 && o.Left == o.Quantity && o.Freeze().After(by)
}

// standLonger lets promises wait for a while longer, since a time may have been agreed on. Food was fetched, or it is no good.
func standLonger(tx *store.Tx, o Offer) error {
	if o.GoesOffToday {
		return nil
	}
	held, err := promises(tx.View, o.ID)
	if err != nil {
		return err
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
	return nil
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
