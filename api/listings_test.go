package api

import (
	"net/http"
	"net/url"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// Protocol 8 cases 8, 9 and 13: what a neighbour lists is shown for what it is on card and page and in JSON, and what cannot be asked for
// from here is not asked for, by whichever way somebody tries.
func TestListings_ofNeighboursAreShownForWhatTheyAre(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.befriends(sage)
		program := ben.program()
		for _, row := range []struct {
			kind       sharing.Kind
			there      bool
			chip, says string
			refusal    string
		}{
			{sharing.Gift, false, "Gift", "See it at Birch", ""},
			{sharing.Gift, true, "Gift", "ask them there", "listing.ask_there"},
			{sharing.Priced, true, "Not a gift", "they want money or something else for it", "listing.not_a_gift"},
			{sharing.Priced, false, "Not a gift", "they want money or something else for it", "listing.not_a_gift"},
			{sharing.Loan, false, "To borrow", "not to keep", "listing.not_a_gift"},
			{sharing.LookedFor, true, "Wanted", "looking for this", "listing.not_a_gift"},
			{sharing.HelpWanted, true, "Help wanted", "looking for help", "listing.not_a_gift"},
			{sharing.HelpOffered, true, "Help offered", "They offer help", "listing.not_a_gift"},
		} {
			id := h.mirrors("Ladder of Birch", func(l *sharing.Heard) {
				l.Kind, l.AskThere, l.State, l.GatherUntil, l.Audience = row.kind, row.there, sharing.Open, nil, people.Anyone
			})
			at := offerPath(id)
			list, page := ben.get("/offers?q=ladder&category=books"), ben.get(at)
			list.says(t, "Ladder of Birch", ">"+row.chip+"<")
			today := ben.get("/today")
			if row.kind == sharing.Gift {
				list.says(t, "Free to take", "Nothing here is for sale")
				today.says(t, "Ladder of Birch")
			} else {
				list.saysNot(t, "Free to take", "Nothing here is for sale")
				list.says(t, "each says what it is")
				today.saysNot(t, "Ladder of Birch")
			}
			page.says(t, ">"+row.chip+"<", row.says, `href="https://birch.example/offers/1"`, "noopener noreferrer")

			var document offerDocument
			var all struct{ Items []offerDocument }
			program.call("GET", at, nil).is(t, http.StatusOK, &document)
			program.call("GET", "/offers?q=ladder", nil).is(t, http.StatusOK, &all)
			askAt := "https://birch.example/offers/1"
			if row.refusal == "" {
				askAt = ""
			}
			if len(all.Items) != 1 || all.Items[0].AskAt != document.AskAt || document.Kind != row.kind || document.AskAt != askAt {
				t.Errorf("%s: %d in the list, kind %q, ask at %q", row.chip, len(all.Items), document.Kind, document.AskAt)
			}
			if row.refusal != "" {
				list.saysNot(t, "free to ask for")
				page.saysNot(t, at+"/claims", "id=\"steps-title\"")
				program.call("POST", at+"/claims", map[string]any{}).is(t, http.StatusConflict, nil)
				got := ben.post(at+"/claims", url.Values{})
				if got.status != http.StatusConflict {
					t.Errorf("%s: a form is answered %d", row.chip, got.status)
				}
				got.says(t, map[string]string{
					"listing.ask_there":  "Their software takes no wishes from here.",
					"listing.not_a_gift": "That is not a gift, and cannot be asked for from here.",
				}[row.refusal])
			} else {
				ben.led(ben.submit(at, at+"/claims", nil))
			}
			h.do(func(tx *store.Tx) error {
				m, err := sharing.FindMirror(tx.View, id)
				if err != nil {
					return err
				}
				return sharing.Forget(tx, m)
			})
		}
	})
}

// A thing whose home cannot be reached says since when, so that nobody waits for an answer.
func TestListings_sayThatTheirHomeIsSilent(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.befriends(sage)
		at := offerPath(h.mirrors("Ladder of Birch"))
		ben.get(at).says(t, "Birch decides about it")
		h.do(func(tx *store.Tx) error {
			if err := wire.Heard(tx, h.now, "https://birch.example"); err != nil {
				return err
			}
			return tx.DB().Model(&wire.Peer{}).Where("origin = 'https://birch.example'").Update("failures", 5).Error
		})
		silent := ben.get(at)
		silent.says(t, "Birch has been silent since")
		silent.saysNot(t, "Birch decides about it")
	})
}

// Protocol 4: other software that lets us follow it stands beside the neighbours, for what it is.
func TestNeighbours_otherSoftwareIsFollowedAndIsNoNeighbour(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ida := neighbours.Actor{IRI: "https://sharing.example/users/ida", Type: "Person", Name: "Ida", Inbox: "https://sharing.example/inbox"}
		h.server.Directory = directory{"sharing.example": ida, ida.IRI: ida}
		preview := sage.get("/neighbours?address=sharing.example")
		preview.says(t, "Ida", "what they give to anyone", "They see what everybody sees", "Ask to follow them")
		preview.saysNot(t, "They see what we give to friends")
		sage.led(sage.submit("/neighbours?address=sharing.example", "/neighbours", url.Values{"address": {ida.IRI}}))
		sage.get("/neighbours").says(t, "we asked, no answer yet")
		h.do(func(tx *store.Tx) error {
			_, err := neighbours.HearAccept(tx, ida.IRI, "")
			return err
		})
		around := sage.get("/neighbours")
		around.says(t, "Others whose things we show", "we show theirs", "Show theirs no more", "They see what everybody sees")
		around.saysNot(t, "we asked, no answer yet", "They see what we give to friends")
		sage.get("/offers").says(t, "Ida")
		h.mirrors("A tent", func(l *sharing.Heard) { l.Home, l.AskThere, l.Audience = ida.IRI, true, people.Anyone })
		sage.get("/offers").says(t, "A tent", "ask them there")
	})
}
