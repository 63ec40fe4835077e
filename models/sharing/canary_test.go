package sharing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// tables reads every column of every row of the database as text, by table.
func (st *story) tables() map[string]string {
	st.Helper()
	all := map[string]string{}
	st.view(func(v *store.View) error {
		names := map[string]string{
			"sqlite":   "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
			"postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
		}
		var tables []string
		if err := v.DB().Raw(names[st.s.Dialect()]).Scan(&tables).Error; err != nil {
			return err
		}
		for _, table := range tables {
			var rows []map[string]any
			if err := v.DB().Table(table).Find(&rows).Error; err != nil {
				return err
			}
			var text strings.Builder
			for _, row := range rows {
				for _, value := range row {
					if raw, ok := value.([]byte); ok {
						value = string(raw)
					}
					fmt.Fprintln(&text, value)
				}
			}
			all[table] = text.String()
		}
		return nil
	})
	if len(all) < 20 {
		st.Fatalf("only %d tables", len(all))
	}
	return all
}

// has lists the tables in which a word stands.
func (st *story) has(word string) (tables []string) {
	st.Helper()
	for table, text := range st.tables() {
		if strings.Contains(text, word) {
			tables = append(tables, table)
		}
	}
	slices.Sort(tables)
	return tables
}

func (st *story) still(canaries ...string) {
	st.Helper()
	for _, word := range canaries {
		if len(st.has(word)) == 0 {
			st.Errorf("%q is nowhere: the test would find nothing later, either", word)
		}
	}
}

func (st *story) nowhere(canaries ...string) {
	st.Helper()
	for _, word := range canaries {
		if tables := st.has(word); len(tables) > 0 {
			st.Errorf("%q is still in %v", word, tables)
		}
	}
}

func TestCanary_ofAClaimIsNowhereAfterItsDate(t *testing.T) {
	tell(t, func(st *story) {
		photo := st.photo()
		in := sharing.NewOffer{Title: "canarychair", Description: "canarywords", Faults: "canaryfaults", Place: "canaryplace", Area: "canaryarea", Photos: []media.PhotoID{photo}}
		id := st.gives(in)
		ben := st.asks(st.ben, id, sharing.Wish{Note: "canarynote"})
		cleo := st.asks(st.cleo, id, sharing.Wish{Note: "canarynote"})
		remote, err := st.hear(id, sharing.HeardClaim{
			Handle: "canaryhandle", Asked: "canaryasked", Area: "canaryremotearea", CommittedAt: st.now, Wish: sharing.Wish{Note: "canaryremote"},
		})
		if err != nil {
			t.Fatal(err)
		}
		withdrawn, err := st.hear(id, sharing.HeardClaim{Handle: "canarygone", Asked: "asked-2", CommittedAt: st.now, Wish: sharing.Wish{Note: "canarygone"}})
		if err != nil {
			t.Fatal(err)
		}
		st.posts(remote.ID, "canarywire")
		st.posts(withdrawn.ID, "canarywithdrawn")
		tickets := []string{st.claim(ben).Ticket, st.claim(cleo).Ticket, remote.Ticket, withdrawn.Ticket}
		st.still(append(tickets, "canarynote", "canaryremote", "canaryhandle", "canarywire", "canarygone", "canarywithdrawn")...)

		// Taken back before the choice: without trace, also on the wire.
		st.do(func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, "asked-2") })
		st.later(0)
		st.nowhere("canarygone", "canarywithdrawn", withdrawn.Ticket)

		// One is drawn after another, until it is the one from Birch; messages and the place go over.
		st.untilFreeze(id)
		members := map[agreeing.ID]people.Member{ben: st.ben, cleo: st.cleo}
		for st.claim(remote.ID).State != agreeing.Promised {
			drawn, receiver := st.promisedOf(members)
			st.do(func(tx *store.Tx) error {
				_, err := sharing.WriteTo(tx, receiver, drawn, "canarymessage")
				return err
			})
			st.do(func(tx *store.Tx) error { return sharing.Release(tx, receiver, drawn) })
		}
		st.do(func(tx *store.Tx) error { return sharing.SendPlace(tx, st.ana, remote.ID) })
		st.do(func(tx *store.Tx) error {
			return sharing.HearMessage(tx, remote.ID, "", sharing.HeardMessage{From: birch, Activity: "1", Nickname: "canarymaya", Text: "canarytalk"})
		})
		st.do(func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, remote.ID) })
		st.later(7*day - 1)
		st.still("canaryremote", "canaryplace", "canarytalk", "canarymaya", "canarywire", remote.Ticket, string(photo))
		st.later(1)
		st.nowhere(append(tickets, "canarynote", "canaryremote", "canaryremotearea", "canaryhandle", "canaryasked", "canarymessage", "canarytalk", "canarymaya",
			"canaryplace", "canarywire")...)
		st.photoIsDropped(photo)
		st.still("canarychair", "canarywords")
		st.later(23 * day)
		st.nowhere("canarychair", "canarywords", "canaryfaults", "canaryarea", string(photo))
		if o := st.offer(id); o.Giver != "" || o.PurgedAt == nil {
			t.Errorf("by %q, purged at %v", o.Giver, o.PurgedAt)
		}
	})
}

