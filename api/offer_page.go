package api

import (
	"strconv"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/sharing"
)

// page is the page of a thing. asked is the form with which somebody asks, as it was typed; nil for an empty one.
func (s seenOffer) page(c *call, asked *web.AskForm) web.OfferPage {
	p := web.OfferPage{
		ID: string(s.ID), Kind: kindWord(s.Listing), Title: s.Title, Description: s.Description, Faults: s.Faults, Language: s.Language,
		Category: string(s.Category), Condition: string(s.Condition), Photos: pictures(s.Photos, s.alt()), State: string(s.State),
		Collective: s.home, Giver: s.giver, Area: s.Area, Place: s.place, Audience: string(s.Audience),
		Windows: windowsOf(s.Windows), Quantity: s.Quantity, Left: s.Left, MaxPerClaim: s.MaxPerClaim,
		Published: dated(s.PublishedAt), GatherUntil: dated(s.GatherUntil), GoesOffToday: s.GoesOffToday,
		Choose: string(s.choice()), DrawCommit: s.DrawCommit, AlsoShownAt: s.friends,
	}
	if s.home == "" {
		p.Collective = c.collective.Name
	}
	if s.drawn {
		p.Rounds = []web.Round{{Number: s.offer.Round, Href: offerPath(s.ID) + "/draw"}}
	}
	p.Voices = s.voices(c)
	if s.mirror != nil {
		p.Home = &web.Home{Collective: s.home, Href: s.mirror.URL, There: !s.Askable(), LeaseUntil: dated(s.mirror.LeaseUntil), SilentSince: dated(s.silent)}
	}
	if s.mine != nil {
		p.Mine = &web.MyClaim{
			ID: string(s.mine.id), State: string(s.mine.state), Ticket: s.mine.ticket, CanWithdraw: s.mine.state != agreeing.Promised,
		}
	}
	s.ways(c, &p, asked)
	return p
}

// ways are what this reader can do here.
func (s seenOffer) ways(c *call, p *web.OfferPage, asked *web.AskForm) {
	switch {
	case s.given:
		p.Tools = s.tools()
		if s.offer.ReplacedBy != "" {
			p.MovedTo = offerPath(s.offer.ReplacedBy)
		} else if s.offer.HiddenUntil != nil {
			until := *s.offer.HiddenUntil
			p.Hid = &web.Hidden{Words: s.offer.HiddenWords, Until: until, CanShow: !c.s.Now().Before(until)}
		}
	case !s.Askable(): // the page says so beside its home
	case !s.State.Live():
		p.Why = c.locale().Sentence("offer.why.over", nil)
	case c.member == nil:
		p.Why = c.locale().Sentence("offer.why.sign_in", nil)
	case s.mine == nil && asked != nil:
		p.Ask = asked
	case s.mine == nil:
		p.Ask = &web.AskForm{Most: s.most(), Quantity: "1"}
	}
	if c.member != nil && !s.given && !s.State.Ended() && (s.mirror != nil || !c.steward) { // stewards hide what is ours
		p.Report = &web.ReportForm{}
	}
	if c.steward && !s.given && s.offer != nil && !s.State.Ended() {
		p.Hide = &web.HideForm{}
	}
}

// kindWord is the page's word for what it is.
func kindWord(l sharing.Listing) string {
	if l.Kind == sharing.Gift {
		return "gift"
	}
	return string(l.Kind)
}

func (s seenOffer) most() int { return min(s.MaxPerClaim, s.Quantity) }

func (s seenOffer) tools() *web.GiverTools {
	t := &web.GiverTools{
		Publish: s.State == sharing.Draft, Edit: !s.State.Ended(), Choose: s.State == sharing.Choosing,
		Rest: s.State.Live(), Resume: s.State == sharing.Resting && !s.offer.DrawnOut(), Withdraw: !s.State.Ended(),
		Relist:   s.State == sharing.Resting && s.offer.DrawnOut(),
		Lengthen: s.State == sharing.Gathering && !s.GoesOffToday,
	}
	for _, p := range s.promises {
		t.Promises = append(t.Promises, web.ClaimLink{ID: string(p.claim), Name: p.name, From: p.from, State: string(p.state)})
	}
	return t
}

func (s seenOffer) alt() string {
	if s.mirror != nil {
		return s.mirror.PictureAlt
	}
	return ""
}

