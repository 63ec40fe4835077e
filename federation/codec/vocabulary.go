package codec

import (
	"fmt"
	"net/url"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
)

// object is what every ActivityStreams type that we build has in common.
type object interface {
	vocab.Type
	SetActivityStreamsAttributedTo(vocab.ActivityStreamsAttributedToProperty)
	SetActivityStreamsCc(vocab.ActivityStreamsCcProperty)
	SetActivityStreamsContent(vocab.ActivityStreamsContentProperty)
	SetActivityStreamsContext(vocab.ActivityStreamsContextProperty)
	SetActivityStreamsName(vocab.ActivityStreamsNameProperty)
	SetActivityStreamsPublished(vocab.ActivityStreamsPublishedProperty)
	SetActivityStreamsSummary(vocab.ActivityStreamsSummaryProperty)
	SetActivityStreamsTo(vocab.ActivityStreamsToProperty)
	SetActivityStreamsUpdated(vocab.ActivityStreamsUpdatedProperty)
	SetActivityStreamsUrl(vocab.ActivityStreamsUrlProperty)
}

// builder fills a typed value. The first address that is none is remembered, so that the calls read as a list.
type builder struct{ err error }

// address parses an IRI for go-fed; nil means that there is nothing to set.
func (b *builder) address(id string) *url.URL {
	if id == "" {
		return nil
	}
	u, err := url.Parse(id)
	if err != nil || !u.IsAbs() {
		if b.err == nil {
			b.err = fmt.Errorf("build a document: an address of %d bytes is none", len(id))
		}
		return nil
	}
	return u
}

// addresses hands each of the ids to add.
func (b *builder) addresses(ids []string, add func(*url.URL)) {
	for _, id := range ids {
		if u := b.address(id); u != nil {
			add(u)
		}
	}
}

func (b *builder) id(t vocab.Type, id string) {
	if u := b.address(id); u != nil {
		p := streams.NewJSONLDIdProperty()
		p.SetIRI(u)
		t.SetJSONLDId(p)
	}
}

func (b *builder) attributedTo(t object, id string) {
	if u := b.address(id); u != nil {
		p := streams.NewActivityStreamsAttributedToProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsAttributedTo(p)
	}
}

func (b *builder) audience(t object, to, cc []string) {
	if len(to) > 0 {
		p := streams.NewActivityStreamsToProperty()
		b.addresses(to, p.AppendIRI)
		t.SetActivityStreamsTo(p)
	}
	if len(cc) > 0 {
		p := streams.NewActivityStreamsCcProperty()
		b.addresses(cc, p.AppendIRI)
		t.SetActivityStreamsCc(p)
	}
}

func (b *builder) context(t object, id string) {
	if u := b.address(id); u != nil {
		p := streams.NewActivityStreamsContextProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsContext(p)
	}
}

func (b *builder) url(t object, id string) {
	if u := b.address(id); u != nil {
		p := streams.NewActivityStreamsUrlProperty()
		p.AppendIRI(u)
		t.SetActivityStreamsUrl(p)
	}
}

func (b *builder) words(t object, name, summary, content string) {
	if name != "" {
		p := streams.NewActivityStreamsNameProperty()
		p.AppendXMLSchemaString(name)
		t.SetActivityStreamsName(p)
	}
	if summary != "" {
		p := streams.NewActivityStreamsSummaryProperty()
		p.AppendXMLSchemaString(summary)
		t.SetActivityStreamsSummary(p)
	}
	if content != "" {
		p := streams.NewActivityStreamsContentProperty()
		p.AppendXMLSchemaString(content)
		t.SetActivityStreamsContent(p)
	}
}

func (b *builder) times(t object, published, updated time.Time) {
	if !published.IsZero() {
		p := streams.NewActivityStreamsPublishedProperty()
		p.Set(published.UTC().Truncate(time.Second))
		t.SetActivityStreamsPublished(p)
	}
	if !updated.IsZero() {
		p := streams.NewActivityStreamsUpdatedProperty()
		p.Set(updated.UTC().Truncate(time.Second))
		t.SetActivityStreamsUpdated(p)
	}
}

// document serialises what was built and lays our own terms beside it, which win. Encode gives it its @context.
func (b *builder) document(t vocab.Type, terms map[string]any) (map[string]any, error) {
	if b.err != nil {
		return nil, b.err
	}
	doc, err := streams.Serialize(t)
	if err != nil {
		return nil, fmt.Errorf("build a document: %w", err)
	}
	delete(doc, "@context")
	for name, v := range terms {
		doc[name] = v
	}
	return doc, nil
}

// image builds a photo's attachment.
func (b *builder) image(image Image) vocab.ActivityStreamsImage {
	t := streams.NewActivityStreamsImage()
	b.url(t, image.URL)
	b.words(t, image.Alt, image.Alt, "")
	mediaType := streams.NewActivityStreamsMediaTypeProperty()
	mediaType.Set(image.MediaType)
	t.SetActivityStreamsMediaType(mediaType)
	if image.Width > 0 && image.Height > 0 {
		width, height := streams.NewActivityStreamsWidthProperty(), streams.NewActivityStreamsHeightProperty()
		width.Set(image.Width)
		height.Set(image.Height)
		t.SetActivityStreamsWidth(width)
		t.SetActivityStreamsHeight(height)
	}
	return t
}
