package neighbours

import (
	"time"

	"gorm.io/gorm/clause"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Actor is somebody on another server who matters to us: a collective, a follower. All addresses are canonical and at the
// actor's own origin; all words are plain text, cleaned by federation.
type Actor struct {
	IRI         string `gorm:"column:iri;primaryKey"`
	Origin      string
	Type        string
	Name        string
	Summary     string
	Handle      string // collective@birch.example, for people to read
	URL         string `gorm:"column:url"` // their page
	Inbox       string
	SharedInbox string // empty where there is none
	OpenURL     string `gorm:"column:open_url"` // the collection of what they give to neighbours (DESIGN 2); empty on other software
	// FollowersURL is the collection of their followers; empty where they name none.
	FollowersURL string `gorm:"column:followers_url"`
	// TakesOffers is what other software says of itself (FEP-0837, FEP-844e).
	TakesOffers bool
	FetchedAt   time.Time
}

// TakesWishes reports that its things can be asked for from here: it is one of ours, or says so.
func (a Actor) TakesWishes() bool { return a.OpenURL != "" || a.TakesOffers }

// LearnActor keeps what an actor says about itself, or renews it. Origin and FetchedAt are set here. An inbox on another
// origin is refused (security I11) with Invalid "actor.elsewhere".
func LearnActor(tx *store.Tx, a Actor) (Actor, error) {
	var err error
	if a.Origin, err = wire.OriginOf(a.IRI); err != nil {
		return a, err
	}
	for _, address := range []string{a.Inbox, a.SharedInbox, a.OpenURL, a.FollowersURL} {
		if address == "" {
			continue
		}
		if origin, err := wire.OriginOf(address); err != nil || origin != a.Origin {
			return a, fault.New(fault.Invalid, "actor.elsewhere").Because(err)
		}
	}
	if a.Inbox == "" {
		return a, fault.New(fault.Invalid, "actor.no_inbox")
	}
	a.FetchedAt = tx.Now
	if err := tx.DB().Clauses(clause.OnConflict{UpdateAll: true}).Create(&a).Error; err != nil {
		return a, err
	}
	return a, tx.DB().Model(&Follower{}).Where("actor = ? AND inbox <> ?", a.IRI, a.Mailbox()).Update("inbox", a.Mailbox()).Error
}

// welcome keeps what an actor says about itself, unless it is shut out: Forbidden "neighbour.blocked".
func welcome(tx *store.Tx, a Actor) (Actor, error) {
	if err := refuseBlocked(tx.View, a.IRI); err != nil {
		return a, err
	}
	return LearnActor(tx, a)
}

func refuseBlocked(v *store.View, iri string) error {
	shut, err := Blocked(v, iri)
	if err == nil && shut {
		err = fault.New(fault.Forbidden, "neighbour.blocked")
	}
	return err
}

// Mailbox is where deliveries go: the shared inbox, so that one reaches everybody on that server, or else the actor's own.
func (a Actor) Mailbox() string {
	if a.SharedInbox != "" {
		return a.SharedInbox
	}
	return a.Inbox
}

// FindActor finds what is known of an actor: NotFound "actor.unknown".
func FindActor(v *store.View, iri string) (Actor, error) {
	return store.First[Actor](v.DB().Where("iri = ?", iri), "actor.unknown")
}
