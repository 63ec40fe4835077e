package people_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/people/peopletest"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
)

// tables are what this district keeps.
var tables = []string{
	"collective", "setup_links", "members", "credentials", "knocks", "sessions", "tokens", "roles", "invites", "recovery_links",
	"blocks", "notices", "deeds", "journal",
}

// dump is everything that the tables hold, as text.
func (n *node) dump() string {
	n.Helper()
	var b strings.Builder
	n.look(func(v *store.View) error {
		for _, table := range tables {
			var rows []map[string]any
			if err := v.DB().Table(table).Find(&rows).Error; err != nil {
				return err
			}
			for _, row := range rows {
				fmt.Fprintln(&b, table, row)
			}
		}
		return nil
	})
	return b.String()
}

// full is Maya with one of everything.
func (n *node) full(sage people.Member) (maya people.Member, secrets map[string]string) {
	n.Helper()
	maya, words := n.joinWith(sage, "Maya", "canary passphrase")
	secrets = map[string]string{"passphrase": "canary passphrase", "words": strings.Join(words, " "), "a word": words[0]}
	cookie, err := n.signIn("Maya", "canary passphrase")
	if err != nil {
		n.Fatal(err)
	}
	if _, err := n.signIn("Maya", "canary mistake"); err == nil {
		n.Fatal("a mistake opens")
	}
	secrets["cookie"], secrets["mistake"] = string(cookie), "canary mistake"
	noor := n.join(sage, "Noor")
	n.do(func(tx *store.Tx) error {
		var err error
		keep := func(name string, secret people.Secret) { secrets[name] = string(secret) }
		if maya, err = people.ChangeProfile(tx, maya, people.Profile{Nickname: "Maya", Language: "ar", Contact: "canary contact"}); err != nil {
			return err
		}
		_, token, err := people.MakeToken(tx, n.now, maya, people.NewToken{Name: "canary program", Scopes: people.Scopes(), Days: 1})
		if err != nil {
			return err
		}
		keep("token", token)
		_, invite, err := people.MakeInvite(tx, maya, people.NewInvite{Kind: people.ForMember, Uses: 3, Days: 7})
		if err != nil {
			return err
		}
		keep("invite", invite)
		_, link, err := people.LetBackIn(tx, sage, "Maya")
		if err != nil {
			return err
		}
		keep("recovery link", link)
		_, code, err := people.MakeInvite(tx, sage, stewardInvite)
		if err != nil {
			return err
		}
		if err := people.TakeUp(tx, maya, code); err != nil {
			return err
		}
		if err := people.KeepApart(tx, maya.ID, noor.ID); err != nil {
			return err
		}
		return people.KeepApart(tx, sage.ID, maya.ID)
	})
	return maya, secrets
}

func TestSecrets_areKeptAsHashesOnly(t *testing.T) {
	each(t, func(n *node) {
		link := n.setupLink()
		if dump := n.dump(); strings.Contains(dump, string(link)) || !strings.Contains(dump, "setup_links") {
			n.Error("the set-up link is in the database")
		}
		sage, err := n.setUp(link, peopletest.Answers(), "Sage")
		if err != nil {
			n.Fatal(err)
		}
		_, secrets := n.full(sage)
		dump := n.dump()
		if !strings.Contains(dump, "canary contact") {
			n.Fatal("the search finds nothing")
		}
		for name, secret := range secrets {
			if strings.Contains(dump, secret) {
				n.Errorf("the %s is in the database", name)
			}
		}
	})
}

func TestSchema_refusesAPassphraseThatIsNoHash(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
		err := n.try(func(tx *store.Tx) error {
			_, _, err := people.Redeem(tx, code, people.NewMember{Nickname: "Maya", Passphrase: "bread rises slowly"})
			return err
		})
		if !store.Broken(err) {
			n.Errorf("got %v", err)
		}
	})
}

func TestLeave_leavesAnIdAndNothingElse(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, secrets := n.full(sage)
		n.do(func(tx *store.Tx) error {
			_, err := people.RenewFeed(tx, maya)
			return err
		})
		n.do(func(tx *store.Tx) error { return people.Leave(tx, maya) })
		dump := n.dump()
		for _, canary := range []string{"Maya", "maya", "canary"} {
			if strings.Contains(dump, canary) {
				n.Errorf("%q is still in the database:\n%s", canary, dump)
			}
		}
		for _, line := range strings.Split(dump, "\n") {
			if table, _, _ := strings.Cut(line, " "); strings.Contains(line, string(maya.ID)) && table != "members" && table != "deeds" {
				n.Errorf("her id is still in %s", table)
			}
		}
		if n.who(people.Secret(secrets["cookie"])) != "" {
			n.Error("she is still signed in")
		}
		n.look(func(v *store.View) error {
			gone, err := people.FindMember(v, maya.ID)
			if !gone.Left() || gone.Nickname != "" || gone.Reachable() {
				n.Errorf("she is %+v", gone)
			}
			return err
		})
		n.refused(n.try(func(tx *store.Tx) error { return people.Leave(tx, maya) }), fault.NotFound, "member.unknown")
		if other := n.join(sage, "Maya"); other.ID == maya.ID {
			n.Error("an id is used again")
		}
	})
}

