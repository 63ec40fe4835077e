package main

import (
	"os"

	"codeberg.org/manypots/manypots/models/sharing"
)

type drawCommand struct {
	Check drawCheckCommand `cmd:"" help:"Recheck the sheet of a draw, as GET /offers/{id}/draw gives it."`
}

type drawCheckCommand struct {
	File string `arg:"" type:"existingfile" help:"The sheet, as JSON."`
}

// Run rechecks a draw without a database: the sheet is the whole proof that nothing was altered after the commitment.
func (c drawCheckCommand) Run(s *surroundings) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	sheet, err := sharing.ReadSheet(f)
	if err != nil {
		return err
	}
	if err := sheet.Check(); err != nil {
		return err
	}
	return s.print("The draw is right. Compare the commitment with the one that was published before the first claim:\n%s", sheet.Commit)
}
