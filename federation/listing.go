package federation

import (
	"html"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// listing gathers what the note of an offer says and is made of.
type listing struct {
	sharing.Offer
	by     people.Collective
	photos []media.Photo
}

// findListing reads an offer of ours. Whoever shows it asks CanView first.
func findListing(v *store.View, id sharing.OfferID) (l listing, err error) {
	if l.Offer, err = sharing.FindOffer(v, id); err != nil {
		return l, err
	}
	if l.by, err = people.FindCollective(v); err != nil {
		return l, err
	}
	for _, id := range l.Photos {
		photo, err := media.FindPhoto(v, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return l, err
		}
		l.photos = append(l.photos, photo)
	}
	return l, nil
}

// note writes an offer as everybody can read it: a plain Note whose words say all that its FEP-0837 properties say (DESIGN 3.1,
// protocol 2.1 and 2.3). It has neither name nor summary, which GoToSocial would make a content warning of.
func (f *Federation) note(l listing) (map[string]any, error) {
	id := string(l.ID)
	n := codec.Note{
		ID: f.Base.Offer(id), AttributedTo: f.Base.Collective(), URL: f.Base.OfferPage(id),
		Content: f.listingContent(l), Language: l.Language, Area: l.Area, Published: l.published(),
		Terms: map[string]any{
			"purpose": "offer", "unitBased": l.MaxPerClaim > 1, "publishes": f.intent(l),
			"pots:seq": l.Version, "pots:state": string(l.State), "pots:scope": scope(l.Audience),
			"pots:category": string(l.Category), "pots:condition": string(l.Condition), "pots:goesOffToday": l.GoesOffToday,
			"pots:drawCommit": l.DrawCommit,
		},
	}
	if l.UpdatedAt.After(n.Published) {
		n.Updated = l.UpdatedAt
	}
	n.To, n.CC = f.addressing(l.Audience)
	for _, p := range l.photos {
		n.Images = append(n.Images, codec.Image{
			URL: f.Base.Page("/media/" + string(p.ID) + ".jpg"), MediaType: "image/jpeg", Alt: l.Title, Width: p.Width, Height: p.Height,
		})
	}
	stamp(n.Terms, "pots:gatherUntil", l.GatherUntil)
	stamp(n.Terms, "pots:expires", l.ExpiresAt)
	return n.Document()
}

func (l listing) published() time.Time {
	if l.PublishedAt == nil {
		return time.Time{}
	}
	return *l.PublishedAt
}

// intent is what claims name. A claim is for one thing, or for several where unitBased says that multiples may be asked for;
// availableQuantity is what is left.
func (f *Federation) intent(l listing) map[string]any {
	intent := map[string]any{
		"id": f.Base.Intent(string(l.ID)), "type": "Intent", "name": l.Title, "action": "transfer", "provider": f.Base.Collective(),
		"resourceQuantity": codec.Measure(1), "availableQuantity": codec.Measure(l.Left),
	}
	words := paragraphs(l.Description) // the giver's own, without our sentences around them
	if l.Faults != "" {
		words += paragraphs(f.speaks(l.Language).say("wire.offer.faults", "Faults", l.Faults)) // read before anybody asks (product A3)
	}
	if words != "" {
		intent["content"] = words
	}
	return intent
}

// listingContent says everything in words, since most readers drop what is not content: the title in a bold first line, the
// giver's words, the facts with the state, and a link at the end.
func (f *Federation) listingContent(l listing) string {
	words := f.speaks(l.Language)
	title := "wire.offer.title"
	if l.State.Ended() {
		title = "wire.offer.taken"
	}
	facts := []string{words.say("wire.offer.condition", "Condition", words.say("condition."+string(l.Condition)))}
	if l.Faults != "" {
		facts = append(facts, words.say("wire.offer.faults", "Faults", l.Faults))
	}
	if l.Area != "" {
		facts = append(facts, words.say("wire.offer.near", "Area", l.Area))
	}
	facts = append(facts, words.say("wire.state."+string(l.State)))
	if l.State.Live() && l.Quantity > 1 && l.Left > 0 {
		facts = append(facts, words.say("wire.offer.left", "Count", l.Left))
	}
	if l.State.Live() && l.GoesOffToday {
		facts = append(facts, words.say("wire.goes_off_today"))
	}
	if l.State == sharing.Gathering && l.GatherUntil != nil {
		facts = append(facts, words.say("wire.offer.until", "Until", l.GatherUntil.In(l.by.Location())))
	}
	return "<p><strong>" + html.EscapeString(words.say(title, "Title", l.Title)) + "</strong></p>" +
		paragraphs(l.Description) + paragraphs(strings.Join(facts, " ")) +
		`<p><a href="` + html.EscapeString(f.Base.OfferPage(string(l.ID))) + `">` + html.EscapeString(words.say("wire.offer.go")) + "</a></p>"
}

// addressing says to whom a thing of ours is written (protocol 3.4). What stays here is written to nobody.
func (f *Federation) addressing(a people.Audience) (to, cc []string) {
	switch a {
	case people.Anyone:
		return []string{iri.Public}, []string{f.Base.Followers(iri.Collective)}
	case people.Friends:
		return []string{f.Base.Neighbours()}, nil
	}
	return nil, nil
}

// scope is an audience as neighbours read it.
func scope(a people.Audience) string {
	if a == people.Anyone {
		return "public"
	}
	return "neighbours"
}

// window writes a stretch of time.
func window(w agreeing.Window) map[string]any {
	return map[string]any{"hasBeginning": codec.Stamp(w.From), "hasEnd": codec.Stamp(w.To)}
}

func windows(all []agreeing.Window) []any {
	list := make([]any, len(all))
	for i, w := range all {
		list[i] = window(w)
	}
	return list
}

// stamp writes a time that is known.
func stamp(terms map[string]any, name string, t *time.Time) {
	if t != nil {
		terms[name] = codec.Stamp(*t)
	}
}

// tombstone is what is left of an offer: that there was one.
func (f *Federation) tombstone(o sharing.Offer) (map[string]any, error) {
	t := codec.Tombstone{ID: f.Base.Offer(string(o.ID)), FormerType: "Note"}
	if o.EndedAt != nil {
		t.Deleted = *o.EndedAt
	}
	return t.Document()
}
