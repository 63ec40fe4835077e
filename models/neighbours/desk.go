package neighbours

import (
	"codeberg.org/manypots/manypots/models/store"
)

// What may lie unread: more is not taken until somebody has read some of it, so that nobody fills the desk and a server with many
// people on it is not shut up by one of them.
const (
	unreadOfSender = 10
	unreadOfOrigin = 100
	unreadLooked   = 2000
)

// DeskFull reports that too much of a sender, or of their server, lies unread.
func DeskFull(v *store.View, sender, origin string) (bool, error) {
	unread := func(column, of string, most int) (bool, error) {
		return store.Exists(v.DB().Model(&Letter{}).Where(column+" = ? AND read_at IS NULL", of).Offset(most - 1))
	}
	if full, err := unread("sender", sender, unreadOfSender); full || err != nil {
		return full, err
	}
	return unread("origin", origin, unreadOfOrigin)
}

// Letters lists letters for the stewards' page: first those that nobody has read, from each server in turn and its oldest first, so
// that much from one buries nothing from another; then the others, newest first.
func Letters(v *store.View, limit int) ([]Letter, error) {
	unread, err := store.All[Letter](v.DB().Where("read_at IS NULL").Order("id").Limit(unreadLooked))
	if err != nil {
		return nil, err
	}
	letters := inTurn(unread)
	if len(letters) >= limit {
		return letters[:limit], nil
	}
	read, err := store.All[Letter](v.DB().Where("read_at IS NOT NULL").Order("id DESC").Limit(limit - len(letters)))
	return append(letters, read...), err
}

// inTurn takes one letter of each origin, then a second of each, and so on.
func inTurn(letters []Letter) []Letter {
	var origins []string
	of := map[string][]Letter{}
	for _, l := range letters {
		if of[l.Origin] == nil {
			origins = append(origins, l.Origin)
		}
		of[l.Origin] = append(of[l.Origin], l)
	}
	sorted := make([]Letter, 0, len(letters))
	for turn := 0; len(sorted) < len(letters); turn++ {
		for _, o := range origins {
			if turn < len(of[o]) {
				sorted = append(sorted, of[o][turn])
			}
		}
	}
	return sorted
}
