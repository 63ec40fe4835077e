package store

import (
	"fmt"

	"gorm.io/gorm"
)

// Check says in a sentence each what is wrong with the database as such: SQLite's file, rows that point to nothing, rows that
// cannot be read. What the rows mean is for the districts to check.
func Check(v *View) (wrong []string, err error) {
	if v.db.Name() == "sqlite" {
		if wrong, err = checkFile(v.db); err != nil {
			return wrong, err
		}
	}
	if err := v.Dump(nil, func(string, []byte) error { return nil }); err != nil {
		wrong = append(wrong, fmt.Sprintf("The database cannot be read to its end: %v", err))
	}
	return wrong, nil
}

func checkFile(db *gorm.DB) (wrong []string, err error) {
	var said []string
	if err := db.Raw("PRAGMA integrity_check").Scan(&said).Error; err != nil {
		return nil, err
	}
	for _, s := range said {
		if s != "ok" {
			wrong = append(wrong, "The database file is damaged: "+s)
		}
	}
	var dangling []struct{ Of, Parent string }
	if err := db.Raw(`SELECT DISTINCT "table" AS of, parent FROM pragma_foreign_key_check`).Scan(&dangling).Error; err != nil {
		return nil, err
	}
	for _, d := range dangling {
		wrong = append(wrong, fmt.Sprintf("Rows of %s point to rows of %s that are not there.", d.Of, d.Parent))
	}
	return wrong, nil
}
