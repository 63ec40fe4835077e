package federation

import (
	"net/http"
	"strings"
	"testing"

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