func offerPath(id sharing.OfferID) string { return "/offers/" + string(id) }
func claimPath(id agreeing.ID) string     { return "/claims/" + string(id) }

func photoPath(id media.PhotoID, size media.Size) string {
	return "/media/" + string(id) + string(size) + photoEnding
}

func picture(id media.PhotoID, alt string) web.Photo {
	return web.Photo{ID: string(id), URL: photoPath(id, media.Full), Thumb: photoPath(id, media.Thumb), Alt: alt}
}

func pictures(ids []media.PhotoID, alt string) []web.Photo {
	var all []web.Photo
	for _, id := range ids {
		all = append(all, picture(id, alt))
	}
	return all
}

// firstPicture is the one for lists; the zero Photo where there is none.
func firstPicture(ids []media.PhotoID) web.Photo {
	if len(ids) == 0 {
		return web.Photo{}
	}
	return picture(ids[0], "")
}

func windowOf(w agreeing.Window) web.Window {
	return web.Window{ID: windowID(w), From: w.From, To: w.To}
}

func windowsOf(windows []agreeing.Window) []web.Window {
	var all []web.Window
	for _, w := range windows {
		all = append(all, windowOf(w))
	}
	return all
}

func windowAt(w *agreeing.Window) *web.Window {
	if w == nil {
		return nil
	}
	at := windowOf(*w)
	return &at
}

// rowsOf writes windows as a form shows them.
func rowsOf(windows []agreeing.Window, zone *time.Location) []web.WindowRow {
	var rows []web.WindowRow
	for _, w := range windows {
		from, to := w.From.In(zone), w.To.In(zone)
		rows = append(rows, web.WindowRow{Date: from.Format("2006-01-02"), From: from.Format("15:04"), To: to.Format("15:04")})
	}
	return rows
}

// typedRows are the rows of a form as they were typed.
func (c *call) typedRows() []web.WindowRow {
	var rows []web.WindowRow
	dates, froms, tos := c.form["windows_date"], c.form["windows_from"], c.form["windows_to"]
	for i := range min(len(dates), len(froms), len(tos)) {
		rows = append(rows, web.WindowRow{Date: dates[i], From: froms[i], To: tos[i]})
	}
	return rows
}

// givePage is the form to give something, with what is in an offer.
func (c *call) givePage(o *sharing.Offer) web.GivePage {
	p := web.GivePage{
		Quantity: "1", MaxPerClaim: "1", Area: c.collective.Area, Audience: "friends", Choose: string(sharing.ByDraw),
		Language: c.locale().Language(), Category: "other", Condition: "good",
	}
	if o != nil {
		p = web.GivePage{
			ID: string(o.ID), Title: o.Title, Description: o.Description, Category: string(o.Category), Condition: string(o.Condition),
			Faults: o.Faults, Language: o.Language, Quantity: strconv.Itoa(o.Quantity), MaxPerClaim: strconv.Itoa(o.MaxPerClaim),
			Area: o.Area, Place: o.Place, Windows: rowsOf(o.Windows, c.zone()), Audience: string(o.Audience),
			GoesOffToday: o.GoesOffToday, Choose: string(o.Choice), Photos: pictures(o.Photos, ""), Published: o.State != sharing.Draft,
		}
	}
	p.Languages, p.OnlyNeighbours = c.languages(p.Language), c.collective.OnlyNeighbours
	return p
}

// typedGivePage is the same form with what was typed.
func (c *call) typedGivePage(o *sharing.Offer, kept []media.PhotoID, wrong web.Problems) web.GivePage {
	p := c.givePage(o)
	typed := c.form.Get
	p.Title, p.Description, p.Category, p.Condition = typed("title"), typed("description"), typed("category"), typed("condition")
	p.Faults, p.Quantity, p.MaxPerClaim = typed("faults"), typed("quantity"), typed("max_per_claim")
	p.Area, p.Place, p.Windows, p.Audience = typed("area"), typed("place"), c.typedRows(), typed("audience")
	p.GoesOffToday, p.Choose, p.Photos, p.Problems = typed("goes_off_today") != "", typed("choose"), pictures(kept, ""), wrong
	p.Language = typed("language")
	p.Languages = c.languages(p.Language)
	return p
}
