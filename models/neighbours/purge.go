package neighbours

import "codeberg.org/manypots/manypots/models/store"

// Purge does what has its date: it reminds stewards of reviews, and forgets letters, suggestions that nobody agreed to, edges that have
// long been over, and actors that nothing of this package refers to any more.
func Purge(tx *store.Tx) error {
	if err := remind(tx); err != nil {
		return err
	}
	if err := purgeLetters(tx); err != nil {
		return err
	}
	if err := forgetSuggestions(tx); err != nil {
		return err
	}
	err := tx.DB().Where("state IN ('declined', 'parted') AND suggests = '' AND since <= ?", tx.Now.Add(-endedKept)).Delete(&Edge{}).Error
	if err != nil {
		return err
	}
	return tx.DB().Where("fetched_at <= ?", tx.Now.Add(-actorKept)).
		Where("NOT EXISTS (SELECT 1 FROM edges e WHERE e.actor = actors.iri)").
		Where("NOT EXISTS (SELECT 1 FROM followers f WHERE f.actor = actors.iri)").
		Delete(&Actor{}).Error
}
