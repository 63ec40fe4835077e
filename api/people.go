package api

import (
	"context"
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// The two ways of joining, as a form says them.
const (
	joinByInvite = "invite"
	joinOpenly   = "open"
)

// setupInput are the seven questions.
type setupInput struct {
	Key        string `json:"key"`
	Name       string `json:"name"`
	Area       string `json:"area"`
	Language   string `json:"language"`
	Zone       string `json:"zone"`
	QuietFrom  string `json:"quiet_from"`
	QuietTo    string `json:"quiet_to"`
	Nickname   string `json:"nickname"`
	Passphrase string `json:"passphrase"`
	Joining    string `json:"joining"`
}

func showSetup(c *call) error {
	code := c.QueryParam("key")
	err := c.guess(func() error {
		return c.view(func(v *store.View) error { return people.CheckSetupLink(v, people.Secret(code)) })
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, c.setupPage(setupInput{
		Key: code, Language: c.locale().Language(), QuietFrom: "21:00", QuietTo: "08:00", Joining: joinByInvite,
	}, nil))
}

func setUp(c *call) error {
	var in setupInput
	err := c.decode(&in)
	var hash people.Hash
	var key store.SealKey
	var recipient store.Recipient
	return c.do(err, act{
		ready: func(ctx context.Context) (err error) {
			if key, recipient, err = store.NewSealKey(); err != nil {
				return err
			}
			first := people.NewMember{Nickname: in.Nickname, Language: in.Language}
			if err := first.Check(in.Passphrase); err != nil {
				return err
			}
			hash, err = c.s.Hasher.Hash(ctx, in.Passphrase)
			return err
		},
		verb: func(tx *store.Tx) (result, error) {
			first := people.NewMember{Nickname: in.Nickname, Passphrase: hash}
			m, words, err := people.SetUp(tx, people.Secret(in.Key), in.answers(), c.s.BaseURL, first)
			if err != nil {
				return result{}, err
			}
			if err := tx.SealFor(recipient); err != nil {
				return result{}, err
			}
			return c.welcome(tx, m, web.RecoveryWordsPage{Words: words, BackupKey: string(key)})
		},
		again: func(_ *store.View, wrong web.Problems) (web.Page, error) { return c.setupPage(in, wrong), nil },
	})
}

func (in setupInput) answers() people.Answers {
	return people.Answers{
		Name: in.Name, Area: in.Area, Language: in.Language, Zone: in.Zone,
		QuietFrom: in.QuietFrom, QuietTo: in.QuietTo, Open: in.Joining == joinOpenly,
	}
}

func (c *call) setupPage(in setupInput, wrong web.Problems) web.SetupPage {
	return web.SetupPage{
		Key: in.Key, Problems: wrong, Name: in.Name, Area: in.Area, Language: in.Language, Zone: in.Zone,
		QuietFrom: in.QuietFrom, QuietTo: in.QuietTo, Nickname: in.Nickname, Joining: in.Joining,
		Languages: c.languages(in.Language), Zones: zones(),
	}
}

// welcome signs a new member in and shows her the recovery words, once; those of the first one at a collective that was not
// there when she came.
func (c *call) welcome(tx *store.Tx, m people.Member, page web.RecoveryWordsPage) (r result, err error) {
	if c.collective, err = people.FindCollective(tx.View); err != nil {
		return r, err
	}
	session, err := people.StartSession(tx, c.s.Wall(), m, "")
	if err != nil {
		return result{}, err
	}
	page.Nickname, page.Next = m.Nickname, "/today"
	return result{at: "/today", flash: "flash.welcome", shown: &shown{page: page, member: &m, session: session}}, nil
}

// joinInput is all that joining asks for.
type joinInput struct {
	Invite     string `json:"invite"`
	Nickname   string `json:"nickname"`
	Passphrase string `json:"passphrase"`
	Language   string `json:"language"`
}

func showJoin(c *call) error {
	in := joinInput{Invite: c.QueryParam("invite"), Language: c.locale().Language()}
	var page web.JoinPage
	err := c.guess(func() error {
		return c.view(func(v *store.View) (err error) {
			page, err = c.joinPage(v, in, nil)
			return err
		})
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func join(c *call) error {
	var in joinInput
	err := c.decode(&in)
	n := people.NewMember{Nickname: in.Nickname, Language: in.Language}
	return c.do(err, act{
		ready: func(ctx context.Context) (err error) {
			if err := c.checkInvite(in.Invite); err != nil {
				return err
			}
			if err := n.Check(in.Passphrase); err != nil {
				return err
			}
			n.Passphrase, err = c.s.Hasher.Hash(ctx, in.Passphrase)
			return err
		},
		verb: func(tx *store.Tx) (result, error) {
			m, words, err := joinBy(tx, people.Secret(in.Invite), n)
			if err != nil {
				return result{}, err
			}
			return c.welcome(tx, m, web.RecoveryWordsPage{Words: words})
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) { return c.joinPage(v, in, wrong) },
	})
}

func joinBy(tx *store.Tx, invite people.Secret, n people.NewMember) (people.Member, people.Words, error) {
	if invite == "" {
		return people.Join(tx, n)
	}
	return people.Redeem(tx, invite, n)
}

// checkInvite refuses a wrong code before anybody spends work on a passphrase.
func (c *call) checkInvite(code string) error {
	if code == "" && c.collective.Open {
		return nil
	}
	return c.guess(func() error {
		return c.view(func(v *store.View) error {
			_, err := c.joinPage(v, joinInput{Invite: code}, nil)
			return err
		})
	})
}

func (c *call) joinPage(v *store.View, in joinInput, wrong web.Problems) (web.JoinPage, error) {
	kind := people.ForMember
	if in.Invite != "" {
		invite, err := people.FindInvite(v, people.Secret(in.Invite))
		if err != nil {
			return web.JoinPage{}, err
		}
		kind = invite.Kind
	} else if !c.collective.Open {
		return web.JoinPage{}, fault.New(fault.Forbidden, "join.invite_needed")
	}
	return web.JoinPage{
		Invite: in.Invite, Kind: string(kind), About: c.collective.About, Problems: wrong,
		Nickname: in.Nickname, Language: in.Language, Languages: c.languages(in.Language),
	}, nil
}

// signInInput opens a door.
type signInInput struct {
	Nickname   string `json:"nickname"`
	Passphrase string `json:"passphrase"`
	Next       string `json:"next"`
}

func showSignIn(c *call) error {
	next := local(c.QueryParam("next"), "")
	if c.member != nil {
		return c.seeOther(local(next, "/today"))
	}
	return c.send(http.StatusOK, web.SignInPage{Next: next})
}

func signIn(c *call) error {
	var in signInInput
	err := c.decode(&in)
	c.unsent = c.unsentForm()
	var door people.Door
	return c.do(err, act{
		ready: func(ctx context.Context) (err error) {
			err = c.update(func(tx *store.Tx) (err error) {
				door, err = people.Knock(tx, in.Nickname)
				return err
			})
			if err != nil {
				return err
			}
			door, err = c.s.Hasher.Try(ctx, door, in.Passphrase)
			return err
		},
		verb: func(tx *store.Tx) (result, error) {
			m, session, err := people.Enter(tx, c.s.Wall(), door, "")
			return result{at: local(in.Next, "/today"), shown: &shown{member: &m, session: session}}, err
		},
		again: func(_ *store.View, wrong web.Problems) (web.Page, error) {
			return web.SignInPage{Nickname: in.Nickname, Next: local(in.Next, ""), Unsent: c.unsent.page(), Problems: wrong}, nil
		},
	})
}

// signOut ends the session. Where it has ended already there is nothing left to do, and nothing to sign in for.
func signOut(c *call) error {
	if c.member == nil {
		c.setFlash("flash.signed_out")
		return c.seeOther("/")
	}
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/", flash: "flash.signed_out", out: true}, people.EndSession(tx, c.by(), c.session.ID)
	}})
}

// recoverInput lets a member back in, by her words or by a link.
type recoverInput struct {
	Key        string `json:"key"`
	Nickname   string `json:"nickname"`
	Words      string `json:"words"`
	Passphrase string `json:"passphrase"`
}

func showRecover(c *call) error {
	in := recoverInput{Key: c.QueryParam("key")}
	var page web.RecoverPage
	err := c.guess(func() error {
		return c.view(func(v *store.View) (err error) {
			page, err = recoverPage(v, in, nil)
			return err
		})
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func recoverMember(c *call) error {
	var in recoverInput
	err := c.decode(&in)
	var hash people.Hash
	return c.do(err, act{
		ready: func(ctx context.Context) (err error) {
			if err := c.s.limits.left(guesses, c.s.limits.network(c.RealIP())); err != nil {
				return err
			}
			hash, err = c.s.Hasher.Hash(ctx, in.Passphrase)
			return err
		},
		verb: func(tx *store.Tx) (r result, err error) {
			var m people.Member
			var words people.Words
			err = c.guess(func() error {
				m, words, err = recoverBy(tx, in, hash)
				return err
			})
			if err != nil {
				return r, err
			}
			return c.welcome(tx, m, web.RecoveryWordsPage{Words: words})
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) { return recoverPage(v, in, wrong) },
	})
}

func recoverBy(tx *store.Tx, in recoverInput, hash people.Hash) (people.Member, people.Words, error) {
	if in.Key != "" {
		return people.RecoverByLink(tx, people.Secret(in.Key), hash)
	}
	return people.RecoverByWords(tx, in.Nickname, in.Words, hash)
}

func recoverPage(v *store.View, in recoverInput, wrong web.Problems) (web.RecoverPage, error) {
	if in.Key == "" {
		return web.RecoverPage{Nickname: in.Nickname, Problems: wrong}, nil
	}
	m, err := people.FindRecoveryLink(v, people.Secret(in.Key))
	return web.RecoverPage{Key: in.Key, Nickname: m.Nickname, Problems: wrong}, err
}

// languages are those that the node speaks, each in its own name.
func (c *call) languages(chosen string) []web.Option {
	var options []web.Option
	known := false
	for _, l := range c.s.Pages.Languages() {
		options = append(options, web.Option{Value: l.Tag, Label: l.Name, Chosen: l.Tag == chosen})
		known = known || l.Tag == chosen
	}
	if !known && len(options) > 0 && chosen == "" {
		options[0].Chosen = true
	}
	return options
}

// zones are suggestions; every IANA name is taken.
func zones() []string {
	return []string{
		"Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis",
		"America/Bogota", "America/Buenos_Aires", "America/Chicago", "America/Los_Angeles", "America/Mexico_City",
		"America/New_York", "America/Sao_Paulo", "Asia/Amman", "Asia/Baghdad", "Asia/Beirut", "Asia/Damascus", "Asia/Gaza",
		"Asia/Jakarta", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney", "Europe/Athens", "Europe/Berlin", "Europe/Dublin",
		"Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Rome", "Europe/Vienna",
		"Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "UTC",
	}
}

// dated is the time behind a pointer; zero when there is none, as pages want it.
func dated(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
