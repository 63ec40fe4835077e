package federation

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

const theirOpen = birch + "/open"

func (n *node) pull(tell func(tx *store.Tx) error) {
	n.Helper()
	n.do(tell)
	n.works()
}

func ordered(id string, items ...any) doc {
	return doc{"id": id, "type": "OrderedCollectionPage", "orderedItems": items}
}

// One walk is back-fill, lease and heal (DESIGN 2).
func TestPull_bringsWhatIsNewAndForgetsWhatIsGone(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		n.mirrored() // the drum, as of seq 2
		const harp, flute = "https://birch.example/ap/offers/o1", "https://birch.example/ap/offers/o2"
		v.shows(harp, with(gift(harp, 1), doc{"publishes": with(gift(harp, 1)["publishes"].(doc), doc{"name": "A harp"})}))
		v.shows(flute, with(gift(flute, 1), doc{"attributedTo": "https://birch.example/users/bea"}))
		v.shows(theirOpen, doc{"id": theirOpen, "type": "OrderedCollection", "first": theirOpen + "?page=1"})
		v.shows(theirOpen+"?page=1", with(ordered(theirOpen+"?page=1",
			doc{"id": drum, "pots:seq": 2}, doc{"id": harp, "pots:seq": 1}), doc{"next": theirOpen + "?page=2"}))
		v.shows(theirOpen+"?page=2", ordered(theirOpen+"?page=2", doc{"id": flute, "pots:seq": 1}, "https://evil.example/offers/1"))
		n.later(time.Hour)
		n.pull(n.PullAll)
		if m := n.drums(); !m.LeaseUntil.Equal(n.now.Add(7 * 24 * time.Hour)) {
			n.Errorf("the drum's lease ends %v", m.LeaseUntil)
		}
		n.look(func(view *store.View) error {
			all, err := sharing.MirrorsOf(view, birch)
			if len(all) != 2 || all[1].Title != "A harp" {
				n.Errorf("%d mirrors: %+v", len(all), all)
			}
			return err
		})
		if v.asked(drum) != 0 || v.asked("https://evil.example/offers/1") != 0 {
			n.Error("what is not news, or elsewhere, was fetched")
		}
		v.shows(theirOpen, ordered(theirOpen, doc{"id": harp, "pots:seq": 1}))
		n.later(time.Hour)
		n.pull(n.PullAll)
		if n.drums().ID != "" {
			n.Error("the drum is still there")
		}
		before := v.asked(theirOpen)
		n.later(25 * time.Hour)
		n.works()
		if v.asked(theirOpen) == before {
			n.Error("there is no pull the next day")
		}
	})
}

// A refusal ends nothing, nor does a restart: a neighbour is asked every day, for its silence counts only where it was asked.
func TestPull_goesOnEveryDayForAsLongAsTheyAreNeighbours(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		v.answers(theirOpen, 403)
		n.pull(n.PullAll)
		before := v.asked(theirOpen)
		n.later(25 * time.Hour)
		n.works()
		if v.asked(theirOpen) != before+1 {
			n.Error("who refused once is not asked again")
		}
		n.do(func(tx *store.Tx) error { return tx.DB().Where("kind = ?", JobPull).Delete(&store.Job{}).Error })
		if err := n.ComeBack(context.Background()); err != nil {
			n.Fatal(err)
		}
		n.later(25 * time.Hour)
		n.works()
		if v.asked(theirOpen) != before+2 {
			n.Error("nobody is asked any more after a start")
		}
	})
}

