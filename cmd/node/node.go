package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"codeberg.org/manypots/manypots/api"
	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/federation"
	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// node is one collective's server: the database, the album, the two doors and the wheels.
type node struct {
	config     config
	clock      *clock
	log        *slog.Logger
	store      *store.Store
	album      *media.Album
	darkroom   *media.Darkroom
	people     *api.Server
	federation *federation.Federation
	release    func() error
	ailing     ailing
}

// open takes the data folder and puts the house together.
func open(ctx context.Context, c config, t *clock, log *slog.Logger) (n *node, err error) {
	n = &node{config: c, clock: t, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.close())
		}
	}()
	if c.Database == "" {
		if n.release, err = store.LockFolder(c.Data); err != nil {
			return n, err
		}
	}
	if n.store, err = store.Open(ctx, c.store(log)); err != nil {
		return n, err
	}
	if n.album, err = media.OpenAlbum(c.Data); err != nil {
		return n, err
	}
	n.darkroom = media.NewDarkroom(media.Deadline)
	if err := n.adoptURL(ctx); err != nil {
		return n, err
	}
	return n, n.compose(ctx)
}

// compose hands the two doors what they need of one another. They never import each other.
func (n *node) compose(ctx context.Context) (err error) {
	pages, err := web.Open()
	if err != nil {
		return err
	}
	n.federation, err = newFederation(n.config, n.store, n.clock, n.log, words{pages}, n)
	if err != nil {
		return err
	}
	if err := n.federation.EnsureKeys(ctx); err != nil {
		return err
	}
	if err := n.federation.ComeBack(ctx); err != nil {
		return err
	}
	options := api.Options{
		Store: n.store, Album: n.album, Darkroom: n.darkroom, Hasher: people.NewHasher(people.Cost{}), Pages: pages,
		Directory: n.federation, Locksmith: n.federation, Signer: n.federation.SignedBy, Now: n.clock.Now, Wall: wall, BaseURL: string(n.config.URL),
		TrustedProxies: n.config.TrustedProxies, Log: n.log, Health: n.health, Version: version,
	}
	if n.config.DevClock {
		options.Clock = n.clock
	}
	n.people, err = api.New(options)
	return err
}

func newFederation(c config, db *store.Store, t *clock, log *slog.Logger, say federation.Words, photos federation.PhotoStore) (*federation.Federation, error) {
	return federation.New(federation.Options{
		Store: db, Base: c.URL, Now: t.Now, Wall: wall,
		Fetch: fetch.Options{DevPeers: c.DevPeers, CAFile: c.DevCA},
		Words: say, Photos: photos, Log: log, Version: version,
	})
}

// Keep re-encodes a neighbour's picture into our own album.
func (n *node) Keep(ctx context.Context, picture io.Reader) (media.PhotoID, media.Picture, error) {
	img, err := n.darkroom.Reencode(ctx, picture)
	if err != nil {
		return "", media.Picture{}, err
	}
	id, err := n.album.Put(img)
	return id, img.Full, err
}

// adoptURL refuses to start under another address than the one that every id was made from, unless nothing was ever sent.
func (n *node) adoptURL(ctx context.Context) error {
	return n.store.Update(ctx, n.clock.Now(), func(tx *store.Tx) error {
		c, err := people.FindCollective(tx.View)
		if fault.Is(err, fault.NotFound) || err == nil && c.BaseURL == string(n.config.URL) {
			return nil
		}
		if err != nil {
			return err
		}
		sent, err := federation.EverSent(tx.View)
		if err != nil {
			return err
		}
		if sent {
			return fmt.Errorf("this node was set up as %s and has sent under that address: start it with MANYPOTS_URL=%s", c.BaseURL, c.BaseURL)
		}
		return people.AdoptURL(tx, string(n.config.URL))
	})
}

// Handler is the whole node behind one address.
func (n *node) Handler() http.Handler {
	return mount(n.config.URL, n.people.Handler(), n.federation.Handler())
}

// connections are how many are open at a time; the next waits until one is done, at most as long as its headers take (security S19).
const connections = 512

// serve answers on the listener and turns the wheels until ctx ends, then lets what is under way finish.
func (n *node) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           n.Handler(),
		ReadHeaderTimeout: 5 * time.Second, // security S19
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
	}
	turning, stop := context.WithCancel(ctx)
	wheels := make(chan error, 1)
	go func() { wheels <- n.turn(turning) }()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(listener, connections)) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		const grace = 20 * time.Second
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err = server.Shutdown(last)
	}
	stop()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, <-wheels)
}

func (n *node) close() error {
	var errs []error
	if n.album != nil {
		errs = append(errs, n.album.Close())
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.release != nil {
		errs = append(errs, n.release())
	}
	return errors.Join(errs...)
}
