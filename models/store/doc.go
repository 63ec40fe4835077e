// Package store keeps rows: it opens SQLite or PostgreSQL and gives the districts View and Update, Save with an optimistic
// version, the journal of events, leased jobs, the folded-words table and remembered results. It knows no rule of the commons
// and imports only fault.
//
// Start reading at Update in store.go, then Save in save.go: everything that changes anything passes through these two.
package store
