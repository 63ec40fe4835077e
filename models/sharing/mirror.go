package sharing

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Mirror is what we know of a thing that lives at a neighbour. It has no transitions: only its home changes it, and we forget it
// when the lease ends without a word from home.
type Mirror struct {
	Listing
	// IRI is its id on the wire; URL is its page at home.
	IRI, URL string
	// Seq is pots:seq of the state that we know; a lower or equal one is old news.
	Seq int64
	// LeaseUntil is when it vanishes unless home confirms it (product H9).
	LeaseUntil *time.Time
	// Picture is where home serves the photo; our own re-encoded copy is in Photos once a job fetched it.
	Picture, PictureAlt string
}

// TableName is gorm's; offers live in the same table.
func (Mirror) TableName() string { return "offers" }

// lease is how long a mirror stands without a word from home; listRead is how long reading all that a home has open may take; answerIn
// is how long a home has to answer when it is asked.
const (
	lease    = 7 * 24 * time.Hour
	listRead = 10 * time.Minute
	answerIn = time.Hour
)

// Heard is a listing as its home tells it.
type Heard struct {
	IRI, URL, Home     string
	Seq                int64 // 0 where nobody there counts changes: then whatever it says is news
	State              State
	Kind               Kind
	AskThere           bool
	Title, Description string
	Category           Category
	Condition          Condition
	Language, Area     string
	Audience           people.Audience
	GoesOffToday       bool
	Quantity, Left     int
	MaxPerClaim        int
	DrawCommit         string
	Published, Updated time.Time
	GatherUntil        *time.Time
	Expires            *time.Time
	Picture, Alt       string
}

// Learn takes over what a neighbour says of its own thing, if it is news. Whoever calls it has made sure that the home said so.
func Learn(tx *store.Tx, h Heard) (m Mirror, err error) {
	defer fault.Wrap(&err, "learn %s", h.IRI)
	m, err = FindMirrorByIRI(tx.View, h.IRI)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return m, err
	}
	known := err == nil
	if known && m.Home != h.Home {
		return m, fault.New(fault.Forbidden, "mirror.not_home")
	}
	until := tx.Now.Add(lease)
	m.LeaseUntil, m.AskThere = &until, h.AskThere
	if known && h.Seq != 0 && h.Seq <= m.Seq {
		return m, tx.Save(&m)
	}
	if !known {
		m.ID, m.IRI, m.Home = store.NewID[OfferID](), h.IRI, h.Home
	}
	newPicture := m.Picture != h.Picture
	m.take(h, tx.Now)
	if err := tx.Save(&m); err != nil {
		return m, err
	}
	if newPicture {
		if err := media.Detach(tx, m.Photos...); err != nil {
			return m, err
		}
		if err := fetchPicture(tx, m); err != nil {
			return m, err
		}
	}
	if m.Kind != Gift {
		if err := endAskings(tx, m); err != nil {
			return m, err
		}
	}
	if !m.Listed() {
		return m, tx.Unindex(searchKind, string(m.ID))
	}
	return m, index(tx, m.Listing)
}

// JobPicture fetches a mirror's photo outside any transaction; its subject is the mirror's id.
const JobPicture = "sharing.picture"

func fetchPicture(tx *store.Tx, m Mirror) error {
	if m.Picture == "" {
		return nil
	}
	return tx.Enqueue(store.Job{Kind: JobPicture, Subject: string(m.ID), RunAt: tx.Now})
}

// SetPicture attaches our own copy of a mirror's photo.
func SetPicture(tx *store.Tx, id OfferID, photo media.PhotoID) error {
	m, err := FindMirror(tx.View, id)
	if err != nil {
		return err
	}
	if err := media.Attach(tx, photo, "", photoSubject(id)); err != nil {
		return err
	}
	m.Photos = []media.PhotoID{photo}
	return tx.Save(&m)
}

func (m *Mirror) take(h Heard, now time.Time) {
	m.URL, m.Seq, m.State, m.Kind = h.URL, h.Seq, h.State, h.Kind
	m.Title, m.Description, m.Category, m.Condition = h.Title, h.Description, h.Category, h.Condition
	m.Language, m.Area, m.Audience, m.GoesOffToday = h.Language, h.Area, h.Audience, h.GoesOffToday
	m.Quantity, m.Left, m.MaxPerClaim = h.Quantity, h.Left, h.MaxPerClaim
	m.DrawCommit, m.GatherUntil, m.ExpiresAt = h.DrawCommit, h.GatherUntil, h.Expires
	// Lists are paged by this, to the second; nobody stands above everything by coming from tomorrow.
	published := earlier(h.Published, now).UTC().Truncate(time.Second)
	m.PublishedAt, m.UpdatedAt = &published, h.Updated
	m.Picture, m.PictureAlt = h.Picture, h.Alt
}

// leave makes what is left of a thing that is there no more, as long as an asking names it. Should its home say something of it again
// that is news.
func (m *Mirror) leave() {
	m.State, m.Seq, m.Photos, m.Picture, m.LeaseUntil = Withdrawn, 0, nil, "", nil
}

