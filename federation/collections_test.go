package federation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// joins lets somebody join the collective.
func (n *node) joins(nickname string) people.Member {
	n.Helper()
	return peopletest.Join(n, n.Store, n.Sage, nickname)
}

func TestOutbox_holdsTheLastWordAboutEachPublicThing(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		if _, ids := itemsOf(n, n.get("/ap/collective/outbox?page=true")); len(ids) != 0 {
			n.Errorf("an outbox before anything was said: %v", ids)
		}
		var want []string
		var gone, changed sharing.OfferID
		for i := range 45 {
			id := n.gives(sharing.NewOffer{Title: fmt.Sprintf("Thing %d", i), Audience: people.Anyone})
			switch i {
			case 7:
				gone = id
			case 8:
				changed = id
			}
			n.gives(sharing.NewOffer{Title: "For friends"})
			for _, s := range n.said() {
				if s.Public && i != 7 && i != 8 {
					want = append(want, codec.ID(s.doc))
				}
			}
		}
		n.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, n.Sage, gone) })
		n.do(func(tx *store.Tx) error {
			_, err := sharing.Edit(tx, n.Sage, changed, sharing.NewOffer{Title: "Changed", Audience: people.Anyone})
			return err
		})
		for _, s := range n.said() {
			if s.Type == "Update" {
				want = append(want, codec.ID(s.doc))
			}
		}
		slices.Reverse(want)

		outbox, _ := itemsOf(n, n.get("/ap/collective/outbox"))
		if got := fmt.Sprint(outbox["totalItems"]); got != fmt.Sprint(len(want)) {
			n.Errorf("%s items in all, want %d", got, len(want))
		}
		var got []string
		for next := codec.ID(outbox["first"]); next != ""; {
			page, ids := itemsOf(n, n.get(strings.TrimPrefix(next, string(n.Base))))
			if page["id"] != next || codec.ID(page["partOf"]) != outbox["id"] || len(ids) == 0 {
				n.Errorf("page %v of %v is %v", next, page["partOf"], page["id"])
			}
			got = append(got, ids...)
			next = codec.ID(page["next"])
		}
		if !slices.Equal(got, want) {
			n.Errorf("the outbox is\n%v\nwant\n%v", got, want)
		}
	})
}

func TestOpen_listsToNeighboursWhatTheyMayMirror(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.known(birchNode, cedarNode)
		var want []string
		n.gives(sharing.NewOffer{Title: "For members", Audience: people.Members})
		for i := range openPage + 3 {
			id := n.gives(sharing.NewOffer{Title: fmt.Sprintf("Thing %d", i)})
			want = append(want, n.Base.Offer(string(id)))
		}
		rests := want[4][strings.LastIndex(want[4], "/")+1:]
		n.do(func(tx *store.Tx) error { return sharing.Rest(tx, n.Sage, sharing.OfferID(rests)) })

		n.sees("/ap/collective/open", map[string]int{"": 404, cedarNode: 404, birchNode: 200})
		n.sees("/ap/collective/open?page=true", map[string]int{"": 404, cedarNode: 404, birchNode: 200})
		first := n.read(birchNode, "/ap/collective/open")
		n.isPrivate(first)
		open, _ := itemsOf(n, first)
		if open["totalItems"] != nil {
			n.Error("it says how many there are")
		}
		var got []string
		for next := codec.ID(open["first"]); next != ""; {
			page, ids := itemsOf(n, n.read(birchNode, strings.TrimPrefix(next, string(n.Base))))
			if page["id"] != next {
				n.Errorf("page %v is %v", next, page["id"])
			}
			for _, item := range codec.Objects(page["orderedItems"]) {
				if _, ok := codec.Seq(item["pots:seq"]); !ok {
					n.Errorf("an item without pots:seq: %v", item)
				}
			}
			got = append(got, ids...)
			next = codec.ID(page["next"])
		}
		if !slices.Equal(got, want) {
			n.Errorf("%d are open, want %d", len(got), len(want))
		}
	})
}

func TestCollections_showNobodyWhoIsInThem(t *testing.T) {
	alder(t, func(n *node) {
		n.keys()
		n.befriend()
		n.followed()
		n.known(birch, cedarNode)
		for _, path := range []string{
			"/ap/collective/followers", "/ap/collective/following", "/ap/decisions/followers", "/ap/decisions/following",
			"/ap/node/followers", "/ap/node/following", "/ap/collective/neighbours",
		} {
			w := n.read(birch, path)
			doc, ids := itemsOf(n, w)
			if len(ids) != 0 || doc["totalItems"] != nil || doc["first"] != nil || doc["id"] != string(n.Base)+path {
				n.Errorf("%s: %s", path, w.Body)
			}
		}
		n.sees("/ap/collective/neighbours", map[string]int{"": 404, cedarNode: 404})
		// With ?self a neighbour reads that it is one, and nothing of others.
		n.known(birchNode)
		n.sees("/ap/collective/neighbours?self", map[string]int{"": 404, cedarNode: 404, birch: 200, birchNode: 200})
		self := n.read(birchNode, "/ap/collective/neighbours?self")
		n.isPrivate(self)
		if doc, ids := itemsOf(n, self); !slices.Equal(ids, []string{birch}) || doc["totalItems"] != nil || doc["id"] != askSelf(n.Base) {
			n.Errorf("self: %s", self.Body)
		}
		// While a block stands so does what is between us, and nobody is told of the block (protocol 4.11).
		for _, subject := range []string{"birch.example", birch} {
			n.shut(subject)
			n.sees("/ap/collective/neighbours", map[string]int{birch: 404, birchNode: 404})
			n.sees("/ap/collective/neighbours?self", map[string]int{"": 404, cedarNode: 404, birch: 200, birchNode: 200})
			n.do(func(tx *store.Tx) error { return neighbours.Unblock(tx, n.Sage, subject) })
		}
		if doc, _ := itemsOf(n, n.get("/ap/collective/featured")); fmt.Sprint(doc["totalItems"]) != "0" {
			n.Errorf("pinned: %v", doc)
		}
	})
}
