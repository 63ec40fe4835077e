package api

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
)

// stewardToo makes a member a steward beside the first.
func (h *house) stewardToo(sage, b *browser) {
	h.Helper()
	peopletest.TakeUp(h, h.s, sage.m, b.m)
}

// asksBirch presses what the page offers after it has shown who answers.
func (b *browser) asksBirch() {
	b.h.Helper()
	b.led(b.submit("/neighbours?address=birch.example", "/neighbours", nil))
}

// birchAsks lets Birch's Follow come.
func (h *house) birchAsks() {
	h.Helper()
	h.do(func(tx *store.Tx) error {
		_, err := neighbours.HearFollow(tx, birch, birch.IRI+"#follow")
		return err
	})
}

// asked counts the questions that would go out.
func (h *house) asked() (n int) {
	h.Helper()
	h.do(func(tx *store.Tx) error {
		events, err := tx.Unpublished(100)
		for _, e := range events {
			if e.Kind == neighbours.NeighbourAsked {
				n++
			}
		}
		return err
	})
	return n
}

// at is the path of the only collective around us.
func (b *browser) at() string {
	b.h.Helper()
	var all list[neighbourDocument]
	b.program().call(http.MethodGet, "/neighbours", nil).is(b.h.T, http.StatusOK, &all)
	if len(all.Items) != 1 {
		b.h.Fatalf("around us are %+v", all.Items)
	}
	return "/neighbours/" + all.Items[0].ID
}

func TestTwoStewards_oneSuggestsToAskAndItIsAskedWhenTheOtherAgrees(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben, kay := h.joins(sage, "Ben"), h.joins(sage, "Kay")
		sage.get("/neighbours").says(h.T, "There is one steward, who decides alone.")
		h.stewardToo(sage, ben)
		kay.get("/neighbours").says(h.T, "need two stewards")

		sage.get("/neighbours?address=birch.example").says(h.T, "Suggest asking them")
		sage.asksBirch()
		sage.get("/neighbours").says(h.T, "It is suggested. It happens when another steward agrees", "You suggest asking them", "Take it back")
		if h.asked() != 0 {
			h.Error("it went out")
		}
		at := sage.at()
		if _, ok := formOn(sage.get("/neighbours").body, at+"/accept"); ok {
			h.Error("she agrees with herself")
		}
		read := kay.get("/neighbours")
		read.says(h.T, "Sage suggests asking them to be neighbours", "Nothing has gone out")
		read.saysNot(h.T, `action="`+at)
		kay.get(at).says(h.T, "Sage suggests asking them")
		if got := kay.post(at+"/accept", nil); got.status != http.StatusForbidden {
			h.Errorf("Kay agrees: %d", got.status)
		}
		ben.get("/today").says(h.T, "Sage suggests asking Birch to be neighbours.")
		sage.get("/today").saysNot(h.T, "suggests asking Birch")
		ben.get("/stewards").says(h.T, "To ask Birch to be neighbours", "Sage, until")

		ben.led(ben.submit("/neighbours", at+"/accept", nil))
		ben.get("/neighbours").says(h.T, "They are asked.", "we asked, no answer yet")
		if h.asked() != 1 {
			h.Errorf("asked %d times", h.asked())
		}
		ben.get("/today").saysNot(h.T, "suggests asking Birch")
		ben.get("/stewards").saysNot(h.T, "Waiting for a second yes")
	})
}

func TestTwoStewards_sayYesToWhoAsks(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.stewardToo(sage, ben)
		h.birchAsks()
		at := sage.at()
		sage.get("/today").says(h.T, "Birch asks to be neighbours.")
		sage.get("/neighbours").says(h.T, "Suggest saying yes")
		sage.led(sage.submit("/neighbours", at+"/accept", nil))
		sage.get("/today").saysNot(h.T, "Birch asks to be neighbours")
		ben.get("/today").says(h.T, "Birch asks to be neighbours, and Sage suggests saying yes.")

		ben.led(ben.submit("/neighbours", at+"/set_aside", nil))
		ben.get("/neighbours").says(h.T, "It is set aside.", "asks to be neighbours")
		ben.led(ben.submit("/neighbours", at+"/accept", nil))
		sage.led(sage.submit("/neighbours", at+"/accept", nil))
		sage.get("/neighbours").says(h.T, "You are neighbours now.")
	})
}

func TestTwoStewards_partTogetherAndNothingEndsBefore(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.befriends(sage)
		ladder := h.mirrors("Ladder of Birch")
		h.stewardToo(sage, ben)
		at := sage.at()
		sage.get("/neighbours").says(h.T, "Suggest parting from them")
		sage.led(sage.submit("/neighbours", at+"/part", nil))
		ben.get(offerPath(ladder)).says(h.T, "Ladder of Birch")
		ben.get("/today").says(h.T, "Sage suggests parting from Birch.")
		ben.led(ben.submit("/neighbours", at+"/part", nil))
		ben.get("/neighbours").says(h.T, "Parted.")
		if got := ben.get(offerPath(ladder)); got.status != http.StatusNotFound {
			h.Errorf("a thing of theirs: %d", got.status)
		}
	})
}

