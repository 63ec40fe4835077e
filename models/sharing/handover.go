package sharing

import (
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// PickWindow fixes one of the giver's pick-up windows; the receiver does it.
func PickWindow(tx *store.Tx, by people.Member, id agreeing.ID, w agreeing.Window) (err error) {
	defer fault.Wrap(&err, "pick window of claim %s", id)
	o, c, err := asReceiver(tx, by, id)
	if err != nil {
		return err
	}
	return pickWindow(tx, o, c, w)
}

func pickWindow(tx *store.Tx, o Offer, c Claim, w agreeing.Window) error {
	if !o.offers(w) {
		return fault.Fields(fault.Field{Name: "window", Key: "windows.not_offered"})
	}
	return agreeOn(tx, o, c, w, o.Giver)
}

// ProposeWindow names a time that is not on the list. The giver agrees to it with AgreeWindow; a giver who proposes one
// adds it to what the receiver can pick, in the place of one that is over.
func ProposeWindow(tx *store.Tx, by people.Member, id agreeing.ID, w agreeing.Window) (err error) {
	defer fault.Wrap(&err, "propose window of claim %s", id)
	o, c, err := asEither(tx, by, id)
	if err != nil {
		return err
	}
	if wrong := checkWindows([]agreeing.Window{w}, tx.Now); len(wrong) > 0 {
		wrong[0].Name = "window"
		return fault.Fields(wrong...)
	}
	if !o.GivenBy(by.ID) {
		return proposeWindow(tx, o, c, w)
	}
	if c.State != agreeing.Promised {
		return fault.New(fault.Conflict, "claim.moved_on")
	}
	if o.offers(w) {
		return tellAsker(tx, c)
	}
	o.Windows = append(stillAhead(o.Windows, tx.Now), w)
	o.Windows = o.Windows[max(0, len(o.Windows)-windowsKept):]
	o.changed()
	if err := saveOffer(tx, &o); err != nil {
		return err
	}
	return tellAsker(tx, c)
}

func proposeWindow(tx *store.Tx, o Offer, c Claim, w agreeing.Window) error {
	if err := c.Propose(w); err != nil {
		return err
	}
	c.tell(ClaimChanged)
	if err := tx.Save(&c); err != nil {
		return err
	}
	return people.Notify(tx, o.Giver, NoticeChanged, string(c.ID))
}

// AgreeWindow is the giver's yes to the time that the receiver proposed.
func AgreeWindow(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "agree window of claim %s", id)
	o, c, err := asGiver(tx, by, id)
	if err != nil {
		return err
	}
	if c.Proposed == nil {
		return fault.New(fault.Conflict, "claim.moved_on")
	}
	return agreeOn(tx, o, c, *c.Proposed, c.Asker)
}

func agreeOn(tx *store.Tx, o Offer, c Claim, w agreeing.Window, tell people.MemberID) error {
	if c.State == agreeing.Promised && !w.To.After(tx.Now) {
		return fault.Fields(fault.Field{Name: "window", Key: "windows.past"})
	}
	if err := c.Agree(w, holdAfter(w, o.GoesOffToday)); err != nil {
		return err
	}
	giver, err := people.FindMember(tx.View, o.Giver)
	if err != nil {
		return err
	}
	if giver.Left() && o.ExpiresAt != nil {
		c.HoldAtMost(*o.ExpiresAt) // product 4.6: her promises stand for seven days
	}
	c.tell(ClaimChanged)
	if err := tx.Save(&c); err != nil {
		return err
	}
	if tell != "" {
		if err := people.Notify(tx, tell, NoticeChanged, string(c.ID)); err != nil {
			return err
		}
	}
	return reschedule(tx, &o) // the hold has moved, and with it the clock
}

// HandOver says that the thing has changed hands. Either of the two may say so, and one of them is enough.
func HandOver(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "hand over claim %s", id)
	o, c, err := asEither(tx, by, id)
	if err != nil {
		return err
	}
	return handOver(tx, o, c)
}

