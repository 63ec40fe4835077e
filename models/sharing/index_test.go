package sharing_test

import (
	"testing"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// Every list has an index on both databases (DESIGN 5).
func TestFinders_haveAnIndex(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		claim := st.asks(st.ben, id)
		asking := st.benAsksAcross()
		st.untilFreeze(id)
		after := ""
		st.view(func(v *store.View) error {
			_, next, err := sharing.List(v, neighbours.Viewer{Member: &st.ana}, sharing.Filter{Limit: 1})
			after = next
			return err
		})
		viewers := map[string]neighbours.Viewer{"a member": {Member: &st.ana}, "a neighbour": {Neighbour: true, Flows: "offers"}, "anybody": {}}
		filters := map[string]sharing.Filter{
			"plain": {}, "category": {Category: "garden"}, "home": {From: sharing.FromHome}, "neighbour": {From: birch}, "search": {Search: "blue chair"},
			"state": {State: sharing.Open}, "after": {After: after},
			"all at once": {Category: "garden", From: sharing.FromHome, Search: "chair", State: sharing.Open, After: after},
		}
		for who, viewer := range viewers {
			for what, filter := range filters {
				t.Run(what+" for "+who, func(t *testing.T) {
					storetest.IndexedFinder(t, st.s, func(v *store.View) error {
						_, _, err := sharing.List(v, viewer, filter)
						return err
					})
				})
			}
		}
		for name, find := range map[string]func(v *store.View) error{
			"OpenFor": func(v *store.View) error { return list(sharing.OpenFor(v, viewers["a neighbour"], "", 10)) },
			"OpenFor less": func(v *store.View) error {
				return unless(list(sharing.OpenFor(v, neighbours.Viewer{Neighbour: true, Origin: "https://birch.example"}, "", 10)))
			},
			"AwaitedBy":    func(v *store.View) error { return list(sharing.AwaitedBy(v, st.offer(id))) },
			"UnansweredBy": func(v *store.View) error { return list(sharing.UnansweredBy(v, birch)) },
			"Published":    func(v *store.View) error { return list(sharing.Published(v, "", 10)) },
			"Published on": func(v *store.View) error { return list(sharing.Published(v, id, 10)) },
			"FindOffer":    func(v *store.View) error { return list(sharing.FindOffer(v, id)) },
			"FindClaim":    func(v *store.View) error { return list(sharing.FindClaim(v, claim)) },
			"ClaimOf":      func(v *store.View) error { return list(sharing.ClaimOf(v, id, st.ben.ID)) },
			"ClaimsBy":     func(v *store.View) error { return list(sharing.ClaimsBy(v, st.ben.ID)) },
			"PromisesOf":   func(v *store.View) error { return list(sharing.PromisesOf(v, id)) },
			"OffersBy":     func(v *store.View) error { return list(sharing.OffersBy(v, st.ana.ID)) },
			"SheetOf":      func(v *store.View) error { return list(sharing.SheetOf(v, st.ben, id)) },
			"ClaimIn":      func(v *store.View) error { return list(sharing.ClaimIn(v, st.ben, id, sharing.Sheet{})) },
			"SheetFor":     func(v *store.View) error { return list(sharing.SheetFor(v, st.claim(claim))) },
			"Due":          func(v *store.View) error { return list(sharing.Due(v, 10)) },
			"AskingOf":     func(v *store.View) error { return list(sharing.AskingOf(v, st.asking(asking).Mirror, st.ben.ID)) },
			"AskingsBy":    func(v *store.View) error { return list(sharing.AskingsBy(v, st.ben.ID)) },
			"ApartFrom":    func(v *store.View) error { return list(sharing.ApartFrom(v, st.ben.ID, birch)) },
			"MirrorsOf":    func(v *store.View) error { return list(sharing.MirrorsOf(v, birch)) },
			"Unconfirmed":  func(v *store.View) error { return list(sharing.Unconfirmed(v, birch, 10)) },
			"FindMirror":   func(v *store.View) error { return list(sharing.FindMirrorByIRI(v, lamp)) },
			"Messages":     func(v *store.View) error { return list(agreeing.Messages(v, claim)) },
			"Today":        func(v *store.View) error { return list(sharing.Today(v, st.ana)) },
			"Export":       func(v *store.View) error { return list(sharing.Export(v, st.ben)) },
			"HiddenNow":    func(v *store.View) error { return list(sharing.HiddenNow(v, 10)) },
			"ClaimsFrom":   func(v *store.View) error { return list(sharing.ClaimsFrom(v, birch, "", 10)) },
			"HiddenFrom":   func(v *store.View) error { return list(st.offer(id).HiddenFrom(v, st.ben.ID)) },
			"FindMessage":  func(v *store.View) error { return unless(list(agreeing.FindMessage(v, "none"))) },
			"ByTheirs":     func(v *store.View) error { return unless(list(sharing.FindAskingTheirs(v, "none"))) },
			"ByAsked":      func(v *store.View) error { _, _, err := sharing.FindClaimAsked(v, birch, "none"); return err },
		} {
			t.Run(name, func(t *testing.T) { storetest.IndexedFinder(t, st.s, find) })
		}
	})
}

// What verbs and the clock ask on their way has an index too.
func TestVerbs_findByAnIndex(t *testing.T) {
	tell(t, func(st *story) {
		id := st.gives(chair())
		in := chair()
		in.Choice = sharing.ByGiver
		second := st.gives(in)
		ben := st.asks(st.ben, id)
		st.asks(st.cleo, second)
		maya := st.birchAsks(second, "maya", st.now)
		st.benAsksAcross()
		freeze := st.offer(second).Freeze()
		for name, verb := range map[string]func(tx *store.Tx) error{
			"purge":   sharing.Purge,
			"part":    func(tx *store.Tx) error { return sharing.Part(tx, birch) },
			"leave":   func(tx *store.Tx) error { return sharing.Leave(tx, st.ben) },
			"apart":   func(tx *store.Tx) error { return sharing.Separate(tx, st.ana, st.ben.ID) },
			"renew":   func(tx *store.Tx) error { return list(sharing.Renew(tx, birch, nil)) },
			"rest":    func(tx *store.Tx) error { return sharing.Rest(tx, st.ana, id) },
			"undo":    func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, birch+"/maya") },
			"amend":   func(tx *store.Tx) error { return list(sharing.Ask(tx, st.ben, id, sharing.Wish{}, ticket())) },
			"message": func(tx *store.Tx) error { return unless(list(sharing.WriteTo(tx, st.ben, ben, "hello"))) },
			"hear": func(tx *store.Tx) error {
				return list(sharing.HearClaim(tx, id, sharing.HeardClaim{
					From: birch, Handle: "noor", Asked: "noor", Ticket: ticket(), CommittedAt: st.now, Apart: []string{string(maya)},
				}))
			},
			"draw": func(tx *store.Tx) error {
				tx.Now = freeze
				for _, id := range []sharing.OfferID{id, second} {
					if err := sharing.Advance(tx, id, closed); err != nil {
						return err
					}
				}
				if err := list(sharing.ToChooseFrom(tx.View, st.ana, second)); err != nil {
					return err
				}
				if err := sharing.HandOver(tx, st.ana, ben); err != nil {
					return err
				}
				return sharing.WithdrawOffer(tx, st.ana, second)
			},
		} {
			t.Run(name, func(t *testing.T) { storetest.IndexedVerb(t, st.s, st.now, verb) })
		}
	})
}

func list[T any](_ T, err error) error { return err }

// unless: that there is none, or not yet, is an answer too.
func unless(err error) error {
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}