func TestTwoStewards_whoeverIsLeftAloneCarriesItOut(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.stewardToo(sage, ben)
		sage.asksBirch()
		h.do(func(tx *store.Tx) error { return models.Leave(tx, ben.m) })
		at := sage.at()
		sage.get("/neighbours").says(h.T, "You are the only steward now", "Do it")
		sage.led(sage.submit("/neighbours", at+"/accept", nil))
		if h.asked() != 1 {
			h.Errorf("asked %d times", h.asked())
		}
	})
}

func TestTwoStewards_aSuggestionGoesWithWhoeverMadeIt(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.stewardToo(sage, ben)
		ben.asksBirch()
		at := ben.at()
		h.do(func(tx *store.Tx) error { return people.StepBack(tx, ben.m) })
		sage.get("/neighbours").saysNot(h.T, "Birch")
		sage.get("/today").saysNot(h.T, "suggests asking")
		if got := sage.get(at); got.status != http.StatusNotFound {
			h.Errorf("its page: %d", got.status)
		}
		h.do(models.Purge)
		if got := sage.post(at+"/accept", nil); got.status != http.StatusNotFound {
			h.Errorf("a stale page: %d", got.status)
		}
	})
}

func TestTwoStewards_programsReadWhatIsSuggested(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.stewardToo(sage, ben)
		first, second, third := sage.program(), ben.program(), h.joins(sage, "Kay").program()
		address := map[string]string{"address": "birch.example"}
		var doc neighbourDocument
		for range 2 {
			first.call(http.MethodPost, "/neighbours", address).is(h.T, http.StatusCreated, &doc)
			if doc.State != neighbours.Suggested || doc.Suggestion == nil || doc.Suggestion.Act != neighbours.Asking || doc.Suggestion.By != "Sage" ||
				!doc.Suggestion.Until.Equal(h.now.Add(14*24*time.Hour)) {
				h.Errorf("suggested: %+v %+v", doc, doc.Suggestion)
			}
		}
		third.call(http.MethodPost, "/neighbours/"+doc.ID+"/set_aside", nil).is(h.T, http.StatusForbidden, nil)
		second.call(http.MethodPost, "/neighbours/"+doc.ID+"/set_aside", nil).is(h.T, http.StatusNoContent, nil)
		second.call(http.MethodPost, "/neighbours/"+doc.ID+"/accept", nil).is(h.T, http.StatusNotFound, nil)
		first.call(http.MethodPost, "/neighbours", address).is(h.T, http.StatusCreated, &doc)
		doc = neighbourDocument{}
		second.call(http.MethodPost, "/neighbours", address).is(h.T, http.StatusCreated, &doc)
		if doc.State != neighbours.AskedByUs || doc.Suggestion != nil || h.asked() != 1 {
			h.Errorf("agreed: %+v, asked %d times", doc, h.asked())
		}
	})
}

func TestTwoStewards_pressAtTheSameTime(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.stewardToo(sage, ben)
		var wait sync.WaitGroup
		for _, p := range []*program{sage.program(), ben.program()} {
			wait.Go(func() {
				got := p.call(http.MethodPost, "/neighbours", map[string]string{"address": "birch.example"})
				if got.status != http.StatusCreated {
					h.Errorf("%d %s", got.status, got.body)
				}
			})
		}
		wait.Wait()
		if h.asked() != 1 {
			h.Errorf("asked %d times", h.asked())
		}
	})
}

func TestTwoStewards_aBlockOfOneIsLookedAtInAFortnight(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		sage.get("/shut-out").says(h.T, "Empty: in three months")
		h.stewardToo(sage, ben)
		block := func(review string) page {
			return sage.submit("/shut-out", "/shut-out", url.Values{"subject": {"bad.example"}, "severity": {"block"}, "review": {review}})
		}
		sage.get("/shut-out").says(h.T, "Empty: in 14 days")
		block("2027-01-15").says(h.T, "A day within a fortnight, please.")
		sage.led(block(h.now.AddDate(0, 0, 14).Format(time.DateOnly)))
		sage.get("/shut-out").says(h.T, "You decided this alone.", "It stands for 14 more days")
		sage.led(sage.submit("/shut-out", "/shut-out/review", nil))
		sage.get("/shut-out").says(h.T, "It stands for 14 more days, or longer once another steward says so.")
		ben.get("/shut-out").says(h.T, "One steward decided this.", "It stands for three more months")
		ben.led(ben.submit("/shut-out", "/shut-out/review", nil))
		ben.get("/shut-out").saysNot(h.T, "One steward decided this.")
		sage.get("/shut-out").saysNot(h.T, "You decided this alone.")
	})
}