// Renew holds the list of what is open at a neighbour against what we know of it: present is renewed, absent is removed. It
// returns those that are new or newer there, to be fetched. One walk is back-fill, lease and heal (DESIGN 2).
func Renew(tx *store.Tx, home string, present map[string]int64) (stale []string, err error) {
	defer fault.Wrap(&err, "renew mirrors")
	known, err := MirrorsOf(tx.View, home)
	if err != nil {
		return nil, err
	}
	until := tx.Now.Add(lease)
	seen := map[string]bool{}
	for _, m := range known {
		seq, still := present[m.IRI]
		if !still {
			// What we heard of while the list was being read may be too new to be on it.
			fresh := m.LeaseUntil != nil && m.LeaseUntil.Sub(tx.Now) > lease-listRead
			if (m.Listed() || m.State == Resting) && !fresh {
				if err := Forget(tx, m); err != nil {
					return nil, err
				}
			}
			continue
		}
		seen[m.IRI] = true
		if seq > m.Seq {
			stale = append(stale, m.IRI)
		}
		if m.LeaseUntil == nil {
			continue // what left comes back when it has been fetched
		}
		m.LeaseUntil = &until
		if err := tx.Save(&m); err != nil {
			return nil, err
		}
	}
	for iri := range present {
		if !seen[iri] {
			stale = append(stale, iri)
		}
	}
	return stale, nil
}

// Forget removes a mirror: its home deleted it, it is no longer there, or we parted. Askings for it end in words that say so.
func Forget(tx *store.Tx, m Mirror) (err error) {
	defer fault.Wrap(&err, "forget %s", m.IRI)
	return forget(tx, m, func(a Asking) error { return a.lose(tx, "withdrawn") })
}

// ForgetExpired removes mirrors whose homes have been silent for longer than the lease. What our members asked for there has not
// been decided, and their pages say that the home is silent.
//
// A lease that ran out while this node was away, or at one turn of its clock, is our silence and not theirs: a neighbour's ends when it
// has been asked since and has had an hour to answer (neighbours.Asked). Whoever is no neighbour is asked nothing.
func ForgetExpired(tx *store.Tx) error {
	const unasked = `EXISTS (SELECT 1 FROM edges WHERE edges.actor = offers.home AND edges.state = 'neighbours'
		AND (edges.asked_at IS NULL OR edges.asked_at <= offers.lease_until OR edges.asked_at > ?))`
	late, err := store.All[Mirror](tx.DB().Where("home <> '' AND lease_until < ? AND NOT "+unasked, tx.Now, tx.Now.Add(-answerIn)).
		Order("lease_until, id").Limit(500))
	if err != nil {
		return err
	}
	for _, m := range late {
		if err := forget(tx, m, func(a Asking) error { return a.hush(tx) }); err != nil {
			return err
		}
	}
	return nil
}

func forget(tx *store.Tx, m Mirror, tell func(Asking) error) error {
	askings, err := askingsFor(tx.View, m.ID)
	if err != nil {
		return err
	}
	for _, a := range askings {
		if err := tell(a); err != nil {
			return err
		}
	}
	if err := media.Detach(tx, m.Photos...); err != nil {
		return err
	}
	if err := tx.Unindex(searchKind, string(m.ID)); err != nil {
		return err
	}
	if len(askings) == 0 {
		return tx.Delete(&m)
	}
	m.leave() // the page of an asking still names the thing, until the asking is purged
	return tx.Save(&m)
}

// FindMirror finds a neighbour's thing by our id of it.
func FindMirror(v *store.View, id OfferID) (Mirror, error) {
	return store.First[Mirror](v.DB().Where("id = ? AND home <> ''", id), "offer.unknown")
}

// FindMirrorByIRI finds a neighbour's thing by its id on the wire.
func FindMirrorByIRI(v *store.View, iri string) (Mirror, error) {
	var m Mirror
	err := v.DB().Where("iri = ? AND iri <> '' AND home <> ''", iri).Take(&m).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return m, unknownOffer()
	}
	return m, err
}

// Unconfirmed lists what we show of one home, what its home has confirmed least lately first, for a home that has no list of its own.
func Unconfirmed(v *store.View, home string, limit int) ([]Mirror, error) {
	return store.All[Mirror](v.DB().Where("home = ? AND lease_until IS NOT NULL", home).Order("lease_until, id").Limit(limit))
}

// Full reports that so many things of one home are shown.
func Full(v *store.View, home string, most int) (bool, error) {
	shown, err := store.All[Mirror](v.DB().Select("id").Where("home = ? AND lease_until IS NOT NULL", home).Order("lease_until, id").Offset(most - 1).Limit(1))
	return len(shown) > 0, err
}

// MirrorsOf lists everything that we know of one home.
func MirrorsOf(v *store.View, home string) ([]Mirror, error) {
	return store.All[Mirror](v.DB().Where("home = ?", home).Order("id"))
}
