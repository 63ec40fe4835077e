package federation_test

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// restored tells what becomes of a street on which one node loses its disk, on every pair of databases; the restored node is on the
// other database than the lost one.
func restored(t *testing.T, story func(s *street, restore func(n *fedtest.Node, backup []byte))) {
	t.Helper()
	onTheStreet(t, func(s *street) {
		story(s, func(n *fedtest.Node, backup []byte) {
			other := map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[n.Store.Dialect()]
			n.LosesItsDisk()
			s.Later(time.Hour)
			n.IsRestored(backup, other)
			s.Settle()
		})
	})
}

// A home that comes back from a backup knows less than its neighbours do. What it says then is news to them all the same, what it has
// lost they tell it again, and nothing is decided twice (security P13, protocol 8 case 110).
func TestRestore_ofTheHomeConvergesWithItsNeighbour(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		lamp := gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp"})
		s.Settle()
		early := s.mayaAsks()
		s.Settle()
		backup := s.alder.Backup()

		// After the backup another wish comes, the bike is promised and described anew, and a thing is given that nobody will remember.
		late := asksAcross(s.birch, s.maya, mirrorOf(s.birch, s.alder, lamp).ID, sharing.Wish{Note: "for reading"})
		s.untilFreeze()
		stands(s.birch, early, agreeing.Promised)
		lost := gives(s.alder, s.ana, sharing.NewOffer{Title: "A kettle"})
		s.Settle()
		before, theirs := askingOf(s.birch, early), askingOf(s.birch, late).Theirs
		mirrored := mirrorOf(s.birch, s.alder, s.bike)
		seen := s.activities(s.alder)

		restore(s.alder, backup)

		// The wish that was lost is there again, as another agreement.
		if a := askingOf(s.birch, late); a.Theirs == "" || a.Theirs == theirs || !a.State.Live() {
			t.Errorf("Maya's wish for the lamp is %s as %s, before that as %s", a.State, a.Theirs, theirs)
		}
		s.Later(20 * time.Minute)
		// The bike may have been promised: it rests until Ana says how it is, here and there.
		offerIs(s.alder, s.bike, sharing.Resting)
		m := mirrorOf(s.birch, s.alder, s.bike)
		if m.State != sharing.Resting || m.Seq <= mirrored.Seq || m.Seq != offer(s.alder, s.bike).Version {
			t.Errorf("birch has the bike as %s at %d, before that at %d", m.State, m.Seq, mirrored.Seq)
		}
		if a := askingOf(s.birch, early); a.State != agreeing.Waiting || a.Seq <= before.Seq || a.Theirs != before.Theirs {
			t.Errorf("Maya's wish for the bike is %s at %d, before that at %d", a.State, a.Seq, before.Seq)
		}
		if a := askingOf(s.birch, late); a.State != agreeing.Waiting {
			t.Errorf("Maya's wish for the lamp is %s", a.State)
		}
		s.birch.See(func(v *store.View) error {
			if m, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(lost))); err == nil && m.Listed() {
				t.Errorf("birch still shows %s, of which its home knows nothing", m.Title)
			}
			return nil
		})
		// Whatever Alder said under an id before it still says under that id, and nothing else.
		for id, object := range s.activities(s.alder) {
			if was, there := seen[id]; there && was != object {
				t.Errorf("%s was about %s and is about %s", id, was, object)
			}
		}

		// And it goes on: Ana lists the bike anew, under a seal of which nobody knows the secret, and it is Maya's.
		anew := s.relisted(s.bike)
		stands(s.birch, early, agreeing.Refused)
		if sealed := mirrorOf(s.birch, s.alder, anew).DrawCommit; sealed == "" || sealed == m.DrawCommit {
			t.Errorf("the new bike is sealed with %q", sealed)
		}
		again := asksAcross(s.birch, s.maya, mirrorOf(s.birch, s.alder, anew).ID, sharing.Wish{})
		s.Settle()
		s.Later(freezeOf(s.alder, anew).Sub(s.Now()))
		stands(s.birch, again, agreeing.Promised)
		s.alder.Do(func(tx *store.Tx) error { return sharing.HandOver(tx, s.ana, promiseOf(s.alder, anew).ID) })
		s.Settle()
		stands(s.birch, again, agreeing.Done)
	})
}