// Security S10: a walk that does not end says nothing about what is missing.
func TestPull_givesUpWhereACollectionHasNoEnd(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		for name, first := range map[string]doc{
			"itself":       with(ordered(theirOpen), doc{"next": theirOpen}),
			"another host": with(ordered(theirOpen), doc{"next": "https://evil.example/open"}),
		} {
			n.mirrored()
			n.later(time.Hour)
			v.shows(theirOpen, first)
			n.pull(n.PullAll)
			if n.drums().ID == "" {
				n.Errorf("%s: the drum was forgotten", name)
			}
			before := v.asked(theirOpen)
			n.later(25 * time.Hour)
			n.works()
			if v.asked(theirOpen) == before {
				n.Errorf("%s: there is no pull the next day", name)
			}
		}
		v.answers(theirOpen, 503)
		n.pull(n.PullAll)
		if n.drums().ID == "" {
			n.Error("a server that is busy made us forget")
		}
	})
}

func TestWork_believesAThingOnlyFromItsHome(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		v.shows(drum, gift("https://birch.example/ap/offers/other", 9)) // security I1
		n.takes(theBirches(), act(theBirches(), "Create", 1, drum))
		n.works()
		if n.drums().ID != "" {
			n.Error("it was believed under another address")
		}
		v.shows(drum, gift(drum, 3))
		n.takes(theBirches(), act(theBirches(), "Create", 2, drum)) // protocol 8 case 32
		n.works()
		if n.drums().Seq != 3 {
			n.Error("what was only named was not fetched")
		}
		v.answers(drum, 410)
		n.do(func(tx *store.Tx) error { return tx.Enqueue(n.objectJob(drum)) })
		n.works()
		if n.drums().ID != "" {
			n.Error("it is still there")
		}
	})
}

func TestWork_learnsWhatActorsBecome(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.befriend()
		v.shows(birch, with(birchProfile(), doc{"name": "Birch <b>and</b> Fir", "inbox": "https://evil.example/inbox"}))
		n.takes(theBirches(), act(theBirches(), "Update", 1, doc{"id": birch, "type": "Organization", "name": "Forged", "inbox": "https://evil.example/inbox"}))
		n.works()
		actor := func() (a neighbours.Actor) {
			n.look(func(v *store.View) (err error) {
				a, err = neighbours.FindActor(v, birch)
				return err
			})
			return a
		}
		if a := actor(); a.Name != "Birch" || a.Inbox != birch+"/inbox" { // security I11
			n.Errorf("known as %+v", a)
		}
		v.shows(birch, with(birchProfile(), doc{"name": "Birch <b>and</b> Fir"}))
		v.serve("https://birch.example/.well-known/webfinger?resource=acct%3Acollective%40birch.example", finger(birch))
		n.takes(theBirches(), act(theBirches(), "Update", 2, doc{"id": birch, "type": "Organization"}))
		n.works()
		if a := actor(); a.Name != "Birch and Fir" || a.Handle != "collective@birch.example" {
			n.Errorf("known as %+v", a)
		}
		v.answers(birch, 410)
		n.do(func(tx *store.Tx) error { return tx.Enqueue(n.actorJob(birch)) })
		n.works()
		if got := n.edge().State; got != neighbours.Parted {
			n.Errorf("the edge is %s", got)
		}
	})
}

func finger(id string) func() *http.Response {
	return func() *http.Response {
		return page(200, "application/jrd+json", mustJSON(doc{"subject": "acct:collective@birch.example", "links": []any{
			doc{"rel": "self", "type": "text/html", "href": "https://birch.example/"},
			doc{"rel": "self", "type": "application/activity+json", "href": id},
		}}))
	}
}

// camera keeps what it is given and says what it saw.
type camera struct{ seen string }

func (c *camera) Keep(_ context.Context, picture io.Reader) (media.PhotoID, media.Picture, error) {
	raw, err := io.ReadAll(picture)
	if c.seen = string(raw); c.seen != "a photo" {
		return "", media.Picture{}, fault.New(fault.Invalid, "media.not_a_photo")
	}
	return store.RandomID[media.PhotoID](), media.Picture{Width: 4, Height: 3}, err
}

