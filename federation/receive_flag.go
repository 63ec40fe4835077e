package federation

import (
	"net/http"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// flagged lists what of ours a Flag is about. One about more than a person can look at is refused.
func (f *Federation) flagged(h *heard) (ours []string, err error) {
	all := codec.IDs(h.Object)
	if len(all) > neighbours.ReportedAtMost {
		return nil, &refusal{status: http.StatusBadRequest, detail: "that is about too many things at once"}
	}
	for _, id := range all {
		id = canonicalID(id)
		switch kind, _, ok := f.Base.Local(id); {
		case ok && (kind == iri.KindActor || kind == iri.KindOffer || kind == iri.KindNote):
			ours = append(ours, id)
		}
	}
	return ours, nil
}

// receiveFlag lays a report before the stewards. Of who reports only the server is kept: some servers say it, and it is nobody's
// business here.
func (f *Federation) receiveFlag(tx *store.Tx, h *heard) error {
	ours, err := f.flagged(h)
	if err != nil || len(ours) == 0 {
		return err
	}
	host, err := iri.Authority(h.signer.Origin)
	if err != nil {
		return err
	}
	words := codec.Text(h.doc, "content")
	if words == "" {
		words = codec.Text(h.doc, "summary") // Lemmy
	}
	l := neighbours.Letter{
		Kind: neighbours.Report, From: h.signer.Origin, Name: host, Object: h.ID, Objects: ours, Text: plainText(words, wordsLength),
	}
	for _, id := range ours {
		if kind, offer, _ := f.Base.Local(id); kind == iri.KindOffer && l.About == "" {
			if _, err := sharing.FindOffer(tx.View, sharing.OfferID(offer)); err == nil {
				l.About = offer
			}
		}
	}
	end := tx.Now.Add(agreeing.Kept)
	h.item.PurgeAt = &end
	return neighbours.HearLetter(tx, l)
}

// reportPassedOn tells another server's stewards what a member of ours has reported, as the server itself: who it was is kept nowhere
// (product F5).
func (f *Federation) reportPassedOn(tx *store.Tx, e store.Event) ([]letter, error) {
	l, err := neighbours.FindLetter(tx.View, neighbours.LetterID(e.Subject))
	if err != nil || len(l.Objects) == 0 {
		return nil, err
	}
	objects := make([]any, len(l.Objects))
	for i, id := range l.Objects {
		objects[i] = id
	}
	out := letter{
		row:  wire.Activity{ID: wire.ActivityID(e.ID), Actor: wire.Node, Type: "Flag", Object: string(l.ID)},
		says: codec.Activity{Object: objects, Published: e.At},
	}
	if l.Text != "" {
		out.says.Terms = map[string]any{"content": paragraphs(l.Text)}
	}
	out, err = privately(tx.View, out, l.Objects[0], tx.Now.Add(agreeing.Kept))
	return []letter{out}, err
}
