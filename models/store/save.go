package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
)

// View reads. It has no Save: writing in a read does not compile.
type View struct {
	// Now is the time that rules read, in UTC, to the second.
	Now time.Time
	db  *gorm.DB
	key *nodeKey
}

// DB is gorm bound to the snapshot, for the finders of the districts.
func (v *View) DB() *gorm.DB { return v.db }

// Tx reads and writes. Verbs receive it and never open one.
type Tx struct {
	*View
	rung map[Bell]bool
}

// Root makes a struct a row that Save takes: its optimistic version and the events that it recorded since it was read.
type Root struct {
	// Version grows by one with each Save; 0 means not yet stored. Listings carry it as pots:seq.
	Version int64
	pending []Event
}

func (r *Root) root() *Root { return r }

// Record notes that something happened to the row named subject. Save writes it to the journal in the same transaction.
func (r *Root) Record(kind EventKind, subject string) {
	r.pending = append(r.pending, Event{Kind: kind, Subject: subject})
}

// Row is a struct that embeds Root.
type Row interface{ root() *Root }

// Save inserts a row whose version is 0 and otherwise updates it, if nobody did meanwhile: else Conflict
// "store.moved_on". The events that the row recorded go into the journal.
func (tx *Tx) Save(row Row) error {
	r := row.root()
	was := r.Version
	r.Version++
	if was == 0 {
		if err := tx.db.Create(row).Error; err != nil {
			r.Version = was
			return err
		}
		return tx.journal(r)
	}
	done := tx.db.Model(row).Where("version = ?", was).Select("*").Updates(row)
	if done.Error != nil {
		r.Version = was
		return done.Error
	}
	if done.RowsAffected == 0 {
		r.Version = was
		return fault.New(fault.Conflict, "store.moved_on")
	}
	return tx.journal(r)
}

// Delete removes a row, if nobody changed it meanwhile, and journals the events that it recorded.
func (tx *Tx) Delete(row Row) error {
	r := row.root()
	done := tx.db.Where("version = ?", r.Version).Delete(row)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return fault.New(fault.Conflict, "store.moved_on")
	}
	r.Version++
	return tx.journal(r)
}

// Savepoint runs fn so that its failure undoes what fn did and nothing else of the transaction. A database that cannot answer is
// Busy "store.unavailable" here too: that is nobody's fault, and the whole transaction is to be tried again.
//
// gorm has savepoints as well. It gives each a name of its own, so that no statement is ever the same twice, and releases none, so
// that a batch of sixty lies sixty deep.
func (tx *Tx) Savepoint(fn func(*Tx) error) (err error) {
	if err := tx.db.Exec("SAVEPOINT step").Error; err != nil {
		return unavailable(err)
	}
	end := []string{"ROLLBACK TO SAVEPOINT step", "RELEASE SAVEPOINT step"}
	defer func() { // after a panic, too
		for _, statement := range end {
			failed := tx.db.Exec(statement).Error
			if failed != nil && !fault.Is(err, fault.Busy) { // a full disk has ended the transaction already
				err = unavailable(failed)
				return
			}
		}
	}()
	if err = unavailable(fn(&Tx{View: tx.View, rung: tx.rung})); err == nil {
		end = end[1:]
	}
	return err
}

// Lock makes transactions that lock the same name wait for one another until the end of the transaction. SQLite has one
// writer, so there is nothing to do there.
func (tx *Tx) Lock(name string) error {
	if tx.db.Name() != "postgres" {
		return nil
	}
	return tx.db.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", name).Error
}

// First reads one row into out: NotFound with the given message key when there is none.
func First[T any](query *gorm.DB, key string) (T, error) {
	var out T
	err := query.Take(&out).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return out, fault.New(fault.NotFound, key)
	}
	return out, err
}

// All reads every row of a query.
func All[T any](query *gorm.DB) ([]T, error) {
	var out []T
	err := query.Find(&out).Error
	return out, err
}

// Exists reports whether the query finds a row.
func Exists(query *gorm.DB) (bool, error) {
	var one int
	err := query.Select("1").Limit(1).Scan(&one).Error
	return one == 1, err
}

// Duplicate reports whether err is a broken uniqueness constraint: somebody else was there first.
func Duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// Dangling reports whether err is a broken foreign key.
func Dangling(err error) bool { return errors.Is(err, gorm.ErrForeignKeyViolated) }

// Broken reports whether err is a broken CHECK constraint.
func Broken(err error) bool { return errors.Is(err, gorm.ErrCheckConstraintViolated) }

// errNewer refuses an older binary on a newer schema.
func errNewer(have, know int64) error {
	return fmt.Errorf("the database has schema %d and this program knows %d: start the newer program again, or restore the copy made before the upgrade", have, know)
}

// errOlder refuses a command that is newer than the node.
func errOlder(have, know int64) error {
	return fmt.Errorf("the database has schema %d and this program needs %d: start the node with this version first (manypots serve), which "+
		"brings the database up to date, or type the command with the version that the node runs", have, know)
}