func TestWork_keepsItsOwnCopyOfAPicture(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		n.Photos = &camera{}
		n.befriend()
		const address = "https://birch.example/media/1.jpg"
		shows := func(seq int, contentType, body string) {
			v.serve(address+fmt.Sprint(seq), func() *http.Response { return page(200, contentType, []byte(body)) })
			n.takes(theBirches(), act(theBirches(), "Update", seq, with(gift(drum, seq), doc{"attachment": []any{
				doc{"type": "Image", "mediaType": "image/jpeg", "url": address + fmt.Sprint(seq), "name": "a drum"},
			}})))
			n.works()
		}
		shows(1, "image/jpeg", "a photo")
		m := n.drums()
		if len(m.Photos) != 1 || m.PictureAlt != "a drum" {
			n.Fatalf("photos %v, %q", m.Photos, m.PictureAlt)
		}
		shows(2, "image/jpeg", "no photo")
		if m := n.drums(); len(m.Photos) != 0 && m.Photos[0] != "" && n.Photos.(*camera).seen == "no photo" {
			n.look(func(v *store.View) error {
				if _, err := media.FindPhoto(v, m.Photos[0]); !fault.Is(err, fault.NotFound) {
					n.Error("the old picture is shown for the new one")
				}
				return nil
			})
		}
		shows(3, "image/svg+xml", "<svg/>")
		if n.Photos.(*camera).seen != "no photo" {
			n.Error("a drawing with scripts was taken")
		}
	})
}

func TestLookup_findsACollectiveByWhatPeopleType(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		const root = "https://birch.example/.well-known/webfinger?resource="
		v.serve(root+"acct%3Acollective%40birch.example", finger(birch))
		for _, typed := range []string{
			"birch.example", " Birch.Example ", "https://birch.example", "https://birch.example/", "collective@birch.example", "@collective@birch.example",
			"acct:collective@birch.example", birch,
		} {
			a, err := n.Lookup(t.Context(), typed)
			if err != nil || a.IRI != birch || a.Handle != "collective@birch.example" || a.Inbox != birch+"/inbox" || a.OpenURL != theirOpen {
				n.Errorf("%q: %+v, %v", typed, a, err)
			}
		}
		v.answers("https://evil.example/.well-known/webfinger?resource=acct%3Acollective%40evil.example", 503)
		v.shows("https://evil.example/node", with(profileOf(evil()), doc{"id": "https://evil.example/node", "type": "Application"}))
		if a, err := n.Lookup(t.Context(), mallory); err != nil || a.Type != "Person" || a.TakesWishes() { // other software knows no collectives
			n.Errorf("%+v, %v", a, err)
		}
		for typed, want := range map[string]string{
			"": "neighbour.address.missing", "two words": "neighbour.address.unreadable", "http://birch.example": "neighbour.address.unreadable",
			"alder.example": "neighbour.unreachable", "https://alder.example/ap/collective": "neighbour.address.own",
			"nobody.example": "neighbour.unreachable", "evil.example": "neighbour.unreachable", "https://evil.example/node": "neighbour.not_a_collective",
			"localhost": "neighbour.address.unreadable", "127.0.0.1": "neighbour.address.unreadable", "169.254.169.254": "neighbour.address.unreadable",
		} {
			if _, err := n.Lookup(t.Context(), typed); fault.KeyOf(err) != want {
				n.Errorf("%q: %v, want %s", typed, err, want)
			}
		}
	})
}

// Security I19: a name counts where its own server says whose it is.
func TestLookup_showsNoNameThatItsServerDoesNotConfirm(t *testing.T) {
	inVillage(t, func(n *node, v *village) {
		v.shows(birch, with(birchProfile(), doc{"preferredUsername": "admin"}))
		v.serve("https://birch.example/.well-known/webfinger?resource=acct%3Aadmin%40birch.example", finger("https://birch.example/users/root"))
		a, err := n.Lookup(t.Context(), birch)
		if err != nil || a.Handle != "" {
			n.Errorf("called %q, %v", a.Handle, err)
		}
	})
}