func TestCanary_ofAnAskingIsNowhereAfterItsDate(t *testing.T) {
	tell(t, func(st *story) {
		m := st.learns(func(h *sharing.Heard) { h.Title, h.Description, h.Area = "canarylamp", "canarylight", "canaryroad" })
		var a sharing.Asking
		st.do(func(tx *store.Tx) (err error) {
			a, err = sharing.AskAcross(tx, st.ben, m.ID, sharing.Wish{Note: "canarywish"}, ticket())
			return err
		})
		st.sent(a.ID)
		st.posts(a.ID, "canarywire")
		st.birchSays(a.ID, 1, agreeing.Promised)
		st.do(func(tx *store.Tx) error {
			return sharing.HearMessage(tx, "", theirs, sharing.HeardMessage{From: birch, Activity: "1", Nickname: "canarynoor", Text: "canaryplace"})
		})
		st.do(func(tx *store.Tx) error {
			_, err := sharing.WriteTo(tx, st.ben, a.ID, "canaryanswer")
			return err
		})
		st.still("canarywish", a.Ticket, a.Handle, "canarywire", "canarynoor", "canaryplace", "canaryanswer")
		st.birchSays(a.ID, 2, agreeing.Done)
		st.do(func(tx *store.Tx) error { return sharing.Forget(tx, st.mirror(m.ID)) })
		st.still("canarylamp")
		st.later(7 * day)
		st.nowhere("canarywish", a.Ticket, a.Handle, "canarywire", "canarynoor", "canaryplace", "canaryanswer", "canarylamp", "canarylight", "canaryroad")
	})
}

// What a steward hid keeps photos and place until its giver could show it again, and a week more.
func TestCanary_ofWhatWasHiddenStaysUntilItCanBeShownAgain(t *testing.T) {
	tell(t, func(st *story) {
		for _, again := range []bool{true, false} {
			photo := st.photo()
			id := st.gives(sharing.NewOffer{Title: "A chair", Place: "canaryhidden", Photos: []media.PhotoID{photo}})
			ben := st.asks(st.ben, id, sharing.Wish{Note: "canaryasked"})
			st.do(func(tx *store.Tx) error {
				return sharing.Hide(tx, st.sage, id, "There is a house number in the photo.")
			})
			st.stands(ben, agreeing.Refused)
			st.later(7 * day)
			st.nowhere("canaryasked")
			st.still("canaryhidden", string(photo))
			if again {
				st.showsAgain(id)
				if fresh := st.offer(st.offer(id).ReplacedBy); fresh.Place != "canaryhidden" || !slices.Equal(fresh.Photos, []media.PhotoID{photo}) {
					t.Errorf("the new one is at %q with %v", fresh.Place, fresh.Photos)
				}
				st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, st.offer(id).ReplacedBy) })
			}
			st.later(7 * day)
			st.nowhere("canaryhidden")
			st.photoIsDropped(photo)
		}
	})
}

func TestCanary_ofADraftThatWasThrownAwayIsNowhereAWeekLater(t *testing.T) {
	tell(t, func(st *story) {
		photo := st.photo()
		var o sharing.Offer
		st.do(func(tx *store.Tx) (err error) {
			o, err = sharing.Write(tx, st.ana, sharing.NewOffer{Title: "A chair", Place: "canarydraft", Photos: []media.PhotoID{photo}})
			return err
		})
		st.do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, st.ana, o.ID) })
		st.later(7 * day)
		st.nowhere("canarydraft")
		st.photoIsDropped(photo)
	})
}

func (st *story) photo() media.PhotoID {
	st.Helper()
	id := store.RandomID[media.PhotoID]()
	st.do(func(tx *store.Tx) error {
		return media.Keep(tx, id, string(st.ana.ID), media.Picture{Width: 4, Height: 3})
	})
	return id
}

// photoIsDropped asserts that the sweep will remove its files; then its row goes.
func (st *story) photoIsDropped(id media.PhotoID) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		dropped, err := media.Dropped(tx.View, 100)
		if !slices.Contains(dropped, id) {
			st.Error("the photo stays")
		}
		if err != nil {
			return err
		}
		return media.Forget(tx, id)
	})
}

// posts sends something about an agreement to Birch.
func (st *story) posts(id agreeing.ID, words string) {
	st.Helper()
	st.do(func(tx *store.Tx) error {
		a := wire.Activity{ID: store.NewID[wire.ActivityID](), Actor: wire.Collective, Type: "Offer", Object: string(id), Body: []byte(words), Recipient: birch}
		return wire.Post(tx, st.now, a, "https://birch.example/ap/inbox")
	})
}
