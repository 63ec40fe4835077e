package codec

import (
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
)

// Collection is an ordered list, whole or by its first page.
type Collection struct {
	ID           string
	AttributedTo string
	First        string // the first page's address, when the items are on pages
	Items        []any  // ids or documents; nil shows none
	Total        *int   // nil says nothing about how many there are
}

// Document builds the collection for Encode.
func (c Collection) Document() (map[string]any, error) {
	var b builder
	t := streams.NewActivityStreamsOrderedCollection()
	b.id(t, c.ID)
	b.attributedTo(t, c.AttributedTo)
	b.total(t, c.Total)
	if u := b.address(c.First); u != nil {
		p := streams.NewActivityStreamsFirstProperty()
		p.SetIRI(u)
		t.SetActivityStreamsFirst(p)
	}
	return b.withItems(t, c.Items)
}

// Page is a part of a Collection. Next is empty on the last one.
type Page struct {
	ID     string
	PartOf string
	Next   string
	Items  []any
	Total  *int
}

// Document builds the page for Encode.
func (p Page) Document() (map[string]any, error) {
	var b builder
	t := streams.NewActivityStreamsOrderedCollectionPage()
	b.id(t, p.ID)
	b.total(t, p.Total)
	if u := b.address(p.PartOf); u != nil {
		of := streams.NewActivityStreamsPartOfProperty()
		of.SetIRI(u)
		t.SetActivityStreamsPartOf(of)
	}
	if u := b.address(p.Next); u != nil {
		next := streams.NewActivityStreamsNextProperty()
		next.SetIRI(u)
		t.SetActivityStreamsNext(next)
	}
	items := p.Items
	if items == nil {
		items = []any{} // readers expect the list on a page
	}
	return b.withItems(t, items)
}

func (b *builder) total(t interface {
	SetActivityStreamsTotalItems(vocab.ActivityStreamsTotalItemsProperty)
}, total *int,
) {
	if total != nil {
		p := streams.NewActivityStreamsTotalItemsProperty()
		p.Set(*total)
		t.SetActivityStreamsTotalItems(p)
	}
}

// withItems adds the items as a map would have them: go-fed makes a scalar of one item.
func (b *builder) withItems(t vocab.Type, items []any) (map[string]any, error) {
	doc, err := b.document(t, nil)
	if err != nil {
		return nil, fmt.Errorf("collection: %w", err)
	}
	if items != nil {
		doc["orderedItems"] = items
	}
	return doc, nil
}

// Tombstone is what is left of an object that was deleted.
type Tombstone struct {
	ID         string
	FormerType string
	Deleted    time.Time
}

// Document builds the tombstone for Encode.
func (s Tombstone) Document() (map[string]any, error) {
	var b builder
	t := streams.NewActivityStreamsTombstone()
	b.id(t, s.ID)
	if !s.Deleted.IsZero() {
		p := streams.NewActivityStreamsDeletedProperty()
		p.Set(s.Deleted.UTC().Truncate(time.Second))
		t.SetActivityStreamsDeleted(p)
	}
	doc, err := b.document(t, nil)
	if err != nil {
		return nil, fmt.Errorf("tombstone: %w", err)
	}
	if s.FormerType != "" {
		doc["formerType"] = s.FormerType
	}
	return doc, nil
}
