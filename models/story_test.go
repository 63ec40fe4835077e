package models_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// neighbourhood is Alder after a few days: members, a neighbour, things in every stage, and something waiting everywhere.
type neighbourhood struct {
	testing.TB
	*store.Store
	album      *media.Album
	now        time.Time
	sage       people.Member
	ana, ben   people.Member
	bike, lamp sharing.OfferID // promised; gathering
	asking     agreeing.ID     // of Ben, for a chair at Birch
}

const birch = "https://birch.example/ap/collective"

func newNeighbourhood(t testing.TB, s *store.Store, album *media.Album) *neighbourhood {
	t.Helper()
	n := &neighbourhood{TB: t, Store: s, album: album, now: storetest.Noon}
	n.sage = peopletest.SetUp(t, s)
	n.ana, n.ben = peopletest.Join(t, s, n.sage, "Ana"), peopletest.Join(t, s, n.sage, "Ben")
	n.befriends()
	n.bike = n.gives(n.ana, "A blue bike", n.photographs(n.ana))
	n.asks(n.ben, n.bike)
	n.birchAsks(n.bike, "one")
	n.later(4 * 24 * time.Hour)
	n.lamp = n.gives(n.ana, "A lamp with a green shade", n.photographs(n.ana))
	n.asks(n.ben, n.lamp)
	n.birchAsks(n.lamp, "two")
	n.asksAcross()
	n.corresponds()
	return n
}

func (n *neighbourhood) do(fn func(tx *store.Tx) error) {
	n.Helper()
	if err := n.Update(context.Background(), n.now, fn); err != nil {
		n.Fatal(err)
	}
}

func (n *neighbourhood) see(fn func(v *store.View) error) {
	n.Helper()
	if err := n.View(context.Background(), n.now, fn); err != nil {
		n.Fatal(err)
	}
}

// later turns the clock, and what is due by then happens.
func (n *neighbourhood) later(d time.Duration) {
	n.now = n.now.Add(d)
	n.do(func(tx *store.Tx) error {
		due, err := sharing.Due(tx.View, 100)
		for _, id := range due {
			if err := sharing.Advance(tx, id, func(time.Time) bool { return true }); err != nil {
				return err
			}
		}
		return err
	})
}

func (n *neighbourhood) befriends() {
	n.do(func(tx *store.Tx) error {
		a := neighbours.Actor{
			IRI: birch, Origin: "https://birch.example", Type: "Organization", Name: "Birch", Handle: "collective@birch.example",
			Inbox: birch + "/inbox", SharedInbox: "https://birch.example/ap/inbox", OpenURL: birch + "/open", FetchedAt: n.now,
		}
		if _, err := neighbours.HearFollow(tx, a, "https://birch.example/ap/activities/follow"); err != nil {
			return err
		}
		edge, err := neighbours.AddNeighbour(tx, n.sage, a)
		if err != nil {
			return err
		}
		_, err = neighbours.HearAccept(tx, birch, edge.OurFollow)
		return err
	})
}

func (n *neighbourhood) photographs(m people.Member) media.PhotoID {
	n.Helper()
	var jpg bytes.Buffer
	if err := jpeg.Encode(&jpg, image.NewGray(image.Rect(0, 0, 8, 6)), nil); err != nil {
		n.Fatal(err)
	}
	picture := media.Picture{Bytes: jpg.Bytes(), Width: 8, Height: 6}
	id, err := n.album.Put(media.Image{Full: picture, Thumb: picture})
	if err != nil {
		n.Fatal(err)
	}
	n.do(func(tx *store.Tx) error { return media.Keep(tx, id, string(m.ID), picture) })
	return id
}

func (n *neighbourhood) gives(m people.Member, title string, photos ...media.PhotoID) (id sharing.OfferID) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		o, err := sharing.Write(tx, m, sharing.NewOffer{Title: title, Description: "It works.", Place: "Mill Street 7", Photos: photos, Quantity: 1})
		if err != nil {
			return err
		}
		id = o.ID
		return sharing.Publish(tx, m, id, rand.Reader)
	})
	return id
}

func (n *neighbourhood) asks(m people.Member, id sharing.OfferID) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		_, err := sharing.Ask(tx, m, id, sharing.Wish{Note: "for my way to work"}, newTicket())
		return err
	})
}

func (n *neighbourhood) birchAsks(id sharing.OfferID, handle string) {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		_, err := sharing.HearClaim(tx, id, sharing.HeardClaim{
			From: birch, Handle: handle, Asked: "https://birch.example/ap/activities/" + handle, Ticket: newTicket(), CommittedAt: n.now,
		})
		return err
	})
}

// asksAcross lets Ben ask for a chair at Birch, who promise it to him.
func (n *neighbourhood) asksAcross() {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		m, err := sharing.Learn(tx, sharing.Heard{
			IRI: "https://birch.example/ap/offers/chair", URL: "https://birch.example/offers/chair", Home: birch, Seq: 3, State: sharing.Gathering,
			Title: "A chair", Category: "furniture", Condition: "good", Language: "en", Audience: people.Anyone, Quantity: 1, Left: 1, MaxPerClaim: 1,
			Published: n.now, Updated: n.now,
		})
		if err != nil {
			return err
		}
		a, err := sharing.AskAcross(tx, n.ben, m.ID, sharing.Wish{Note: "for the kitchen"}, newTicket())
		if err != nil {
			return err
		}
		n.asking = a.ID
		hold := n.now.Add(7 * 24 * time.Hour)
		return sharing.HearVerdict(tx, a.ID, sharing.Verdict{
			Home: birch, Agreement: "https://birch.example/ap/agreements/a", Seq: 2, State: agreeing.Promised, HoldUntil: &hold,
		})
	})
}

// corresponds leaves something in every tray.
func (n *neighbourhood) corresponds() {
	n.Helper()
	n.do(func(tx *store.Tx) error {
		err := tx.DB().Exec("INSERT INTO sessions (id, member, token_hash, label, created_on, idle_until, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			store.NewID[string](), n.ben.ID, strings.Repeat("0", 64), "telephone", n.now, n.now, n.now).Error
		if err != nil {
			return err
		}
		if _, _, err := people.LetBackIn(tx, n.sage, "Ana"); err != nil {
			return err
		}
		if err := people.KeepApart(tx, n.ana.ID, n.sage.ID); err != nil {
			return err
		}
		if err := neighbours.Block(tx, n.sage, "evil.example"); err != nil {
			return err
		}
		if _, err := sharing.WriteTo(tx, n.ben, n.asking, "I come at ten"); err != nil {
			return err
		}
		letter := neighbours.Letter{From: birch, Name: "Birch", Object: birch + "/letter", Text: "Shall we meet?"}
		if err := neighbours.HearLetter(tx, letter); err != nil {
			return err
		}
		if _, err := wire.Receive(tx, n.now, []wire.InboxItem{{
			ActivityID: birch + "/x", Signer: birch, Origin: "https://birch.example", Type: "Update", Body: []byte(`{"type":"Update"}`),
		}}); err != nil {
			return err
		}
		if err := wire.Post(tx, n.now, wire.Activity{
			ID: wire.ActivityID(store.NewID[string]()), Actor: wire.Collective, Type: "Create", Object: "offers/" + string(n.lamp), Body: []byte("{}"), Public: true,
		}, "https://birch.example/ap/inbox"); err != nil {
			return err
		}
		if err := wire.Wake(tx); err != nil {
			return err
		}
		return tx.Remember(store.Result{Member: string(n.ben.ID), Route: "POST /offers", Key: "k", Location: "/", Status: 303})
	})
}

func newTicket() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}
