package people

import (
	"time"

	"codeberg.org/manypots/manypots/models/store"
)

// Purge drops what is over: links and invites past their end, terms that ran out, old notices, tries and lines of the list
// (product 6, security 5.1). Sessions and tokens end by another clock: see PurgeDoors.
func Purge(tx *store.Tx) error {
	ago := func(span time.Duration) time.Time { return tx.Now.Add(-span) }
	for _, over := range []struct {
		row    any
		where  string
		before time.Time
	}{
		{&SetupLink{}, "expires_at <= ?", tx.Now},
		{&RecoveryLink{}, "expires_at <= ?", tx.Now},
		{&Invite{}, "expires_at <= ?", ago(invitesKept)},
		{&Role{}, "until <= ?", tx.Now},
		{&Notice{}, "at <= ?", ago(noticesKept)},
		{&knock{}, "last_at <= ?", ago(knockKept)},
		{&Deed{}, "at <= ?", ago(deedsKept)},
	} {
		if err := tx.DB().Where(over.where, over.before).Delete(over.row).Error; err != nil {
			return err
		}
	}
	return nil
}
