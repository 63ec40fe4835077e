package codec

import (
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
)

// Note is a post that every server shows: a listing, a message, a decision. It has no name and no summary on purpose:
// GoToSocial makes a content warning of either (protocol.md 2.1).
type Note struct {
	ID           string
	AttributedTo string
	URL          string // its page
	Content      string // HTML
	Language     string // BCP 47; of the content, also written as contentMap
	InReplyTo    string
	Context      string
	Replies      string
	Area         string // the area's name, public; never an address
	Published    time.Time
	Updated      time.Time
	To, CC       []string
	Hashtags     []Hashtag
	Mentions     []Mention
	Images       []Image
	// Terms are properties beyond ActivityStreams: Valueflows and pots: ones.
	Terms map[string]any
}

// Hashtag is a tag with the page that lists it; Name begins with #.
type Hashtag struct{ Name, Href string }

// Mention addresses an actor in words; Name is @user@host. Without it GoToSocial drops a direct message.
type Mention struct{ Name, Href string }

// Image is a photo. Alt is written twice, for those who read name and those who read summary.
type Image struct {
	URL, MediaType, Alt string
	Width, Height       int
}

// Document builds the note for Encode.
func (n Note) Document() (map[string]any, error) {
	var b builder
	t := streams.NewActivityStreamsNote()
	b.id(t, n.ID)
	b.attributedTo(t, n.AttributedTo)
	b.audience(t, n.To, n.CC)
	b.context(t, n.Context)
	b.url(t, n.URL)
	b.words(t, "", "", n.Content)
	b.times(t, n.Published, n.Updated)
	if u := b.address(n.InReplyTo); u != nil {
		p := streams.NewActivityStreamsInReplyToProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsInReplyTo(p)
	}
	if u := b.address(n.Replies); u != nil {
		p := streams.NewActivityStreamsRepliesProperty()
		p.SetIRI(u)
		t.SetActivityStreamsReplies(p)
	}
	if n.Area != "" {
		place := streams.NewActivityStreamsPlace()
		b.words(place, n.Area, "", "")
		p := streams.NewActivityStreamsLocationProperty()
		p.AppendActivityStreamsPlace(place)
		t.SetActivityStreamsLocation(p)
	}
	images := streams.NewActivityStreamsAttachmentProperty()
	for _, image := range n.Images {
		images.AppendActivityStreamsImage(b.image(image))
	}
	if images.Len() > 0 {
		t.SetActivityStreamsAttachment(images)
	}
	doc, err := b.document(t, n.Terms)
	if err != nil {
		return nil, fmt.Errorf("note: %w", err)
	}
	doc["sensitive"] = false
	if n.Language != "" {
		doc["contentMap"] = map[string]any{n.Language: n.Content} // go-fed drops it beside content
	}
	if tags := n.tags(); len(tags) > 0 {
		doc["tag"] = tags
	}
	return doc, nil
}

// tags are maps, since go-fed knows no Hashtag.
func (n Note) tags() []any {
	var tags []any
	for _, m := range n.Mentions {
		tags = append(tags, map[string]any{"type": "Mention", "name": m.Name, "href": m.Href})
	}
	for _, h := range n.Hashtags {
		tags = append(tags, map[string]any{"type": "Hashtag", "name": h.Name, "href": h.Href})
	}
	return tags
}
