package federation_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/fedtest"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// edgeTo is what a node holds of another; the zero value where it holds nothing.
func edgeTo(n, other *fedtest.Node) (e neighbours.Edge) {
	n.World.Helper()
	n.See(func(v *store.View) (err error) {
		e, err = neighbours.FindEdgeTo(v, other.Base.Collective())
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return e
}

// stewardIsTold reports whether a node's first steward has a notice of a kind.
func stewardIsTold(n *fedtest.Node, kind people.NoticeKind) (told bool) {
	n.World.Helper()
	n.See(func(v *store.View) error {
		notices, err := people.Notices(v, n.Steward.ID, 20)
		told = slices.ContainsFunc(notices, func(n people.Notice) bool { return n.Kind == kind })
		return err
	})
	return told
}

// partsUnheard has Birch part from Alder, of which Alder's node takes every word and keeps none.
func (s *street) partsUnheard() {
	s.Helper()
	s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
		if r.Method == http.MethodPost && r.URL.Host == s.alder.Base.Authority() {
			return &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody}, nil
		}
		return deliver(), nil
	}
	s.birch.Do(func(tx *store.Tx) error {
		e, err := neighbours.PartNeighbour(tx, s.birch.Steward, edgeTo(s.birch, s.alder).ID)
		if err != nil {
			return err
		}
		return models.Part(tx, e.Actor)
	})
	s.Settle()
	s.Wire = nil
	if e := edgeTo(s.alder, s.birch); e.State != neighbours.Neighbours {
		s.Fatalf("Alder has heard it: %s", e.State)
	}
}

func (s *street) bothParted() {
	s.Helper()
	for n, other := range map[*fedtest.Node]*fedtest.Node{s.alder: s.birch, s.birch: s.alder} {
		if e := edgeTo(n, other); e.State != neighbours.Parted {
			s.Errorf("%s holds %s as %s", n.Name, other.Name, e.State)
		}
	}
	if stewardIsTold(s.birch, neighbours.NoticeAsked) {
		s.Error("those who have parted are asked again")
	}
}

// FEP-8fcf, protocol 8 case 96: who is counted as a follower although it is none says so again, once it hears of it.
func TestInStep_whoIsCountedAsAFollowerAndIsNoneSaysFarewellAgain(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.partsUnheard()
		gives(s.alder, s.ana, sharing.NewOffer{Title: "A sign", Audience: people.Anyone})
		s.Settle()
		s.bothParted()
	})
}

// While both hold the same nobody asks for lists.
func TestInStep_thoseWhoHoldTheSameAskForNothing(t *testing.T) {
	onTheStreet(t, func(s *street) {
		said := false
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			said = said || r.Header.Get("Collection-Synchronization") != ""
			if strings.HasSuffix(r.URL.Path, "/synchronization") {
				t.Errorf("%s is asked for its list", r.URL.Host)
			}
			return deliver(), nil
		}
		gives(s.alder, s.ana, sharing.NewOffer{Title: "A sign", Audience: people.Anyone})
		s.Settle()
		if !said {
			t.Error("nothing was said about followers")
		}
		s.Later(25 * time.Hour)
		for n, other := range map[*fedtest.Node]*fedtest.Node{s.alder: s.birch, s.birch: s.alder} {
			if e := edgeTo(n, other); e.State != neighbours.Neighbours || e.ForgottenAt != nil || stewardIsTold(n, neighbours.NoticeForgotten) {
				t.Errorf("%s holds %s as %s, forgotten at %v", n.Name, other.Name, e.State, e.ForgottenAt)
			}
		}
	})
}

// Protocol 4.7: a farewell that got lost is heard the next night, and nobody who has parted is asked again.
func TestInStep_aLostFarewellIsHeardTheNextNight(t *testing.T) {
	onTheStreet(t, func(s *street) {
		s.Later(2 * 24 * time.Hour)
		s.partsUnheard()
		s.Later(25 * time.Hour)
		s.bothParted()
		if stewardIsTold(s.alder, neighbours.NoticeForgotten) {
			t.Error("stewards are told that they are forgotten, and it is over")
		}
	})
}

// The same when it was long ago that they met, and the words of their Follow are purged on both sides.
func TestInStep_aLostFarewellIsHeardAlsoAmongOldNeighbours(t *testing.T) {
	onTheStreet(t, func(s *street) {
		for range 8 {
			s.Later(10 * 24 * time.Hour)
			s.alder.Do(models.Purge)
			s.birch.Do(models.Purge)
		}
		s.partsUnheard()
		s.Later(25 * time.Hour)
		s.bothParted()
	})
}

