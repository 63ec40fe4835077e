package federation

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

func TestAgreements_areListedToTheirOtherPartyAlone(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, birch, cedarNode)
		bike := n.gives(sharing.NewOffer{Title: "A bike"})
		var claim sharing.Claim
		n.do(func(tx *store.Tx) (err error) {
			claim, err = sharing.HearClaim(tx, bike, sharing.HeardClaim{
				From: birch, Handle: "maya", Asked: "https://birch.example/ap/activities/1", Ticket: strings.Repeat("ab", 16), CommittedAt: n.now,
			})
			return err
		})
		for _, reader := range []string{birch, birchNode} {
			page := n.read(reader, "/ap/agreements?page=true")
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), n.Base.Agreement(string(claim.ID))) {
				n.Errorf("%s gets %d: %s", reader, page.Code, page.Body)
			}
			n.isPrivate(page)
		}
		for _, reader := range []string{"", cedarNode} {
			if w := n.read(reader, "/ap/agreements?page=true"); w.Code != http.StatusNotFound {
				n.Errorf("%q gets %d", reader, w.Code)
			}
		}
	})
}

// An agreement, its draw and its receipt are for the collective that asked, by whichever of its actors (protocol 8 case 62).
func TestAgreements_areShownToTheOtherPartyOnly(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, birch, cedarNode)
		id := n.gives(sharing.NewOffer{Title: "A bike", Audience: people.Anyone})
		claim := n.birchAsks(id)
		agreement, draw, receipt := "/ap/agreements/"+string(claim), "/ap/agreements/"+string(claim)+"/draw", "/ap/receipts/"+string(claim)
		strangers := map[string]int{"": 404, cedarNode: 404}
		parties := map[string]int{birch: 200, birchNode: 200}

		n.sees(agreement, parties)
		n.sees(agreement, strangers)
		n.isPrivate(n.read(birch, agreement))
		n.sees(draw, map[string]int{birch: 404})
		n.sees(receipt, map[string]int{birch: 404})

		n.later(48 * time.Hour)
		n.do(func(tx *store.Tx) error { return sharing.Advance(tx, id, func(time.Time) bool { return true }) })
		n.sees(draw, strangers)
		var sheet sharing.Sheet
		if err := json.Unmarshal(n.read(birchNode, draw).Body.Bytes(), &sheet); err != nil {
			n.Fatal(err)
		}
		if err := sheet.Check(); err != nil || sheet.Offer != n.Base.Offer(string(id)) {
			n.Errorf("the sheet of %s: %v", sheet.Offer, err)
		}
		n.sees(receipt, map[string]int{birch: 404})
		n.do(func(tx *store.Tx) error { return sharing.HandOver(tx, n.Sage, claim) })
		n.sees(receipt, parties)
		n.sees(receipt, strangers)

		// The draw stays theirs to recheck, whatever the two think of one another since (DESIGN 4).
		n.do(func(tx *store.Tx) error { return sharing.ReleaseApart(tx, n.Sage, claim) })
		n.sees(draw, parties)
		n.sees(draw, strangers)
	})
}
