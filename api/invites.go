package api

import (
	"net/url"
	"strconv"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// inviteInput is what making an invite asks for.
type inviteInput struct {
	Kind people.InviteKind `json:"kind"`
	Uses int               `json:"uses"`
	Days int               `json:"days"`
}

// inviteDocument is an invite that can still be used. Code and URL are there once, when it is made.
type inviteDocument struct {
	ID        string            `json:"id"`
	Kind      people.InviteKind `json:"kind"`
	Uses      int               `json:"uses"`
	ExpiresAt time.Time         `json:"expires_at"`
	Code      string            `json:"code,omitempty"`
	URL       string            `json:"url,omitempty"`
}

const invitesShown = 100

func showInvites(c *call) error {
	var page web.InvitesPage
	var document list[inviteDocument]
	err := c.view(func(v *store.View) error {
		invites, err := people.Invites(v, c.by(), "", invitesShown)
		if err != nil {
			return err
		}
		document.Items = []inviteDocument{}
		for _, i := range invites {
			document.Items = append(document.Items, documentOfInvite(i))
		}
		page, err = c.invitesPage(v, inviteInput{})
		return err
	})
	if err != nil {
		return err
	}
	return c.show(func() web.Page { return page }, func() any { return document })
}

func documentOfInvite(i people.Invite) inviteDocument {
	return inviteDocument{ID: string(i.ID), Kind: i.Kind, Uses: i.Uses, ExpiresAt: i.ExpiresAt}
}

func makeInvite(c *call) error {
	in := inviteInput{Kind: people.ForMember, Uses: 1, Days: 7}
	err := c.decode(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			i, code, err := people.MakeInvite(tx, c.by(), people.NewInvite{Kind: in.Kind, Uses: in.Uses, Days: in.Days})
			if err != nil {
				return result{}, err
			}
			page, err := c.invitesPage(tx.View, inviteInput{})
			document := documentOfInvite(i)
			document.Code, document.URL = string(code), c.url("/join?"+url.Values{"invite": {string(code)}}.Encode())
			page.Fresh = document.URL
			return result{at: "/invites", made: true, shown: &shown{page: page, document: document}}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.invitesPage(v, in)
			page.Problems, page.Uses, page.Days = wrong, c.form.Get("uses"), c.form.Get("days")
			return page, err
		},
	})
}

func (c *call) invitesPage(v *store.View, in inviteInput) (web.InvitesPage, error) {
	page := web.InvitesPage{Uses: "1", Days: "7", Kind: string(people.ForMember), Steward: c.steward}
	if in.Kind != "" {
		page.Kind, page.Uses, page.Days = string(in.Kind), strconv.Itoa(in.Uses), strconv.Itoa(in.Days)
	}
	restored, err := c.restoredOn(v)
	if err != nil {
		return page, err
	}
	page.RestoredOn = restored
	invites, err := people.Invites(v, c.by(), "", invitesShown)
	if err != nil {
		return page, err
	}
	names, err := c.makers(v, invites)
	for _, i := range invites {
		line := web.Invite{ID: string(i.ID), Kind: string(i.Kind), UsesLeft: i.Uses, Expires: i.ExpiresAt}
		if c.steward && i.MadeBy != nil {
			line.By = names[*i.MadeBy].Nickname
		}
		page.Invites = append(page.Invites, line)
	}
	return page, err
}

func (c *call) makers(v *store.View, invites []people.Invite) (map[people.MemberID]people.Member, error) {
	var ids []people.MemberID
	for _, i := range invites {
		if i.MadeBy != nil {
			ids = append(ids, *i.MadeBy)
		}
	}
	return people.FindMembers(v, ids...)
}

func revokeInvite(c *call) error {
	return c.do(c.readForm(), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/invites", flash: "flash.invite_revoked"}, people.RevokeInvite(tx, c.by(), people.InviteID(c.id()))
	}})
}
