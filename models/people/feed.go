package people

import (
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// RenewFeed gives the member's personal feed and calendar a new secret address; the old one ends. From the first on she counts
// as reachable.
func RenewFeed(tx *store.Tx, by Member) (m Member, err error) {
	defer fault.Wrap(&err, "renew the feed of %s", by.ID)
	if m, err = here(tx.View, by.ID); err != nil {
		return m, err
	}
	m.Feed = newSecret("")
	hash := m.Feed.hash()
	m.FeedHash = &hash
	return m, tx.Save(&m)
}

// EndFeed revokes the address without a new one; she is no longer reachable.
func EndFeed(tx *store.Tx, by Member) (err error) {
	defer fault.Wrap(&err, "end the feed of %s", by.ID)
	m, err := here(tx.View, by.ID)
	if err != nil {
		return err
	}
	m.Feed, m.FeedHash = "", nil
	return tx.Save(&m)
}

// EndFeeds revokes the addresses of all: in a backup there may be one that was revoked after it.
func EndFeeds(tx *store.Tx) error {
	return tx.DB().Model(&Member{}).Where("feed <> ''").UpdateColumns(map[string]any{"feed": "", "feed_hash": nil}).Error
}

// FindByFeed finds whose feed a secret address opens: NotFound "feed.unknown" for a revoked one.
func FindByFeed(v *store.View, secret Secret) (Member, error) {
	return store.First[Member](v.DB().Where("feed_hash = ?", secret.hash()), "feed.unknown")
}