func handOver(tx *store.Tx, o Offer, c Claim) error {
	if c.State == agreeing.Done {
		return nil // the other one said so already
	}
	if err := c.end(tx, agreeing.Done, "", ClaimDone); err != nil {
		return err
	}
	promised, err := hasPromises(tx.View, o.ID)
	if err != nil {
		return err
	}
	over := o.Left == 0 && !promised
	if over || o.State == Promised || o.State == AllPromised {
		return settle(tx, &o)
	}
	return reschedule(tx, &o)
}

// Release lets a promise go, by either side, without a reason. The receiver's release starts the next round; the giver's lets
// the thing rest, so that nobody can release until a friend comes up.
func Release(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "release claim %s", id)
	o, c, err := asEither(tx, by, id)
	if err != nil {
		return err
	}
	if o.GivenBy(by.ID) {
		return giverReleases(tx, &o, c)
	}
	return endPromise(tx, &o, c, agreeing.Released, by.ID)
}

// ReleaseApart lets a promise go, or looks back at one that has ended, and keeps the two from meeting over another thing. The other
// side sees a plain release (DESIGN 3.5).
func ReleaseApart(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "release claim %s apart", id)
	o, c, err := asGiver(tx, by, id)
	if err != nil {
		return err
	}
	if c.Asker != "" {
		if err := people.KeepApart(tx, by.ID, c.Asker); err != nil {
			return err
		}
		return Separate(tx, by, c.Asker)
	}
	if err := (apart{Agreement: c.ID, Giver: o.Giver, Peer: c.Peer}).remember(tx); err != nil {
		return err
	}
	c.Apart = true
	if c.State == agreeing.Promised {
		return giverReleases(tx, &o, c)
	}
	c.tell(ClaimChanged)
	return tx.Save(&c)
}

func giverReleases(tx *store.Tx, o *Offer, c Claim) error {
	if err := giveUp(tx, o, c, agreeing.Released); err != nil {
		return err
	}
	if c.Asker != "" {
		if err := people.Notify(tx, c.Asker, NoticeChanged, string(c.ID)); err != nil {
			return err
		}
	}
	if o.State.Live() {
		if err := rest(tx, o); err != nil {
			return err
		}
	}
	return saveOffer(tx, o)
}

// ItDidNotHappen ends a promise that came to nothing; nobody is asked why and nothing is counted.
func ItDidNotHappen(tx *store.Tx, by people.Member, id agreeing.ID) (err error) {
	defer fault.Wrap(&err, "did not happen: claim %s", id)
	o, c, err := asEither(tx, by, id)
	if err != nil {
		return err
	}
	return endPromise(tx, &o, c, agreeing.DidNotHappen, by.ID)
}

// endPromise gives the stock back and goes on to whoever waits. Who said so is not told what they said.
func endPromise(tx *store.Tx, o *Offer, c Claim, to agreeing.State, by people.MemberID) error {
	if err := giveUp(tx, o, c, to); err != nil {
		return err
	}
	if err := tellBoth(tx, *o, c, by); err != nil {
		return err
	}
	return next(tx, o)
}

func giveUp(tx *store.Tx, o *Offer, c Claim, to agreeing.State) error {
	if err := c.end(tx, to, "", ClaimChanged); err != nil {
		return err
	}
	o.giveBack(c.Quantity)
	return nil
}

// tellBoth lets the two of a claim know that it has changed, as far as they are ours, except the one who changed it.
func tellBoth(tx *store.Tx, o Offer, c Claim, by people.MemberID) error {
	for _, m := range []people.MemberID{o.Giver, c.Asker} {
		if m == "" || m == by {
			continue
		}
		if err := people.Notify(tx, m, NoticeChanged, string(c.ID)); err != nil {
			return err
		}
	}
	return nil
}

func forgetNotices(tx *store.Tx, id agreeing.ID) error {
	for _, kind := range []people.NoticeKind{NoticePromised, NoticeTaker, NoticeChanged} {
		if err := people.Settle(tx, kind, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// tellAsker lets the asking side know that the hand-over changed.
func tellAsker(tx *store.Tx, c Claim) error {
	if c.Asker == "" {
		c.tell(ClaimChanged)
		return tx.Save(&c)
	}
	return people.Notify(tx, c.Asker, NoticeChanged, string(c.ID))
}