// A node that comes back from a backup older than a friendship knows nothing of it. Nobody is parted by that: stewards on one side are
// told, those on the other are asked, and with their yes all is as it was.
func TestInStep_aNodeThatForgotItsNeighbourIsAskedAgain(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		s := &street{World: w, alder: w.Node("alder"), birch: w.Node("birch")}
		backup := s.birch.Backup()
		befriend(s.alder, s.birch)
		s.Later(3 * 24 * time.Hour)
		follow := edgeTo(s.alder, s.birch).OurFollow
		s.birch.LosesItsDisk()
		s.birch.IsRestored(backup, map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[s.birch.Store.Dialect()])
		s.Later(25 * time.Hour)

		e := edgeTo(s.alder, s.birch)
		if e.State != neighbours.Neighbours || e.ForgottenAt == nil || e.OurFollow != follow {
			t.Fatalf("Alder holds Birch as %s, forgotten at %v", e.State, e.ForgottenAt)
		}
		if !stewardIsTold(s.alder, neighbours.NoticeForgotten) || !stewardIsTold(s.birch, neighbours.NoticeAsked) {
			t.Error("the stewards were not told")
		}
		since := *e.ForgottenAt
		s.Later(25 * time.Hour) // nobody has decided
		if e := edgeTo(s.alder, s.birch); e.ForgottenAt == nil || !e.ForgottenAt.Equal(since) {
			t.Errorf("forgotten at %v, and not %v", e.ForgottenAt, since)
		}
		s.birch.Do(func(tx *store.Tx) error {
			_, err := neighbours.AcceptNeighbour(tx, s.birch.Steward, edgeTo(s.birch, s.alder).ID)
			return err
		})
		s.Settle()
		for n, other := range map[*fedtest.Node]*fedtest.Node{s.alder: s.birch, s.birch: s.alder} {
			if e := edgeTo(n, other); e.State != neighbours.Neighbours || e.ForgottenAt != nil || stewardIsTold(n, neighbours.NoticeForgotten) {
				t.Errorf("%s holds %s as %s, forgotten at %v", n.Name, other.Name, e.State, e.ForgottenAt)
			}
		}
	})
}

// A node that comes back as it was while they were still getting to know each other finds its way to the end of that by itself.
func TestInStep_aNodeThatForgotTheAnswerHearsItAgain(t *testing.T) {
	fedtest.Each(t, []string{"alder", "birch"}, func(w *fedtest.World) {
		s := &street{World: w, alder: w.Node("alder"), birch: w.Node("birch")}
		var backup []byte
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			if backup == nil && r.Method == http.MethodPost && r.URL.Host == s.birch.Base.Authority() {
				answer := deliver()
				backup = s.alder.Backup()
				return answer, nil
			}
			return deliver(), nil
		}
		befriend(s.alder, s.birch)
		s.Wire = nil
		s.Later(3 * 24 * time.Hour)
		s.alder.LosesItsDisk()
		s.alder.IsRestored(backup, map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[s.alder.Store.Dialect()])
		if e := edgeTo(s.alder, s.birch); e.State != neighbours.AskedByUs {
			t.Fatalf("the backup holds Birch as %s", e.State)
		}
		for range 3 {
			s.Later(25 * time.Hour)
		}
		for n, other := range map[*fedtest.Node]*fedtest.Node{s.alder: s.birch, s.birch: s.alder} {
			if e := edgeTo(n, other); e.State != neighbours.Neighbours || e.ForgottenAt != nil {
				t.Errorf("%s holds %s as %s, forgotten at %v", n.Name, other.Name, e.State, e.ForgottenAt)
			}
		}
	})
}

// Between nodes of ours also what is read is signed with Ed25519, and believed.
func TestInStep_nodesOfOursReadEachOtherWithEd25519(t *testing.T) {
	onTheStreet(t, func(s *street) {
		read := 0
		s.Wire = func(r *http.Request, _ []byte, deliver func() *http.Response) (*http.Response, error) {
			answer := deliver()
			if r.Method == http.MethodGet {
				read++
				if !strings.Contains(r.Header.Get("Signature-Input"), `alg="ed25519"`) || answer.StatusCode != http.StatusOK {
					t.Errorf("%s: signed %q, answered %d", r.URL, r.Header.Get("Signature-Input"), answer.StatusCode)
				}
			}
			return answer, nil
		}
		s.Later(25 * time.Hour)
		if read == 0 {
			t.Error("nothing was read")
		}
	})
}
