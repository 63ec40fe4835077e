package store

import "time"

// Span says how long things of one kind are kept before the purge erases them. The page on which everybody reads it is made from
// the very constants that the purge uses.
type Span struct {
	What string // the kind's word on that page
	For  time.Duration
}

// Spans are the store's own.
func Spans() []Span {
	return []Span{{"journal", journalKept}, {"forms", resultsKept}, {"backups", backupsKept}}
}
