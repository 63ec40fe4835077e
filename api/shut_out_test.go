package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

func TestShutOut_isDecidedByStewardsAndReadByMembers(t *testing.T) {
	inHouse(t, func(h *house) {
		sage := h.setUp()
		ben := h.joins(sage, "Ben")
		h.befriends(sage)
		ladder := h.mirrors("Ladder of Birch")

		sage.led(sage.submit("/shut-out", "/shut-out", url.Values{"subject": {"Bad.Example"}, "severity": {"block"}, "reason": {"=1+1"}, "review": {"2027-01-15"}}))
		read := ben.get("/shut-out")
		read.says(h.T, "bad.example", "=1+1", "15 Jan")
		read.saysNot(h.T, `action="/shut-out/lift"`)
		again := sage.submit("/shut-out", "/shut-out", url.Values{"subject": {"org"}, "severity": {"block"}, "reason": {"kept"}, "review": {"no day"}})
		again.says(h.T, "A day within the next year", "kept")

		file := sage.get("/shut-out.csv")
		if file.status != http.StatusOK || !strings.Contains(file.body, "bad.example,suspend,false,false,'=1+1,false,2027-01-15") {
			h.Errorf("the file: %d %s", file.status, file.body)
		}
		list := url.Values{"list": {"#domain,#severity\nworse.example,suspend\nbirch.example,suspend\n"}}
		look := sage.submit("/shut-out", "/shut-out/import", list)
		look.says(h.T, "What this list would change", "worse.example", "This is a neighbour and stays as it is.")
		sure, ok := formOn(look.body, "/shut-out/import")
		if !ok || sure.Get("sure") != "true" {
			h.Fatalf("no way on: %s", look.main())
		}
		sage.led(sage.postAs("/shut-out/import", sure))
		ben.get("/shut-out").says(h.T, "worse.example")

		sage.led(sage.submit("/shut-out", "/shut-out", url.Values{"subject": {"birch.example"}, "severity": {"block"}}))
		ben.get("/neighbours").says(h.T, "blocked")
		if got := ben.get(offerPath(ladder)); got.status != http.StatusNotFound {
			h.Errorf("a thing of theirs: %d", got.status)
		}
		sage.led(sage.post("/shut-out/lift", url.Values{"subject": {"birch.example"}}))
		h.do(func(tx *store.Tx) error {
			is, err := neighbours.IsNeighbour(tx.View, "https://birch.example")
			if !is {
				h.Error("lifted, and no neighbour")
			}
			return err
		})
	})
}