func TestPurge_dropsWhatIsOver(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.full(sage)
		purge := func() string {
			n.do(people.Purge)
			n.do(func(tx *store.Tx) error { return people.PurgeDoors(tx, n.now) })
			return n.dump()
		}
		has := func(dump, table string) bool { return strings.Contains("\n"+dump, "\n"+table+" ") }
		for _, step := range []struct {
			after time.Duration
			gone  []string
			stays []string
		}{
			{0, nil, []string{"sessions", "tokens", "recovery_links", "knocks", "invites", "roles", "notices", "deeds", "blocks"}},
			{15 * time.Minute, []string{"recovery_links"}, []string{"tokens", "knocks", "sessions"}},
			{24 * time.Hour, []string{"tokens", "knocks"}, []string{"sessions", "notices"}},
			{14 * 24 * time.Hour, []string{"sessions"}, []string{"invites", "notices"}},
			{38 * 24 * time.Hour, []string{"invites", "notices"}, []string{"roles", "deeds"}},
			{93 * 24 * time.Hour, []string{"roles"}, []string{"deeds", "blocks"}},
			{366 * 24 * time.Hour, []string{"deeds"}, []string{"members", "credentials", "blocks"}},
		} {
			n.now = noon.Add(step.after)
			dump := purge()
			for _, table := range step.gone {
				if has(dump, table) {
					n.Errorf("after %v there are still %s", step.after, table)
				}
			}
			for _, table := range step.stays {
				if !has(dump, table) {
					n.Errorf("after %v there are no %s", step.after, table)
				}
			}
		}
	})
}

func TestExport_isWhatIsKnownAboutHer(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, secrets := n.full(sage)
		n.look(func(v *store.View) error {
			e, err := people.Export(v, maya.ID)
			if err != nil {
				return err
			}
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			for _, part := range []string{`"nickname":"Maya"`, "canary contact", "canary program", "kitchen tablet", `"apart":["Noor"]`, "steward_until", `"uses":3`, "recovery.link_made"} {
				if !strings.Contains(string(text), part) {
					n.Errorf("her file lacks %s: %s", part, text)
				}
			}
			for name, secret := range secrets {
				if strings.Contains(string(text), secret) {
					n.Errorf("her file holds the %s", name)
				}
			}
			if strings.Contains(string(text), "Sage") {
				n.Errorf("her file says who keeps away from her: %s", text)
			}
			return nil
		})
	})
}

func TestFinders_areServedByIndexes(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		deed := people.Deed{At: noon, ID: "x"}
		for name, find := range map[string]func(v *store.View) error{
			"members":           func(v *store.View) error { _, err := people.ListMembers(v, "m", 10); return err },
			"by nickname":       func(v *store.View) error { _, err := people.FindByNickname(v, "Maya"); return err },
			"several":           func(v *store.View) error { _, err := people.FindMembers(v, sage.ID, maya.ID); return err },
			"sessions":          func(v *store.View) error { _, err := people.Sessions(v, n.now, maya); return err },
			"tokens":            func(v *store.View) error { _, err := people.Tokens(v, n.now, maya); return err },
			"stewards":          func(v *store.View) error { _, err := people.Stewards(v); return err },
			"invites, steward":  func(v *store.View) error { _, err := people.Invites(v, sage, "x", 10); return err },
			"invites, member":   func(v *store.View) error { _, err := people.Invites(v, maya, "x", 10); return err },
			"blocks":            func(v *store.View) error { _, err := people.Blocks(v, maya); return err },
			"notices":           func(v *store.View) error { _, err := people.Notices(v, maya.ID, 7); return err },
			"deeds, first page": func(v *store.View) error { _, err := people.Deeds(v, nil, 10); return err },
			"deeds, next page":  func(v *store.View) error { _, err := people.Deeds(v, &deed, 10); return err },
		} {
			n.Run(name, func(t *testing.T) { storetest.IndexedFinder(t, n.Store, find) })
		}
		n.look(func(v *store.View) error { // as Apart asks
			apart := v.DB().Model(&people.Block{}).Where("(member = ? AND other = ?) OR (member = ? AND other = ?)", sage.ID, maya.ID, maya.ID, sage.ID)
			storetest.Indexed(n.T, n.Store, apart)
			return nil
		})
		unknown := map[string]func(v *store.View) error{
			"session": func(v *store.View) error { _, _, err := people.FindSession(v, n.now, "x"); return err },
			"token":   func(v *store.View) error { _, _, err := people.FindToken(v, n.now, "x"); return err },
			"invite":  func(v *store.View) error { _, err := people.FindInvite(v, "x"); return err },
			"feed":    func(v *store.View) error { _, err := people.FindByFeed(v, "x"); return err },
			"link":    func(v *store.View) error { _, err := people.FindRecoveryLink(v, "x"); return err },
		}
		for name, find := range unknown {
			n.Run(name, func(t *testing.T) {
				storetest.IndexedFinder(t, n.Store, func(v *store.View) error {
					if err := find(v); !fault.Is(err, fault.NotFound) {
						return err
					}
					return nil
				})
			})
		}
	})
}