// relisted lets Ana list a thing anew.
func (s *street) relisted(id sharing.OfferID) (anew sharing.OfferID) {
	s.Helper()
	s.alder.Do(func(tx *store.Tx) (err error) {
		anew, err = sharing.Relist(tx, s.ana, id, rand.Reader)
		return err
	})
	s.Settle()
	return anew
}

// What was withdrawn, handed over or drawn in the lost days is to be had nowhere again before its giver has said how it is.
func TestRestore_offersNothingAgainThatMayBeGone(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		lamp := gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp"})
		s.untilFreeze() // of the bike, for which nobody asked
		kettle := gives(s.alder, s.ana, sharing.NewOffer{Title: "A kettle"})
		s.Settle()
		asking := asksAcross(s.birch, s.maya, mirrorOf(s.birch, s.alder, kettle).ID, sharing.Wish{})
		s.Settle()
		backup := s.alder.Backup()
		for _, id := range []sharing.OfferID{lamp, kettle} {
			s.alder.Do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, s.ana, id) })
		}
		s.Settle()
		stands(s.birch, asking, agreeing.Refused)

		restore(s.alder, backup)
		s.Later(24 * time.Hour) // birch has looked again, too

		for _, id := range []sharing.OfferID{s.bike, lamp, kettle} {
			offerIs(s.alder, id, sharing.Resting)
			s.birch.See(func(v *store.View) error {
				if m, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(id))); err == nil && m.Listed() {
					t.Errorf("birch shows %s as %s", m.Title, m.State)
				}
				return nil
			})
		}
		s.alder.Do(func(tx *store.Tx) error { return sharing.WithdrawOffer(tx, s.ana, kettle) })
		s.Settle()
		s.birch.See(func(v *store.View) error {
			if m, err := sharing.FindMirrorByIRI(v, s.alder.Base.Offer(string(kettle))); err == nil && m.State != sharing.Withdrawn {
				t.Errorf("birch has the kettle as %s", m.State)
			}
			return nil
		})
		// The lamp is still there: under the id that was deleted it is not offered again.
		anew := s.relisted(lamp)
		if m := mirrorOf(s.birch, s.alder, anew); !m.Listed() {
			t.Errorf("birch has the lamp as %s", m.State)
		}
		offerIs(s.alder, lamp, sharing.Withdrawn)
	})
}

// A promise of which its home has forgotten everything, the wish too, is a wish again, and she who had it is told.
func TestRestore_ofTheHomeTellsWhoeverHadAPromise(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		backup := s.alder.Backup()
		asking := s.mayaAsks()
		s.Settle()
		s.untilFreeze()
		stands(s.birch, asking, agreeing.Promised)
		restore(s.alder, backup)
		s.Later(20 * time.Minute)
		stands(s.birch, asking, agreeing.Waiting)
		offerIs(s.alder, s.bike, sharing.Resting)
		s.birch.See(func(v *store.View) error {
			notices, err := people.Notices(v, s.maya.ID, 10)
			if !slices.ContainsFunc(notices, func(n people.Notice) bool { return n.Kind == sharing.NoticeChanged && n.Subject == string(asking) }) {
				t.Errorf("Maya is told %v", notices)
			}
			return err
		})
	})
}

// activities lists what a node has said, and about what.
func (s *street) activities(n *fedtest.Node) map[string]string {
	said := map[string]string{}
	n.See(func(v *store.View) error {
		var rows []struct{ ID, Object string }
		err := v.DB().Table("activities").Select("id, object").Scan(&rows).Error
		for _, r := range rows {
			said[r.ID] = r.Object
		}
		return err
	})
	return said
}

