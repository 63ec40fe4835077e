package federation

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Options are what federation needs of the rest of the node. All must be set.
type Options struct {
	Store *store.Store
	Base  iri.Base
	Now   func() time.Time // domain time, which the development clock turns
	Wall  func() time.Time // for signatures, leases and retries
	// Fetch is how other nodes are reached. UserAgent, Pens, Allow and Now are set by New.
	Fetch   fetch.Options
	Words   Words
	Photos  PhotoStore
	Log     *slog.Logger
	Version string // of this program
}

// Words says our public sentences. Federation has none of its own; Sentences lists the keys.
type Words interface {
	// Sentence says a key in a language, or in the nearest one there is. An argument Count chooses the plural, and a
	// time.Time is to be written in its own zone.
	Sentence(language, key string, args map[string]any) string
}

// PhotoStore keeps a neighbour's picture.
type PhotoStore interface {
	// Keep re-encodes a picture and writes its files. The row (media.Keep) is the caller's, in the transaction that attaches it.
	Keep(ctx context.Context, picture io.Reader) (media.PhotoID, media.Picture, error)
}

// Federation is the door. It may be used by many goroutines at once.
type Federation struct {
	Options
	client *fetch.Client
	in     memory

	mu   sync.Mutex
	keys map[wire.Actor]ownKeys
}

// New makes the door. It fails when Fetch names an authority that cannot be read or a peer that is none.
func New(o Options) (*Federation, error) {
	f := &Federation{Options: o, keys: map[wire.Actor]ownKeys{}}
	o.Fetch.UserAgent = fmt.Sprintf("manypots/%s (+%s)", o.Version, o.Base.Home())
	o.Fetch.Now = o.Wall
	o.Fetch.Pens = f.pensToRead
	o.Fetch.Allow = f.mayVisit
	client, err := fetch.New(o.Fetch)
	if err != nil {
		return nil, err
	}
	f.client = client
	return f, nil
}

// mayVisit keeps us away from whom we have nothing to do with: also when a redirect, a picture or a name leads there (security L18).
func (f *Federation) mayVisit(ctx context.Context, address string) (may bool, err error) {
	err = f.view(ctx, func(v *store.View) error {
		shut, err := neighbours.Blocked(v, address)
		may = !shut
		return err
	})
	return may, err
}

// view and update open a transaction at domain time; only edges call them.
func (f *Federation) view(ctx context.Context, fn func(*store.View) error) error {
	return f.Store.View(ctx, f.Now(), fn)
}

func (f *Federation) update(ctx context.Context, fn func(*store.Tx) error) error {
	return f.Store.Update(ctx, f.Now(), fn)
}
