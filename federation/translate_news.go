package federation

import (
	"html"
	"strconv"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// What matters about a thing for anyone is said as a reply to its post, too: an edit alone shows up on nobody's timeline (protocol
// 2.1). It tells of the thing and never of a person, goes to followers only, since neighbours read the Update, and is deleted with
// the thing.

func (f *Federation) offerLengthened(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.news(tx, e, "wire.news.lengthened", func(l listing) bool { return l.State == sharing.Gathering })
}

func (f *Federation) offerTaken(tx *store.Tx, e store.Event) ([]letter, error) {
	return f.news(tx, e, "wire.news.taken", func(l listing) bool { return l.State == sharing.Gone })
}

func (f *Federation) news(tx *store.Tx, e store.Event, key string, still func(listing) bool) ([]letter, error) {
	l, err := findListing(tx.View, sharing.OfferID(e.Subject))
	if err != nil || l.Audience != people.Anyone || !still(l) {
		return nil, err
	}
	words := f.speaks(l.Language)
	args := []any{"Title", l.Title}
	if l.GatherUntil != nil {
		args = append(args, "Until", l.GatherUntil.In(l.by.Location()))
	}
	page := f.Base.OfferPage(string(l.ID))
	note := codec.Note{
		ID: f.Base.Note(e.ID), AttributedTo: f.Base.Collective(), URL: page, InReplyTo: f.Base.Offer(string(l.ID)), Language: l.Language,
		Content:   paragraphs(words.say(key, args...)) + `<p><a href="` + html.EscapeString(page) + `">` + html.EscapeString(words.say("wire.offer.go")) + "</a></p>",
		Published: e.At,
	}
	note.To, note.CC = f.addressing(l.Audience)
	out := f.aboutOffer(tx, e, "Create", l.Offer)
	out.row.Object, out.reaches = newsObject(l.ID), true
	if out.says.Object, err = note.Document(); err != nil {
		return nil, err
	}
	out.inboxes, err = followersInboxes(tx.View, wire.Collective)
	return []letter{out}, err
}

// newsObject is how wire knows all that was said about an offer beside its own post.
func newsObject(id sharing.OfferID) string { return "news/" + string(id) }

// newsDeleted deletes what was said about an offer beside its own post, wherever that went.
func (f *Federation) newsDeleted(tx *store.Tx, e store.Event, o sharing.Offer) (letters []letter, err error) {
	said, err := wire.SaidToMany(tx.View, newsObject(o.ID), "Create")
	if err != nil || len(said) == 0 {
		return nil, err
	}
	inboxes, err := wire.ReachOf(tx.View, newsObject(o.ID))
	if err != nil {
		return nil, err
	}
	for i, s := range said {
		out := f.aboutOffer(tx, e, "Delete", o)
		out.row.ID += wire.ActivityID("-note" + strconv.Itoa(i+1))
		out.row.Object, out.row.Farewell, out.inboxes = newsObject(o.ID), true, inboxes
		gone := codec.Tombstone{ID: f.Base.Note(string(s.ID)), FormerType: "Note", Deleted: e.At}
		if out.says.Object, err = gone.Document(); err != nil {
			return nil, err
		}
		letters = append(letters, out)
	}
	if err := wire.EndReach(tx, newsObject(o.ID)); err != nil {
		return nil, err
	}
	return letters, wire.PurgeSaid(tx, newsObject(o.ID))
}

// noteFor serves what was said about an offer beside its own post, as long as that is shown.
func (f *Federation) noteFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	a, err := wire.FindActivity(v, wire.ActivityID(id))
	if err != nil || a.Type != "Create" || a.Recipient != "" || offerOfNews(a.Object) == "" {
		return answer{}, orNotThere(err)
	}
	if shown, err := f.stillSaid(v, viewer, a); err != nil || !shown {
		return answer{}, orNotThere(err)
	}
	if a.Blank() {
		return answer{}, fault.New(fault.Gone, "activity.purged")
	}
	doc, err := codec.Decode(a.Body)
	if err != nil {
		return answer{}, err
	}
	note := codec.Object(doc["object"])
	note["@context"] = doc["@context"]
	return document(note, nil)
}
