package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// Whoever sets the node up prints the key of its backups there and then; the node has the half of it that closes (security 5.2).
func TestSetUp_showsTheKeyOfBackupsOnce(t *testing.T) {
	inHouse(t, func(h *house) {
		var code people.Secret
		h.do(func(tx *store.Tx) (err error) { code, err = people.MakeSetupLink(tx); return err })
		sage := h.browser()
		p := sage.submit("/setup?key="+string(code), "/setup", url.Values{
			"name": {"Alder"}, "area": {"Mill"}, "zone": {"Europe/Berlin"}, "nickname": {"Sage"}, "passphrase": {passphrase},
		})
		key := regexp.MustCompile(`AGE-SECRET-KEY-1[0-9A-Z]{58}`).FindString(p.body)
		if key == "" {
			h.Fatalf("no key:\n%s", p.main())
		}
		h.do(func(tx *store.Tx) error {
			k, err := store.FindSafekeeping(tx.View)
			if err != nil {
				return err
			}
			var sealed bytes.Buffer
			w, err := store.Seal(&sealed, k.Recipient)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, "soup")
			if err := errors.Join(err, w.Close()); err != nil {
				return err
			}
			r, err := store.Unseal(&sealed, store.SealKey(key))
			if err != nil {
				return err
			}
			if got, err := io.ReadAll(r); string(got) != "soup" {
				h.Errorf("it opens %q, %v", got, err)
			}
			return tx.Dump(nil, func(name string, rows []byte) error {
				if bytes.Contains(rows, []byte(key)) {
					h.Errorf("the key is in %s", name)
				}
				return nil
			})
		})
		if strings.Contains(h.log.String(), key) {
			h.Error("the key is in the log")
		}
	})
}

// After a restore everybody is told, and what it means; members see when the last backup and the last check were made.
func TestToday_saysThatTheNodeIsBackFromABackup(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		sage.get("/keeping").says(h.T, "no backup yet", "Nobody has checked")
		h.browser().get("/keeping").saysNot(h.T, "no backup yet")
		h.do(func(tx *store.Tx) error {
			return errors.Join(tx.BackedUp(h.now.Add(-3*time.Hour)), tx.Checked(h.now, 0), tx.Restored(h.now, h.now.Add(-24*time.Hour)))
		})
		sage.get("/today").says(h.T, "We had to go back to a backup of Mon 23 Nov")
		sage.get("/keeping").says(h.T, "we came back from a backup of 23 November 2026", "The last backup is of 24 November 2026", "in order")
		sage.get("/keeping").says(h.T, "Nobody has tried yet to open a backup")
		h.do(func(tx *store.Tx) error { return people.WriteDown(tx, models.DeedRehearsed, "2026-11-22") })
		sage.get("/keeping").says(h.T, "On 24 November 2026 the backup of 22 November 2026 was opened with its key")
		sage.get("/us").says(h.T, "The backup of 22 November 2026 was opened with its key")
		sage.get("/keeping").saysNot(h.T, "no new backup for more than three days")
		sage.get("/settings").says(h.T, "On 24 November 2026 we came back from a backup", "please make new ones")
		sage.get("/invites").says(h.T, "Invites from before then no longer let anybody in")
		sage.get("/today").saysNot(h.T, "no backup for three days")
		h.now = h.now.Add(4 * 24 * time.Hour)
		sage.get("/today").says(h.T, "no backup for three days")
		sage.get("/keeping").says(h.T, "no new backup for more than three days")
		h.joins(sage, "Ana").get("/today").saysNot(h.T, "no backup for three days")
		h.now = h.now.Add(14 * 24 * time.Hour)
		sage.get("/settings").saysNot(h.T, "we came back from a backup")
	})
}

// What cannot be drawn any more its giver lists anew, on the page and by program; the old page leads to the new one.
func TestOffer_thatCannotBeDrawnAnyMoreIsListedAnew(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ana, ben := h.joins(sage, "Ana"), h.joins(sage, "Ben")
		offer := ana.offers(nil)
		ana.get(offer).saysNot(h.T, "List it anew")
		h.do(func(tx *store.Tx) error { return sharing.ComeBack(tx, h.now.Add(7*24*time.Hour)) })
		ana.get("/today").says(h.T, "Two kitchen chairs is resting")
		ana.get(offer).says(h.T, "List it anew", "one may be known to somebody")
		ana.get(offer).saysNot(h.T, "Take it up again")
		ben.get(offer).saysNot(h.T, "List it anew")
		fresh := ana.led(ana.submit(offer, offer+"/relist", nil))
		if at := ben.led(ben.get(offer)); fresh == offer || at != fresh {
			h.Errorf("the new page is %s, and the old one leads to %s", fresh, at)
		}
		h.do(func(tx *store.Tx) error { return sharing.ComeBack(tx, h.now.Add(7*24*time.Hour)) })
		var o offerDocument
		ana.program().call("POST", fresh+"/relist", nil).is(h.T, http.StatusCreated, &o)
		if o.State != sharing.Gathering || "/offers/"+o.ID == fresh {
			h.Errorf("the program got %+v", o)
		}
	})
}