// The asker's node comes back: it hears from home how far things are that it knows, and takes nothing back that it was told.
func TestRestore_ofTheAskersNodeHearsHowThingsStandAtHome(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		asking := s.mayaAsks()
		s.Settle()
		backup := s.birch.Backup()
		s.untilFreeze()
		stands(s.birch, asking, agreeing.Promised)
		s.alder.Do(func(tx *store.Tx) error {
			_, err := sharing.Edit(tx, s.ana, s.bike, sharing.NewOffer{Title: "A blue bike with a bell", Place: "Mill Street 7"})
			return err
		})
		s.Settle()
		claim := promiseOf(s.alder, s.bike)

		restore(s.birch, backup)

		stands(s.birch, asking, agreeing.Promised)
		if m := mirrorOf(s.birch, s.alder, s.bike); m.Title != "A blue bike with a bell" {
			t.Errorf("birch shows %q", m.Title)
		}
		if c := promiseOf(s.alder, s.bike); c.Version != claim.Version {
			t.Errorf("the promise at home went from %d to %d", claim.Version, c.Version)
		}
		s.birch.Do(func(tx *store.Tx) error { return sharing.WishDone(tx, s.maya, asking) })
		s.Settle()
		stands(s.birch, asking, agreeing.Done)
	})
}

// A wish that its member took back after the backup is not made again by the restore.
func TestRestore_ofTheAskersNodeMakesNoWishThatWasTakenBack(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		asking := s.mayaAsks()
		s.Settle()
		backup := s.birch.Backup()
		s.birch.Do(func(tx *store.Tx) error { return sharing.WithdrawAcross(tx, s.maya, asking) })
		s.Settle()
		restore(s.birch, backup)
		s.untilFreeze()
		offerIs(s.alder, s.bike, sharing.Open)
	})
}

// A wish that was made after the backup is found again when its member asks again: the handle is the same (DESIGN 3.5).
func TestRestore_ofTheAskersNodeFindsAWishThatIsMadeAgain(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		backup := s.birch.Backup()
		s.mayaAsks()
		s.Settle()
		s.untilFreeze()
		claim := promiseOf(s.alder, s.bike)
		restore(s.birch, backup)
		again := asksAcross(s.birch, s.maya, mirrorOf(s.birch, s.alder, s.bike).ID, sharing.Wish{})
		s.Settle()
		stands(s.birch, again, agreeing.Promised)
		if c := promiseOf(s.alder, s.bike); c.ID != claim.ID {
			t.Error("the thing was promised twice")
		}
	})
}

// What was waiting to be sent when the backup was made has been sent since. It goes out again under its old id, and those who have it
// do nothing.
func TestRestore_sendsAgainWhatWaitedUnderTheIDsThatItHad(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		s.birch.GoesDown()
		lamp := gives(s.alder, s.ana, sharing.NewOffer{Title: "A lamp", Audience: people.Friends})
		s.Settle()
		backup := s.alder.Backup()
		s.birch.ComesUp()
		s.Later(time.Hour)
		known := mirrorOf(s.birch, s.alder, lamp)
		said := map[string]int{}
		id := regexp.MustCompile(`"id":"(https://alder\.example/ap/activities/[^"]+)"`)
		s.Wire = func(r *http.Request, body []byte, deliver func() *http.Response) (*http.Response, error) {
			if m := id.FindSubmatch(body); r.Method == http.MethodPost && m != nil {
				said[string(m[1])]++
			}
			return deliver(), nil
		}
		before := s.activities(s.alder)
		restore(s.alder, backup)
		created := 0
		for activity := range said {
			if object, known := before[activity[len("https://alder.example/ap/activities/"):]]; known && object == "offers/"+string(lamp) {
				created++
			}
		}
		if created != 1 {
			t.Errorf("the lamp went out %d times under an id that it had: %v", created, said)
		}
		if m := mirrorOf(s.birch, s.alder, lamp); m.ID != known.ID || m.Title != "A lamp" {
			t.Errorf("birch has another lamp: %+v", m)
		}
	})
}

// Two neighbours that look at each other after a restore are neighbours as before.
func TestRestore_leavesNeighboursNeighbours(t *testing.T) {
	restored(t, func(s *street, restore func(*fedtest.Node, []byte)) {
		restore(s.alder, s.alder.Backup())
		for n, other := range map[*fedtest.Node]*fedtest.Node{s.alder: s.birch, s.birch: s.alder} {
			n.See(func(v *store.View) error {
				friends, err := neighbours.IsNeighbour(v, string(other.Base))
				if !friends {
					t.Errorf("%s does not count %s as a neighbour", n.Name, other.Name)
				}
				return err
			})
		}
	})
}
