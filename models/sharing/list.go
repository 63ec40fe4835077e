package sharing

import (
	"encoding/base64"
	"strings"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// Filter narrows a list of things.
type Filter struct {
	Search   string
	Category Category
	// From is "" for all, "home", or the actor id of a neighbour.
	From  string
	State State
	// Gifts leaves out what a neighbour shows that is none.
	Gifts bool
	// After is the opaque key of the page before; Limit is at most 100.
	After string
	Limit int
}

// FromHome asks for our own things only.
const FromHome = "home"

// Row is a thing in a list: ours or a neighbour's.
type Row struct {
	Listing
	Giver      people.MemberID
	IRI, URL   string
	PictureAlt string
}

// TableName is gorm's.
func (Row) TableName() string { return "offers" }

const (
	pageSize = 24
	pageMost = 100
)

// List finds the things that the viewer may see, newest first, a page at a time; next is empty at the end. The audience is part
// of the query, so that a page is full and says nothing about what it leaves out.
func List(v *store.View, viewer neighbours.Viewer, f Filter) (rows []Row, next string, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = pageSize
	}
	limit = min(limit, pageMost)
	query := v.DB().Where("listed")
	if may := neighbours.Audiences(viewer, neighbours.Offers); len(may) == 1 && may[0] == people.Anyone {
		query = query.Where("audience = 'anyone'") // in the words of the index offers_public
	} else {
		query = query.Where("audience IN ?", may)
	}
	if viewer.Member == nil {
		query = query.Where("home = ''") // what we mirror is for our members; others ask its home
	} else if apart, err := apartFrom(v, viewer.Member.ID); err != nil {
		return nil, "", err
	} else if len(apart) > 0 {
		query = query.Where("giver NOT IN ?", apart)
	}
	switch f.From {
	case "":
	case FromHome:
		query = query.Where("home = ''")
	default:
		query = query.Where("home = ?", f.From)
	}
	if f.Category != "" {
		query = query.Where("category = ?", f.Category)
	}
	if f.State != "" {
		query = query.Where("state = ?", f.State)
	}
	if f.Gifts {
		query = query.Where("kind = ?", Gift)
	}
	if strings.TrimSpace(f.Search) != "" {
		query = v.Matching(query, "id", searchKind, f.Search)
	}
	if f.After != "" {
		at, id, err := decodeKey(f.After)
		if err != nil {
			return nil, "", err
		}
		query = query.Where("(published_at, id) < (?, ?)", at, id)
	}
	rows, err = store.All[Row](query.Order("published_at DESC, id DESC").Limit(limit + 1))
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = encodeKey(*last.PublishedAt, last.ID)
	}
	return rows, next, nil
}

func encodeKey(at time.Time, id OfferID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(at.UTC().Format(time.RFC3339) + " " + string(id)))
}

func decodeKey(key string) (time.Time, OfferID, error) {
	bad := fault.Fields(fault.Field{Name: "after", Key: "list.after"})
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return time.Time{}, "", bad
	}
	at, id, ok := strings.Cut(string(raw), " ")
	if !ok || !store.ValidID(id) {
		return time.Time{}, "", bad
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return time.Time{}, "", bad
	}
	return t, OfferID(id), nil
}

// OpenFor lists every thing of ours that a neighbour may mirror, oldest first, a page at a time after an id: the collection
// /ap/collective/open. Resting things are in it, because a rest is no end. Where offers do not flow it is what somebody there
// waits for.
func OpenFor(v *store.View, viewer neighbours.Viewer, after OfferID, limit int) ([]Offer, error) {
	query := openToFriends(v, after)
	switch {
	case !viewer.Neighbour || viewer.Blocked:
		return nil, nil
	case !viewer.Flows.Has(neighbours.Offers):
		awaited, err := awaitedFrom(v, viewer.Origin)
		if err != nil || len(awaited) == 0 {
			return nil, err
		}
		query = query.Where("id IN ?", awaited)
	}
	return store.All[Offer](query.Order("id").Limit(limit))
}

// OpenToFriends lists what OpenFor lists to a neighbour to whom offers flow, for the relay.
func OpenToFriends(v *store.View, after OfferID, limit int) ([]Offer, error) {
	return store.All[Offer](openToFriends(v, after).Order("id").Limit(limit))
}

func openToFriends(v *store.View, after OfferID) *gorm.DB {
	return v.DB().Where("home = '' AND id > ? AND state IN ? AND audience IN ?", after, mirrored,
		[]people.Audience{people.Friends, people.Anyone})
}

// awaitedFrom names the things of ours that somebody on another node waits for.
func awaitedFrom(v *store.View, origin string) (ids []OfferID, err error) {
	edge, err := neighbours.FindEdgeAt(v, origin)
	if err != nil {
		return nil, err
	}
	claims, err := store.All[Claim](v.DB().Where("peer = ? AND peer <> '' AND state IN ?", edge.Actor, waitingStates).Order("id"))
	for _, c := range claims {
		ids = append(ids, c.Offer)
	}
	return ids, err
}

// Published lists our public things, newest first, for the outbox and the public face.
func Published(v *store.View, before OfferID, limit int) ([]Offer, error) {
	query := v.DB().Where("home = '' AND state IN ? AND audience = ?", mirrored, people.Anyone)
	if before != "" {
		query = query.Where("id < ?", before)
	}
	return store.All[Offer](query.Order("id DESC").Limit(limit))
}

var mirrored = []State{Gathering, Choosing, Open, Promised, AllPromised, Resting}
